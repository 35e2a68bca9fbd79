"""The laws of the engine, held against random patients."""

import copy
import json
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from screening.domain.answers import Answers, read_answers
from screening.domain.assessment import Assessment, Flag, evaluate
from screening.domain.conditions import support
from screening.domain.protocol import Item, Level, ScreeningProtocol
from tests.property.strategies import (
    ANYBODY,
    EVERYTHING,
    PATIENTS,
    PATIENTS_WHO_WAIT,
    PATIENTS_WITH_GAPS,
    Patient,
    dated,
)
from tests.worked_cases import PROTOCOL

UNSURE = [item for item in PROTOCOL.items.values() if "not_sure" in item.option_ids]
LEAST = {"critical": Level.REVIEW, "own_rule": Level.REVIEW, "minor": Level.CAUTION}


def answers_of(patient: Patient) -> Answers:
    return read_answers(PROTOCOL, patient.context, patient.raw)


def assess(patient: Patient, protocol: ScreeningProtocol = PROTOCOL) -> Assessment:
    return evaluate(protocol, answers_of(patient), patient.context)


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
    assert answers_of(patient).missing == ()
    assert isinstance(assess(patient).level, Level)


@given(PATIENTS_WITH_GAPS)
def test_answers_with_gaps_are_never_shown_as_fine(patient: Patient) -> None:
    assessment = assess(patient)
    if answers_of(patient).missing:
        assert assessment.level >= Level.REVIEW
        assert assessment.open_ended
        assert assessment.earliest_suitable_date is None


# 2. Missing and "not sure" are never "no"


@given(PATIENTS, st.sampled_from(UNSURE), st.booleans())
def test_not_sure_never_leads_below_the_declared_level(
    patient: Patient, item: Item, beside: bool
) -> None:
    before = patient.raw[item.id]
    unsure: object = ["not_sure"] if isinstance(before, list) else "not_sure"
    if beside and isinstance(before, list):
        unsure = [*before, "not_sure"]
    doubting = patient.saying({item.id: unsure})
    assume(item in answers_of(doubting).shown)
    assert assess(doubting).level >= LEAST[item.unsure]


@given(PATIENTS, st.data())
def test_leaving_a_question_out_never_leads_below_review(
    patient: Patient, data: st.DataObject
) -> None:
    asked = [item.id for item in answers_of(patient).shown if not item.optional]
    silent = patient.saying({data.draw(st.sampled_from(asked)): None})
    assert assess(silent).level >= Level.REVIEW
    assert assess(silent).earliest_suitable_date is None


@given(PATIENTS_WHO_WAIT, st.data())
def test_an_unknown_date_never_helps(patient: Patient, data: st.DataObject) -> None:
    waits = _dated(patient)
    assume(waits)
    item, _, option = PROTOCOL.rules[data.draw(st.sampled_from(waits))].since.partition(".")
    forgotten: object = {**patient.raw[item], option: "unknown"} if option else "unknown"
    assessment = assess(patient.saying({item: forgotten}))
    assert assessment.level >= Level.REVIEW
    assert assessment.open_ended
    assert "date_unknown" in [flag.rule for flag in assessment.flags]


# 3. Level = max of flags; a rule can only add


@given(ANYBODY)
def test_the_level_is_that_of_the_most_serious_flag(patient: Patient) -> None:
    assessment = assess(patient)
    assert assessment.level is max([flag.level for flag in assessment.flags], default=Level.INFO)
    assert "info_always" not in [flag.rule for flag in assessment.flags]
    assert list(assessment.flags) == sorted(
        assessment.flags, key=lambda flag: (-flag.level.rank, flag.rule)
    )


@given(ANYBODY, st.data())
def test_a_rule_can_only_add(patient: Patient, data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(list(PROTOCOL.rules)), unique=True))
    # Whether a date is needed is a question about the dated rules, so that rule reads the others.
    few = [flag for flag in assess(patient, with_rules(some)).flags if flag.rule != "date_unknown"]
    whole = assess(patient).flags
    kept = [flag for flag in whole if flag.rule in some and flag.rule != "date_unknown"]
    assert few == kept


# 4. Traceable


def with_parents(items: set[str]) -> set[str]:
    """The items and every item that they are shown by."""
    found: set[str] = set()
    while items - found:
        found |= items
        shown_by = (PROTOCOL.items[name].shown_when for name in found)
        items = found.union(*(support(one) for one in shown_by if one is not None))
    return found


@given(ANYBODY)
def test_the_evidence_is_items_that_were_shown(patient: Patient) -> None:
    shown = {item.id for item in answers_of(patient).shown}
    for flag in assess(patient).flags:
        if flag.rule != "changed_after_result":
            assert set(flag.evidence) <= shown
        assert set(flag.listed) <= set(flag.evidence)
        if not is_about_answers(flag):
            assert flag.evidence, flag.rule


@given(ANYBODY, st.data())
def test_the_evidence_alone_makes_the_flag(patient: Patient, data: st.DataObject) -> None:
    """Whoever gives the same answers to the evidence has the same flag, whatever else they say."""
    other = dated(data.draw(EVERYTHING), patient.context.completed_on)
    said = answers_of(patient).to_json()
    for flag in assess(patient).flags:
        if is_about_answers(flag):
            continue
        kept = {name: said.get(name) for name in with_parents(set(flag.evidence))}
        somebody = Patient(other, patient.context).saying(kept)
        again = [_as_seen(one) for one in assess(somebody).flags if one.rule == flag.rule]
        assert again == [_as_seen(flag)]


