"""A link to the patient's own page, for staff to copy; shown once, kept only as a hash."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from screening.domain.audit import Actor
from screening.services.casefile import read_opened
from screening.services.own_page import LINK_LIFE, make_link
from screening.storage.database import Session
from screening.storage.submissions import hold_episode


@dataclass(frozen=True, slots=True)
class PatientLink:
    token: str
    until: datetime
    reference: str


def link_for(
    session: Session,
    submission_id: str,
    actor: Actor,
    now: datetime,
    tokens: Callable[[int], bytes],
) -> PatientLink:
    """Raises SubmissionNotFound. Earlier links to this page stop working."""
    hold_episode(session, submission_id)
    record = read_opened(session, submission_id, now).record
    token = make_link(session, record.episode_id, actor, now, tokens)
    return PatientLink(token, now + LINK_LIFE, record.reference)
