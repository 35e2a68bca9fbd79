"""The clinic's queue: one line for each episode, about its latest edition."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from screening.storage.episode_tables import ClaimRow, QuestionRow, SecondOpinionRow
from screening.storage.sealing import CannotUnseal, KeyRing, keyring_of
from screening.storage.tables import AuditEventRow, ReviewRow, SubmissionRow

VIEWED = "submission.viewed"
AGE_STOP = "submission.age-stop"


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue; `name` is None where the record cannot be read, or names were left
    sealed.

    `disposition`, `defer_until`, `last_decided_at` and `decided_by` are those of the latest
    decision on this edition that has effect; `proposed` says that a newer one waits for a second
    clinician, proposed by `proposed_by`. `effective_at` is since when it has effect, and
    `decided_before` since when the latest decision on an earlier edition had. `age_stop_at` is when
    a correction last gave a date of birth under 18.
    """

    id: str
    episode_id: str
    edition: int
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
    decided_by: str | None = None
    decided_before: datetime | None = None
    proposed: bool = False
    proposed_by: str | None = None
    question_open: bool = False
    claimed_by: str | None = None
    claim_expires_at: datetime | None = None
    protocol: str = ""
    effective_at: datetime | None = None
    age_stop_at: datetime | None = None


@dataclass(frozen=True)
class ListedRow:
    """Who somebody is, as sealed; None is what cannot be read."""

    id: str
    protocol: str
    identity: Mapping[str, Any] | None
    answers: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class SealedAssessment:
    """What the rules said of one submission, as it lies there, and by which protocol version."""

    id: str
    protocol: str
    sealed: bytes = field(repr=False)


MOST_NAMED = 1000
"""Of more than these the database is not told which: engines limit what one query may name."""
PLAIN = [one.name for one in fields(QueueRow) if hasattr(SubmissionRow, one.name)]


def list_queue(
    session: Session, *, names: bool = True, only: Collection[str] | None = None
) -> list[QueueRow]:
    """The latest edition of every episode, or of these only, newest first, in one query.

    Unsealing thousands of names takes longer than the query: a page asks for its own by
    `read_listed`.
    """
    keyring = keyring_of(session) if names else None
    query = _queue().add_columns(SubmissionRow.sealed_identity) if names else _queue()
    if only is not None and len(only) <= MOST_NAMED:
        query = query.where(SubmissionRow.episode_id.in_([*only]))
    rows = session.execute(query)
    return [_queue_row(keyring, row) for row in rows if only is None or row.episode_id in only]


def read_listed(session: Session, submission_ids: Iterable[str]) -> list[ListedRow]:
    """What a list is made of that shows these."""
    keyring = keyring_of(session)
    query = select(
        SubmissionRow.id,
        SubmissionRow.protocol,
        SubmissionRow.sealed_identity,
        SubmissionRow.sealed_answers,
    ).where(SubmissionRow.id.in_(list(submission_ids)))
    return [
        ListedRow(
            row.id,
            row.protocol,
            _part(keyring, row.sealed_identity, "sealed_identity", row.id),
            _part(keyring, row.sealed_answers, "sealed_answers", row.id),
        )
        for row in session.execute(query)
    ]


def read_assessments(session: Session, submission_ids: Collection[str]) -> list[SealedAssessment]:
    """Of at most MOST_NAMED; to be unsealed when the transaction has ended."""
    query = select(SubmissionRow.id, SubmissionRow.protocol, SubmissionRow.sealed_assessment).where(
        SubmissionRow.id.in_([*submission_ids])
    )
    return [SealedAssessment(*row) for row in session.execute(query)]


def unsealed_assessment(keyring: KeyRing, one: SealedAssessment) -> Mapping[str, Any] | None:
    """None where it cannot be read."""
    return _part(keyring, one.sealed, "sealed_assessment", one.id)


