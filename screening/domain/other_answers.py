"""Other answers that somebody could have given at one place, as far as they make a difference.

Never "not sure", never "I don't know", never nothing: a doubt is no other fact.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations

from screening.domain.boundary_days import event_days, visit_days
from screening.domain.conditions import Condition, Evidence, Has, leaves
from screening.domain.dates import OVER_2_YEARS, PartialDate, is_day
from screening.domain.protocol import Item, ItemKind, Rule, ScreeningProtocol
from screening.domain.situation import VISIT, Place, Situation

UNSURE = "not_sure"
_FEW = 3  # so few ticks can be taken away in every combination

Options = Mapping[str, Evidence]


def options_read(rules: list[Rule], protocol: ScreeningProtocol) -> Options:
    """The options that these rules and the contradictions name, with those that show items."""
    found: dict[str, Evidence] = {}
    conditions = [condition for rule in rules for condition in _conditions(rule)]
    conditions += [one.when for one in protocol.contradictions]
    conditions += [item.shown_when for item in protocol.items.values() if item.shown_when]
    for leaf in (leaf for condition in conditions for leaf in leaves(condition)):
        if isinstance(leaf, Has):
            found[leaf.item] = found.get(leaf.item, frozenset()) | leaf.options
    return found


def other_answers(place: Place, situation: Situation, read: Options) -> Iterator[object]:
    """The other answers at this place, raw, the nearest to the given one first."""
    if place == VISIT:
        yield from visit_days(situation)
        return
    item = situation.protocol.items[place.partition(".")[0]]
    given = situation.answer(place)
    found = _possible(item, place, situation, given, read.get(item.id, frozenset()))
    yield from (one for one in found if one != given)


def _possible(
    item: Item, place: Place, situation: Situation, given: object, read: Evidence
) -> Iterator[object]:
    if item.kind is ItemKind.SINGLE:
        yield from (option for option in item.option_ids if option != UNSURE)
    elif item.kind is ItemKind.MULTI:
        ticked = given if isinstance(given, list) else []
        yield from _ticks(item, [name for name in item.option_ids if name in ticked], read)
    elif item.kind is not ItemKind.TEXT:
        yield from _days(event_days(place, situation), given)
        if OVER_2_YEARS in item.special_dates:
            yield OVER_2_YEARS


def _days(days: list[date], given: object) -> Iterator[str]:
    """The days, the nearest to the given one first; the latest first where none was given."""
    if is_day(given):
        said = PartialDate.parse(str(given)).last_day()
        days = sorted(days, key=lambda day: abs(day - said))
    yield from (day.isoformat() for day in days)


def _ticks(item: Item, ticked: list[str], read: Evidence) -> Iterator[list[str]]:
    """Some ticks less, others instead of them, or one more; an exclusive option stands alone."""
    alone = [name for name in item.option_ids if name in item.exclusive_ids]
    plain = [name for name in item.option_ids if name not in {*ticked, *alone, UNSURE}]
    for less in _subsets(_that_matter(ticked, read, alone)):
        kept = [name for name in ticked if name not in less]
        if len(kept) == 1 or (kept and not set(alone) & set(kept)):
            yield kept
        if not kept:
            yield from ([name] for name in (*alone, *plain))
    own = [name for name in ticked if name not in {*alone, UNSURE}]
    if not ticked:
        yield from ([name] for name in alone)
    for more in (name for name in plain if name in read or not ticked):
        yield [name for name in item.option_ids if name in {*own, more}]


def _that_matter(ticked: list[str], read: Evidence, alone: list[str]) -> list[str]:
    """The ticks that may make a difference; first one that should stand alone and does not."""
    wrong = [name for name in ticked if name in alone]
    if wrong:
        return wrong + [name for name in ticked if name not in wrong]
    return [name for name in ticked if name in read or name == UNSURE]


def _subsets(names: list[str]) -> Iterator[tuple[str, ...]]:
    """Every part of a few; of many, each one and all of them."""
    sizes = range(1, len(names) + 1) if len(names) <= _FEW else (1, len(names))
    for size in sizes:
        yield from combinations(names, size)


def _conditions(rule: Rule) -> Iterator[Condition]:
    yield rule.when
    yield from (condition for condition, _ in rule.waits)
    yield from (condition for condition, _ in rule.level_when)
