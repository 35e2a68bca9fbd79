"""What would have to be different for a flag not to be raised, or for the level to be lower.

For clinicians. Found by search over the items that the rule reads and never written by hand;
every proposal was evaluated. It says what makes the difference, not what anybody should answer:
patients never see it, they have `outlook`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from screening.domain.boundary_days import event_days, visit_days
from screening.domain.change_order import in_order
from screening.domain.change_search import MOST_SITUATIONS, Changes, Search, TooFar, Unwanted
from screening.domain.levels import Level
from screening.domain.other_settings import other_settings
from screening.domain.proposals import Change, Proposal, WhatIf
from screening.domain.protocol import ItemKind
from screening.domain.situation import VISIT, Place, Situation

_DAYS = (ItemKind.DATE, ItemKind.DATES, ItemKind.BIRTH_DATE)
_FAR = timedelta(days=20 * 365)


def without_flag(situation: Situation, rule_id: str, limit: int = MOST_SITUATIONS) -> WhatIf:
    """What would have to be different for this flag not to be raised.

    ``limit``: how many situations are looked at before the search gives up.
    """
    found = _explored(situation, lambda firing: firing.rule.id == rule_id, limit)
    settings = tuple(other_settings(situation.protocol.rules[rule_id], situation))
    return replace(found, settings=settings)


def lower_level(situation: Situation, limit: int = MOST_SITUATIONS) -> WhatIf:
    """What would have to be different for the overall level to be lower."""
    level = situation.level
    if level is Level.INFO:
        return WhatIf()
    return _explored(situation, lambda firing: firing.level >= level, limit)


def _explored(situation: Situation, unwanted: Unwanted, limit: int) -> WhatIf:
    try:
        search = Search(situation, unwanted, limit)
        found = search.alternatives() or list(_few(search))
        better = [changes for changes in found if not _exchanges(search, changes)]
        return WhatIf(tuple(_proposal(search, changes) for changes in better or found))
    except TooFar:
        return WhatIf(unfinished=True)


def _exchanges(search: Search, found: Changes) -> bool:
    """Would the flag only be exchanged for another as serious, or for other ticks' flags."""
    if VISIT in dict(found):
        return False  # what time changes is always worth saying
    raised = search.raised(_changed(search.base, found))
    gone = max(one.level for one in search.base.firings if search.unwanted(one))
    other_ticks = any(_ticks_more(search.base, place, value) for place, value in found)
    return any(one.level >= gone for one in raised) or (bool(raised) and other_ticks)


def _ticks_more(base: Situation, place: Place, value: object) -> bool:
    given = base.answer(place) if place != VISIT else None
    return isinstance(value, list) and isinstance(given, list) and not set(value) <= set(given)


def _few(search: Search) -> Iterator[Changes]:
    """The smallest change, and the smallest without moving the visit where that one does."""
    found = search.smallest()
    if found is None:
        return
    yield found
    if VISIT in dict(found):
        staying = replace(search, fixed=frozenset((VISIT,))).smallest()
        yield from (staying,) if staying is not None else ()


def _proposal(search: Search, found: Changes) -> Proposal:
    there = _changed(search.base, found)
    raised = tuple(firing.rule.id for firing in search.raised(there))
    values = dict(found)
    places = in_order(values, there.protocol)
    changes = tuple(_change(search, there, place, values[place]) for place in places)
    return Proposal(changes, there.level, raised)


def _changed(situation: Situation, changes: Changes) -> Situation:
    for place, value in changes:
        situation = situation.with_answer(place, value)
    return situation


def _change(search: Search, there: Situation, place: Place, value: object) -> Change:
    base = search.base
    given: object = base.context.treatment_date if place == VISIT else base.answer(place)
    further = list(_further(there, place, value, base))
    onwards = bool(further) and all(search.holds(there.with_answer(place, one)) for one in further)
    return Change(place, given, value, onwards)


def _further(there: Situation, place: Place, value: object, base: Situation) -> Iterator[object]:
    """Days beyond a proposed one, at each of which something might change again."""
    if place == VISIT and isinstance(value, date):
        if value < base.context.treatment_day:
            yield there.context.completed_on
        else:
            yield from (day for day in visit_days(there) if day > value)
            yield value + _FAR
    item = there.protocol.items.get(place.partition(".")[0])
    if item is not None and item.kind in _DAYS and value not in item.special_dates:
        day = date.fromisoformat(str(value))
        yield from (one.isoformat() for one in event_days(place, there) if one < day)
        yield (day - _FAR).isoformat()
