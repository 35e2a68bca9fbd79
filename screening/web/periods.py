"""The period of the figures, as it stands in the address: ?from=2027-01-01&to=2027-01-31."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from screening.services.figures import Period
from screening.web.texts import long_date

USUAL = 30
QUICK = (7, 30, 90, 365)
LONGEST = 2 * 366
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NO_DAY = "Enter a day such as {}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; where it has errors, `period` is the usual one."""

    period: Period
    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)


def read_period(query: Mapping[str, str], today: date) -> Asked:
    """Where only one end is named, the period reaches as far as usual."""
    typed = {name: query.get(name, "").strip()[:40] for name in ("from", "to")}
    errors = {
        name: NO_DAY.format(today.isoformat())
        for name, one in typed.items()
        if one and not _day(one)
    }
    last = _day(typed["to"]) or today
    first = _day(typed["from"]) or max(last, date(1900, 1, 1)) - timedelta(days=USUAL - 1)
    errors = errors or _disorder(first, last, today)
    if errors:
        return Asked(_latest(USUAL, today), typed, errors)
    period = Period(first, last)
    return Asked(period, {"from": first.isoformat(), "to": last.isoformat()})


def period_parts(asked: Asked, today: date, path: str) -> dict[str, object]:
    """What every page about a period shows of it: templates/clinic/period.html, and its errors."""
    return {
        "lead": f"{long_date(asked.period.first)} to {long_date(asked.period.last)}",
        "typed": asked.typed,
        "wrong": asked.errors,
        "errors": [{"href": f"#{name}", "text": text} for name, text in asked.errors.items()],
        "quick": quick_links(today, path),
    }


def quick_links(today: date, path: str) -> list[dict[str, str]]:
    return [
        {"href": address(path, _latest(days, today)), "text": f"Last {days} days"} for days in QUICK
    ]


def address(path: str, period: Period) -> str:
    days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return f"{path}?{urlencode(days)}"


def _latest(days: int, today: date) -> Period:
    return Period(today - timedelta(days=days - 1), today)


def _disorder(first: date, last: date, today: date) -> dict[str, str]:
    if last > today:
        return {"to": "Enter today or an earlier day"}
    if first > last:
        return {"from": "Enter a day that is not after the other one"}
    if (last - first).days >= LONGEST:
        return {"from": "Enter a later day: two years at most are shown at once"}
    return {}


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if _DAY.fullmatch(typed) else None
    except ValueError:
        return None
