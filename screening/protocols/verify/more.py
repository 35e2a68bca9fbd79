"""Property 5, second half: to tick one more option never lowers the overall level."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from screening.domain.protocol import Item, ItemKind, Process, Rule, ScreeningProtocol
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.combinations import all_states
from screening.protocols.verify.findings import Failure, Found
from screening.protocols.verify.fitting import pinned
from screening.protocols.verify.parts import Cut, Part, cut, with_parents
from screening.protocols.verify.states import Outcome, State

_SILENT = -1
"""Below every level."""


@dataclass(frozen=True)
class _Heights:
    """How high the rule in question and everything together reach in a state."""

    rule: int
    overall: int
    flagged: bool
    shown: frozenset[str]


def check_more(protocol: ScreeningProtocol, bench: Bench) -> Found:
    parts = bench.parts(protocol)
    return Found.all(_part(part, protocol, parts, bench) for part in parts)


def _part(part: Part, protocol: ScreeningProtocol, parts: Sequence[Part], bench: Bench) -> Found:
    """A rule that itself never falls needs nothing else; for one that falls, others must rise."""
    count, found = 0, Found()
    for helpers in _helpers(part, protocol, parts):
        small = cut(protocol, (part, *helpers))
        key = ("more", part.rule.id, bench.alike(small))
        found = bench.once(key, partial(_rises, part, small, bench))
        count += found.states
        if not found.failures:
            break
    return Found(count, found.failures)


def _helpers(
    part: Part, protocol: ScreeningProtocol, parts: Sequence[Part]
) -> Iterator[list[Part]]:
    """Growing sets of other rules that might rise instead, the nearest first."""
    near = with_parents(protocol, part.items)
    others = [p for p in parts if p.items and p.items <= near and p.rule is not part.rule]
    ordered = sorted(others, key=lambda p: len(p.items))
    yield from (ordered[:size] for size in range(min(len(ordered), 12) + 1))


def _rises(part: Part, small: Cut, bench: Bench) -> Found:
    """Options that the rules do not tell apart are tried once: a second one changes nothing."""
    many = [item for item in small.items if item.kind is ItemKind.MULTI]
    known: dict[str, _Heights] = {}
    count = 0

    def heights(state: State) -> _Heights:
        key = repr(state)
        if key not in known:
            known[key] = _heights(part.rule, bench.engine(small.protocol, state))
        return known[key]

    for state in all_states(small) if many else ():
        for item, option, one in _earlier(state, many, part.rule):
            lost = heights(one).shown - heights(state).shown
            for earlier in _answered_before(one, lost, small) if lost else (one,):
                count += 1
                if _falls(heights(earlier), heights(state)):
                    path = f"{item.path}.options.{option}"
                    what = f"with {option} ticked as well, {part.rule.id} falls and nothing rises"
                    return Found(count, (Failure(path, what, earlier, small.names),))
    return Found(count)


def _answered_before(state: State, lost: frozenset[str], small: Cut) -> Iterator[State]:
    """Every answer to what was asked only before the tick, and to what it was asked with."""
    free = {one.id for one in small.items if lost & with_parents(small.protocol, (one.id,))}
    told = {i.id: pinned(i, state.raw.get(i.id)) for i in small.items if i.id not in free}
    yield from (one for one in all_states(small, given=told) if one.context == state.context)


def _earlier(
    state: State, many: Sequence[Item], rule: Rule
) -> Iterator[tuple[Item, object, State]]:
    """States with one tick less: the item, the option ticked last, and the state before."""
    for item in many:
        said = state.raw.get(item.id)
        if isinstance(said, list):
            for option, before in _ways_here(item, said, rule):
                yield item, option, State({**state.raw, item.id: before}, state.context)


def _ways_here(item: Item, said: list[object], rule: Rule) -> Iterator[tuple[object, list[object]]]:
    """The option ticked last, and what was ticked before it."""
    for option in (one for one in said if one not in item.exclusive_ids):
        for before in _without(item, option, said, rule):
            yield option, before


def _without(item: Item, option: object, said: list[object], rule: Rule) -> Iterator[list[object]]:
    """What was ticked before: the rest, or in the place of a lone option what stands alone.

    The second may settle a contradiction, and then rightly lowers the level.
    """
    rest = [one for one in said if one != option]
    if rest:
        yield rest
    elif rule.process is not Process.CONTRADICTION:
        for alone in sorted(item.exclusive_ids):
            yield [alone]


def _heights(rule: Rule, outcome: Outcome) -> _Heights:
    flag, assessment = outcome.flag(rule.id), outcome.assessment
    own = _SILENT if flag is None else flag.level.rank
    return _Heights(own, assessment.level.rank, bool(assessment.flags), outcome.shown)


def _falls(before: _Heights, after: _Heights) -> bool:
    """Whether the rule falls and no other flag is as high as it was."""
    if after.rule >= before.rule:
        return False
    return not (after.flagged and after.overall >= before.rule)
