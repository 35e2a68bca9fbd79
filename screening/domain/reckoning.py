"""Reckoning: how the clear date of a dated rule comes about, with every value that was used.

The only place where a wait is added to an event (catalogue, 3.1 "Date arithmetic").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from screening.domain.conditions import Facts
from screening.domain.dates import DateAnswer, PartialDate, Wait
from screening.domain.protocol import NamedWait, Rule


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A wait that begins on ``latest``, the last day that the event ``said`` can have been.

    ``checked`` are the days that the clear date is held against, with their names. ``place``
    says which of the rule's waits was chosen.
    """

    said: date | PartialDate
    latest: date
    place: int
    wait: Wait
    checked: tuple[tuple[str, date], ...]

    @property
    def clear_date(self) -> date:
        """The first day on which the wait is over."""
        return self.wait.after(self.latest)

    @property
    def waiting(self) -> bool:
        """Does any of the checked days lie before the clear date."""
        return any(day < self.clear_date for _, day in self.checked)

    @property
    def approximate(self) -> bool:
        return isinstance(self.said, PartialDate) and not self.said.exact

    @property
    def capped(self) -> bool:
        """Would the last possible day lie in the future of the answers."""
        return isinstance(self.said, PartialDate) and self.said.last_day() > self.latest


def reckon(
    rule: Rule, facts: Facts, waits: Mapping[str, NamedWait], event: date | PartialDate
) -> Reckoning:
    """The arithmetic of a dated rule for this event; it says whether the rule still waits."""
    place = chosen_wait(rule, facts)
    wait = waits[rule.waits[place][1]].wait
    checked = tuple((name, facts.days[name]) for name in rule.checked_on)
    return Reckoning(event, _latest(event, facts), place, wait, checked)


def event_date(rule: Rule, facts: Facts) -> DateAnswer | date | None:
    """What was said about the event that a dated rule counts from; None where nothing was."""
    item, _, option = rule.since.partition(".")
    value = facts.values.get(item)
    if option:
        value = value.get(option) if isinstance(value, Mapping) else None
    return value if isinstance(value, str | date | PartialDate) else None


def chosen_wait(rule: Rule, facts: Facts) -> int:
    """The place of the first of the rule's waits whose condition holds."""
    held = (condition.holds(facts) is not None for condition, _ in rule.waits)
    return next(place for place, holds in enumerate(held) if holds)


def _latest(event: date | PartialDate, facts: Facts) -> date:
    """The last day that the event can have been, capped at the day of completion."""
    if isinstance(event, date):
        return event
    return min(event.last_day(), facts.days["completion"])
