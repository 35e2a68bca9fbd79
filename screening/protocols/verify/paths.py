"""Property 1: every item and option can be reached, and every path through the questions ends."""

from collections.abc import Iterator, Sequence

from screening.domain.conditions import support
from screening.domain.protocol import Item, ScreeningProtocol
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.combinations import all_states, as_sent
from screening.protocols.verify.findings import Failure, Found
from screening.protocols.verify.parts import Cut, cut
from screening.protocols.verify.states import State

SENTENCE = "Every item and option can be reached, and every path through the questions ends."


def check_paths(protocol: ScreeningProtocol, bench: Bench) -> Found:
    """Nothing but the questions decides about it: the rules are not looked at."""
    everything = cut(protocol, (), protocol.items)
    return bench.once(("paths", bench.alike(everything)), lambda: _check(protocol, bench))


def _check(protocol: ScreeningProtocol, bench: Bench) -> Found:
    backwards = Found(len(protocol.items), tuple(_looking_ahead(protocol)))
    if backwards.failures:
        return backwards
    reached = (_reached(item, protocol, bench) for item in protocol.items.values())
    return Found.all((backwards, *reached))


def _looking_ahead(protocol: ScreeningProtocol) -> Iterator[Failure]:
    """A path ends because each item is asked at most once, and looks only at earlier ones."""
    earlier: set[str] = set()
    for item in protocol.items.values():
        parents = support(item.shown_when) if item.shown_when is not None else frozenset()
        for name in sorted((parents | {item.dates_for or item.id}) - earlier - {item.id}):
            yield Failure(item.path, f"it waits for {name}, which is not asked before it")
        if item.id in parents:
            yield Failure(item.path, "it is shown only if it was answered already")
        earlier.add(item.id)


def _reached(item: Item, protocol: ScreeningProtocol, bench: Bench) -> Found:
    """Each option is chosen on some whole journey that leaves nothing unanswered."""
    small = cut(protocol, (), (item.id,))
    count, ways = bench.once(
        ("reached", item.id, bench.alike(small)), lambda: _ways(item, small, bench)
    )
    failures = []
    for option in item.option_ids or ("",):
        if option not in ways:
            what = "nobody is ever asked this" if not ways else f"nobody can choose {option}"
            failures.append(Failure(item.path, what))
            continue
        journey = bench.forms(protocol).filled_in(ways[option], frozenset())
        outcome = bench.engine(protocol, journey)
        if item not in outcome.answers.shown or outcome.answers.missing:
            failures.append(Failure(item.path, "no whole journey comes here", journey))
    return Found(count + len(ways), tuple(failures))


def _ways(item: Item, small: Cut, bench: Bench) -> tuple[int, dict[str, State]]:
    """For each option a state that chooses it; for an item without options, one that shows it."""
    ways: dict[str, State] = {}
    count = 0
    for state in all_states(small, narrow=lambda one, some: _every_option(one, item, some)):
        count += 1
        for option in _chosen(item, small, state, bench):
            ways.setdefault(option, state)
    return count, ways


def _chosen(item: Item, small: Cut, state: State, bench: Bench) -> list[str]:
    """What is chosen where the item is asked; "" stands for an item without options."""
    if item.options:
        said = state.raw.get(item.id, [])
        return list(map(str, said)) if isinstance(said, list) else [str(said)]
    return [""] if item in bench.engine(small.protocol, state).answers.shown else []


def _every_option(one: Item, item: Item, some: Sequence[object]) -> list[object]:
    answers = as_sent(one, some)
    if one.id != item.id or not item.options:
        return list(answers)
    return [[option] if item.kind == "multi" else option for option in item.option_ids]
