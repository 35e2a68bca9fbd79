"""Days and answers in words, as people read them: never digits only, never ids."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from screening.domain.protocol import Item, ScreeningProtocol

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SPECIAL_DATES = {
    "over_2_years": "More than 2 years ago",
    "unknown": "I don’t know",
    "still_using": "I still use it",
}
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def long_date(day: date) -> str:
    """`14 January 2027`: never digits only, which two countries read differently."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def date_text(raw: str) -> str:
    """A partial or special date in words; what cannot be read stands as it was typed."""
    if raw in SPECIAL_DATES:
        return SPECIAL_DATES[raw]
    found = _PARTIAL.fullmatch(raw)
    if found is None:
        return raw
    year, month, day = found.groups()
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        return raw
    words = f"{MONTHS[int(month) - 1]} {year}"
    return words if day is None else f"{int(day)} {words}"


def answer_text(item: Item, raw_value: object, parent: Item | None = None) -> list[str]:
    """The answer as the person read it, one line for each thing said; empty if nothing was said.

    `parent` is the item whose ticked options a `dates` item asks about: it gives their labels.
    """
    if raw_value in (None, "", [], {}, ()):
        return []
    if isinstance(raw_value, Mapping):
        return _dated_lines(parent or item, raw_value)
    if isinstance(raw_value, str):
        return [_one_line(item, raw_value)]
    if isinstance(raw_value, Iterable):
        return _labels(item, {str(value) for value in raw_value})
    return [str(raw_value)]


def answer_lines(protocol: ScreeningProtocol, item: Item, raw_value: object) -> list[str]:
    """`answer_text` with the parent's labels looked up in the protocol."""
    parent = protocol.items.get(item.dates_for) if item.dates_for else None
    return answer_text(item, raw_value, parent)


def _one_line(item: Item, raw: str) -> str:
    if item.kind in ("date", "birth_date"):
        return date_text(raw)
    if item.kind == "text":
        return raw
    return next((option.label for option in item.options if option.id == raw), raw)


def _labels(item: Item, chosen: set[str]) -> list[str]:
    """Labels in the order in which the question offers them, whatever order they were ticked in."""
    known = [option for option in item.options if option.id in chosen]
    unknown = sorted(chosen - {option.id for option in known})
    return [option.label for option in known] + unknown


def _dated_lines(parent: Item, dates: Mapping[str, object]) -> list[str]:
    labels = {option.id: option.label for option in parent.options}
    order = {name: place for place, name in enumerate(labels)}
    names = sorted(dates, key=lambda name: (order.get(name, len(order)), name))
    return [f"{labels.get(name, name)}: {date_text(str(dates[name]))}" for name in names]
