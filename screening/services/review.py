"""What a clinician does with submissions: look through the queue, open one, decide on it.

Each verb runs in the caller's transaction and witnesses itself in the same one, so a view that
cannot be recorded is not shown and a decision that cannot be recorded is not made (AU-2).
"""

from dataclasses import dataclass
from datetime import date, datetime

from screening.domain.audit import Actor, AuditEvent, Fact
from screening.domain.protocol import Level
from screening.domain.queue import Place
from screening.domain.review import Disposition, Review, ReviewRefused
from screening.domain.submission import Facts, Happening, TransitionForbidden, after
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import (
    SUBMISSION,
    VIEWED,
    OpenedSubmission,
    grounds_of,
    read_opened,
)
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.reviews import ReviewRecord, add_review
from screening.storage.submissions import (
    QueueRow,
    SubmissionRecord,
    bump_version,
    list_submissions,
)

NOT_OPENED = "Read the submission first: nobody has opened it yet."


@dataclass(frozen=True, slots=True)
class Queued:
    row: QueueRow
    place: Place


@dataclass(frozen=True, slots=True)
class Decision:
    """What a clinician chose, about which version of the submission."""

    version: int
    disposition: Disposition
    defer_until: date | None = None
    reason: str = ""
    note: str = ""


def queue(session: Session, actor: Actor, now: datetime) -> list[Queued]:
    """Every submission, the most needed first."""
    queued = [Queued(row, _place(row)) for row in list_submissions(session)]
    append_event(session, AuditEvent("queue.viewed", now, actor, facts={"count": len(queued)}))
    return sorted(queued, key=lambda one: one.place.key)


def open_submission(
    session: Session, submission_id: str, actor: Actor, now: datetime
) -> OpenedSubmission:
    """One submission to read; raises SubmissionNotFound, or CannotUnseal where it is damaged."""
    opened = read_opened(session, submission_id)
    _witness(session, VIEWED, submission_id, actor, now, version=opened.record.version)
    return read_opened(session, submission_id)


def decide(
    session: Session,
    submission_id: str,
    decision: Decision,
    library: ProtocolLibrary,
    *,
    review_id: str,
    actor: Actor,
    now: datetime,
) -> bool:
    """Keep a decision; False, and nothing kept, if the version has passed by meanwhile.

    Raises ReviewRefused where the decision lacks something. Sending the same decision twice is
    no conflict: the second time it stands already.
    """
    opened = read_opened(session, submission_id)
    if opened.record.version == decision.version:
        review = _review(opened, decision, library)
        if bump_version(session, submission_id, decision.version):
            add_review(session, _kept(review, opened.record, review_id, str(actor.id), now))
            facts: dict[str, Fact] = {"review": review_id, "version": decision.version}
            _witness(session, "review.decided", submission_id, actor, now, **facts)
            return True
        opened = read_opened(session, submission_id)
    if _repeated(opened, decision, actor):
        return True
    facts = {"expected": decision.version, "found": opened.record.version}
    _witness(session, "review.conflicted", submission_id, actor, now, **facts)
    return False


def _review(opened: OpenedSubmission, decision: Decision, library: ProtocolLibrary) -> Review:
    """The domain's judgement of the decision; raises ReviewRefused."""
    try:
        after(opened.status, Happening.DECIDED)
    except TransitionForbidden:
        raise ReviewRefused({"disposition": NOT_OPENED}) from None
    return Review(
        grounds_of(opened, library),
        decision.disposition,
        decision.defer_until,
        decision.reason,
        decision.note,
    )


def _place(row: QueueRow) -> Place:
    status = Facts(row.first_viewed_at, row.last_decided_at).status
    return Place(status, Level(row.level), row.treatment_date, row.received_at, row.last_decided_at)


def _repeated(opened: OpenedSubmission, decision: Decision, actor: Actor) -> bool:
    """Is this the decision that made the version, sent once more (a double click, a reload)."""
    return any(
        review.submission_version == decision.version
        and review.staff_id == actor.id
        and review.disposition == decision.disposition
        and review.defer_until == decision.defer_until
        and (review.reason or "") == decision.reason.strip()
        and (review.note or "") == decision.note.strip()
        for review in opened.reviews[-1:]
    )


def _kept(
    review: Review, record: SubmissionRecord, review_id: str, staff_id: str, now: datetime
) -> ReviewRecord:
    return ReviewRecord(
        id=review_id,
        submission_id=record.id,
        submission_version=record.version,
        disposition=review.disposition.value,
        defer_until=review.defer_until,
        level=review.grounds.level.value,
        against_level=review.against_level,
        reason=review.reason or None,
        note=review.note or None,
        staff_id=staff_id,
        decided_at=now,
    )


def _witness(
    session: Session, event: str, submission_id: str, actor: Actor, now: datetime, **facts: Fact
) -> None:
    append_event(session, AuditEvent(event, now, actor, SUBMISSION, submission_id, facts))
