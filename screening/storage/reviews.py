"""Clinicians' decisions; one per version of a submission, never edited."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from screening.storage.sealing import KeyRing, keyring_of
from screening.storage.tables import ReviewRow

SEALED = ("reason", "note")


@dataclass(frozen=True)
class ReviewRecord:
    """`submission_version` is the version that the clinician had before them."""

    id: str
    submission_id: str
    submission_version: int
    disposition: str
    defer_until: date | None
    level: str
    against_level: bool
    reason: str | None
    note: str | None
    staff_id: str
    decided_at: datetime


PLAIN = [field.name for field in fields(ReviewRecord) if field.name not in SEALED]


def add_review(session: Session, review: ReviewRecord) -> None:
    values = {name: getattr(review, name) for name in PLAIN}
    for name in SEALED:
        text, column = getattr(review, name), f"sealed_{name}"
        values[column] = (
            keyring_of(session).seal_text(text, "reviews", column, review.id) if text else None
        )
    session.execute(insert(ReviewRow).values(**values))


def list_reviews(session: Session, submission_id: str) -> list[ReviewRecord]:
    """The decisions on one submission, the latest last."""
    names = [*PLAIN, *(f"sealed_{name}" for name in SEALED)]
    query = (
        select(*(getattr(ReviewRow, name) for name in names))
        .where(ReviewRow.submission_id == submission_id)
        .order_by(ReviewRow.submission_version)
    )
    keyring = keyring_of(session)
    return [_record(keyring, row) for row in session.execute(query)]


def _record(keyring: KeyRing, row: Row[Any]) -> ReviewRecord:
    values = dict(row._mapping)
    for name in SEALED:
        column = f"sealed_{name}"
        sealed = values.pop(column)
        values[name] = (
            None if sealed is None else keyring.unseal_text(sealed, "reviews", column, row.id)
        )
    return ReviewRecord(**values)
