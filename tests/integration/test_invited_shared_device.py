"""An invitation belongs to whoever came in by it, and a replaced link is none (AN-14, IN-11)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from screening.services.invitations import link as one_more
from screening.services.invitations import renew
from screening.storage.clinic import read_clinic
from screening.storage.database import Database
from tests.actors import Patient
from tests.clock import Clock
from tests.invitations import DOOR, STAFF, comes, comes_in, invites, tokens
from tests.questionnaires import ASHA, count, the_draft, the_submission

SOMEBODY = {**ASHA, "date_of_birth": "1972-02-29"}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


def invited_draft(database: Database) -> str | None:
    with database.read() as session:
        found: str | None = session.scalar(text("SELECT draft_id FROM invitations"))
    return found


@pytest.mark.thorough
def test_whoever_begins_next_on_the_device_is_not_the_one_who_was_invited(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    asha = comes_in(app, link)
    assert asha.page.path == "/q/gate"
    somebody = Patient(asha.client).begins()
    boxes = somebody.page.main_form.state()
    assert not any("".join(values) for name, values in boxes.items() if "date_of_birth" in name)
    somebody.answers(SOMEBODY)
    assert invited_draft(database) is None
    clock.advance(timedelta(minutes=5))
    somebody.submits()
    sent = the_submission(database)
    assert sent.reference != link.record.reference
    assert sent.treatment_date is None
    assert comes_in(app, link).page.path == "/q/gate", "the invitation still waits for Asha"


@pytest.mark.thorough
def test_signs_that_somebody_ticked_before_are_not_the_next_ones(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = Patient(app.test_client()).begins()
    patient.continues({"date_of_birth": "1990-06-15", "urgent_signs": ["eye_symptoms"]})
    assert patient.page.path == "/urgent"
    patient.begins().answers(SOMEBODY)
    assert the_draft(database, clock).changed == {}


@pytest.mark.thorough
def test_a_form_that_is_open_here_goes_on_as_the_invited_one(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    asha = comes_in(app, link).answers(ASHA)
    asha.begins()
    assert asha.page.path == "/q/check"
    asha.submits()
    assert the_submission(database).reference == link.record.reference


@pytest.mark.thorough
def test_a_replaced_link_begins_nothing_and_keeps_nobody_out(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    wrong = comes(app, link)
    wrong.continues({**DOOR, "date_of_birth": SOMEBODY["date_of_birth"]})
    assert wrong.page.path == "/q/gate"
    with database.write() as session:
        clinic = read_clinic(session)
        newer = renew(session, link.record.id, clinic, STAFF, clock(), tokens)
    page = wrong.continues(
        {"date_of_birth": SOMEBODY["date_of_birth"], "urgent_signs": ["none"]}, status=410
    )
    assert "sent a newer link" in page.text
    assert count(database, "drafts") == 0
    right = comes_in(app, newer).answers(ASHA)
    right.submits()
    assert the_submission(database).reference == link.record.reference


@pytest.mark.thorough
def test_one_more_link_leaves_the_earlier_ones_good(
    app: Flask, database: Database, clock: Clock
) -> None:
    """A reminder brings a link of its own, while somebody stands at the first page."""
    first = invites(database, clock)
    asha = comes_in(app, first)
    with database.write() as session:
        one_more(session, first.record, read_clinic(session), clock(), tokens, by_mail=False)
    asha.answers(ASHA).submits()
    assert the_submission(database).reference == first.record.reference
