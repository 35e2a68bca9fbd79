"""Short cuts into the middle of a questionnaire, and a look at what is kept of it."""

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text

from screening.domain.draft import Draft
from screening.storage.database import Database
from screening.storage.drafts import read_draft
from screening.storage.queue import list_queue
from screening.storage.submissions import SubmissionRecord, read_submission
from tests.actors import Patient
from tests.clock import Clock
from tests.worked_cases import NOTHING_TO_REPORT

ASHA: dict[str, Any] = NOTHING_TO_REPORT["answers"]
GATE = {name: ASHA[name] for name in ("date_of_birth", "urgent_signs")}
BUSINESS = ("clinic_settings", "drafts", "submissions", "reviews", "staff")


def past_the_gate(client: FlaskClient) -> Patient:
    """A patient who stands on the first section."""
    patient = Patient(client).begins()
    patient.continues(GATE)
    return patient


def at_the_check(client: FlaskClient, changes: Mapping[str, object] | None = None) -> Patient:
    """A patient who has answered everything: vignette V01 with these changes."""
    return Patient(client).begins().answers({**ASHA, **(changes or {})})


def the_draft(database: Database, clock: Clock) -> Draft:
    with database.read() as session:
        (draft_id,) = session.scalars(text("SELECT id FROM drafts"))
        record = read_draft(session, draft_id, clock())
    assert record is not None
    return Draft.from_json(record.body)


def the_submission(database: Database) -> SubmissionRecord:
    with database.read() as session:
        (row,) = list_queue(session)
        submission = read_submission(session, row.id)
    assert submission is not None
    return submission


def count(database: Database, table: str) -> int:
    with database.read() as session:
        return session.scalar(text(f"SELECT count(*) FROM {table}")) or 0


def business_rows(database: Database) -> dict[str, list[str]]:
    """Every row that is not an audit event, a session or a throttle."""
    with database.read() as session:
        return {
            table: sorted(
                repr(tuple(row)) for row in session.execute(text(f"SELECT * FROM {table}"))
            )
            for table in BUSINESS
        }


def events(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(text("SELECT event FROM audit_events ORDER BY seq")))
