"""Finding an episode by what people say at the desk.

That is a reference, a name, a date of birth, an e-mail address, a telephone number.

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
_PHONE = re.compile(r"\+?\d(?:[ ()./-]{0,3}\d){8,}")  # no date has nine digits
_FEW_DIGITS = re.compile(r"\d{6,8}")
_APART = re.compile(r"[\W_]+")


def find(session: Session, typed: str) -> frozenset[str]:
    """The ids of the episodes that fit everything that was typed."""
    typed = typed[:LONGEST]
    referred = frozenset(filter(None, [_by_reference(session, typed)]))
    phone, others = read_phone(typed)
    days, words = read_days(others)
    wanted = [find_episodes(session, "phone", phone)] if phone else []
    wanted += [_born(session, days)] if days else []
    wanted += [_named(session, word) for word in words.split() if normalised("search", word)]
    return referred | _common(wanted)


def read_phone(typed: str) -> tuple[str, str]:
    """The number that was typed, and the rest. One of fewer than nine digits is a word."""
    found = _PHONE.search(typed)
    if found is None:
        return "", typed
    return found[0], typed[: found.start()] + " " + typed[found.end() :]


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
    """Who has this word in their name, or, of a hyphenated one, each of its parts.

    What holds an @ is an address, and a few digits may be a number.
    """
    if "@" in word:
        return find_episodes(session, "email", word)
    if _FEW_DIGITS.fullmatch(word):
        return find_episodes(session, "phone", word)
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
