"""Boundary probes: made-up answers on both sides of every boundary of two protocol versions.

What past patients said seldom lies at a boundary. The states that `verify` checks do: they are
cut where a rule of either version changes. Each is tried on both versions, rule by rule; rules
that do the same in both need no trying.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace

from screening.domain.answer_words import answer_lines
from screening.domain.assessment import Flag, evaluate
from screening.domain.backtest import FlagChange, Shift
from screening.domain.conditions import Condition, Setting, leaves
from screening.domain.context import Context
from screening.domain.protocol import ScreeningProtocol
from screening.domain.rereading import read_again
from screening.protocols.probe_states import Side, differing, uneven, usual
from screening.protocols.verify.choices import TooManyStates
from screening.protocols.verify.parts import Cut
from screening.protocols.verify.states import State, run

Said = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """Made-up answers, each as question and answer; `settings` names those that the rule reads."""

    said: Said
    context: Context
    settings: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """What leaves no gap is easier to see before one than what leaves some."""
        return sum(not answers for _, answers in self.said), len(self.said)


@dataclass(frozen=True, slots=True)
class Probe:
    """One way in which a rule differs: its smallest example, and how many probes show it."""

    change: FlagChange
    example: Example
    count: int = 1


@dataclass(frozen=True, slots=True)
class Probes:
    """`rules` were tried on so many states; of those in `unfinished` not on all of them."""

    found: tuple[Probe, ...]
    tried: int
    rules: int
    unfinished: tuple[str, ...] = ()


def probe(old: ScreeningProtocol, new: ScreeningProtocol) -> Probes:
    """Every rule in which the two versions differ anywhere."""
    found, tried = list[Probe](), 0
    rules, unfinished = set[str](), set[str]()
    for before, after in differing(old, new):
        rules.add(before.rule)
        several, states = dict[Shift | None, Probe](), _Count()
        try:
            for one in _probes(before, after, states):
                several[one.change.shift] = _smaller(several.get(one.change.shift), one)
        except TooManyStates:
            unfinished.add(before.rule)
        tried += states.count
        found += several.values()
    return Probes(
        tuple(sorted(_once(found), key=_rank)), tried, len(rules), tuple(sorted(unfinished))
    )


@dataclass
class _Count:
    count: int = 0

    def each(self, states: Iterable[State]) -> Iterator[State]:
        for state in states:
            self.count += 1
            yield state


def _probes(before: Side, after: Side, states: _Count) -> Iterator[Probe]:
    """On the usual day; where that shows nothing of another wait, on all uneven days as well."""
    any_found = False
    for source in (usual, uneven):
        if any_found or (source is uneven and set(before.waits) == set(after.waits)):
            return
        for one in _tried(before, after, states, source):
            any_found = True
            yield one


def _tried(
    before: Side,
    after: Side,
    states: _Count,
    source: Callable[[Side, tuple[Condition, ...]], Iterator[State]],
) -> Iterator[Probe]:
    read = (*before.small.conditions, *after.small.conditions)
    for here, there in ((before, after), (after, before)):
        for state in states.each(source(here, read)):
            outcome = run(here.small.protocol, state)
            flags = outcome.flag(here.rule), _read_flag(here, there, state)
            change = FlagChange(*(flags if here is before else reversed(flags)))
            if change.shift is not None:
                example = _example(here.small, state, outcome.answers.missing, read)
                yield Probe(change, example)


def _read_flag(here: Side, there: Side, state: State) -> Flag | None:
    """The same answers, read as the other version would."""
    other = there.small.protocol
    reading = read_again(state.raw, here.small.protocol, other, state.context)
    flags = evaluate(other, reading.answers, state.context).flags
    return next((flag for flag in flags if flag.rule == here.rule), None)


def _example(
    small: Cut, state: State, missing: Iterable[str], read: Iterable[Condition]
) -> Example:
    items = small.protocol.items
    told = {**state.raw, **{name: None for name in missing if name not in state.raw}}
    said = (
        (item.wording, tuple(answer_lines(small.protocol, item, told[name])))
        for name, item in items.items()
        if name in told
    )
    names = {leaf.name for one in read for leaf in leaves(one) if isinstance(leaf, Setting)}
    return Example(tuple(said), state.context, tuple(sorted(names)))


def _smaller(known: Probe | None, one: Probe) -> Probe:
    if known is None:
        return one
    smaller = min(known, one, key=lambda probe: probe.example.size)
    return replace(smaller, count=known.count + 1)


def _once(found: Iterable[Probe]) -> list[Probe]:
    """Parts of one rule that have the same smallest example, together."""
    several: dict[Hashable, Probe] = {}
    for one in found:
        key = (one.change, one.example.said)
        known = several.get(key)
        several[key] = replace(one, count=one.count + (known.count if known else 0))
    return list(several.values())


def _rank(one: Probe) -> tuple[int, str, str]:
    flags = (one.change.before, one.change.after)
    level = max(flag.level.rank for flag in flags if flag is not None)
    return -level, one.change.rule, str(one.change.shift)
