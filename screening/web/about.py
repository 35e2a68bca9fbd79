"""The fixed page that comes last: name, how to reach the person, and the day of the visit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from screening.web.fields import DATE_PARTS, FieldRefused, date_names
from screening.web.forms import check_names
from screening.web.typed import (
    MAX_LINE,
    Parts,
    Problem,
    read_email,
    read_phone,
    read_text,
    read_whole_date,
    showable,
    tidy,
)

VISIT = "treatment_date"
LINES = ("name", "email", "phone")
NAMES = frozenset((*LINES, *date_names(VISIT)))
FURTHEST_VISIT = timedelta(days=2 * 366)


@dataclass(frozen=True)
class AboutForm:
    """``about`` holds what is usable; ``typed`` everything, to show the page again."""

    about: Mapping[str, str]
    typed: Mapping[str, str]
    problems: Mapping[str, Problem]

    @property
    def usable(self) -> dict[str, str]:
        return dict(self.about)

    @property
    def unfinished(self) -> dict[str, str]:
        """What was typed into boxes that something is wrong with."""
        boxes = [box for name in self.problems for box in _boxes(name)]
        return {box: self.typed[box] for box in boxes if self.typed[box]}


def read_about(posted: MultiDict[str, str], today: date) -> AboutForm:
    """Name, e-mail or telephone, and an optional visit; raises FieldRefused."""
    check_names(posted, NAMES)
    typed = {name: tidy(_one(posted, name)) for name in sorted(NAMES)}
    about: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    readers = {
        VISIT: lambda: _visit(typed, today),
        "name": lambda: _name(typed["name"]),
        "email": lambda: read_email(typed["email"]),
        "phone": lambda: read_phone(typed["phone"]),
    }
    for name, reader in readers.items():
        try:
            value = reader()
        except Problem as problem:
            problems[name] = problem
        else:
            about |= {name: value} if value else {}
    if "email" not in {**about, **problems} and "phone" not in {**about, **problems}:
        problems["email"] = Problem("Enter an e-mail address or a telephone number")
    return AboutForm(about, {name: showable(text) for name, text in typed.items()}, problems)


def _boxes(name: str) -> tuple[str, ...]:
    return date_names(VISIT) if name == VISIT else (name,)


def typed_about(
    about: Mapping[str, str], unfinished: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What the boxes hold for what was kept."""
    typed = {name: about.get(name, "") for name in LINES}
    visit = about.get(VISIT, "")
    year, month, day = visit.split("-") if visit else ("", "", "")
    boxes = {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}
    typed |= {f"{VISIT}-{part}": text for part, text in boxes.items()}
    return typed | dict(unfinished or {})


def _visit(typed: Mapping[str, str], today: date) -> str | None:
    visit = read_whole_date(Parts(*(typed[f"{VISIT}-{part}"] for part in DATE_PARTS)))
    if visit is None:
        return None
    if not today <= visit <= today + FURTHEST_VISIT:
        raise Problem(
            "Enter a day from today up to two years ahead, or leave this empty", DATE_PARTS
        )
    return visit.isoformat()


def _name(typed: str) -> str | None:
    name = read_text(" ".join(typed.split()), MAX_LINE)
    if name is None:
        raise Problem("Enter your name")
    return name


def _one(posted: MultiDict[str, str], name: str) -> str:
    values = posted.getlist(name)
    if len(values) > 1:
        raise FieldRefused(f"{name}: one value expected")
    return values[0] if values else ""
