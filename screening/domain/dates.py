"""Partial dates ("July 2026", "I don't know") and waits. A wait is never shortened.

Dates are calendar dates without a time zone. Source of the arithmetic: the clinical
catalogue, section 3.1 "Date arithmetic".
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

OVER_2_YEARS = "over_2_years"
UNKNOWN = "unknown"
STILL_USING = "still_using"

_LONGEST_YEARS = 99  # so that no wait runs past the last year of the calendar
_WRITTEN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class NoSuchDate(ValueError):
    """The text is no date of the calendar; the message says what a date looks like."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, a month or a year: ``PartialDate(2026, 7)`` is "July 2026"."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise NoSuchDate("a day needs its month")
        month = 1 if self.month is None else self.month  # 0 is no month, and no day either
        try:
            date(self.year, month, 1 if self.day is None else self.day)
        except ValueError as error:
            raise NoSuchDate("this date does not exist in the calendar") from error

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; anything else raises NoSuchDate."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise NoSuchDate("write the date as YYYY-MM-DD, YYYY-MM or YYYY")
        year, month, day = (None if part is None else int(part) for part in match.groups())
        return cls(year or 0, month, day)

    @property
    def exact(self) -> bool:
        return self.day is not None

    def first_day(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    def last_day(self) -> date:
        """The last possible day: the end of the month, or 31 December."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def __str__(self) -> str:
        parts = [
            f"{self.year:04}",
            self.month and f"{self.month:02}",
            self.day and f"{self.day:02}",
        ]
        return "-".join(str(part) for part in parts if part)


def is_day(raw: object) -> bool:
    """Is this raw answer written like a day, a month or a year, and no special word."""
    return isinstance(raw, str) and _WRITTEN.fullmatch(raw) is not None


DateAnswer = PartialDate | str
"""A partial date or one of the words OVER_2_YEARS, UNKNOWN, STILL_USING."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long to wait after an event: calendar days, or calendar months."""

    days: int = 0
    months: int = 0

    def __post_init__(self) -> None:
        if (self.days > 0) == (self.months > 0) or min(self.days, self.months) < 0:
            raise ValueError("a wait has a positive number of either days or months")
        if self.days > _LONGEST_YEARS * 365 or self.months > _LONGEST_YEARS * 12:
            raise ValueError(f"a wait lasts {_LONGEST_YEARS} years at most")

    def after(self, event: date) -> date:
        """The first day on which the wait is over."""
        return event + timedelta(days=self.days) if self.days else add_months(event, self.months)


def add_months(start: date, months: int) -> date:
    """The same day number later; a day that does not exist becomes the 1st of the next month.

    31 August + 6 months is 1 March, so that a wait is never shortened.
    """
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    if start.day <= monthrange(year, month)[1]:
        return date(year, month, start.day)
    return date(year, month + 1, 1)  # December has every day
