"""Whoever comes in again at the door of their own page finds what they had begun there."""

from secrets import token_bytes

import pytest
from flask import Flask

from screening.services.own_page import make_link
from screening.storage.database import Database
from tests.actors import Patient
from tests.clock import Clock
from tests.invitations import DOOR, address_of, invites
from tests.invitations import comes_in as comes_in_invited
from tests.own_pages import BORN, STAFF, comes_in, corrects, sends_in
from tests.questionnaires import ASHA, the_submission

WORDS, BEGUN = "I have a new cream", "You have begun to answer"


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


def corrected(patient: Patient) -> Patient:
    corrects(patient, "hopes", "anything_else").continues({"anything_else": WORDS})
    return patient


def a_link(database: Database, clock: Clock, episode: str) -> str:
    with database.write() as session:
        return f"/visit/{make_link(session, episode, STAFF, clock(), token_bytes)}"


@pytest.mark.thorough
def test_by_the_link_that_the_clinic_sent(app: Flask, database: Database, clock: Clock) -> None:
    submission = sends_in(database, clock)
    patient = corrected(comes_in(app, submission))
    patient.opens(a_link(database, clock, submission.id))
    patient.continues(BORN)
    assert BEGUN in patient.page.text
    assert WORDS in patient.opens("/visit/check").text


@pytest.mark.thorough
def test_by_the_invitation(app: Flask, database: Database, clock: Clock) -> None:
    link = invites(database, clock)
    comes_in_invited(app, link).answers(ASHA).submits()
    patient = corrected(comes_in_invited(app, link))
    patient.opens(address_of(link))
    patient.continues(DOOR)
    assert BEGUN in patient.page.text
    assert the_submission(database).edition == 1


@pytest.mark.thorough
def test_not_what_was_begun_by_a_link_that_was_replaced(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    patient = Patient(app.test_client())
    patient.opens(a_link(database, clock, submission.id))
    patient.continues(BORN)
    corrected(patient)
    patient.opens(a_link(database, clock, submission.id))
    patient.continues(BORN)
    assert BEGUN not in patient.page.text


@pytest.mark.thorough
def test_not_what_somebody_else_began_there(app: Flask, database: Database, clock: Clock) -> None:
    first = sends_in(database, clock)
    second = sends_in(database, clock, before=1)
    patient = corrected(comes_in(app, first))
    patient.opens(a_link(database, clock, second.id))
    patient.continues(BORN)
    assert BEGUN not in patient.page.text
    assert patient.opens("/visit/check").path == "/visit"
