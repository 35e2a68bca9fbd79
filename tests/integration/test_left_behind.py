"""What a patient leaves with the clinic beside the answers, and what not (PR-2, PR-8)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from screening.services.intake import NOTICE_VERSION
from screening.storage.database import Database
from screening.storage.metadata import METADATA
from screening.storage.sealing import keyring_of
from tests.actors import Patient
from tests.clock import Clock
from tests.questionnaires import ASHA, the_submission

ADDRESS, BROWSER = "198.51.100.77", "CanaryBrowser/77"


def sends_in(app: Flask) -> None:
    client = app.test_client()
    client.environ_base |= {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": BROWSER}
    Patient(client).begins().answers(ASHA).submits()


def everything(database: Database) -> str:
    """Every row of every table; audit facts and sessions too, sealed or not."""
    with database.read() as session:
        rows = [repr(tuple(row)) for table in METADATA.sorted_tables
                for row in session.execute(select(table))]  # fmt: skip
        opened = [
            keyring_of(session).unseal_json(sealed, "sessions", "sealed", row, purpose="session")
            for row, sealed in session.execute(text("SELECT id_hash, sealed FROM sessions"))
        ]
    return " ".join([*rows, repr(opened)])


@pytest.mark.thorough
def test_the_notice_that_was_agreed_to_and_when_stay_with_the_submission(
    app: Flask, database: Database, clock: Clock
) -> None:
    client = app.test_client()
    patient, agreed_at = Patient(client).begins(), clock()
    clock.advance(timedelta(minutes=7))
    patient.answers(ASHA).submits()
    submission = the_submission(database)
    assert (submission.notice_version, submission.agreed_at) == (NOTICE_VERSION, agreed_at)
    assert NOTICE_VERSION in Patient(app.test_client()).opens("/privacy").text


@pytest.mark.thorough
def test_neither_address_nor_browser_of_a_patient_is_kept(app: Flask, database: Database) -> None:
    sends_in(app)
    kept = everything(database)
    assert len(kept) > 5_000
    assert "submitted_at" in kept  # the session was opened
    assert ADDRESS not in kept
    assert BROWSER not in kept


@pytest.mark.thorough
def test_agreeing_to_the_notice_is_no_consent_to_treatment(app: Flask, database: Database) -> None:
    sends_in(app)
    submission = the_submission(database)
    assert "consent" not in repr(sorted(submission.answers))
    start = Patient(app.test_client()).opens("/")
    assert "consent" not in start.text.lower()
