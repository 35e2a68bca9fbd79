"""Property 6: what was said to an item that is not shown changes nothing."""

from collections.abc import Iterator

from screening.domain.protocol import Item, ItemKind, ScreeningProtocol
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.choices import choices
from screening.protocols.verify.combinations import all_states
from screening.protocols.verify.findings import Failure, Found
from screening.protocols.verify.parts import Cut, Part, cut, with_parents
from screening.protocols.verify.states import State

SENTENCE = "Hidden items are inert."
_RUBBISH: tuple[object, ...] = ("no such option", ["no such option"], 7, {"no": "date"})


def check_hidden(protocol: ScreeningProtocol, bench: Bench) -> Found:
    parts = bench.parts(protocol)
    return Found.all(
        _one(item, part, protocol, bench)
        for item in protocol.items.values()
        if item.shown_when is not None
        for part in (*(p for p in parts if item.id in with_parents(protocol, p.items)), None)
    )


def _one(item: Item, part: Part | None, protocol: ScreeningProtocol, bench: Bench) -> Found:
    small = cut(protocol, () if part is None else (part,), (item.id,))
    return bench.once(("hidden", item.id, bench.alike(small)), lambda: _inert(item, small, bench))


def _inert(item: Item, small: Cut, bench: Bench) -> Found:
    count = 0
    for state in all_states(small):
        if item.id in state.raw:
            continue
        without = bench.engine(small.protocol, state)
        if item.id in without.shown:
            continue
        for said in _answers(item, small, state):
            count += 1
            told = State({**state.raw, item.id: said}, state.context)
            if bench.engine(small.protocol, told).assessment != without.assessment:
                what = f"{item.id} is not shown, and its answer still counts"
                return Found(count, (Failure(item.path, what, told, small.names),))
    return Found(count)


def _answers(item: Item, small: Cut, state: State) -> Iterator[object]:
    """Everything that can be said to the item, and things that cannot."""
    yield from _RUBBISH
    for said in choices(small, state.context)[item.id]:
        if item.kind is ItemKind.DATES and isinstance(said, dict):
            for option, days in said.items():
                yield from ({option: day} for day in days if day is not None)
        elif said is not None:
            yield said
