"""Finding a few parts of a protocol that prove something, one counterexample at a time.

Rules only add. So what a few rules do in every state of the items they read, the whole protocol
does in every state. A state in which the few do not suffice is filled in to a whole form: if the
whole protocol does what is wanted there, the rule that does it joins the few; if not, that form
is the counterexample.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from screening.domain.assessment import Flag
from screening.domain.protocol import ScreeningProtocol
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.parts import Cut, Part, cut
from screening.protocols.verify.states import State

Find = Callable[[Cut], tuple[int, State | None]]
"""Counts the states of a cut, and gives one in which the cut does not suffice."""


@dataclass(frozen=True)
class Cover:
    """The parts that suffice, or the form on which even the whole protocol does not."""

    states: int
    parts: tuple[Part, ...]
    missed: State | None = None


def cover(
    protocol: ScreeningProtocol,
    parts: Sequence[Part],
    items: Iterable[str],
    find: Find,
    helps: Callable[[Flag], bool],
    bench: Bench,
    about: str,
) -> Cover:
    """``helps`` says which flags are of the kind that is wanted; ``about`` names the question."""
    named, count = tuple(items), 0
    chosen = _as_before(parts, about, bench)
    while True:
        small = cut(protocol, chosen, named)
        states, missed = find(small)
        count += states
        if missed is None:
            bench.sufficed[about] = frozenset(part.name for part in chosen)
            return Cover(count, tuple(chosen))
        known = small.names
        whole = bench.forms(protocol).filled_in(missed, known, lately=True)
        fired = {f.rule for f in bench.engine(protocol, whole).assessment.flags if helps(f)}
        speaking = (part for part in parts if part.rule.id in fired and part not in chosen)
        more = [part for part in speaking if _does(part, protocol, whole, helps, bench)]
        if not more:
            return Cover(count, tuple(chosen), whole)
        chosen.append(min(more, key=lambda part: (len(part.items - known), len(part.items))))


def _as_before(parts: Sequence[Part], about: str, bench: Bench) -> list[Part]:
    """The parts that sufficed for the same question before: mostly they do again."""
    sufficed = bench.sufficed.get(about, frozenset())
    return [part for part in parts if part.name in sufficed] if sufficed else []


def _does(
    part: Part,
    protocol: ScreeningProtocol,
    whole: State,
    helps: Callable[[Flag], bool],
    bench: Bench,
) -> bool:
    small = cut(protocol, (part,))
    names = {item.id for item in small.items}
    raw = {name: said for name, said in whole.raw.items() if name in names}
    flags = bench.engine(small.protocol, State(raw, whole.context)).assessment.flags
    return any(flag.rule == part.rule.id and helps(flag) for flag in flags)
