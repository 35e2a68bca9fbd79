"""Moments and protocol texts as words and as markup; days and answers come from the domain.

The functions that return `Markup` are the one reviewed exception to autoescape: every piece of
text goes through `escape` first, and only tags written in this file are added.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup, escape

from screening.domain.answer_words import MONTHS as MONTHS
from screening.domain.answer_words import answer_lines as answer_lines
from screening.domain.answer_words import answer_text as answer_text
from screening.domain.answer_words import date_text as date_text
from screening.domain.answer_words import long_date as long_date
from screening.domain.wording import spans

_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")


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
