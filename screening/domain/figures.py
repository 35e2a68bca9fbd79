"""Figures: a clinic's work over a period, counted from plain facts.

A submission is the latest edition of an episode. A decision counts from the moment it has
effect: one that needs a second clinician counts once that clinician has agreed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from screening.domain.assessment import Flag
from screening.domain.protocol import Level
from screening.domain.review import Disposition

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Upper ends, themselves not included; after the last comes everything longer.
TIME_ENDS = (HOUR, 4 * HOUR, DAY, 2 * DAY, 7 * DAY)
AGE_ENDS = (DAY, 2 * DAY, 3 * DAY, 7 * DAY)
NINE_IN_TEN = 9, 10
FEWEST = 5
"""Of fewer visits, levels, flags and outcomes tell about one of them: for readers of answers."""

Ranked = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Received:
    """One submission of the period: the day it came, and how long until its first decision."""

    day: date
    level: Level
    rules: tuple[str, ...] = ()
    waited: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision that took effect in the period; `rules` are those it went against, `visit`
    tells decisions on one visit from those on others.
    """

    disposition: Disposition
    against: bool = False
    reason_code: str | None = None
    rules: tuple[str, ...] = ()
    in_bulk: bool = False
    visit: str = ""


@dataclass(frozen=True, slots=True)
class SignOffs:
    """Decisions of the period that needed a second clinician, by what that one said."""

    agreed: int = 0
    declined: int = 0
    waiting: int = 0

    @property
    def asked(self) -> int:
        return self.agreed + self.declined + self.waiting


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts; `median` and `nine_in_ten` are None where nothing was decided.

    `decisions` were made on `visits`: the latter are fewer where some were decided again.
    """

    received: int
    decided: int
    levels: Mapping[Level, int]
    median: timedelta | None
    nine_in_ten: timedelta | None
    times: tuple[int, ...]
    rules: Ranked
    decisions: int
    visits: int
    in_bulk: int
    dispositions: Mapping[Disposition, int]
    against: int
    against_rules: Ranked
    against_reasons: Ranked
    sign_offs: SignOffs
    waiting: int
    ages: tuple[int, ...]
    weeks: tuple[tuple[date, int], ...]


def figures(
    period: tuple[date, date],
    received: Sequence[Received],
    decided: Sequence[Decided],
    sign_offs: SignOffs,
    ages: Sequence[timedelta],
) -> Figures:
    """Everything counted; `ages` are how long those wait whose turn is the clinic's now."""
    waited = [one.waited for one in received if one.waited is not None]
    against = [one for one in decided if one.against]
    return Figures(
        received=len(received),
        decided=len(waited),
        levels={level: sum(one.level is level for one in received) for level in _worst_first()},
        median=middle(waited),
        nine_in_ten=nearest_rank(waited, *NINE_IN_TEN),
        times=banded(waited, TIME_ENDS),
        rules=ranked(rule for one in received for rule in one.rules),
        decisions=len(decided),
        visits=len({one.visit for one in decided}),
        in_bulk=sum(one.in_bulk for one in decided),
        dispositions={
            kind: sum(one.disposition is kind for one in decided) for kind in Disposition
        },
        against=len(against),
        against_rules=ranked(rule for one in against for rule in one.rules),
        against_reasons=ranked(one.reason_code or "" for one in against),
        sign_offs=sign_offs,
        waiting=len(ages),
        ages=banded(ages, AGE_ENDS),
        weeks=by_week(period, [one.day for one in received]),
    )


def middle(times: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(map(timedelta.total_seconds, times))) if times else None


def nearest_rank(times: Sequence[timedelta], part: int, whole: int) -> timedelta | None:
    """The shortest time within which `part` of every `whole` fall (nearest-rank percentile)."""
    if not times:
        return None
    rank = -(-len(times) * part // whole)
    return sorted(times)[max(rank, 1) - 1]


def banded(times: Iterable[timedelta], ends: Sequence[timedelta]) -> tuple[int, ...]:
    """How many fall into each band; one more band than there are ends."""
    found = Counter(sum(time >= end for end in ends) for time in times)
    return tuple(found[band] for band in range(len(ends) + 1))


def ranked(names: Iterable[str]) -> Ranked:
    """The most frequent first; equally frequent ones by name, so that no reload reorders them."""
    return tuple(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0])))


def by_week(period: tuple[date, date], days: Iterable[date]) -> tuple[tuple[date, int], ...]:
    """Each week of the period by its Monday, weeks without any included."""
    found = Counter(map(monday, days))
    first, last = map(monday, period)
    weeks = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    return tuple((week, found[week]) for week in weeks)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def gone_against(
    disposition: Disposition, until: date | None, flags: Iterable[Flag], visit: date
) -> tuple[str, ...]:
    """The rules whose flags a decision against the level went against (see domain/review.py).

    None for "do not treat": there no flag asked for anything else.
    """
    moving = [flag for flag in flags if flag.level >= Level.REVIEW]
    return tuple(flag.rule for flag in moving if _against(flag, disposition, until, visit))


def _against(flag: Flag, disposition: Disposition, until: date | None, visit: date) -> bool:
    match disposition:
        case Disposition.PROCEED:
            return True
        case Disposition.PROCEED_WITH_PRECAUTIONS:
            return flag.level is Level.STOP or (flag.clear_date or visit) > visit
        case Disposition.DEFER:
            return bool(until and flag.clear_date and until < flag.clear_date)
        case _:
            return False


def _worst_first() -> list[Level]:
    return sorted(Level, key=lambda level: -level.rank)
