"""Finding an episode by what people say at the desk: a reference, a name, a date of birth.

Names are found by whole words, in any order, whatever their case and accents: only blind indexes
are kept (see search_terms.py), and those know nothing of parts of a word.
"""

import re
from collections.abc import Iterator
from datetime import date

from screening.domain.codes import REFERENCE, read_code
from screening.storage.database import Session
from screening.storage.normalising import normalised
from screening.storage.search import find_episodes
from screening.storage.submissions import find_by_reference

LONGEST = 200
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NUMBERS = re.compile(r"\b(\d{1,2})[ ./-]+(\d{1,2})[ ./-]+(\d{4})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_WRITTEN = re.compile(r"\b(\d{1,2})\.?\s+([^\W\d_]{3,9})\.?,?\s+(\d{4})\b")
_APART = re.compile(r"[\W_]+")


def find(session: Session, typed: str) -> frozenset[str]:
    """The ids of the episodes that fit everything that was typed."""
    typed = typed[:LONGEST]
    referred = frozenset(filter(None, [_by_reference(session, typed)]))
    days, words = read_days(typed)
    wanted = [_born(session, days)] if days else []
    wanted += [_named(session, word) for word in words.split() if normalised("search", word)]
    return referred | _common(wanted)


def read_days(typed: str) -> tuple[frozenset[date], str]:
    """The day that was typed, and the rest. 3/4/1985 may be two days: both are looked for."""
    for pattern, read in ((_ISO, _iso), (_NUMBERS, _either_order), (_WRITTEN, _written)):
        found = pattern.search(typed)
        days = frozenset(read(*found.groups())) if found else frozenset()
        if found and days:
            return days, typed[: found.start()] + " " + typed[found.end() :]
    return frozenset(), typed


def _by_reference(session: Session, typed: str) -> str | None:
    code = read_code(typed, REFERENCE)
    return find_by_reference(session, code) if code else None


def _born(session: Session, days: frozenset[date]) -> frozenset[str]:
    return frozenset[str]().union(*(find_episodes(session, "born", d.isoformat()) for d in days))


def _named(session: Session, word: str) -> frozenset[str]:
    """Who has this word in their name, or, of a hyphenated one, each of its parts."""
    whole = find_episodes(session, "word", word)
    parts = [find_episodes(session, "word", part) for part in _APART.split(word) if part]
    return whole | _common(parts)


def _common(found: list[frozenset[str]]) -> frozenset[str]:
    return frozenset.intersection(*found) if found else frozenset()


def _iso(year: str, month: str, day: str) -> Iterator[date]:
    yield from _day(int(year), int(month), int(day))


def _either_order(one: str, other: str, year: str) -> Iterator[date]:
    yield from _day(int(year), int(other), int(one))
    yield from _day(int(year), int(one), int(other))


def _written(day: str, month: str, year: str) -> Iterator[date]:
    if month[:3].casefold() in _MONTHS:
        yield from _day(int(year), _MONTHS.index(month[:3].casefold()) + 1, int(day))


def _day(year: int, month: int, day: int) -> Iterator[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return
