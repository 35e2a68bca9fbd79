"""The report on who looked at what, in words."""

from collections import Counter
from datetime import datetime

from screening.domain.looking import CLOSES, OPENS, Looked, Onlooker, Sign
from screening.services.looking import Report
from screening.web.texts import long_date

HOURS = f"{OPENS:%H:%M} to {CLOSES:%H:%M}"
SIGNS = {
    Sign.SAME_NAME: "Same family name",
    Sign.OFF_HOURS: f"Outside {HOURS}",
    Sign.NOTHING_DONE: "Read, nothing done",
}
HOW = {
    "submission.viewed": "read",
    "submission.printed": "opened to print",
    "submission.exported": "downloaded",
    "submission.compared": "read beside another visit",
    "submission.backtested": "listed when a version was tried on the past",
    "submission.unreadable": "opened, though damaged",
    "desk.opened": "opened at the desk",
    "episode.exported": "copied whole",
}
GONE = "Somebody without an account"


def onlooker_lines(found: Report) -> list[dict[str, object]]:
    return [_onlooker(one, found) for one in found.onlookers]


def asked_lines(found: Report) -> list[dict[str, object]]:
    return [_asked(one, found) for one in found.asked]


def _onlooker(one: Onlooker, found: Report) -> dict[str, object]:
    known = found.staff.get(one.staff_id)
    return {
        "name": known.name if known else GONE,
        "roles": known.roles if known else frozenset(),
        "visits": one.visits,
        "signs": [{"label": SIGNS[sign], "count": one.signs.get(sign, 0)} for sign in Sign],
        "much": list(_much(one)),
    }


def _much(one: Onlooker) -> list[str]:
    words = []
    if one.others is not None:
        words.append(f"More than three times what colleagues open: half of them {one.others:g}")
    if one.busiest is not None:
        day, count = one.busiest
        words.append(f"{count} on {long_date(day)}, over three times a usual day")
    return words


def _asked(one: Looked, found: Report) -> dict[str, object]:
    known = found.staff.get(one.staff_id)
    return {
        "name": known.name if known else GONE,
        "reference": found.references.get(one.episode_id, "–"),
        "when": _span(one.looks[0].at, one.looks[-1].at),
        "how": _how(one),
        "signs": [SIGNS[sign] for sign in one.signs],
    }


def _span(first: datetime, last: datetime) -> str:
    """`2 January 2027, 09:30`, and to what time or day it went on; at the clinic."""
    begun = f"{long_date(first.date())}, {first:%H:%M}"
    if first.date() == last.date():
        return begun if f"{first:%H:%M}" == f"{last:%H:%M}" else f"{begun} to {last:%H:%M}"
    return f"{begun} to {long_date(last.date())}, {last:%H:%M}"


def _how(one: Looked) -> str:
    """`Read 3 times, downloaded`."""
    times = Counter(HOW[look.event] for look in one.looks)
    words = [how if count == 1 else f"{how} {count} times" for how, count in times.items()]
    return ", ".join(words).capitalize()
