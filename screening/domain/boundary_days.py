"""The days at which rules about time change what they say: before, and on or after."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

from screening.domain.conditions import Condition, LongerAgo, YoungerThan, leaves
from screening.domain.dates import add_months
from screening.domain.process_rules import last_day_of_answers
from screening.domain.protocol import Process, Rule
from screening.domain.situation import Place, Situation

_DAY = timedelta(days=1)
_MONTHS_IN_A_YEAR = 12


def event_days(place: Place, situation: Situation) -> list[date]:
    """The last days on which the event can have been for a wait to be over; the latest first."""
    days, found = situation.case.facts.days, set[date]()
    for rule in (one for one in situation.protocol.rules.values() if one.since == place):
        until = min(days[name] for name in rule.checked_on)
        for _, key in rule.waits:
            found.add(_last_day(until, situation.protocol.waits[key].wait.after))
    for leaf in _time_leaves(situation):
        if isinstance(leaf, YoungerThan) and leaf.item == place:
            birthday = partial(add_months, months=_MONTHS_IN_A_YEAR * leaf.years)
            last = _last_day(min(days[name] for name in leaf.on), birthday)
            found |= {last, last + _DAY}
        if isinstance(leaf, LongerAgo) and leaf.item == place.partition(".")[0]:
            found.add(_last_day(days["completion"] - _DAY, leaf.than.after) + _DAY)
    return sorted({min(day, days["completion"]) for day in found}, reverse=True)


def visit_days(situation: Situation) -> list[date]:
    """The days of a visit, not before the answers, at which something changes; the first first."""
    context = situation.context
    found = {firing.reckoning.clear_date for firing in situation.firings if firing.reckoning}
    for firing in situation.firings:
        if firing.rule.process is Process.OLD_ANSWERS:
            found.add(last_day_of_answers(firing.rule, situation.case))
        found |= set(_birthdays(firing.rule, situation))
    possible = (day for day in found if day >= context.completed_on)
    return sorted(day for day in possible if day != context.treatment_date)


def _birthdays(rule: Rule, situation: Situation) -> Iterator[date]:
    for leaf in leaves(rule.when):
        if isinstance(leaf, YoungerThan) and "treatment" in leaf.on:
            birthday = leaf.birthday(situation.case.facts)
            if birthday is not None:
                yield from (birthday - _DAY, birthday)


def _time_leaves(situation: Situation) -> Iterator[Condition]:
    for rule in situation.protocol.rules.values():
        yield from leaves(rule.when)
    for one in situation.protocol.contradictions:
        yield from leaves(one.when)


def _last_day(until: date, after: Callable[[date], date]) -> date:
    """The last day whose wait is over by ``until``: a later day never has an earlier end."""
    day = until - (after(until) - until)
    while after(day) > until:
        day -= _DAY
    while after(day + _DAY) <= until:
        day += _DAY
    return day
