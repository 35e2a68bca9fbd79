"""The laws of the engine, held against random patients: level, evidence, hidden items, order."""

import copy
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from screening.domain.assessment import Flag
from screening.domain.conditions import support
from screening.domain.protocol import ItemKind, Level, ScreeningProtocol
from tests.property.strategies import (
    ANYBODY,
    EVERYTHING,
    ITEMS,
    PATIENTS,
    PATIENTS_WITH_GAPS,
    PATIENTS_WITH_LITTLE_TO_REPORT,
    Patient,
    dated,
)
from tests.worked_cases import PROTOCOL

UNSURE = [item.id for item in ITEMS.values() if "not_sure" in item.option_ids]
LEAST = {"critical": Level.REVIEW, "own_rule": Level.REVIEW, "minor": Level.CAUTION}
RUBBISH = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.text(max_size=3))


def with_rules(names: list[str]) -> ScreeningProtocol:
    """The protocol with these rules, in this order."""
    other = copy.copy(PROTOCOL)
    vars(other)["rules"] = {name: PROTOCOL.rules[name] for name in names}
    return other


def is_about_answers(flag: Flag) -> bool:
    return PROTOCOL.rules[flag.rule].process is not None


# 1. Total


@given(PATIENTS)
def test_every_complete_set_of_answers_yields_an_assessment(patient: Patient) -> None:
    assert patient.answers.missing == ()
    assert isinstance(patient.assessment.level, Level)


@given(PATIENTS_WITH_GAPS)
def test_answers_with_gaps_are_never_shown_as_fine(patient: Patient) -> None:
    assessment = patient.assessment
    gaps = "incomplete_answers" in [flag.rule for flag in assessment.flags]
    assert gaps == bool(patient.answers.missing)
    if gaps:
        assert assessment.level >= Level.REVIEW
        assert assessment.open_ended
        assert assessment.earliest_suitable_date is None


# 2. Missing and "not sure" are never "no"


@given(PATIENTS_WITH_LITTLE_TO_REPORT, st.sampled_from(UNSURE), st.booleans())
def test_not_sure_never_leads_below_the_declared_level(
    patient: Patient, name: str, beside: bool
) -> None:
    unsure: Any = "not_sure"
    if ITEMS[name].kind is ItemKind.MULTI:
        unsure = [*(patient.raw.get(name, []) if beside else []), "not_sure"]
    doubting = patient.saying({name: unsure})
    assume(ITEMS[name] in doubting.answers.shown)
    assert doubting.assessment.level >= LEAST[ITEMS[name].unsure]


@given(PATIENTS, st.data())
def test_leaving_a_question_out_never_leads_below_review(
    patient: Patient, data: st.DataObject
) -> None:
    asked = [item.id for item in patient.answers.shown if not item.optional]
    silent = patient.saying({data.draw(st.sampled_from(asked)): None})
    assert silent.assessment.level >= Level.REVIEW
    assert silent.assessment.earliest_suitable_date is None


# 3. Level = max of flags; a rule can only add


@given(ANYBODY)
def test_the_level_is_that_of_the_most_serious_flag(patient: Patient) -> None:
    flags = patient.assessment.flags
    assert patient.assessment.level is max([flag.level for flag in flags], default=Level.INFO)
    assert "info_always" not in [flag.rule for flag in flags]
    assert list(flags) == sorted(flags, key=lambda flag: (-flag.level.rank, flag.rule))


@given(ANYBODY, st.sets(st.sampled_from(list(PROTOCOL.rules))))
def test_a_rule_can_only_add(patient: Patient, some: set[str]) -> None:
    # Whether a date is needed is a question about the dated rules, so this rule reads others.
    some = some - {"date_unknown"}
    few = patient.assessed_by(with_rules(sorted(some))).flags
    assert list(few) == [flag for flag in patient.assessment.flags if flag.rule in some]


# 4. Traceable


def with_parents(items: set[str]) -> set[str]:
    """The items and every item that they are shown by."""
    parents = (ITEMS[name].shown_when for name in items)
    found = items.union(*(support(shown_when) for shown_when in parents if shown_when))
    return found if found == items else with_parents(found)


@given(ANYBODY)
def test_the_evidence_is_items_that_were_shown(patient: Patient) -> None:
    shown = {item.id for item in patient.answers.shown}
    for flag in patient.assessment.flags:
        assert set(flag.evidence) <= shown or flag.rule == "changed_after_result"
        assert set(flag.listed) <= set(flag.evidence)
        assert flag.evidence or flag.rule == "answers_old"


@given(ANYBODY, EVERYTHING)
def test_the_evidence_alone_makes_the_flag(patient: Patient, other: dict[str, Any]) -> None:
    """Whoever answers the evidence alike has the same flag, whatever else they say."""
    other, said = dated(other, patient.context.completed_on), patient.answers.to_json()
    for flag in patient.assessment.flags:
        if is_about_answers(flag):
            continue
        kept = {name: said.get(name) for name in with_parents(set(flag.evidence))}
        somebody = Patient(other, patient.context).saying(kept)
        again = [one for one in somebody.assessment.flags if one.rule == flag.rule]
        assert [replace(one, evidence=flag.evidence) for one in again] == [flag]


# 5. Hidden items are inert


@given(ANYBODY, st.data())
def test_answers_to_items_that_are_not_shown_change_nothing(
    patient: Patient, data: st.DataObject
) -> None:
    shown = {item.id for item in patient.answers.shown}
    hidden = [name for name in ITEMS if name not in shown]
    without = patient.saying(dict.fromkeys(hidden))
    with_rubbish = patient.saying({name: data.draw(RUBBISH) for name in hidden})
    assert patient.answers == without.answers == with_rubbish.answers
    assert patient.assessment == without.assessment == with_rubbish.assessment


# 7. Order-free and deterministic


@given(ANYBODY, st.randoms(use_true_random=False))
def test_the_order_of_rules_and_answers_changes_nothing(patient: Patient, random: Random) -> None:
    moved = Patient(shuffled(patient.raw, random), patient.context)
    moved = moved.saying({name: shuffled(raw, random) for name, raw in moved.raw.items()})
    assert moved.answers == patient.answers
    rules = shuffled(list(PROTOCOL.rules), random)
    assert moved.assessed_by(with_rules(rules)) == patient.assessment == patient.assessment


def shuffled(value: Any, random: Random) -> Any:
    if isinstance(value, dict):
        return {key: value[key] for key in shuffled([*value], random)}
    return random.sample(value, len(value)) if isinstance(value, list) else value
