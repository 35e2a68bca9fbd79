"""What a clinician does with one submission: open it, weigh a decision, make it.

Each verb runs in the caller's transaction and witnesses itself in the same one, so a view that
cannot be recorded is not shown and a decision that cannot be recorded is not made (AU-2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from screening.domain.audit import Actor
from screening.domain.review import Review, ReviewRefused
from screening.protocols.library import ProtocolLibrary
from screening.services import claims
from screening.services.casefile import VIEWED, OpenedSubmission, read_opened
from screening.services.decision import Decision as Decision
from screening.services.decision import Verdict as Verdict
from screening.services.decision import in_the_way, judge, witness
from screening.services.kept_reviews import keep_review, stands_already
from screening.storage.database import Session
from screening.storage.submissions import hold_episode


@dataclass(frozen=True, slots=True)
class Weighed:
    """A decision before it is made: in the way of it stand a verdict or errors, or nothing."""

    opened: OpenedSubmission
    verdict: Verdict = Verdict.STANDS
    review: Review | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


def open_submission(
    session: Session, submission_id: str, actor: Actor, now: datetime
) -> OpenedSubmission:
    """One submission to read; raises SubmissionNotFound, or CannotUnseal where it is damaged."""
    opened = read_opened(session, submission_id, now)
    witness(session, VIEWED, submission_id, actor, now, version=opened.record.version)
    return read_opened(session, submission_id, now)


def open_current(
    session: Session, submission_id: str, actor: Actor, now: datetime
) -> OpenedSubmission:
    """The edition that stands for the episode now, whichever was asked for; raises as above."""
    latest = read_opened(session, submission_id, now).latest
    return open_submission(session, latest.id, actor, now)


def weigh(
    session: Session,
    submission_id: str,
    decision: Decision,
    library: ProtocolLibrary,
    *,
    actor: Actor,
    now: datetime,
) -> Weighed:
    """What the decision would be; whoever weighs one claims the episode, or goes on holding it."""
    hold_episode(session, submission_id)
    opened = read_opened(session, submission_id, now)
    verdict = in_the_way(session, opened, decision.version, actor, now, decision.over)
    if not verdict:
        return Weighed(opened, verdict)
    claims.take(session, opened, actor, now, decision.over)
    try:
        return Weighed(opened, review=judge(session, opened, decision, library, now))
    except ReviewRefused as refused:
        return Weighed(opened, errors=refused.errors)


def decide(
    session: Session,
    submission_id: str,
    decision: Decision,
    library: ProtocolLibrary,
    *,
    review_id: str,
    actor: Actor,
    now: datetime,
) -> Verdict:
    """Keep a decision; nothing is kept where something came in between.

    Raises ReviewRefused where the decision lacks something. Sending the same decision twice is
    no conflict: the second time it stands already.
    """
    hold_episode(session, submission_id)
    opened = read_opened(session, submission_id, now)
    if stands_already(opened, decision, actor):
        return Verdict.STANDS
    verdict = in_the_way(session, opened, decision.version, actor, now, decision.over)
    if verdict:
        review = judge(session, opened, decision, library, now)
        if decision.over:
            claims.take(session, opened, actor, now, decision.over)
        keep_review(session, opened, decision, review, review_id, actor, now)
    return verdict
