"""The invited patient at the door: in by the link and the date of birth, on any device, once.

The link alone shows nothing and opens nothing. Whoever comes first says when they were born; from
then on that is the key, to the draft and, once it is sent, to the patient's own page. Unknown,
ended, taken back, wrong and closed are told alike (AN-14, AN-16).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from screening.domain.audit import Actor
from screening.protocols.library import ProtocolLibrary
from screening.services import returning
from screening.services.invitation_course import hashed, note_opened, witness
from screening.services.own_page import MOST_A_DAY, is_birth_date, note_page_opened
from screening.services.protocol_life import in_use_of
from screening.services.throttle import Bucket, address_block, admit
from screening.storage import invitations
from screening.storage.database import Session
from screening.storage.drafts import DraftRecord, read_draft
from screening.storage.invitations import InvitationRecord


class InvitationOver(Exception):
    """Answered on another device, taken back or given a new link while the gate was filled in."""


@dataclass(frozen=True)
class Entry:
    """What the link led to: a draft to go on with, an episode that was sent, or a new form."""

    invitation_id: str
    treatment: str
    draft_id: str = ""
    episode_id: str = ""


@dataclass(frozen=True)
class Way:
    """How a device came in: by which link, as its hash, of which invitation."""

    invitation_id: str
    link: str


def admit_attempt(session: Session, token: str, address: str | None, now: datetime) -> None:
    """Count it before it is judged; raises TooManyAttempts. A transaction of its own."""
    buckets = [
        Bucket("invitation address", address_block(address), 20, timedelta(minutes=15)),
        Bucket("invitation link", hashed(token), 10, timedelta(hours=1)),
        # Once the form is sent there is none to close after five wrong dates.
        Bucket("invitation link day", hashed(token), MOST_A_DAY, timedelta(days=1)),
    ]
    admit(session, buckets, now)


def enter(
    session: Session,
    token: str,
    born: date,
    library: ProtocolLibrary,
    actor: Actor,
    now: datetime,
) -> Entry | None:
    """None for every reason alike."""
    record = invitations.find_by_link(session, hashed(token), now)
    if record is None:
        return None
    entry = _entry(session, record, born, library, actor, now)
    if entry is None:
        witness(session, "invitation.refused", record, actor, now)
        return None
    note_opened(session, record, actor, now)
    return entry


def running(
    session: Session,
    way: Way,
    born: date,
    library: ProtocolLibrary,
    actor: Actor,
    now: datetime,
) -> str | None:
    """The draft that was begun on another device since this one came in; empty if none was.

    None where that was begun with another date of birth. Raises InvitationOver. The invitation is
    held until the transaction ends: of two devices that begin in the same moment the second
    finds the draft of the first.
    """
    record = invitations.read_invitation(session, way.invitation_id)
    if record is None or record.submission_id or record.revoked_at:
        raise InvitationOver
    if not invitations.has_link(session, record.id, way.link):
        raise InvitationOver
    draft = _draft(session, record, now)
    if draft is None:
        return ""
    draft_id = returning.resume(session, draft, born, library.get, actor, now)
    if draft_id is None:
        witness(session, "invitation.refused", record, actor, now)
    return draft_id


def _entry(
    session: Session,
    record: InvitationRecord,
    born: date,
    library: ProtocolLibrary,
    actor: Actor,
    now: datetime,
) -> Entry | None:
    if record.submission_id:
        if not is_birth_date(session, record.submission_id, born, library):
            return None
        note_page_opened(session, record.submission_id, actor, now)
        return Entry(record.id, record.treatment, episode_id=record.submission_id)
    draft = _draft(session, record, now)
    if draft is not None:
        draft_id = returning.resume(session, draft, born, library.get, actor, now)
        return Entry(record.id, record.treatment, draft_id) if draft_id else None
    offered = in_use_of(session, library, record.treatment)
    return Entry(record.id, record.treatment) if offered else None


def _draft(session: Session, record: InvitationRecord, now: datetime) -> DraftRecord | None:
    return read_draft(session, record.draft_id, now) if record.draft_id else None
