"""Answers, dates and protocol texts as words and as markup.

The functions that return `Markup` are the one reviewed exception to autoescape: every piece of
text goes through `escape` first, and only tags written in this file are added.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup, escape

from screening.domain.protocol import Item, ScreeningProtocol
from screening.domain.wording import spans

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
_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")


def long_date(day: date) -> str:
    """`14 January 2027`: never digits only, which two countries read differently."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def long_time(moment: datetime, zone: str) -> str:
    """`14 January 2027, 09:30` by the clock on the clinic's wall."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{long_date(local.date())}, {local:%H:%M}"


def relative_day(day: date, today: date) -> str:
    """`today`, `tomorrow`, `in 3 days`, `yesterday`, `2 days ago`."""
    distance = (day - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if distance in near:
        return near[distance]
    return f"in {distance} days" if distance > 0 else f"{-distance} days ago"


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


def rich(text: str) -> Markup:
    """`**bold**` as <strong>, everything else escaped."""
    pieces = (
        Markup("<strong>{}</strong>").format(words) if bold else escape(words)
        for bold, words in spans(text)
    )
    return Markup("").join(pieces)


def advice_html(body: str) -> Markup:
    """Paragraphs and `- ` lists of an advice text."""
    blocks = (block.strip() for block in _PARAGRAPH_BREAK.split(body.strip()))
    return Markup("\n").join(piece for block in blocks if block for piece in _block(block))


def install_filters(app: Flask) -> None:
    """Make the words available to every template."""
    app.jinja_env.filters.update(
        rich=rich,
        advice_html=advice_html,
        long_date=long_date,
        long_time=long_time,
        relative_day=relative_day,
    )


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


def _block(block: str) -> Iterator[Markup]:
    lines = block.splitlines()
    for listed, group in groupby(_joined(lines), key=lambda line: line.startswith("- ")):
        if listed:
            rows = (Markup("<li>{}</li>").format(rich(line[2:])) for line in group)
            yield Markup("<ul>\n{}\n</ul>").format(Markup("\n").join(rows))
        else:
            yield Markup("<p>{}</p>").format(rich(" ".join(group)))


def _joined(lines: Iterable[str]) -> list[str]:
    """Lines with their continuations: an indented line belongs to the list entry above it."""
    whole: list[str] = []
    for line in lines:
        if whole and whole[-1].startswith("- ") and line.startswith("  "):
            whole[-1] += " " + line.strip()
        else:
            whole.append(line.strip())
    return whole
