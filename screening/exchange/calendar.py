"""The visit and the days of getting ready as an iCalendar file (RFC 5545).

Calendars are shared and seen by others: no title, description or identity in it says anything
about health, about the treatment or about what was answered.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

import icalendar

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Prelude//Appointments//EN"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Appointment:
    """``series`` is the same for every edition of one visit, ``edition`` rises by each.

    ``waits`` are the longest waits in days of the rules that ask to get ready, by rule: the same
    for everybody, so that the days tell nothing about what was answered.
    """

    series: str
    edition: int
    day: date
    clinic: str
    address: str
    phone: str
    page: str
    waits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PreparationDay:
    id: str
    title: str
    days_before: int = 0
    rule: str = ""

    def before(self, appointment: Appointment) -> date | None:
        """The day, where this visit has it."""
        days = self.days_before or appointment.waits.get(self.rule)
        return appointment.day - timedelta(days=days) if days else None


@cache
def preparation_days() -> tuple[PreparationDay, ...]:
    table = tomllib.loads((Path(__file__).parent / "preparation.toml").read_text("utf-8"))
    return tuple(PreparationDay(**day) for day in table["days"])


def calendar_file(appointment: Appointment, now: datetime, today: date) -> bytes:
    """``now`` is aware UTC, ``today`` the clinic's day; days of getting ready that are over
    are left out."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for event in _events(appointment, today):
        event.add("dtstamp", now)
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _events(appointment: Appointment, today: date) -> Iterator[icalendar.Event]:
    title = f"Appointment at {_one_line(appointment.clinic)}"
    yield _event(appointment, "visit", appointment.day, title)
    for one in preparation_days():
        day = one.before(appointment)
        if day is not None and day >= today:
            yield _event(appointment, one.id, day, one.title)


def _event(appointment: Appointment, part: str, day: date, title: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", _identity(appointment.series, part))
    # A later edition replaces what an earlier one put into the calendar.
    event.add("sequence", appointment.edition - 1)
    event.add("dtstart", day)
    event.add("dtend", day + _DAY)  # the end is the first day that no longer belongs to it
    event.add("summary", title)
    event.add("description", _description(appointment))
    event.add("url", appointment.page)
    if part == "visit":
        event.add("location", _place(appointment))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    return event


def _identity(series: str, part: str) -> str:
    """The same at every download, and nothing that opens a door."""
    return sha256(f"prelude calendar {series} {part}".encode()).hexdigest()[:32]


def _description(appointment: Appointment) -> str:
    return (
        f"Open your page: {appointment.page}\n"
        f"To change the appointment, call {_one_line(appointment.phone)}."
    )


def _place(appointment: Appointment) -> str:
    lines = map(_one_line, [appointment.clinic, *appointment.address.splitlines()])
    return ", ".join(line for line in lines if line)


def _one_line(words: str) -> str:
    return " ".join(words.split())
