"""The gate while something else happens to the form: it was sent, corrected, begun elsewhere."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.domain.answer_events import replayed
from screening.storage.answer_events import list_answer_events
from screening.storage.database import Database
from tests.actors import Patient
from tests.clock import Clock
from tests.integration.test_patient_coming_back import link_on, saved
from tests.invitations import comes_in, invites
from tests.older_pages import filled
from tests.questionnaires import (
    ASHA,
    GATE,
    at_the_check,
    count,
    past_the_gate,
    the_draft,
    the_submission,
)

SIGN = {"urgent_signs": ["breathing_swelling"]}
OTHER_BIRTHDAY = {"date_of_birth": "1991-07-16"}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.mark.thorough
def test_a_sign_ticked_after_the_form_was_sent_gets_its_advice(
    client: FlaskClient, database: Database
) -> None:
    patient = at_the_check(client)
    tab = patient.opens("/q/gate").main_form
    patient.opens("/q/check")
    patient.submits()
    page = patient.sends("/q/gate", filled(tab, SIGN))
    assert "Please get help now" in page.text
    assert (count(database, "drafts"), count(database, "submissions")) == (0, 1)
    page = patient.sends("/q/gate", filled(tab, OTHER_BIRTHDAY), status=409)
    assert "Your answers were sent from another device or window" in page.text
    assert page.main_form.state()["date_of_birth-year"] == ["1991"]


@pytest.mark.thorough
def test_a_date_of_birth_corrected_beside_a_sign_stands_there_after_its_advice(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    patient = past_the_gate(client)
    patient.opens("/q/gate")
    patient.continues({**OTHER_BIRTHDAY, **SIGN})
    patient.presses("mistake")
    assert patient.page.main_form.state()["date_of_birth-year"] == ["1991"]
    patient.continues({"urgent_signs": ["none"]})
    assert the_draft(database, clock).answers["date_of_birth"] == "1991-07-16"


@pytest.mark.thorough
def test_a_sign_advised_on_while_another_device_began_stays_with_the_form(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    one, two = (comes_in(app, link) for _ in range(2))
    two.continues({**GATE, **SIGN})
    two.presses("I have had help")
    one.continues(GATE)
    two.continues(GATE, status=409)
    two.presses("Continue")
    assert the_draft(database, clock).changed == SIGN
    clock.advance(timedelta(minutes=5))
    two.answers(ASHA).submits()
    submission = the_submission(database)
    assert submission.answers["withdrawn"] == SIGN
    with database.read() as session:
        said = list_answer_events(session, [submission.draft_id])[submission.draft_id]
    assert "helped" in [event.way_back for event in said if event.urgent]
    assert replayed(said) == (submission.answers["answers"], SIGN)


@pytest.mark.thorough
def test_the_first_page_of_a_form_that_another_device_has_sent_begins_no_second_one(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = saved(app.test_client())
    address = link_on(patient)
    tab = patient.opens("/q/gate").main_form
    clock.advance(timedelta(minutes=5))
    other = Patient(app.test_client())
    other.opens(address)
    other.continues({"date_of_birth": ASHA["date_of_birth"]})
    other.answers(ASHA).submits()
    page = patient.sends("/q/gate", filled(tab, GATE), status=409)
    assert "Your answers were sent from another device" in page.text
    assert count(database, "drafts") == 0
    patient.begins().continues(GATE)
    assert patient.page.path == "/q/about_you"
    assert count(database, "drafts") == 1
