"""A link to the patient's own page, for staff to copy or to send; kept only as a hash."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from screening.domain.audit import Actor, AuditEvent
from screening.domain.mail import Mail, MailKind, is_address
from screening.services.casefile import SUBMISSION, SubmissionNotFound, read_opened
from screening.services.outbox import post
from screening.services.own_page import LINK_LIFE, hashed, make_link
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.page_links import find_page_link
from screening.storage.submissions import hold_episode, latest_edition, read_submission


class NoAddress(LookupError):
    """The patient gave no address that mail can go to."""


class LinkOver(LookupError):
    """This link does not open this page any more: another one was made."""


@dataclass(frozen=True, slots=True)
class PatientLink:
    token: str
    until: datetime
    reference: str
    episode_id: str


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
    return PatientLink(token, now + LINK_LIFE, record.reference, record.episode_id)


def address_for(session: Session, episode_id: str) -> str:
    """Where the patient said they read their mail; empty where they gave no such address."""
    latest = latest_edition(session, episode_id)
    record = read_submission(session, latest) if latest else None
    if record is None:
        raise SubmissionNotFound
    told = str(record.identity.get("email") or "")
    return told if is_address(told) else ""


def send_link(
    session: Session,
    episode_id: str,
    token: str,
    actor: Actor,
    now: datetime,
    tokens: Callable[[int], bytes],
) -> str:
    """The link that was just made goes to the patient; to which address is returned.

    Sent twice, it goes out once. Raises SubmissionNotFound, NoAddress, LinkOver.
    """
    hold_episode(session, episode_id)
    recipient = address_for(session, episode_id)
    if not recipient:
        raise NoAddress
    name = hashed(token)
    if find_page_link(session, name, now) != episode_id:
        raise LinkOver
    path = {"path": f"/visit/{token}"}
    letter = Mail(MailKind.OWN_PAGE, recipient, path, episode_id, once=f"link/{name}")
    if post(session, letter, now, tokens):
        event = AuditEvent("submission.link-sent", now, actor, SUBMISSION, episode_id)
        append_event(session, event)
    return recipient
