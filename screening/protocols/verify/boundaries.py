"""The days that make a difference: where a wait ends, and where the calendar is uneven."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from screening.domain.conditions import Condition, LongerAgo, YoungerThan, leaves
from screening.domain.dates import Wait, add_months
from screening.domain.protocol import Item, ItemKind, Rule
from screening.domain.safety_cases import COMPLETED_ON
from screening.protocols.verify.parts import Cut

DAY = timedelta(days=1)
TODAY = COMPLETED_ON

UNEVEN_DAYS = (
    *(
        date(year, month, 1) + timedelta(days=days)
        for year in (2027, 2028)
        for month in range(1, 13)
        for days in (-2, -1, 0)
    ),
    *(date(2027, 8, 29), date(2028, 2, 28), date(2028, 8, 29), date(2028, 8, 30)),
)
"""The last two days and the first of every month of an ordinary and a leap year, and the days
from which a wait of months ends about 29 February."""


def first_running(wait: Wait, day: date) -> date:
    """The earliest event whose wait is not over on this day."""
    event = add_months(day, -wait.months) - timedelta(days=wait.days)
    while wait.after(event) > day:
        event -= DAY
    while wait.after(event) <= day:
        event += DAY
    return event


def events(
    item: Item, option: str, cut: Cut, days: Iterable[date], watch: Iterable[Condition] = ()
) -> list[date]:
    """Dates of the event on both sides of every boundary that is drawn, oldest first."""
    named = f"{item.id}.{option}" if option else item.id
    drawn = [leaf for one in (*cut.conditions, *watch) for leaf in leaves(one)]
    waits = [*_waits(named, cut), *_ages(item, drawn)]
    completion, *_ = days
    edges = {first_running(wait, day) for wait in waits for day in days}
    edges |= {first_running(wait, completion - DAY) for wait in _long_ago(item, drawn)}
    found = {day for edge in edges for day in (edge - DAY, edge) if day <= completion}
    usual = add_months(completion, -12 * 40) if item.kind is ItemKind.BIRTH_DATE else completion
    return sorted(found | {usual})


def _waits(since: str, cut: Cut) -> Iterator[Wait]:
    for rule in cut.protocol.rules.values():
        if rule.since == since:
            yield from waits_of(rule, cut)


def waits_of(rule: Rule, cut: Cut) -> Iterator[Wait]:
    yield from (cut.protocol.waits[key].wait for _, key in rule.waits)


def _ages(item: Item, drawn: Iterable[Condition]) -> Iterator[Wait]:
    for leaf in drawn:
        if isinstance(leaf, YoungerThan) and leaf.item == item.id:
            yield Wait(months=12 * leaf.years)


def _long_ago(item: Item, drawn: Iterable[Condition]) -> Iterator[Wait]:
    for leaf in drawn:
        if isinstance(leaf, LongerAgo) and leaf.item == item.id:
            yield leaf.than
