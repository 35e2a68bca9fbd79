"""What somebody can answer, with answers that the cut cannot tell apart taken together.

Two options are alike where every condition names both or neither; one then stands for both.
A date stands for all dates between two boundaries.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

from screening.domain.conditions import Condition, Has, Setting, leaves
from screening.domain.context import Context
from screening.domain.protocol import Item, ItemKind
from screening.protocols.verify.boundaries import events
from screening.protocols.verify.parts import Cut

Raw: TypeAlias = Mapping[str, object]
Choices: TypeAlias = Mapping[str, Sequence[object]]
"""For each item its raw answers, None for none; for an item with several dates, a single
mapping from option to such a list."""


_MOST_OPTIONS = 16


class TooManyStates(Exception):
    """There are more answers or states than can be checked one by one."""


@dataclass(frozen=True)
class Told:
    """Which options the conditions of a cut tell apart."""

    sets: Mapping[str, frozenset[frozenset[str]]]
    settings: Mapping[str, frozenset[frozenset[str]]] = field(default_factory=dict)


def told(cut: Cut, watch: Iterable[Condition] = ()) -> Told:
    """From item (and setting) to the sets of options that something asks for."""
    sets: dict[str, set[frozenset[str]]] = {}
    settings: dict[str, set[frozenset[str]]] = {}
    for leaf in (leaf for one in (*cut.conditions, *watch) for leaf in leaves(one)):
        if isinstance(leaf, Has):
            sets.setdefault(leaf.item, set()).add(leaf.options)
        elif isinstance(leaf, Setting):
            settings.setdefault(leaf.name, set()).add(leaf.values)
    for name, options in _told_by_engine(cut):
        sets.setdefault(name, set()).add(options)
    return Told(_frozen(sets), _frozen(settings))


def _frozen(sets: Mapping[str, set[frozenset[str]]]) -> dict[str, frozenset[frozenset[str]]]:
    return {name: frozenset(found) for name, found in sets.items()}


def _told_by_engine(cut: Cut) -> Iterator[tuple[str, frozenset[str]]]:
    policies = {rule.unsure for rule in cut.protocol.rules.values() if rule.unsure}
    for item in cut.items:
        yield item.id, item.exclusive_ids
        if item.unsure in policies:
            yield item.id, frozenset(("not_sure",))
        if item.dates_for:
            yield item.dates_for, frozenset(item.dated_options)
    for rule in cut.protocol.rules.values():
        name, _, option = rule.since.partition(".")
        if option:
            yield cut.protocol.items[name].dates_for, frozenset((option,))


def alike(options: Iterable[str], sets: Iterable[frozenset[str]]) -> list[list[str]]:
    """The options in groups that none of the sets tells apart, in their order."""
    told_apart = list(sets)
    groups: dict[tuple[bool, ...], list[str]] = {}
    for option in options:
        groups.setdefault(tuple(option in one for one in told_apart), []).append(option)
    return list(groups.values())


def choices(cut: Cut, context: Context, watch: Iterable[Condition] = ()) -> dict[str, list[object]]:
    """Every answer to every item of the cut, the least telling first, None at the end."""
    watched = tuple(watch)
    known = told(cut, watched)

    def dates(item: Item, option: str = "") -> list[object]:
        days = (context.completed_on, context.treatment_day)
        exact = [str(day) for day in events(item, option, cut, days, watched)]
        return [*item.special_dates, *exact, None]

    return {item.id: _answers(item, cut, known, dates) for item in cut.items}


def _answers(item: Item, cut: Cut, known: Told, dates: Callable[..., list[object]]) -> list[object]:
    sets = known.sets.get(item.id, frozenset())
    first = [group[0] for group in alike(item.option_ids, sets)]
    first.sort(key=lambda option: sum(option in one for one in sets))
    if item.kind is ItemKind.SINGLE:
        return [*first, None]
    if item.kind is ItemKind.MULTI:
        return [*_subsets(first, item.exclusive_ids), None]
    if item.kind is ItemKind.TEXT:
        return [None]
    if item.kind is ItemKind.DATES:
        parent = cut.protocol.items[item.dates_for]
        groups = alike(parent.option_ids, known.sets.get(parent.id, frozenset()))
        ticked = [group[0] for group in groups if group[0] in item.dated_options]
        return [{option: dates(item, option) for option in ticked}]
    return dates(item)


def _subsets(options: list[str], exclusive: frozenset[str]) -> list[object]:
    """Every way to tick at least one, what stands alone first."""
    if len(options) > _MOST_OPTIONS:
        raise TooManyStates(f"{len(options)} options that are told apart")
    sizes = range(1, len(options) + 1)
    found = [some for size in sizes for some in combinations(options, size)]
    ordered = sorted(found, key=lambda some: (len(some), not exclusive.issuperset(some)))
    return [list(some) for some in ordered]
