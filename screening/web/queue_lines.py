"""The queue as a clinician reads it: each episode one line, with why it stands where it does."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from screening.domain.clinic import Clinic
from screening.domain.listed import UNREADABLE
from screening.domain.protocol import Level
from screening.domain.queue import Band
from screening.domain.submission import Status, Turn
from screening.services.placing import Day, Queued, claimed_by
from screening.services.queue import Queue
from screening.web.queue import LEVELS, STATUSES, disposition_words
from screening.web.queue_reasons import reason
from screening.web.texts import long_date, relative_day

TURNS = {
    Turn.CLINIC: "Our turn",
    Turn.SECOND: "Second sign-off",
    Turn.PATIENT: "With the patient",
    Turn.LATER: "Deferred",
    Turn.NOBODY: "Decided",
}
UNREAD_SOON = "Visit within 48 hours, flagged, and not yet opened by anybody"


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    reference: str
    name: str | None
    ages: str
    demo: bool
    treatment: str
    level: Level
    level_words: str
    flags: str
    visit: str
    visit_note: str
    sent: str
    status: str
    tone: str
    outcome: str
    claimed: str
    why: str
    late: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one turn on this page, or those at the top that cannot wait."""

    id: str
    title: str
    count: str
    urgent: bool
    lines: tuple[Line, ...]


def parts_of(queue: Queue, staff_id: str, clinic: Clinic, day: Day) -> tuple[Part, ...]:
    """The entries of this page under their headings, in their order."""
    groups = groupby(queue.entries, key=lambda one: _heading(one, day.today))
    return tuple(
        _part(queue, turn, urgent, [line(one, queue, staff_id, clinic, day) for one in group])
        for (turn, urgent), group in groups
    )


def _heading(one: Queued, today: date) -> tuple[Turn, bool]:
    return one.place.turn, one.place.band(today) is Band.UNREAD_SOON


def _part(queue: Queue, turn: Turn, urgent: bool, lines: list[Line]) -> Part:
    if urgent:
        return Part("urgent", UNREAD_SOON, str(len(lines)), True, tuple(lines))
    found, total = queue.found[turn], queue.totals[turn]
    count = str(total) if found == total else f"{found} of {total}"
    if turn is Turn.CLINIC and queue.above:
        count += f", {queue.above} of them above"
    return Part(turn.value, TURNS[turn], count, False, tuple(lines))


def line(one: Queued, queue: Queue, staff_id: str, clinic: Clinic, day: Day) -> Line:
    row, place, names = one.row, one.place, queue.names
    who, holder = queue.people.get(row.id, UNREADABLE), claimed_by(row, day.now)
    status, tone = _status(one)
    return Line(
        id=row.id,
        reference=row.reference,
        name=who.name,
        ages=who.ages,
        demo=row.is_demo,
        treatment=queue.treatments.get(row.protocol.partition("/")[0], ""),
        level=place.level,
        level_words=LEVELS[place.level],
        flags=_flag_counts(one),
        visit=long_date(place.visit) if place.visit else "Not named",
        visit_note=relative_day(place.visit, day.today) if place.visit else "",
        sent=f"sent {relative_day(clinic.day(row.received_at), day.today)}",
        status=status,
        tone=tone,
        outcome=disposition_words(row.disposition, row.defer_until) if row.disposition else "",
        claimed=_claimed(holder, names, staff_id),
        why=reason(one, names, staff_id, clinic, day.today),
        late=place.turn is not Turn.NOBODY and place.late(day.today),
    )


def _status(one: Queued) -> tuple[str, str]:
    """What stands beside the name of whose turn it is: only what that does not say already."""
    if one.place.turn is Turn.CLINIC and one.status is Status.DECIDED:
        return "Back", "new"
    if one.place.turn in (Turn.SECOND, Turn.PATIENT, Turn.LATER):
        return TURNS[one.place.turn], "wait"
    return STATUSES[one.status]


def _flag_counts(one: Queued) -> str:
    """`2 stop, 1 review`: how many there are, never which (PR-9)."""
    if not one.assessed:
        return "could not be assessed"
    counted = Counter(flag.level for flag in one.flags)
    serious = [level for level in (Level.STOP, Level.REVIEW) if counted[level]]
    return ", ".join(f"{counted[level]} {level.value}" for level in serious)


def _claimed(holder: str | None, names: Mapping[str, str], staff_id: str) -> str:
    if holder is None:
        return ""
    return "Claimed by you" if holder == staff_id else f"Claimed by {names.get(holder)}"
