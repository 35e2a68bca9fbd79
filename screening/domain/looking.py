"""Who looked at whose record, and which of it somebody ought to ask about (AU-7).

A sign is a question, never an accusation: whoever covers for a colleague, or has a namesake
among the patients, leaves the same traces.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from statistics import median

OPENS, CLOSES = time(7), time(20)
PATIENCE = timedelta(days=1)
"""So long a record that was read may wait for the decision before that is remarked on."""
MANY, TIMES = 20, 3
"""Much is at least so many visits, and more than so many times what is usual."""
READS = frozenset({"submission.viewed", "submission.printed", "submission.exported"})
LOOKS = READS | {
    "submission.compared",
    "submission.backtested",
    "submission.unreadable",
    "desk.opened",
    "episode.exported",
}
HELD = frozenset({"submission.claimed", "claim.released", "claim.taken-over", "review.conflicted"})
"""Nothing was done by any of these: one button would excuse every look."""
Pair = tuple[str, str]
"""A colleague and an episode."""


class Sign(StrEnum):
    """Why to ask about one colleague's looks at one visit."""

    SAME_NAME = "same_name"
    OFF_HOURS = "off_hours"
    NOTHING_DONE = "nothing_done"


@dataclass(frozen=True, slots=True)
class Look:
    """One event of `LOOKS`; `at` is the time at the clinic."""

    staff_id: str
    episode_id: str
    event: str
    at: datetime

    @property
    def off_hours(self) -> bool:
        return not OPENS <= self.at.time() < CLOSES


@dataclass(frozen=True, slots=True)
class Looked:
    """Everything that one colleague looked at of one visit; `looks` the earliest first."""

    staff_id: str
    episode_id: str
    looks: tuple[Look, ...]
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Onlooker:
    """One colleague: `visits` counts episodes, `signs` those that bear each sign.

    `others` is half of what colleagues of the same role looked at no more than, where this one
    looked at much more; `busiest` the day with much more than this one's usual day.
    """

    staff_id: str
    visits: int
    signs: Mapping[Sign, int]
    others: float | None = None
    busiest: tuple[date, int] | None = None


def looked(
    looks: Iterable[Look], worked: Collection[Pair], namesakes: Collection[Pair], now: datetime
) -> list[Looked]:
    """By colleague and visit, the latest first.

    `worked`: who did anything about which visit, at whatever time. `namesakes`: who has a patient's
    family name.
    """
    apart: defaultdict[Pair, list[Look]] = defaultdict(list)
    for look in looks:
        apart[look.staff_id, look.episode_id].append(look)
    found = []
    for pair, mine in apart.items():
        mine.sort(key=lambda look: look.at)
        signs = _signs(mine, pair in worked, pair in namesakes, now)
        found.append(Looked(*pair, tuple(mine), tuple(signs)))
    return sorted(found, key=lambda one: (one.looks[-1].at, one.episode_id), reverse=True)


def onlookers(seen: Sequence[Looked], roles: Mapping[str, frozenset[str]]) -> list[Onlooker]:
    """Everybody who looked at something, most visits first; `roles` by colleague."""
    apart: defaultdict[str, list[Looked]] = defaultdict(list)
    for one in seen:
        apart[one.staff_id].append(one)
    visits = {staff_id: len(mine) for staff_id, mine in apart.items()}
    return [
        Onlooker(
            staff_id=staff_id,
            visits=len(mine),
            signs=Counter(sign for one in mine for sign in one.signs),
            others=_outdone(staff_id, visits, roles),
            busiest=_busiest(mine),
        )
        for staff_id, mine in sorted(apart.items(), key=lambda one: (-len(one[1]), one[0]))
    ]


def _signs(looks: Sequence[Look], worked: bool, namesake: bool, now: datetime) -> Iterable[Sign]:
    if namesake:
        yield Sign.SAME_NAME
    if any(look.off_hours for look in looks):
        yield Sign.OFF_HOURS
    # At the desk nothing needs to be done about a visit that was opened.
    reads = [look for look in looks if look.event in READS]
    if reads and not worked and reads[-1].at < now - PATIENCE:
        yield Sign.NOTHING_DONE


def _outdone(
    staff_id: str, visits: Mapping[str, int], roles: Mapping[str, frozenset[str]]
) -> float | None:
    """Compared with those who share a role: a desk opens more than a lead does."""
    mine = roles.get(staff_id, frozenset())
    others = [
        count
        for other, count in visits.items()
        if other != staff_id and mine & roles.get(other, frozenset())
    ]
    usual = median(others) if others else None
    return usual if usual is not None and _much(visits[staff_id], usual) else None


def _busiest(seen: Sequence[Looked]) -> tuple[date, int] | None:
    """The day on which this one opened much more than on half of their other days."""
    by_day = Counter(day for one in seen for day in {look.at.date() for look in one.looks})
    if len(by_day) < 2:
        return None
    (day, count), *rest = by_day.most_common()
    return (day, count) if _much(count, median(other for _, other in rest)) else None


def _much(count: int, usual: float) -> bool:
    return count >= MANY and count > TIMES * usual
