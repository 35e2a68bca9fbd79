"""What the figures are counted from: no name, no answer, no word of a decision is read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from screening.storage.episode_tables import SecondOpinionRow
from screening.storage.sealing import CannotUnseal, KeyRing, keyring_of
from screening.storage.tables import ReviewRow, SubmissionRow


@dataclass(frozen=True)
class ReceivedRow:
    """`assessment` is None where the record cannot be read."""

    id: str
    protocol: str
    received_at: datetime
    completed_on: date
    treatment_date: date | None
    level: str
    assessment: Mapping[str, Any] | None


@dataclass(frozen=True)
class DecisionRow:
    """`agreed` is what the second clinician said, at `answered_at`; None where nobody has yet.

    `episode_id` is the visit: one that was answered again has several submissions.
    """

    submission_id: str
    episode_id: str
    disposition: str
    defer_until: date | None
    against_level: bool
    reason_code: str | None
    second_required: bool
    in_bulk: bool
    decided_at: datetime
    agreed: bool | None
    answered_at: datetime | None

    @property
    def effective_at(self) -> datetime | None:
        if not self.second_required:
            return self.decided_at
        return self.answered_at if self.agreed else None


def list_received(session: Session, since: datetime, until: datetime) -> list[ReceivedRow]:
    """The latest editions that came in from `since` on and before `until`."""
    later = aliased(SubmissionRow)
    followed = exists().where(
        later.episode_id == SubmissionRow.episode_id, later.edition > SubmissionRow.edition
    )
    return _received(
        session, ~followed, SubmissionRow.received_at >= since, SubmissionRow.received_at < until
    )


def read_received(session: Session, submission_ids: Collection[str]) -> list[ReceivedRow]:
    return _received(session, SubmissionRow.id.in_(submission_ids)) if submission_ids else []


def list_decisions(session: Session, since: datetime) -> list[DecisionRow]:
    """Every decision made or signed off from `since` on, the earliest first."""
    names = [name for name in DecisionRow.__dataclass_fields__ if hasattr(ReviewRow, name)]
    query = (
        select(
            *(getattr(ReviewRow, name) for name in names),
            SubmissionRow.episode_id,
            SecondOpinionRow.agreed,
            SecondOpinionRow.at.label("answered_at"),
        )
        .join(SubmissionRow, SubmissionRow.id == ReviewRow.submission_id)
        .outerjoin(SecondOpinionRow, SecondOpinionRow.review_id == ReviewRow.id)
        .where((ReviewRow.decided_at >= since) | (SecondOpinionRow.at >= since))
        .order_by(ReviewRow.decided_at, ReviewRow.id)
    )
    return [DecisionRow(**row._mapping) for row in session.execute(query)]


def _received(session: Session, *where: ColumnElement[bool]) -> list[ReceivedRow]:
    names = [name for name in ReceivedRow.__dataclass_fields__ if name != "assessment"]
    query = (
        select(*(getattr(SubmissionRow, name) for name in names), SubmissionRow.sealed_assessment)
        .where(*where)
        .order_by(SubmissionRow.received_at, SubmissionRow.id)
    )
    keyring = keyring_of(session)
    return [_row(keyring, dict(row._mapping)) for row in session.execute(query)]


def _row(keyring: KeyRing, values: dict[str, Any]) -> ReceivedRow:
    sealed = values.pop("sealed_assessment")
    try:
        opened = keyring.unseal_json(sealed, "submissions", "sealed_assessment", values["id"])
    except CannotUnseal:
        return ReceivedRow(**values, assessment=None)
    return ReceivedRow(**values, assessment=opened)
