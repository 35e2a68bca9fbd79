"""Finished questionnaires, as they were received; and the clinic's queue of them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Row, Select, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from screening.storage.sealing import CannotUnseal, KeyRing, keyring_of
from screening.storage.tables import AuditEventRow, ReviewRow, SubmissionRow

SEALED = ("answers", "assessment", "identity")


@dataclass(frozen=True)
class SubmissionRecord:
    id: str
    reference: str
    draft_id: str
    protocol: str
    digest: str
    received_at: datetime
    completed_on: date
    treatment_date: date | None
    level: str
    answers: Mapping[str, Any]
    assessment: Mapping[str, Any]
    identity: Mapping[str, Any]
    body_mac: bytes
    notice_version: str
    agreed_at: datetime
    version: int = 1
    is_demo: bool = False


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue; `name` is None where the record cannot be read."""

    id: str
    reference: str
    received_at: datetime
    completed_on: date
    treatment_date: date | None
    level: str
    version: int
    is_demo: bool
    name: str | None
    first_viewed_at: datetime | None
    disposition: str | None
    defer_until: date | None
    last_decided_at: datetime | None


PLAIN = [field.name for field in fields(SubmissionRecord) if field.name not in SEALED]


def add_submission(session: Session, submission: SubmissionRecord) -> bool:
    """False, and nothing kept, if its draft has been submitted before: find_by_draft has it."""
    values = {name: getattr(submission, name) for name in PLAIN}
    for name in SEALED:
        column = f"sealed_{name}"
        values[column] = keyring_of(session).seal_json(
            getattr(submission, name), "submissions", column, submission.id
        )
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    once = (
        insert(SubmissionRow).values(**values).on_conflict_do_nothing(index_elements=["draft_id"])
    )
    return session.scalar(once.returning(SubmissionRow.id)) is not None


def find_by_draft(session: Session, draft_id: str) -> SubmissionRecord | None:
    return _read(session, _whole().where(SubmissionRow.draft_id == draft_id))


def read_submission(session: Session, submission_id: str) -> SubmissionRecord | None:
    """Raises CannotUnseal if the record is damaged."""
    return _read(session, _whole().where(SubmissionRow.id == submission_id))


def bump_version(session: Session, submission_id: str, expected: int) -> bool:
    """Claims the next version; False if somebody else was faster."""
    done = session.execute(
        update(SubmissionRow)
        .where(SubmissionRow.id == submission_id, SubmissionRow.version == expected)
        .values(version=expected + 1)
    )
    return cast("CursorResult[Any]", done).rowcount == 1


def list_submissions(session: Session) -> list[QueueRow]:
    """Every submission, newest first, in one query."""
    keyring = keyring_of(session)
    return [_queue_row(keyring, row) for row in session.execute(_queue())]


def _whole() -> Select[Any]:
    names = [*PLAIN, *(f"sealed_{name}" for name in SEALED)]
    return select(*(getattr(SubmissionRow, name) for name in names))


def _read(session: Session, query: Select[Any]) -> SubmissionRecord | None:
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    values = dict(row._mapping)
    keyring = keyring_of(session)
    for name in SEALED:
        column = f"sealed_{name}"
        sealed = values.pop(column)
        values[name] = keyring.unseal_json(sealed, "submissions", column, row.id)
    return SubmissionRecord(**values)


def _queue() -> Select[Any]:
    viewed = (
        select(AuditEventRow.subject_id, func.min(AuditEventRow.at).label("first_viewed_at"))
        .where(
            AuditEventRow.event == "submission.viewed", AuditEventRow.subject_kind == "submission"
        )
        .group_by(AuditEventRow.subject_id)
        .subquery()
    )
    latest = (
        select(ReviewRow.submission_id, func.max(ReviewRow.submission_version).label("version"))
        .group_by(ReviewRow.submission_id)
        .subquery()
    )
    plain = [field.name for field in fields(QueueRow) if hasattr(SubmissionRow, field.name)]
    return (
        select(
            *(getattr(SubmissionRow, name) for name in plain),
            SubmissionRow.sealed_identity,
            viewed.c.first_viewed_at,
            ReviewRow.disposition,
            ReviewRow.defer_until,
            ReviewRow.decided_at.label("last_decided_at"),
        )
        .outerjoin(viewed, viewed.c.subject_id == SubmissionRow.id)
        .outerjoin(latest, latest.c.submission_id == SubmissionRow.id)
        .outerjoin(
            ReviewRow,
            (ReviewRow.submission_id == latest.c.submission_id)
            & (ReviewRow.submission_version == latest.c.version),
        )
        .order_by(SubmissionRow.received_at.desc(), SubmissionRow.id)
    )


def _queue_row(keyring: KeyRing, row: Row[Any]) -> QueueRow:
    values = dict(row._mapping)
    try:
        identity = keyring.unseal_json(
            values.pop("sealed_identity"), "submissions", "sealed_identity", row.id
        )
    except CannotUnseal:
        return QueueRow(**values, name=None)
    return QueueRow(**values, name=str(identity.get("name", "")))