def _queue() -> Select[Any]:
    effective, proposal = aliased(ReviewRow), aliased(ReviewRow)
    agreed = aliased(SecondOpinionRow)
    return (
        select(
            *(getattr(SubmissionRow, name) for name in PLAIN),
            _first_viewed(),
            effective.disposition,
            effective.defer_until,
            effective.decided_at.label("last_decided_at"),
            effective.staff_id.label("decided_by"),
            func.coalesce(agreed.at, effective.decided_at).label("effective_at"),
            _decided_before(),
            _age_stop(),
            proposal.id.is_not(None).label("proposed"),
            proposal.staff_id.label("proposed_by"),
            _asked(),
            ClaimRow.staff_id.label("claimed_by"),
            ClaimRow.expires_at.label("claim_expires_at"),
        )
        .select_from(SubmissionRow)
        .where(_is_latest())
        .outerjoin(effective, effective.id == _latest_review(_has_effect))
        .outerjoin(agreed, agreed.review_id == effective.id)
        .outerjoin(proposal, and_(proposal.id == _latest_review(), _is_proposed(proposal)))
        .outerjoin(ClaimRow, ClaimRow.episode_id == SubmissionRow.episode_id)
        .order_by(SubmissionRow.received_at.desc(), SubmissionRow.id)
    )


def _is_latest() -> ColumnElement[bool]:
    later = aliased(SubmissionRow)
    return ~exists().where(
        later.episode_id == SubmissionRow.episode_id, later.edition > SubmissionRow.edition
    )


def _first_viewed() -> Any:
    return (
        select(func.min(AuditEventRow.at))
        .where(
            AuditEventRow.subject_kind == "submission",
            AuditEventRow.subject_id == SubmissionRow.id,
            AuditEventRow.event == VIEWED,
        )
        .scalar_subquery()
        .label("first_viewed_at")
    )


def _has_effect(review: Any) -> ColumnElement[bool]:
    agreed = exists().where(
        SecondOpinionRow.review_id == review.id, SecondOpinionRow.agreed.is_(True)
    )
    return or_(review.second_required.is_(False), agreed)


def _is_proposed(review: Any) -> ColumnElement[bool]:
    answered = exists().where(SecondOpinionRow.review_id == review.id)
    return and_(review.second_required.is_(True), ~answered)


def _latest_review(condition: Any = lambda _review: true()) -> Any:
    """The latest review of this edition for which the condition holds."""
    review = aliased(ReviewRow)
    return (
        select(review.id)
        .where(review.submission_id == SubmissionRow.id, condition(review))
        .order_by(review.submission_version.desc())
        .limit(1)
        .correlate(SubmissionRow)
        .scalar_subquery()
    )


def _decided_before() -> Any:
    earlier, review, agreed = aliased(SubmissionRow), aliased(ReviewRow), aliased(SecondOpinionRow)
    return (
        select(func.max(func.coalesce(agreed.at, review.decided_at)))
        .select_from(review)
        .join(earlier, review.submission_id == earlier.id)
        .outerjoin(agreed, agreed.review_id == review.id)
        .where(
            earlier.episode_id == SubmissionRow.episode_id,
            earlier.edition < SubmissionRow.edition,
            _has_effect(review),
        )
        .correlate(SubmissionRow)
        .scalar_subquery()
        .label("decided_before")
    )


def _age_stop() -> Any:
    """On whichever edition it was given."""
    edition = aliased(SubmissionRow)
    return (
        select(func.max(AuditEventRow.at))
        .join(edition, edition.id == AuditEventRow.subject_id)
        .where(
            edition.episode_id == SubmissionRow.episode_id,
            AuditEventRow.subject_kind == "submission",
            AuditEventRow.event == AGE_STOP,
        )
        .correlate(SubmissionRow)
        .scalar_subquery()
        .label("age_stop_at")
    )


def _asked() -> Any:
    asked = exists().where(
        QuestionRow.submission_id == SubmissionRow.id,
        QuestionRow.answered_by.is_(None),
        QuestionRow.withdrawn_at.is_(None),
    )
    return case((asked, True), else_=False).label("question_open")


def _queue_row(keyring: KeyRing | None, row: Row[Any]) -> QueueRow:
    values = row._asdict()
    values["proposed"] = bool(values["proposed"])
    sealed = values.pop("sealed_identity", b"")
    return QueueRow(**values, name=None if keyring is None else _name(keyring, sealed, row.id))


def _name(keyring: KeyRing, sealed: bytes, submission_id: str) -> str | None:
    identity = _part(keyring, sealed, "sealed_identity", submission_id)
    return None if identity is None else str(identity.get("name", ""))


def _part(
    keyring: KeyRing, sealed: bytes, column: str, submission_id: str
) -> Mapping[str, Any] | None:
    try:
        return keyring.unseal_json(sealed, "submissions", column, submission_id)
    except CannotUnseal:
        return None
