"""What is told of answers just given is the same whatever all others were (AZ-6)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from screening.domain.assessment import Flag
from screening.domain.firing import case_of
from screening.domain.just_said import just_said
from screening.domain.supplement import pickable, together
from tests.property.strategies import ITEMS, PATIENTS, Patient
from tests.worked_cases import PROTOCOL

PICKABLE = [item.id for item in pickable(PROTOCOL, ITEMS.values())]
PICKS = st.frozensets(st.sampled_from(PICKABLE), min_size=1, max_size=4)


def told(patient: Patient, asked: frozenset[str]) -> tuple[Flag, ...]:
    case = case_of(PROTOCOL, patient.answers, patient.context)
    return just_said(patient.assessment, case, asked)


@given(PATIENTS, PATIENTS, PICKS)
def test_no_older_answer_changes_what_is_told(
    patient: Patient, other: Patient, picks: frozenset[str]
) -> None:
    asked = together(PROTOCOL, picks)
    today = max(patient.context.completed_on, other.context.completed_on)
    context = replace(patient.context, completed_on=today)
    older = {name: raw for name, raw in other.raw.items() if name not in asked}
    mixed = {**older, **{name: raw for name, raw in patient.raw.items() if name in asked}}
    assert told(Patient(mixed, context), asked) == told(Patient(patient.raw, context), asked)


@given(PATIENTS)
def test_where_everything_was_asked_every_flag_about_answers_is_told(patient: Patient) -> None:
    flags = told(patient, frozenset(ITEMS))
    assert {one.rule for one in flags} >= {
        one.rule
        for one in patient.assessment.flags
        if PROTOCOL.rules[one.rule].process is None and one.evidence
    }
