"""What is stored comes back as it was, and evaluated again it gives the same bytes."""

import json

from hypothesis import given

from screening.domain.answers import read_answers
from screening.domain.assessment import Assessment, evaluate
from tests.property.strategies import ANYBODY, Patient
from tests.worked_cases import PROTOCOL


@given(ANYBODY)
def test_an_assessment_comes_back_from_storage_as_it_was(patient: Patient) -> None:
    stored = json.dumps(patient.assessment.to_json())
    assert Assessment.from_json(json.loads(stored)) == patient.assessment


@given(ANYBODY)
def test_stored_answers_read_again_are_the_same_answers(patient: Patient) -> None:
    stored = json.loads(json.dumps(patient.answers.to_json()))
    again = read_answers(PROTOCOL, patient.context, stored)
    assert again == patient.answers
    assert again.to_json() == stored


@given(ANYBODY)
def test_a_stored_submission_replays_byte_for_byte(patient: Patient) -> None:
    stored = json.dumps(patient.assessment.to_json())
    answers = read_answers(PROTOCOL, patient.context, patient.answers.to_json())
    assert json.dumps(evaluate(PROTOCOL, answers, patient.context).to_json()) == stored
