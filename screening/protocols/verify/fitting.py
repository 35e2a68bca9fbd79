"""The reachable states that a safety case is about."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from screening.domain.conditions import AllOf, Condition, Has, support
from screening.domain.context import Context
from screening.domain.dates import OVER_2_YEARS, PartialDate, is_day
from screening.domain.protocol import Item, ItemKind
from screening.domain.safety_cases import SafetyCase
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.combinations import all_states
from screening.protocols.verify.parts import Cut
from screening.protocols.verify.states import Outcome, State


def fitting(case: SafetyCase, small: Cut, bench: Bench) -> Iterator[tuple[State, Outcome]]:
    """Every state of the cut in which the case's condition holds and its answers are given."""
    said = {name: pinned(small.protocol.items[name], raw) for name, raw in case.answers.items()}

    def narrow(item: Item, some: Sequence[object]) -> Sequence[object]:
        if item.id in needed:
            return [one for one in some if one is not None and needed[item.id] & set(_ticks(one))]
        return _harmless(item, some) if case.alone and item.id not in about else some

    needed = dict(_needed(case.given))
    about = support(case.given) | case.answers.keys()
    harmless = (Has(item.id, _harmless_in(item)) for item in small.items if case.alone)
    for state in all_states(small, (case.given, *harmless), said, narrow):
        if case.alone and state.context != _plain(state.context):
            continue
        outcome = bench.engine(small.protocol, state)
        if case.answers.keys() <= outcome.shown and case.given.holds(outcome.facts) is not None:
            yield state, outcome


def read_by(case: SafetyCase, small: Cut) -> Hashable:
    """The declarations that decide which states fit the case."""
    return tuple(_harmless_in(item) for item in small.items) if case.alone else ()


def _needed(given: Condition) -> Iterator[tuple[str, frozenset[str]]]:
    """For items of which the case always needs certain options: one of these is chosen."""
    if isinstance(given, Has) and not given.or_missing:
        yield given.item, given.options
    elif isinstance(given, AllOf):
        for part in given.conditions:
            yield from _needed(part)


def pinned(item: Item, raw: object) -> list[object]:
    """The only answer; nothing and an empty list stand for a missing one."""
    if item.kind is ItemKind.DATES:
        return [{option: [day] for option, day in raw.items()} if isinstance(raw, dict) else {}]
    return [raw if raw != [] else None]


def _harmless(item: Item, some: Sequence[object]) -> Sequence[object]:
    """Only what is declared harmless, and no date that anything waits for."""
    harmless = _harmless_in(item)
    if item.kind is ItemKind.DATES:
        return [{}]
    if item.kind is ItemKind.BIRTH_DATE:
        return [max(day for day in some if isinstance(day, str) and _grown_up(day))]
    if item.kind is ItemKind.DATE:
        return [_oldest(some)]
    if item.kind is ItemKind.TEXT:
        return some
    return [one for one in some if one is not None and harmless.issuperset(_ticks(one))]


def _oldest(some: Sequence[object]) -> object:
    """The word for long ago; the day before every boundary for an item that lacks the word."""
    if OVER_2_YEARS in some:
        return OVER_2_YEARS
    return min(one for one in some if isinstance(one, str) and is_day(one))


def _harmless_in(item: Item) -> frozenset[str]:
    return frozenset(option.id for option in item.options if option.harmless)


def _plain(context: Context) -> Context:
    """Without a visit on another day, and without a change after the result."""
    return replace(context, treatment_date=None, changed_after_result=frozenset())


def _ticks(one: object) -> list[str]:
    return one if isinstance(one, list) else [str(one)]


def _grown_up(day: str) -> bool:
    return PartialDate.parse(day).year < 2000
