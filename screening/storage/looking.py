"""Which of the staff looked at which episode, and who did something about it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from screening.domain.looking import HELD, LOOKS, Look, Pair
from screening.storage.tables import AuditEventRow, SubmissionRow

# Both kinds of subject are named by the id of a submission: an episode has that of its first.
_KINDS = ("submission", "episode")


def list_looks(session: Session, since: datetime, until: datetime) -> list[Look]:
    """From `since` on and before `until`; times in UTC. Of an erased visit nothing is left to tell
    whose it was.
    """
    query = (
        select(
            AuditEventRow.actor_id,
            SubmissionRow.episode_id,
            AuditEventRow.event,
            AuditEventRow.at,
        )
        .join(SubmissionRow, SubmissionRow.id == AuditEventRow.subject_id)
        .where(
            AuditEventRow.actor_kind == "staff",
            AuditEventRow.actor_id.is_not(None),
            AuditEventRow.subject_kind.in_(_KINDS),
            AuditEventRow.event.in_(LOOKS),
            AuditEventRow.at >= since,
            AuditEventRow.at < until,
        )
        .order_by(AuditEventRow.seq)
    )
    return [
        Look(str(who), episode, event, at) for who, episode, event, at in session.execute(query)
    ]


def list_worked(session: Session) -> frozenset[Pair]:
    """Who ever did anything about which episode but look at it, or hold it."""
    query = (
        select(AuditEventRow.actor_id, SubmissionRow.episode_id)
        .distinct()
        .join(SubmissionRow, SubmissionRow.id == AuditEventRow.subject_id)
        .where(
            AuditEventRow.actor_kind == "staff",
            AuditEventRow.actor_id.is_not(None),
            AuditEventRow.subject_kind.in_(_KINDS),
            AuditEventRow.event.not_in(LOOKS | HELD),
        )
    )
    return frozenset((str(staff), episode) for staff, episode in session.execute(query))
