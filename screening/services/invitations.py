"""Inviting one patient for one visit: make it, give it a new link, take it back, find it.

The link is known to whoever made it and to the patient, to the database only as a hash. What the
clinic knows of the person is for its own eyes: no page that the link opens ever shows it.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from screening.domain.audit import Actor
from screening.domain.clinic import Clinic
from screening.domain.codes import REFERENCE, new_code, read_code
from screening.domain.invitation import State, link_end
from screening.domain.mail import Mail, MailKind
from screening.services.invitation_course import hashed, state_of, witness
from screening.services.outbox import post
from screening.services.receiving import Tokens
from screening.services.search_terms import words_of
from screening.storage import drafts, invitations
from screening.storage.database import Session
from screening.storage.invitations import InvitationRecord
from screening.storage.normalising import normalised

OPEN = frozenset({State.MADE, State.BEGUN, State.EXPIRED})


class InvitationClosed(Exception):
    """It was answered or taken back, its visit is over, or there is none: nothing was done."""


class MadeAlready(Exception):
    """This very form was sent before: one invitation is enough."""


@dataclass(frozen=True)
class Asked:
    """Who is invited, for what and when."""

    name: str = field(repr=False)
    visit: date
    treatment: str
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)

    @property
    def person(self) -> dict[str, str]:
        told = {"name": self.name, "email": self.email, "phone": self.phone}
        return {name: one for name, one in told.items() if one}


@dataclass(frozen=True, slots=True)
class NewLink:
    """`token` is shown once. `mailed`: it waits in the outbox as well."""

    record: InvitationRecord
    token: str = field(repr=False)
    until: datetime
    mailed: bool = False


def make(
    session: Session,
    asked: Asked,
    invitation_id: str,
    clinic: Clinic,
    actor: Actor,
    now: datetime,
    tokens: Tokens,
    *,
    by_mail: bool = False,
) -> NewLink:
    """Raises MadeAlready; `invitation_id` comes with the form, so a form counts once."""
    record = InvitationRecord(
        id=invitation_id,
        reference=new_code(tokens, REFERENCE),
        treatment=asked.treatment,
        treatment_date=asked.visit,
        person=asked.person,
        staff_id=str(actor.id),
        made_at=now,
        expires_at=link_end(clinic, asked.visit, now),
        is_demo=clinic.is_demo,
    )
    if not invitations.add_invitation(session, record, words_of(asked.name)):
        raise MadeAlready
    witness(session, "invitation.made", record, actor, now, treatment=asked.treatment)
    return link(session, record, clinic, now, tokens, by_mail=by_mail)


def renew(
    session: Session,
    invitation_id: str,
    clinic: Clinic,
    actor: Actor,
    now: datetime,
    tokens: Tokens,
    *,
    by_mail: bool = False,
) -> NewLink:
    """Every earlier link stops working; what was closed after wrong dates of birth opens again."""
    record = _open(session, invitation_id, clinic, now)
    invitations.drop_links(session, record.id)
    invitations.drop_letters(session, record.id)
    if record.draft_id:
        drafts.unlock_draft(session, record.draft_id)
    witness(session, "invitation.link-renewed", record, actor, now)
    return link(session, record, clinic, now, tokens, by_mail=by_mail)


def revoke(session: Session, invitation_id: str, actor: Actor, now: datetime) -> None:
    """No link opens anything from now on; a form that was begun may still be sent."""
    record = invitations.read_invitation(session, invitation_id)
    if record is None or state_of(record, now) is State.ANSWERED:
        raise InvitationClosed
    if record.revoked_at is None:
        invitations.drop_links(session, record.id)
        invitations.drop_letters(session, record.id)
        invitations.change(session, record.id, revoked_at=now)
        witness(session, "invitation.revoked", record, actor, now)


def link(
    session: Session,
    record: InvitationRecord,
    clinic: Clinic,
    now: datetime,
    tokens: Tokens,
    *,
    by_mail: bool,
    once: str = "",
) -> NewLink:
    """One more link beside those there are. `once` names what it must not be sent for twice."""
    token, until = tokens(32).hex(), link_end(clinic, record.treatment_date, now)
    invitations.add_link(session, hashed(token), record.id, now, until)
    made = NewLink(replace(record, expires_at=until), token, until)
    if not by_mail or not record.person.get("email"):
        return made
    mail = Mail(
        MailKind.INVITATION,
        record.person["email"],
        {"path": f"/invited/{token}"},
        invitation_id=record.id,
        once=f"invitation/{record.id}/{once}" if once else None,
    )
    mailed = post(session, mail, now, tokens)
    if mailed:
        invitations.change(session, record.id, by_mail=True)
    return replace(made, mailed=mailed)


def waiting(session: Session, today: date) -> list[InvitationRecord]:
    """All that stand and are not answered, the next visit first; none whose day has passed."""
    unanswered = invitations.list_unanswered(session)
    return [one for one in unanswered if one.revoked_at is None and one.treatment_date >= today]


def found(session: Session, typed: str) -> list[InvitationRecord]:
    """Those that fit everything that was typed, in whatever state they are."""
    records = (invitations.read_invitation(session, one) for one in find_ids(session, typed))
    fitting = [one for one in records if one is not None]
    return sorted(fitting, key=lambda one: (one.treatment_date, one.reference))


def read(session: Session, invitation_id: str, actor: Actor, now: datetime) -> InvitationRecord:
    """Opened by somebody at the clinic, which is witnessed; raises InvitationClosed."""
    record = invitations.read_invitation(session, invitation_id)
    if record is None:
        raise InvitationClosed
    witness(session, "invitation.viewed", record, actor, now)
    return record


def find_ids(session: Session, typed: str) -> frozenset[str]:
    """The invitations that fit everything that was typed: a reference, or words of a name."""
    code = read_code(typed, REFERENCE)
    referred = invitations.find_by_code(session, code) if code else None
    words = [word for word in typed.split() if normalised("search", word)]
    named = [invitations.find_invited(session, word) for word in words]
    return frozenset({referred} if referred else ()) | (
        frozenset.intersection(*named) if named else frozenset()
    )


def _open(session: Session, invitation_id: str, clinic: Clinic, now: datetime) -> InvitationRecord:
    record = invitations.read_invitation(session, invitation_id)
    if record is None or state_of(record, now) not in OPEN:
        raise InvitationClosed
    if record.treatment_date < clinic.day(now):
        raise InvitationClosed
    return record
