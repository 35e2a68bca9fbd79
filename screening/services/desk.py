"""The front desk: who comes, when, and whose turn it is; no answer, level or reason.

What leaves this module has no place for them, so no page of the desk can show them.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from screening.domain.audit import Actor, AuditEvent
from screening.domain.clinic import Clinic
from screening.domain.listed import UNREADABLE, Listed
from screening.domain.submission import Turn
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import SUBMISSION, SubmissionNotFound, name_of
from screening.services.finding import find
from screening.services.identity import confirm_identity
from screening.services.listing import people_on
from screening.services.own_page import make_link
from screening.services.placing import status_of, turn_of
from screening.services.receiving import Tokens
from screening.services.unreadable import left_of
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.identity_checks import checked_episodes, read_identity_check
from screening.storage.invitations import InvitationRecord, find_by_submission
from screening.storage.queue import QueueRow, list_queue
from screening.storage.submissions import latest_edition, read_remains

MOST_PAST = 50
"""So many visits that are over stand on the desk; older ones are found by searching."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One episode as the desk knows it."""

    episode_id: str
    submission_id: str
    reference: str
    day: date | None
    turn: Turn
    until: date | None
    checked: bool
    demo: bool
    who: Listed = UNREADABLE

    def over(self, today: date) -> bool:
        """Nothing is expected of it any more: the day has passed, or it is decided without one."""
        return self.turn is Turn.NOBODY if self.day is None else self.day < today


@dataclass(frozen=True, slots=True)
class Person:
    """One visit, opened: who it is and how to reach them. `checked_by` is a name.

    None is what cannot be read of it: the visit is still there, and can be erased.
    """

    visit: Visit
    name: str | None
    born: str | None
    email: str | None
    phone: str | None
    checked_by: str = ""
    checked_at: datetime | None = None
    invitation: InvitationRecord | None = None
    invited_by: str = ""


def desk(session: Session, library: ProtocolLibrary, clinic: Clinic, now: datetime) -> list[Visit]:
    """Every visit to come, those that wait without a day, then the latest that are over."""
    today = clinic.day(now)
    visits = list(_visits(session, today))
    past = sorted((one for one in visits if one.over(today)), key=_past_order, reverse=True)
    shown = sorted((one for one in visits if not one.over(today)), key=_order)
    listed = [*shown, *past[:MOST_PAST]]
    return _named(session, library, listed, today)


def search(
    session: Session,
    library: ProtocolLibrary,
    clinic: Clinic,
    typed: str,
    now: datetime,
) -> list[Visit]:
    """The visits of whoever fits what was typed, the next one first."""
    today = clinic.day(now)
    listed = sorted(_visits(session, today, find(session, typed)), key=_order)
    return _named(session, library, listed, today)


def open_person(
    session: Session,
    episode_id: str,
    library: ProtocolLibrary,
    clinic: Clinic,
    actor: Actor,
    now: datetime,
) -> Person:
    """Raises SubmissionNotFound; a damaged record is opened as far as it can be read."""
    today = clinic.day(now)
    visit = next(_visits(session, today, {episode_id}), None)
    remains = read_remains(session, visit.submission_id) if visit else None
    if visit is None or remains is None:
        raise SubmissionNotFound
    append_event(session, AuditEvent("desk.opened", now, actor, SUBMISSION, remains.id))
    left = left_of(remains, library)
    check = read_identity_check(session, episode_id)
    invitation = find_by_submission(session, episode_id)
    return Person(
        visit=visit,
        name=left.name,
        born=left.born,
        email=left.email,
        phone=left.phone,
        checked_by=name_of(session, check.staff_id) if check else "",
        checked_at=check.at if check else None,
        invitation=invitation,
        invited_by=name_of(session, invitation.staff_id) if invitation else "",
    )


def note_identity(session: Session, episode_id: str, actor: Actor, now: datetime) -> None:
    """The photo identity was checked; raises SubmissionNotFound."""
    submission_id = latest_edition(session, episode_id)
    if submission_id is None:
        raise SubmissionNotFound
    confirm_identity(session, submission_id, actor, now)


def link_for(session: Session, episode_id: str, actor: Actor, now: datetime, tokens: Tokens) -> str:
    """The token of a new link to the patient's own page; raises SubmissionNotFound."""
    if latest_edition(session, episode_id) is None:
        raise SubmissionNotFound
    return make_link(session, episode_id, actor, now, tokens)


def _visits(session: Session, today: date, only: Collection[str] | None = None) -> Iterator[Visit]:
    checked = checked_episodes(session)
    for row in list_queue(session, names=False, only=only):
        yield _visit(row, today, row.episode_id in checked)


def _visit(row: QueueRow, today: date, checked: bool) -> Visit:
    turn = turn_of(row, status_of(row), today)
    return Visit(
        episode_id=row.episode_id,
        submission_id=row.id,
        reference=row.reference,
        day=row.treatment_date,
        turn=turn,
        until=row.defer_until if turn is Turn.LATER else None,
        checked=checked,
        demo=row.is_demo,
    )


def _named(
    session: Session, library: ProtocolLibrary, listed: list[Visit], today: date
) -> list[Visit]:
    people = people_on(session, library, [one.submission_id for one in listed], today)
    return [replace(one, who=people.get(one.submission_id, one.who)) for one in listed]


def _past_order(visit: Visit) -> tuple[date, str]:
    """Reversed: the latest first, those without a day last."""
    return visit.day or date.min, visit.reference


def _order(visit: Visit) -> tuple[date, str]:
    return visit.day or date.max, visit.reference
