"""That a patient's photo identity was checked: recorded once for an episode, and witnessed."""

from datetime import datetime

from screening.domain.audit import Actor, AuditEvent
from screening.services.casefile import SUBMISSION, OpenedSubmission, read_opened
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.identity_checks import IdentityCheck, add_identity_check
from screening.storage.submissions import hold_episode


def confirm_identity(session: Session, submission_id: str, actor: Actor, now: datetime) -> None:
    """Raises SubmissionNotFound. A second confirmation changes nothing."""
    hold_episode(session, submission_id)
    record_identity(session, read_opened(session, submission_id, now), actor, now)


def record_identity(
    session: Session, opened: OpenedSubmission, actor: Actor, now: datetime
) -> None:
    record = opened.record
    if add_identity_check(session, IdentityCheck(record.episode_id, str(actor.id), now)):
        event = AuditEvent("identity.checked", now, actor, SUBMISSION, record.id)
        append_event(session, event)
