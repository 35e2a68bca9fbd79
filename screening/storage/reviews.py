"""Clinicians' decisions; one per version of a submission, never edited; and second opinions."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from screening.storage.episode_tables import SecondOpinionRow
from screening.storage.sealing import DAMAGED, CannotUnseal, KeyRing, keyring_of
from screening.storage.tables import ReviewRow

SEALED = ("reason", "note", "message")


@dataclass(frozen=True)
class SecondOpinion:
    staff_id: str
    agreed: bool
    note: str | None
    at: datetime


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
    reason_code: str | None = None
    precautions: tuple[str, ...] = ()
    message: str | None = None
    second_required: bool = False
    in_bulk: bool = False
    second: SecondOpinion | None = None

    @property
    def proposed(self) -> bool:
        """Still waiting for a second clinician."""
        return self.second_required and self.second is None

    @property
    def effective_at(self) -> datetime | None:
        """Since when it counts; None while, or because, a second clinician has not agreed."""
        if not self.second_required:
            return self.decided_at
        return self.second.at if self.second and self.second.agreed else None


APART = (*SEALED, "precautions", "second")
PLAIN = [field.name for field in fields(ReviewRecord) if field.name not in APART]


def add_review(session: Session, review: ReviewRecord) -> None:
    keyring = keyring_of(session)
    values = {name: getattr(review, name) for name in PLAIN}
    for name in SEALED:
        text, column = getattr(review, name), f"sealed_{name}"
        values[column] = keyring.seal_text(text, "reviews", column, review.id) if text else None
    if review.precautions:
        chosen = {"precautions": list(review.precautions)}
        values["sealed_precautions"] = keyring.seal_json(
            chosen, "reviews", "sealed_precautions", review.id
        )
    session.execute(insert(ReviewRow).values(**values))


def add_second_opinion(session: Session, review_id: str, opinion: SecondOpinion) -> None:
    """A second one on the same decision is refused by the table (IntegrityError)."""
    sealed = opinion.note and keyring_of(session).seal_text(
        opinion.note, "second_opinions", "sealed_note", review_id
    )
    session.execute(
        insert(SecondOpinionRow).values(
            review_id=review_id,
            staff_id=opinion.staff_id,
            agreed=opinion.agreed,
            sealed_note=sealed or None,
            at=opinion.at,
        )
    )


def list_reviews(session: Session, *submission_ids: str) -> list[ReviewRecord]:
    """The decisions on these submissions, the latest last."""
    names = [*PLAIN, *(f"sealed_{name}" for name in SEALED), "sealed_precautions"]
    query = (
        select(*(getattr(ReviewRow, name) for name in names))
        .where(ReviewRow.submission_id.in_(submission_ids))
        .order_by(ReviewRow.decided_at, ReviewRow.submission_version)
    )
    rows = session.execute(query).all()
    seconds = _second_opinions(session, [row.id for row in rows])
    keyring = keyring_of(session)
    return [_record(keyring, row, seconds.get(row.id)) for row in rows]


def _second_opinions(session: Session, review_ids: Iterable[str]) -> dict[str, SecondOpinion]:
    query = select(SecondOpinionRow.__table__).where(SecondOpinionRow.review_id.in_(review_ids))
    keyring = keyring_of(session)
    return {
        row.review_id: SecondOpinion(
            row.staff_id,
            row.agreed,
            row.sealed_note
            and keyring.text_or_so(
                row.sealed_note, "second_opinions", "sealed_note", row.review_id
            ),
            row.at,
        )
        for row in session.execute(query)
    }


def _record(keyring: KeyRing, row: Row[Any], second: SecondOpinion | None) -> ReviewRecord:
    values = dict(row._mapping)
    for name in SEALED:
        column = f"sealed_{name}"
        sealed = values.pop(column)
        values[name] = sealed and keyring.text_or_so(sealed, "reviews", column, row.id)
    sealed = values.pop("sealed_precautions")
    precautions = _precautions(keyring, sealed, row.id) if sealed else ()
    return ReviewRecord(**values, precautions=precautions, second=second)


def _precautions(keyring: KeyRing, sealed: bytes, review_id: str) -> tuple[str, ...]:
    try:
        chosen = keyring.unseal_json(sealed, "reviews", "sealed_precautions", review_id)
    except CannotUnseal:
        return (DAMAGED,)
    return tuple(cast("list[str]", chosen["precautions"]))
