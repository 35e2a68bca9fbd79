"""Strict readers of what people type: text, days, e-mail addresses, telephone numbers.

WTForms' own coercions guess; these refuse. Each reader gives a value or says what to do.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from screening.domain.dates import NoSuchDate, PartialDate

MAX_TEXT = 2000
MAX_LINE = 200
EARLIEST_YEAR = 1900
_ALLOWED_CONTROLS = frozenset("\t\n")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ONE_OR_TWO_DIGITS = re.compile(r"[0-9]{1,2}")
_FOUR_DIGITS = re.compile(r"[0-9]{4}")
_EMAIL = re.compile(r"[^\s@<>\"(),:;]{1,64}@[^\s@<>\"(),:;.]+(?:\.[^\s@<>\"(),:;.]+)+")
_PHONE = re.compile(r"\+?[0-9 ()./-]+")


class Problem(ValueError):
    """What was typed cannot be used; the message tells the person what to do."""

    def __init__(self, message: str, parts: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.parts = parts


@dataclass(frozen=True, slots=True)
class Parts:
    """A date as three boxes hold it."""

    day: str = ""
    month: str = ""
    year: str = ""

    @property
    def empty(self) -> bool:
        return not (self.day or self.month or self.year)


def tidy(text: str) -> str:
    """NFC, plain line ends, no blank edges."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain).strip()


def forbidden(character: str) -> bool:
    """Controls (but tab and newline), lone surrogates and direction overrides: IN-6."""
    if character in _ALLOWED_CONTROLS:
        return False
    return unicodedata.category(character) in ("Cc", "Cs") or character in _BIDI


def showable(text: str) -> str:
    """What may stand in a page again: everything typed but the forbidden characters."""
    return "".join(one for one in tidy(text) if not forbidden(one))


def read_text(typed: str, most: int = MAX_TEXT) -> str | None:
    """Free text, or None where nothing was typed."""
    text = tidy(typed)
    if any(forbidden(one) for one in text):
        raise Problem(
            "Some characters could not be kept, so we took them out. Check the text and continue"
        )
    if len(text) > most:
        raise Problem(f"Shorten this to {most:,} characters. It has {len(text):,} now")
    return text or None


def read_partial_date(parts: Parts, today: date) -> str | None:
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, not in the future; None where nothing was typed."""
    if parts.empty:
        return None
    partial = _partial(parts)
    if partial.first_day() > today:
        raise Problem("Enter a date that is today or in the past", ("day", "month", "year"))
    return str(partial)


def read_whole_date(parts: Parts) -> date | None:
    """A real day of the calendar; None where nothing was typed."""
    if parts.empty:
        return None
    lacking = tuple(name for name in ("day", "month", "year") if not getattr(parts, name))
    if lacking:
        raise Problem(f"Enter the {' and the '.join(lacking)} as well", lacking)
    return _partial(parts).first_day()


def read_email(typed: str) -> str | None:
    text = read_text(typed, 254)
    if text is not None and not _EMAIL.fullmatch(text):
        raise Problem("Enter an e-mail address such as name@example.com")
    return text


def read_phone(typed: str) -> str | None:
    text = read_text(typed, 40)
    if text is None:
        return None
    digits = sum(one in "0123456789" for one in text)
    if not _PHONE.fullmatch(text) or not 6 <= digits <= 15:
        raise Problem("Enter a telephone number such as 07700 900 982 or +44 7700 900 982")
    return text


def _partial(parts: Parts) -> PartialDate:
    if not parts.year:
        raise Problem("Enter the year as well, for example 2026", ("year",))
    if not _FOUR_DIGITS.fullmatch(parts.year) or int(parts.year) < EARLIEST_YEAR:
        raise Problem("Enter the year with four digits, for example 2026", ("year",))
    if parts.day and not parts.month:
        raise Problem("Enter the month as well, or take the day out", ("month",))
    month = _number(parts.month, "month", 12, "Enter the month as a number, 1 to 12")
    day = _number(parts.day, "day", 31, "Enter the day as a number, 1 to 31")
    try:
        return PartialDate(int(parts.year), month, day)
    except NoSuchDate as error:
        raise Problem(
            "This date is not in the calendar. Check the day and the month", ("day", "month")
        ) from error


def _number(typed: str, part: str, most: int, message: str) -> int | None:
    if not typed:
        return None
    if not _ONE_OR_TWO_DIGITS.fullmatch(typed) or not 1 <= int(typed) <= most:
        raise Problem(message, (part,))
    return int(typed)