def _as_seen(flag: Flag) -> Flag:
    return replace(flag, evidence=())


# 5. Hidden items are inert


RUBBISH = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.text(max_size=3))


@given(ANYBODY, st.data())
def test_answers_to_items_that_are_not_shown_change_nothing(
    patient: Patient, data: st.DataObject
) -> None:
    shown = {item.id for item in answers_of(patient).shown}
    hidden = [name for name in PROTOCOL.items if name not in shown]
    without = patient.saying(dict.fromkeys(hidden))
    with_rubbish = patient.saying({name: data.draw(RUBBISH) for name in hidden})
    assert answers_of(patient) == answers_of(without) == answers_of(with_rubbish)
    assert assess(patient) == assess(without) == assess(with_rubbish)


# 6. Dates


@given(PATIENTS_WHO_WAIT)
def test_the_earliest_suitable_date_is_the_first_day_without_a_dated_flag(
    patient: Patient,
) -> None:
    assessment = assess(patient)
    first = assessment.not_before
    # Under 18 stays a stop while the answers are a child's, whatever the day of the visit.
    assume(first and "age_under_18" not in [flag.rule for flag in assessment.flags])
    assert first is not None
    assert assessment.earliest_suitable_date in (first, None)
    assert (assessment.earliest_suitable_date is None) == assessment.open_ended
    assert _dated(_on(patient, first)) == []
    assert _dated(_on(patient, first - timedelta(days=1))) != []


@given(ANYBODY, st.integers(1, 400))
def test_no_wait_begins_again_on_a_later_day(patient: Patient, days: int) -> None:
    later = patient.context.treatment_day + timedelta(days=days)
    assert set(_dated(_on(patient, later))) <= set(_dated(patient))


@given(PATIENTS_WHO_WAIT, st.data())
def test_a_vaguer_date_never_shortens_a_wait(patient: Patient, data: st.DataObject) -> None:
    exact = [flag for flag in assess(patient).flags if flag.clear_date and not flag.approximate]
    assume(exact)
    rule = PROTOCOL.rules[data.draw(st.sampled_from(exact)).rule]
    item, _, option = rule.since.partition(".")
    said = patient.raw[item][option] if option else patient.raw[item]
    vague = said[: data.draw(st.sampled_from([7, 4]))] if item != "date_of_birth" else said
    forgetting = patient.saying({item: {**patient.raw[item], option: vague} if option else vague})
    assert assess(forgetting).clear_dates[rule.id] >= assess(patient).clear_dates[rule.id]


def _on(patient: Patient, day: date) -> Patient:
    return Patient(patient.raw, replace(patient.context, treatment_date=day))


def _dated(patient: Patient) -> list[str]:
    return [
        flag.rule
        for flag in assess(patient).flags
        if flag.clear_date and flag.level >= Level.REVIEW and flag.rule != "age_under_18"
    ]


# 7. Order-free and deterministic


@given(ANYBODY, st.randoms(use_true_random=False))
def test_the_order_of_rules_and_answers_changes_nothing(patient: Patient, random: Random) -> None:
    names = list(PROTOCOL.rules)
    random.shuffle(names)
    raw = {name: _shuffled(patient.raw[name], random) for name in _shuffled([*patient.raw], random)}
    moved = Patient(raw, patient.context)
    assert answers_of(moved) == answers_of(patient)
    assert assess(moved, with_rules(names)) == assess(patient)


def _shuffled(value: Any, random: Random) -> Any:
    if isinstance(value, dict):
        return {key: value[key] for key in _shuffled([*value], random)}
    return random.sample(value, len(value)) if isinstance(value, list) else value


@given(ANYBODY)
def test_the_same_answers_give_the_same_assessment(patient: Patient) -> None:
    assert assess(patient) == assess(patient)
    assert json.dumps(assess(patient).to_json()) == json.dumps(assess(patient).to_json())


# 8 and 11. Round trips and replay


@given(ANYBODY)
def test_an_assessment_comes_back_from_storage_as_it_was(patient: Patient) -> None:
    assessment = assess(patient)
    stored = json.dumps(assessment.to_json())
    assert Assessment.from_json(json.loads(stored)) == assessment


@given(ANYBODY)
def test_stored_answers_read_again_are_the_same_answers(patient: Patient) -> None:
    answers = answers_of(patient)
    stored = json.loads(json.dumps(answers.to_json()))
    again = read_answers(PROTOCOL, patient.context, stored)
    assert again == answers
    assert again.to_json() == stored


@given(ANYBODY)
def test_a_stored_submission_replays_byte_for_byte(patient: Patient) -> None:
    answers, context = answers_of(patient), patient.context
    stored = json.dumps(evaluate(PROTOCOL, answers, context).to_json())
    again = read_answers(PROTOCOL, context, json.loads(json.dumps(answers.to_json())))
    assert json.dumps(evaluate(PROTOCOL, again, context).to_json()) == stored
