"""One correction in two windows, by the back button, or with two clicks: nothing gets lost."""

import pytest
from flask import Flask

from screening.storage.database import Database
from tests.actors import Patient
from tests.clock import Clock
from tests.own_pages import asks, comes_in, corrects, latest, sends, sends_in
from tests.questionnaires import count

WORDS, AGAIN = "I take warfarin", "/visit/answers?again=yes"


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def patient(app: Flask, database: Database, clock: Clock) -> Patient:
    return comes_in(app, sends_in(database, clock))


def typed(patient: Patient, **answers: str) -> dict[str, list[str]]:
    return patient.page.main_form.state() | {name: [one] for name, one in answers.items()}


@pytest.mark.thorough
def test_a_second_click_on_continue_is_the_first_one_again(patient: Patient) -> None:
    corrects(patient, "hopes", "anything_else", "sun_plans")
    form = typed(patient, anything_else=WORDS, sun_plans="no")
    for _ in range(2):
        patient.sends("/visit/answers", form)
        assert patient.page.path == "/visit/check"
    assert WORDS in patient.page.text


@pytest.mark.thorough
def test_what_is_changed_on_a_page_that_the_back_button_shows_is_kept(patient: Patient) -> None:
    corrects(patient, "hopes", "anything_else")
    form = typed(patient, anything_else="Nothing")
    patient.sends("/visit/answers", form)
    patient.sends("/visit/answers", form | {"anything_else": [WORDS]})
    assert patient.page.path == "/visit/check"
    assert WORDS in patient.page.text


@pytest.mark.thorough
def test_two_windows_correct_two_questions(patient: Patient) -> None:
    corrects(patient, "hopes", "anything_else")
    one = typed(patient, anything_else=WORDS)
    corrects(patient, "hopes", "sun_plans")
    patient.continues({"sun_plans": "no"})
    patient.sends("/visit/answers", one)
    assert patient.page.path == "/visit/check"
    assert WORDS in patient.page.text


@pytest.mark.thorough
def test_a_page_opened_before_more_was_asked_empties_none_of_it(patient: Patient) -> None:
    corrects(patient, "hopes", "sun_plans").continues({"sun_plans": "no"})
    patient.opens(AGAIN)
    before = typed(patient, sun_plans="yes")
    corrects(patient, "hopes", "anything_else", "appearance_worry")
    patient.continues({"anything_else": WORDS, "appearance_worry": "no"})
    patient.sends(AGAIN, before)
    assert patient.page.path == "/visit/check"
    assert WORDS in patient.page.text


@pytest.mark.thorough
def test_what_was_picked_is_still_asked_beside_what_comes_then(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock, {"anything_else": WORDS})
    cream = asks(database, clock, submission, "Do you still use the blue cream?")
    patient = corrects(comes_in(app, submission), "hopes", "anything_else")
    patient.opens("/visit/question")
    patient.continues({f"reply-{cream.id}": "No", "anything_else": WORDS})
    sends(patient)
    assert latest(database, submission, clock).record.answers["answers"]["anything_else"] == WORDS
    assert count(database, "submissions") == 2


@pytest.mark.thorough
def test_what_was_picked_and_not_yet_asked_comes_before_sending(patient: Patient) -> None:
    corrects(patient, "hopes", "anything_else")
    patient.opens("/visit")
    patient.opens("/visit/check")
    assert patient.page.path == "/visit/answers"
    patient.continues({"anything_else": WORDS})
    assert patient.page.path == "/visit/check"
