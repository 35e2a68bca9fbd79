"""A decision that was judged becomes a review that is kept, with all that follows from it."""

from datetime import datetime

from screening.domain.audit import Actor, Fact
from screening.domain.review import Review
from screening.services import claims
from screening.services.asking import replace_questions
from screening.services.casefile import OpenedSubmission
from screening.services.decision import Decision, witness
from screening.services.identity import record_identity
from screening.storage.database import Session
from screening.storage.questions import Question
from screening.storage.reviews import ReviewRecord, add_review
from screening.storage.submissions import bump_version


def stands_already(opened: OpenedSubmission, decision: Decision, actor: Actor) -> bool:
    """Is this the decision that made the version, sent once more (a double click, a reload)."""
    here = [review for review in opened.reviews if review.submission_id == opened.record.id]
    return any(_same(review, decision, actor, opened.questions) for review in here[-1:])


def _same(
    kept: ReviewRecord, decision: Decision, actor: Actor, questions: tuple[Question, ...]
) -> bool:
    """`message` counts only where words were sent: the usual ones depend on the day."""
    asked = next((one for one in questions if one.id == kept.id), None)
    return (
        kept.submission_version == decision.version
        and kept.staff_id == actor.id
        and kept.disposition == decision.disposition
        and kept.defer_until == decision.defer_until
        and (kept.reason or "") == decision.reason.strip()
        and (kept.reason_code or "") == decision.reason_code
        and (kept.note or "") == decision.note.strip()
        and kept.precautions == decision.precautions
        and decision.message.strip() in ("", kept.message)
        and (asked.text if asked else "") == decision.question.strip()
        and (asked.items if asked else ()) == decision.items
    )


def keep_review(
    session: Session,
    opened: OpenedSubmission,
    decision: Decision,
    review: Review,
    review_id: str,
    actor: Actor,
    now: datetime,
) -> None:
    """The review with all that follows from it; the caller holds the episode."""
    bump_version(session, opened.record.id, decision.version)  # held, so nobody was faster
    kept = _record(opened, review, decision, review_id, actor, now)
    add_review(session, kept)
    event = "review.proposed" if review.second_required else "review.decided"
    facts: dict[str, Fact] = {"review": review_id, "version": decision.version}
    witness(session, event, opened.record.id, actor, now, **facts)
    if not review.second_required:
        replace_questions(session, opened, kept, now, review)
    if decision.identity_checked:
        record_identity(session, opened, actor, now)
    claims.finish(session, opened)


def _record(
    opened: OpenedSubmission,
    review: Review,
    decision: Decision,
    review_id: str,
    actor: Actor,
    now: datetime,
) -> ReviewRecord:
    return ReviewRecord(
        id=review_id,
        submission_id=opened.record.id,
        submission_version=opened.record.version,
        disposition=review.disposition.value,
        defer_until=review.defer_until,
        level=review.grounds.level.value,
        against_level=review.against_level,
        reason=review.reason or None,
        note=review.note or None,
        staff_id=str(actor.id),
        decided_at=now,
        reason_code=review.reason_code or None,
        precautions=review.precautions,
        message=review.message,
        second_required=review.second_required,
        in_bulk=decision.in_bulk,
    )
