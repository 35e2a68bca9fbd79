"""The desk as its people read it: visits in the order of their days, each with whose turn it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from screening.domain.clinic import Clinic
from screening.domain.submission import Turn
from screening.services.desk import MOST_PAST, Person, Visit
from screening.web.invited_remark import Remark, invited_remark, invited_words
from screening.web.texts import date_text, long_date, long_time, relative_day

READY = "A clinician has decided"
WAITS = {
    Turn.CLINIC: ("Needs a clinician", "new"),
    # That a second one is asked for would tell what was decided.
    Turn.SECOND: ("Needs a clinician", "new"),
    Turn.PATIENT: ("Waiting for the patient", "open"),
    Turn.NOBODY: (READY, "done"),
}


TITLES = {
    "today": "Today",
    "tomorrow": "Tomorrow",
    "week": "Later this week",
    "later": "Later",
    "undated": "No visit date",
    "past": "Past visits, and decided ones without a date",
}


@dataclass(frozen=True, slots=True)
class Line:
    episode_id: str
    name: str | None
    ages: str
    reference: str
    demo: bool
    day: str
    day_note: str
    turn: str
    tone: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DeskPage:
    """`past` is the group that stands folded; `counts` says what is expected today."""

    groups: tuple[Group, ...]
    past: Group
    counts: str
    most_past: int = MOST_PAST


@dataclass(frozen=True, slots=True)
class PersonPage:
    line: Line
    name: str
    facts: tuple[dict[str, str], ...]
    checked: str
    remark: Remark | None
    damaged: bool = False


def desk_page(visits: Iterable[Visit], today: date) -> DeskPage:
    first, *others, past = _groups(visits, today)
    groups = (first, *others)
    return DeskPage(tuple(one for one in groups if one.lines), past, _counts(first))


def results_page(visits: Iterable[Visit], today: date) -> tuple[Line, ...]:
    return tuple(_line(one, today) for one in visits)


def person_page(opened: Person, clinic: Clinic, today: date) -> PersonPage:
    line = _line(opened.visit, today)
    facts = {
        "Visit": f"{line.day}, {line.day_note}" if line.day_note else line.day,
        "Date of birth": told_words(opened.born and date_text(opened.born)),
        "Telephone": told_words(opened.phone),
        "E-mail": told_words(opened.email),
        "Reference": line.reference,
    }
    if opened.invitation is not None:
        facts["Invited"] = invited_words(opened.invitation, opened.invited_by, clinic)
    told = tuple({"key": key, "value": value} for key, value in facts.items())
    checked = ""
    if opened.checked_at is not None:
        when = long_time(opened.checked_at, clinic.time_zone)
        checked = f"Checked by {opened.checked_by}, {when}."
    damaged = None in (opened.name, opened.born)
    name = "Name cannot be read" if opened.name is None else opened.name or "(no name)"
    remark = invited_remark(opened.invitation, opened.name or "", clinic)
    return PersonPage(line, name, told, checked, remark, damaged)


def told_words(text: str | None) -> str:
    """None is what cannot be read, an empty text what was not given."""
    return "Cannot be read" if text is None else text or "Not given"


def _groups(visits: Iterable[Visit], today: date) -> Iterator[Group]:
    """In the order of the page; what is over comes last."""
    tomorrow, sunday = today + timedelta(days=1), today + timedelta(days=6 - today.weekday())
    found: dict[str, list[Visit]] = {name: [] for name in TITLES}
    for one in visits:
        found[_group_of(one, today, tomorrow, sunday)].append(one)
    for name, title in TITLES.items():
        yield Group(name, title, tuple(_line(one, today) for one in found[name]))


def _group_of(visit: Visit, today: date, tomorrow: date, sunday: date) -> str:
    if visit.over(today):
        return "past"
    if visit.day is None:
        return "undated"
    near = {today: "today", tomorrow: "tomorrow"}
    return near.get(visit.day) or ("week" if visit.day <= sunday else "later")


def _line(visit: Visit, today: date) -> Line:
    turn, tone = WAITS.get(visit.turn, WAITS[Turn.CLINIC])
    if visit.turn is Turn.LATER and visit.until is not None:
        turn, tone = f"Deferred until {long_date(visit.until)}", "wait"
    return Line(
        episode_id=visit.episode_id,
        name=visit.who.name,
        ages=visit.who.ages,
        reference=visit.reference,
        demo=visit.demo,
        day=long_date(visit.day) if visit.day else "No visit date",
        day_note=relative_day(visit.day, today) if visit.day else "",
        turn=turn,
        tone=tone,
        checked=visit.checked,
    )


def _counts(today: Group) -> str:
    expected = len(today.lines)
    if not expected:
        return "No visit today."
    waiting = sum(one.turn == WAITS[Turn.CLINIC][0] for one in today.lines)
    visits = "1 visit" if expected == 1 else f"{expected} visits"
    return f"{visits} today. {_still(waiting)}"


def _still(waiting: int) -> str:
    if not waiting:
        return "Nobody still waits for a clinician."
    return f"{waiting} still {'waits' if waiting == 1 else 'wait'} for a clinician."
