"""What is said to change a flag does change it, and nothing smaller does."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings

from screening.domain.answers import read_answers
from screening.domain.assessment import Assessment, Flag, evaluate
from screening.domain.causes import contradictions
from screening.domain.context import read_context
from screening.domain.counterfactual import lower_level, without_flag
from screening.domain.proposals import Proposal
from screening.domain.protocol import Level
from screening.domain.situation import Situation
from tests.property.other_people import WIDTHS, fits, single_changes, with_answer
from tests.property.strategies import ANYBODY, ITEMS, PATIENTS_WITH_LITTLE_TO_REPORT, Patient
from tests.worked_cases import NOTHING_TO_REPORT, PROTOCOL

Unwanted = Callable[[Flag], bool]
SOME = settings(max_examples=40)
HOME_DEVICE = {
    "home_device": "past", "home_device_last": "over_2_years",
    "home_device_how": ["shared", "bled"], "home_device_problem": ["lumps_or_rash"],
}  # fmt: skip


def situation_of(patient: Patient) -> Situation:
    return Situation.of(PROTOCOL, patient.answers, patient.context)


def after(proposal: Proposal, patient: Patient) -> Patient:
    """The patient with the proposed answers, as the form would read them."""
    changed = Patient(dict(patient.answers.to_json()), patient.context)
    for change in proposal.changes:
        changed = with_answer(changed, change.place, change.instead)
    return changed


def is_possible(changed: Patient, patient: Patient) -> bool:
    """Complete as far as the patient was, and no less consistent."""
    before, now = situation_of(patient), situation_of(changed)
    unfitting = set(contradictions(now.case)) <= set(contradictions(before.case))
    return now.gaps <= before.gaps and unfitting


def questions_of_level(level: Level) -> Unwanted:
    return lambda flag: flag.level >= level


def any_left(unwanted: Unwanted, assessment: Assessment) -> bool:
    return any(unwanted(flag) for flag in assessment.flags)


def explorations(patient: Patient) -> Iterator[tuple[Unwanted, tuple[Proposal, ...], bool]]:
    """For every flag, and for the level: what has to go, and what is proposed for it."""
    situation = situation_of(patient)
    for firing in situation.firings:
        rule_id = firing.rule.id
        found = without_flag(situation, rule_id)
        yield (lambda flag, rule_id=rule_id: flag.rule == rule_id), found.smallest, found.unfinished
    if situation.level > Level.INFO:
        found = lower_level(situation)
        yield questions_of_level(situation.level), found.smallest, found.unfinished


@pytest.mark.thorough
@given(ANYBODY)
@SOME
def test_a_proposal_does_what_it_says_and_everybody_could_answer_so(patient: Patient) -> None:
    for unwanted, proposals, _ in explorations(patient):
        for proposal in proposals:
            changed = after(proposal, patient)
            answers = read_answers(PROTOCOL, changed.context, changed.raw)  # raises if not
            assessment = evaluate(PROTOCOL, answers, changed.context)
            assert not any_left(unwanted, assessment)
            assert assessment.level is proposal.level
            assert is_possible(changed, patient)
            for change in proposal.changes:
                assert fits(ITEMS.get(change.place, next(iter(ITEMS.values()))), change.instead)
                assert change.instead not in ("not_sure", "unknown", None)


@pytest.mark.thorough
@given(ANYBODY)
@SOME
def test_onwards_means_on_every_day_from_there(patient: Patient) -> None:
    for unwanted, proposals, _ in explorations(patient):
        for proposal in proposals:
            for change in (one for one in proposal.changes if one.onwards):
                for width in WIDTHS:
                    further = beyond(change.instead, width, patient)
                    if further is None:
                        continue
                    changed = with_answer(after(proposal, patient), change.place, further)
                    assert not any_left(unwanted, changed.assessment)


def beyond(value: Any, width: int, patient: Patient) -> Any:
    if not isinstance(value, date):
        return (date.fromisoformat(value) - timedelta(days=width)).isoformat()
    if value > patient.context.treatment_day:
        return value + timedelta(days=width)
    earlier = value - timedelta(days=width)
    return earlier if earlier >= patient.context.completed_on else None


def somebody(changes: dict[str, Any]) -> Patient:
    context, _ = read_context(NOTHING_TO_REPORT["context"], PROTOCOL.items)
    return Patient(NOTHING_TO_REPORT["answers"] | changes, context)


@pytest.mark.thorough
@given(PATIENTS_WITH_LITTLE_TO_REPORT)
@example(somebody(HOME_DEVICE))
@example(somebody(HOME_DEVICE | {"skin_conditions": ["sarcoidosis"]}))
@example(somebody({"allergy_any": "yes", "allergy_to": ["latex", "antiseptic"],
                   "allergy_worst": "anaphylaxis"}))  # fmt: skip
@example(somebody({"dark_marks": "often", "sun_reaction": "type_6", "sun_plans": "yes"}))
@example(somebody({"herpes_history": ["lips_face"], "herpes_last": "over_2_years",
                   "herpes_pattern": ["eye"], "skin_conditions": ["eczema"]}))  # fmt: skip
@SOME
def test_where_two_changes_or_none_are_proposed_no_single_change_would_do(
    patient: Patient,
) -> None:
    asked = [
        unwanted
        for unwanted, proposals, unfinished in explorations(patient)
        if not unfinished and (not proposals or len(proposals[0].changes) > 1)
    ]
    if asked:
        for changed in single_changes(patient):
            if any(not any_left(unwanted, changed.assessment) for unwanted in asked):
                assert not is_possible(changed, patient), changed.raw


@pytest.mark.thorough
@given(ANYBODY)
@SOME
def test_the_search_gives_the_same_again(patient: Patient) -> None:
    first = [proposals for _, proposals, _ in explorations(patient)]
    assert first == [proposals for _, proposals, _ in explorations(patient)]
