"""The order in which episodes wait for somebody, so that no visit is wasted.

First what is the clinic's turn, then what waits for a second clinician, for the patient, for a
day to come, and last what is decided. Among those that wait for somebody:

1. Flagged ones that nobody has opened although the visit is within 48 hours.
2. Visits to come, by slack: the days left before the visit less the longest lead time that the
   stop and review flags need. Negative slack is overdue.
3. Visits that have passed: nothing there can be saved any more.
4. No visit named.

Equal slack: the higher level first, then whoever has waited longest, then the id, so that the
order is total and stays the same from page to page. Deferred ones stand by the day on which
they come back, decided ones by the latest decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from screening.domain.assessment import Assessment
from screening.domain.handling import Handling
from screening.domain.protocol import Level
from screening.domain.submission import Turn

SOON = 2
"""A visit so many days ahead or fewer is within 48 hours; only its day is known."""
Key = tuple[int, int, int, int, float, str]


class Band(IntEnum):
    """The part of its turn's list in which an episode stands, the first first."""

    UNREAD_SOON = 0
    TO_COME = 1
    PASSED = 2
    NO_VISIT = 3


@dataclass(frozen=True, slots=True)
class Need:
    """How many days before the visit a clinician must know, and what for."""

    days: int = 0
    reason: str = ""


def need_of(assessment: Assessment | None, handlings: Mapping[str, Handling]) -> Need:
    """The longest lead time among the stop and review flags.

    Where the rules could not be run, or the record not be read, nobody knows what is needed:
    the longest of all.
    """
    if assessment is None:
        longest = max((one.lead_days for one in handlings.values()), default=0)
        return Need(longest, "whatever it may hold: the rules could not be run")
    moving = (handlings[flag.rule] for flag in assessment.flags if flag.level >= Level.REVIEW)
    most = max(moving, key=lambda one: one.lead_days, default=None)
    return Need() if most is None else Need(most.lead_days, most.lead_reason)


@dataclass(frozen=True, slots=True)
class Place:
    """Everything that decides where one episode stands; ``since`` is when its wait began."""

    id: str
    turn: Turn
    level: Level
    visit: date | None
    since: datetime
    need: Need = Need()
    opened: bool = True
    until: date | None = None
    decided_at: datetime | None = None

    @property
    def flagged(self) -> bool:
        return self.level >= Level.REVIEW

    def slack(self, today: date) -> int | None:
        """Days to spare before the need cannot be met; negative: too late by so many."""
        return None if self.visit is None else (self.visit - today).days - self.need.days

    def late(self, today: date) -> bool:
        """Has the day passed by which a clinician had to know, with the visit still to come."""
        left = self.slack(today)
        return left is not None and left < 0 and self.band(today) is not Band.PASSED

    def band(self, today: date) -> Band:
        if self.visit is None:
            return Band.NO_VISIT
        left = (self.visit - today).days
        if left < 0:
            return Band.PASSED
        unread = self.turn is Turn.CLINIC and self.flagged and not self.opened
        return Band.UNREAD_SOON if unread and left <= SOON else Band.TO_COME

    def key(self, today: date) -> Key:
        """Sorts first what is needed first."""
        turn = tuple(Turn).index(self.turn)
        if self.turn is Turn.NOBODY:
            return (turn, 0, 0, 0, -(self.decided_at or self.since).timestamp(), self.id)
        if self.turn is Turn.LATER:
            back = (self.until or today).toordinal()
            return (turn, 0, back, -self.level.rank, self.since.timestamp(), self.id)
        slack = self.slack(today) or 0
        return (turn, self.band(today), slack, -self.level.rank, self.since.timestamp(), self.id)
