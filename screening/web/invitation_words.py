"""Invitations as the clinic reads them: who, for when, and how far it has come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from screening.domain.clinic import Clinic
from screening.domain.codes import grouped
from screening.domain.invitation import State
from screening.domain.listed import short_name
from screening.services.invitation_course import state_of
from screening.services.invitations import found, waiting
from screening.storage.database import Session
from screening.storage.invitations import InvitationRecord, closed_invitations
from screening.web.texts import long_date, long_time, relative_day

STATES: Mapping[State, tuple[str, str]] = {
    State.MADE: ("Not opened yet", "neutral"),
    State.BEGUN: ("Begun", "open"),
    State.ANSWERED: ("Answered", "done"),
    State.EXPIRED: ("Link has ended", "wait"),
    State.REVOKED: ("Taken back", "neutral"),
}
LOCKED = ("Closed: wrong dates of birth", "wait")
UNREADABLE = "Cannot be read"


@dataclass(frozen=True, slots=True)
class InvitationLine:
    id: str
    name: str
    reference: str
    demo: bool
    day: str
    day_note: str
    state: str
    tone: str
    since: str
    visit: str
    """Where its answers stand: the id of the episode, or empty."""


def invited_lines(session: Session, clinic: Clinic, now: datetime) -> tuple[InvitationLine, ...]:
    """For the desk: whose answers are awaited."""
    return _lines(session, waiting(session, clinic.day(now)), clinic, now)


def found_lines(
    session: Session, clinic: Clinic, typed: str, now: datetime
) -> tuple[InvitationLine, ...]:
    return _lines(session, found(session, typed), clinic, now)


def _lines(
    session: Session, records: Iterable[InvitationRecord], clinic: Clinic, now: datetime
) -> tuple[InvitationLine, ...]:
    closed = closed_invitations(session)
    return tuple(_line(one, clinic, now, one.id in closed) for one in records)


def invitation_facts(
    record: InvitationRecord, clinic: Clinic, by: str, treatment: str, now: datetime
) -> list[dict[str, str]]:
    today, zone = clinic.day(now), clinic.time_zone
    link = "" if state_of(record, now) is State.REVOKED else end_words(record.expires_at, clinic)
    pairs = {
        "Visit": _visit(record.treatment_date, today),
        "For": treatment,
        "E-mail": record.person.get("email", "Not given"),
        "Telephone": record.person.get("phone", "Not given"),
        "Reference": grouped(record.reference, 4),
        "Invited": f"{long_time(record.made_at, zone)}, by {by}",
        "First opened": long_time(record.opened_at, zone) if record.opened_at else "Not yet",
        "Link opens until": link,
        "Taken back": long_time(record.revoked_at, zone) if record.revoked_at else "",
    }
    return [{"key": key, "value": value} for key, value in pairs.items() if value]


def end_words(moment: datetime, clinic: Clinic) -> str:
    """A link that ends at midnight ends with the day before."""
    local = moment.astimezone(clinic.zone)
    if (local.hour, local.minute) == (0, 0):
        return f"the end of {long_date(local.date() - timedelta(days=1))}"
    return long_time(moment, clinic.time_zone)


def name_of_invited(record: InvitationRecord) -> str:
    return record.person.get("name") or UNREADABLE


def _line(record: InvitationRecord, clinic: Clinic, now: datetime, locked: bool) -> InvitationLine:
    state = state_of(record, now)
    words, tone = LOCKED if locked and state is State.BEGUN else STATES[state]
    today = clinic.day(now)
    name = record.person.get("name")
    return InvitationLine(
        id=record.id,
        name=short_name(name) if name else UNREADABLE,
        reference=record.reference,
        demo=record.is_demo,
        day=long_date(record.treatment_date),
        day_note=relative_day(record.treatment_date, today),
        state=words,
        tone=tone,
        since=f"invited {relative_day(clinic.day(record.made_at), today)}",
        visit=record.submission_id or "",
    )


def _visit(day: date, today: date) -> str:
    return f"{long_date(day)}, {relative_day(day, today)}"
