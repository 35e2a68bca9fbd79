"""All states of a cut: every combination of answers to what is shown, the smallest first."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod

from screening.domain.conditions import Condition, Value
from screening.domain.context import Context
from screening.domain.protocol import Item, ItemKind
from screening.protocols.verify.choices import Choices, Raw, TooManyStates, choices
from screening.protocols.verify.circumstances import contexts
from screening.protocols.verify.parts import Cut
from screening.protocols.verify.states import State, as_value, is_shown

_MOST = 60_000
_MOST_IF_ALL_WERE_SHOWN = 5_000_000


def all_states(
    cut: Cut,
    watch: Iterable[Condition] = (),
    given: Choices | None = None,
    narrow: Callable[[Item, Sequence[object]], Sequence[object]] | None = None,
) -> Iterator[State]:
    """Every state of the cut that the watched conditions can tell apart, the smallest first.

    ``given`` replaces the answers to some items, ``narrow`` leaves some answers out. The size of
    a state is the number of answers in which it differs from nothing to report.
    """
    watched = tuple(watch)
    count = 0
    several = [(one, _answers(cut, one, watched, given, narrow)) for one in contexts(cut, watched)]
    if sum(_count(answers) for _, answers in several) > _MOST_IF_ALL_WERE_SHOWN:
        raise TooManyStates(", ".join(cut.protocol.rules))
    for size in range(1 + max(_largest(answers) for _, answers in several)):
        for context, answers in several:
            for raw in _answered(cut.items, answers, {}, {}, context, size):
                count += 1
                if count > _MOST:
                    raise TooManyStates(", ".join(cut.protocol.rules))
                yield State(raw, context)


def _answers(
    cut: Cut,
    context: Context,
    watch: Iterable[Condition],
    given: Choices | None,
    narrow: Callable[[Item, Sequence[object]], Sequence[object]] | None,
) -> Choices:
    answers: dict[str, Sequence[object]] = {**choices(cut, context, watch)}
    if narrow is not None:
        answers = {name: narrow(cut.protocol.items[name], some) for name, some in answers.items()}
    return {**answers, **(given or {})}


def _count(answers: Choices) -> int:
    """At most so many combinations: fewer where items are not shown."""
    return prod(
        prod(map(len, several[0].values()))
        if several and isinstance(several[0], dict)
        else len(several)
        for several in answers.values()
    )


def _largest(answers: Choices) -> int:
    return sum(
        max((_size(one, place) for place, one in enumerate(several)), default=0)
        for several in answers.values()
    )


def _size(answer: object, place: int) -> int:
    if isinstance(answer, dict):
        return len(answer)
    return len(answer) if isinstance(answer, list) and place else min(place, 1)


def _answered(
    items: tuple[Item, ...],
    answers: Choices,
    raw: dict[str, object],
    values: dict[str, Value],
    context: Context,
    size: int,
) -> Iterator[Raw]:
    """What can be said to the items, of exactly this size."""
    while items and not is_shown(items[0], values, context):
        items = items[1:]
    if not items:
        if size == 0:
            yield raw
        return
    item, rest = items[0], items[1:]
    for place, answer in enumerate(_to_item(item, answers[item.id], values)):
        left = size - (min(place, 1) if item.kind is ItemKind.DATES else _size(answer, place))
        if left < 0:
            continue
        if answer is None:
            yield from _answered(rest, answers, raw, values, context, left)
        else:
            value = {item.id: as_value(answer)} if item.options else {}
            said, meant = {**raw, item.id: answer}, {**values, **value}
            yield from _answered(rest, answers, said, meant, context, left)


def _to_item(
    item: Item, answers: Sequence[object], values: Mapping[str, Value]
) -> Iterable[object]:
    if item.kind is not ItemKind.DATES:
        return answers
    parent = values.get(item.dates_for, frozenset())
    by_option: Mapping[str, Sequence[object]] = answers[0]  # type: ignore[assignment]
    ticked = [option for option in by_option if isinstance(parent, frozenset) and option in parent]
    return (
        {option: day for option, day in zip(ticked, days, strict=True) if day is not None} or None
        for days in product(*(by_option[option] for option in ticked))
    )


def as_sent(item: Item, answers: Sequence[object]) -> Sequence[object]:
    """Only what the web lets somebody send: nothing missing, what stands alone alone."""
    alone = item.exclusive_ids
    return [
        _dates_sent(one) if isinstance(one, dict) and item.kind is ItemKind.DATES else one
        for one in answers
        if (one is not None or item.optional)
        and not (isinstance(one, list) and len(one) > 1 and alone.intersection(one))
    ]


def _dates_sent(by_option: Mapping[str, Sequence[object]]) -> dict[str, list[object]]:
    return {option: [day for day in days if day is not None] for option, days in by_option.items()}
