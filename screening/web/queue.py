"""The queue as a clinician reads it: each submission one line, with why it stands where it does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from screening.domain.clinic import Clinic
from screening.domain.protocol import Level
from screening.domain.queue import Place
from screening.domain.review import Disposition
from screening.domain.submission import Status
from screening.services.review import Queued
from screening.web.texts import long_date, long_time, relative_day

LEVELS = {
    Level.STOP: "Stop",
    Level.REVIEW: "Review",
    Level.CAUTION: "Caution",
    Level.INFO: "Info only",
}
STATUSES = {
    Status.RECEIVED: ("New", "new"),
    Status.IN_REVIEW: ("In review", "open"),
    Status.DECIDED: ("Decided", "done"),
    Status.REOPENED: ("Reopened", "new"),
    Status.WITHDRAWN: ("Withdrawn", "neutral"),
}
DISPOSITIONS = {
    Disposition.PROCEED: "Proceed",
    Disposition.PROCEED_WITH_PRECAUTIONS: "Proceed with precautions",
    Disposition.DEFER: "Defer until a date",
    Disposition.DO_NOT_TREAT: "Do not treat",
    Disposition.ASK_PATIENT: "Ask the patient",
}
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    reference: str
    name: str | None
    demo: bool
    level: Level
    level_words: str
    visit: str
    visit_note: str
    received: str
    status: str
    tone: str
    outcome: str
    why: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    waiting: tuple[Line, ...]
    decided: tuple[Line, ...]
    counts: str


def queue_page(queued: Iterable[Queued], clinic: Clinic, today: date) -> QueuePage:
    """Those that need a decision, those that do not, and how many of each."""
    entries = tuple(queued)
    waiting = [one for one in entries if one.place.status.needs_decision]
    decided = [one for one in entries if not one.place.status.needs_decision]
    flagged = sum(one.place.flagged for one in waiting)
    return QueuePage(
        tuple(_line(one, clinic, today) for one in waiting),
        tuple(_line(one, clinic, today) for one in decided),
        f"{len(waiting)} to decide: {flagged} with stop or review flags, "
        f"{len(waiting) - flagged} without. {len(decided)} decided. {len(entries)} in all.",
    )


def short_name(name: str) -> str:
    """First name and initial: a list shows no more of a person than it must (PR-9)."""
    words = [word for word in name.split() if word[0].isalpha()]
    first, *others = words or [name or "(no name)"]
    shown = f"{first} {others[-1][0]}." if others else first
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…"


def _line(one: Queued, clinic: Clinic, today: date) -> Line:
    row, place = one.row, one.place
    status, tone = STATUSES[place.status]
    visit = row.treatment_date
    return Line(
        id=row.id,
        reference=row.reference,
        name=None if row.name is None else short_name(row.name),
        demo=row.is_demo,
        level=place.level,
        level_words=LEVELS[place.level],
        visit=long_date(visit) if visit else "Not named",
        visit_note=relative_day(visit, today) if visit else "",
        received=long_time(row.received_at, clinic.time_zone),
        status=status,
        tone=tone,
        outcome=disposition_words(row.disposition, row.defer_until) if row.disposition else "",
        why=_why(place, clinic, today),
    )


def disposition_words(disposition: str, defer_until: date | None) -> str:
    """`Proceed`, `Defer until 14 January 2027`."""
    if defer_until is not None:
        return f"Defer until {long_date(defer_until)}"
    return DISPOSITIONS[Disposition(disposition)]


def _why(place: Place, clinic: Clinic, today: date) -> str:
    """In a few words, what put this line where it stands."""
    if place.decided_at is not None and not place.status.needs_decision:
        return f"Decided {relative_day(clinic.day(place.decided_at), today)}"
    flag = f"{LEVELS[place.level]} flag" if place.flagged else "No stop or review flag"
    waiting = relative_day(clinic.day(place.received_at), today)
    return f"{flag}, {_visit(place.treatment_date, today)}, sent {waiting}"


def _visit(visit: date | None, today: date) -> str:
    if visit is None:
        return "no visit date"
    return f"visit {'was ' if visit < today else ''}{relative_day(visit, today)}"
