"""A new form and a correction to an earlier one, in two windows of one browser."""

from datetime import timedelta

import pytest
from flask import Flask

from screening.storage.database import Database
from tests.actors import Patient
from tests.clock import Clock
from tests.own_pages import comes_in, corrects, sends, sends_in
from tests.questionnaires import ASHA, GATE, count, the_draft

WORDS = "I have a new cream"


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def patient(app: Flask, database: Database, clock: Clock) -> Patient:
    return comes_in(app, sends_in(database, clock))


@pytest.mark.thorough
def test_sending_a_correction_leaves_the_form_beside_it_open(
    patient: Patient, database: Database, clock: Clock
) -> None:
    patient.begins().continues(GATE)
    tab = patient.page.main_form.state()
    corrects(patient, "hopes", "anything_else").continues({"anything_else": WORDS})
    sends(patient)
    page = patient.sends("/q/about_you", tab | {"past_needling": ["no"]}, status=422)
    assert "were sent" not in page.text
    assert the_draft(database, clock).answers["past_needling"] == "no"


@pytest.mark.thorough
def test_sending_a_form_leaves_the_correction_beside_it_open(
    patient: Patient, database: Database, clock: Clock
) -> None:
    corrects(patient, "hopes", "anything_else").continues({"anything_else": WORDS})
    patient.begins().answers(ASHA)
    clock.advance(timedelta(minutes=5))
    patient.submits()
    patient.opens("/visit/check")
    assert WORDS in patient.page.text
    sends(patient)
    assert count(database, "submissions") == 3


@pytest.mark.thorough
def test_a_second_click_under_what_was_sent_sends_nothing_that_is_open_beside_it(
    patient: Patient, database: Database, clock: Clock
) -> None:
    corrects(patient, "hopes", "anything_else").continues({"anything_else": WORDS})
    old = patient.page.form_to("/visit/send").state()
    sends(patient)
    corrects(patient, "hopes", "anything_else").continues({"anything_else": "and a new soap"})
    assert patient.page.form_to("/visit/send").state()["version"] == old["version"]
    patient.sends("/visit/send", old)
    assert patient.page.path == "/outcome"
    assert count(database, "submissions") == 2
    assert "and a new soap" in patient.opens("/visit/check").text
