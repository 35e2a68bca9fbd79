"""What becomes of an invitation: begun as one draft, answered by one submission; and its state."""

import hashlib
from datetime import date, datetime

from screening.domain.audit import Actor, AuditEvent, Fact
from screening.domain.invitation import Course, State
from screening.services.search_terms import words_of
from screening.storage import invitations
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.invitations import InvitationRecord
from screening.storage.normalising import normalised
from screening.storage.submissions import SubmissionRecord

INVITATION = "invitation"


def visit_of(session: Session, invitation_id: str) -> date | None:
    record = invitations.read_invitation(session, invitation_id)
    return record.treatment_date if record else None


def note_opened(session: Session, record: InvitationRecord, actor: Actor, now: datetime) -> None:
    if record.opened_at is None:
        invitations.change(session, record.id, opened_at=now)
    witness(session, "invitation.opened", record, actor, now)


def note_begun(session: Session, invitation_id: str, draft_id: str) -> None:
    """The form that this invitation led to, from now on the only one."""
    invitations.change(session, invitation_id, draft_id=draft_id)


def note_answered(
    session: Session, record: InvitationRecord, sent: SubmissionRecord, actor: Actor
) -> None:
    """In the transaction of the submission; reminders that wait are dropped."""
    invitations.change(session, record.id, submission_id=sent.id)
    invitations.drop_letters(session, record.id)
    now = sent.received_at
    witness(session, "invitation.answered", record, actor, now, submission=sent.id)


def names_another(record: InvitationRecord, typed: str) -> bool:
    """Whether the name that was typed is not the invited one: order, case and accents aside.

    Who leaves out a middle name, or gives one more than the clinic knew, is the same person.
    """
    invited, given = (
        {normalised("name", word) for word in words_of(name)}
        for name in (record.person.get("name", ""), typed)
    )
    return not (invited <= given or given <= invited)


def index_invitation_anew(session: Session, invitation_id: str) -> None:
    """Under the current key alone; one that cannot be read keeps what it was found by."""
    record = invitations.read_invitation(session, invitation_id)
    if record is not None and record.person:
        invitations.add_terms(session, record.id, words_of(record.person["name"]))


def state_of(record: InvitationRecord, now: datetime) -> State:
    return Course(
        record.expires_at,
        opened=record.opened_at is not None,
        answered=record.submission_id is not None,
        revoked=record.revoked_at is not None,
    ).state(now)


def hashed(token: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def witness(
    session: Session,
    event: str,
    record: InvitationRecord,
    actor: Actor,
    now: datetime,
    **facts: Fact,
) -> None:
    append_event(session, AuditEvent(event, now, actor, INVITATION, record.id, facts))
