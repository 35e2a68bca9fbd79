"""Claims: one clinician works on an episode for a while, and the others see it.

A lease, not a lock: it ends by itself, its holder's every act renews it, and another clinician
may take it over after having seen whose it is.
"""

from datetime import datetime, timedelta

from screening.domain.audit import Actor, AuditEvent, Fact
from screening.services.casefile import SUBMISSION, OpenedSubmission, read_opened
from screening.storage.audit import append_event
from screening.storage.claims import Claim, drop_claim, put_claim
from screening.storage.database import Session
from screening.storage.submissions import hold_episode

LEASE = timedelta(minutes=15)


def claim(
    session: Session, submission_id: str, actor: Actor, now: datetime, over: str = ""
) -> bool:
    """Claim or renew; False while another's claim runs that is not the one to be taken over."""
    hold_episode(session, submission_id)
    return take(session, read_opened(session, submission_id, now), actor, now, over)


def release(session: Session, submission_id: str, actor: Actor, now: datetime) -> None:
    """Give back one's own claim; another's stays untouched."""
    hold_episode(session, submission_id)
    opened = read_opened(session, submission_id, now)
    if opened.claim is not None and not held_by_other(opened, actor):
        drop_claim(session, opened.record.episode_id)
        _witness(session, "claim.released", opened, actor, now)


def held_by_other(opened: OpenedSubmission, actor: Actor) -> Claim | None:
    """The claim that keeps this clinician from deciding."""
    held = opened.claim
    return held if held is not None and held.staff_id != actor.id else None


def take(
    session: Session, opened: OpenedSubmission, actor: Actor, now: datetime, over: str = ""
) -> bool:
    """`claim` within another act. `over` is the id of the holder whom the clinician has seen."""
    other = held_by_other(opened, actor)
    if other is not None and other.staff_id != over:
        return False
    if other is not None:
        _witness(session, "claim.taken-over", opened, actor, now, holder=other.staff_id)
    elif opened.claim is None:
        _witness(session, "submission.claimed", opened, actor, now)
    mine = opened.claim if opened.claim and other is None else None
    since = mine.claimed_at if mine else now
    put_claim(session, Claim(opened.record.episode_id, str(actor.id), since, now + LEASE))
    return True


def finish(session: Session, opened: OpenedSubmission) -> None:
    """The work that the claim was for is done: nobody needs to wait for its end."""
    drop_claim(session, opened.record.episode_id)


def _witness(
    session: Session,
    event: str,
    opened: OpenedSubmission,
    actor: Actor,
    at: datetime,
    **facts: Fact,
) -> None:
    append_event(session, AuditEvent(event, at, actor, SUBMISSION, opened.record.id, facts))
