"""The states that probes are made of: those of the rules in which two versions differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from screening.domain.conditions import Condition
from screening.domain.dates import Wait
from screening.domain.protocol import Process, ScreeningProtocol
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.boundaries import UNEVEN_DAYS, waits_of
from screening.protocols.verify.combinations import all_states
from screening.protocols.verify.parts import Cut, Part, cut, parts_of, with_parents
from screening.protocols.verify.states import State
from screening.protocols.verify.waiting import on_days, shapes, told_days

_ABOUT_ONE_ITEM = (Process.UNSURE, Process.GAPS)


@dataclass(frozen=True)
class Side:
    """One part of a rule in one version, with the items that the other version's part reads."""

    rule: str
    protocol: ScreeningProtocol
    part: Part | None
    other: Part | None

    @cached_property
    def small(self) -> Cut:
        """With every part of the rule that these items are enough for: each can make it fire."""
        read = frozenset().union(*(part.items for part in (self.part, self.other) if part))
        items = with_parents(self.protocol, read & self.protocol.items.keys())
        parts = (part for part in parts_of(self.protocol) if part.rule.id == self.rule)
        return cut(self.protocol, (p for p in parts if p.items <= items and self._beside(p)), items)

    def _beside(self, part: Part) -> bool:
        """Of the parts that ask for an unknown date only those that ask for the same one."""
        asking = {one.helper.since for one in (self.part, self.other) if one and one.helper}
        return part.helper is None or part.helper.since in asking

    @property
    def waits(self) -> tuple[Wait, ...]:
        dated = self.part is not None and self.part.rule.since and self.part.helper is None
        return tuple(waits_of(self.part.rule, self.small)) if self.part and dated else ()


def differing(old: ScreeningProtocol, new: ScreeningProtocol) -> Iterator[tuple[Side, Side]]:
    then, now = ({_identity(part): part for part in parts_of(one)} for one in (old, new))
    for identity in {**then, **now}:
        before, after = then.get(identity), now.get(identity)
        if before and after and _meaning(old, before) == _meaning(new, after):
            continue
        rule = str(identity[0])
        yield Side(rule, old, before, after), Side(rule, new, after, before)


def usual(side: Side, read: tuple[Condition, ...]) -> Iterator[State]:
    if side.part is not None:
        yield from all_states(side.small, read)


def uneven(side: Side, _: tuple[Condition, ...]) -> Iterator[State]:
    """Events about the end of each wait, on days where the calendar is uneven."""
    if side.part is None or not side.waits:
        return
    rule, kinds = side.part.rule, set[str]()
    for shape, kind in shapes((side.part,), side.small, Bench()):
        if kind not in kinds:
            kinds.add(kind)
            for today in UNEVEN_DAYS:
                told = told_days(rule, side.small, today)
                yield from (on_days(shape, {rule: one}, today) for one in told)


def _identity(part: Part) -> tuple[object, ...]:
    """What makes two parts of two versions the same part."""
    helper = part.helper.id if part.helper else ""
    contradiction = part.contradiction.when if part.contradiction else None
    process = part.rule.process
    one_item = process in _ABOUT_ONE_ITEM or (
        process is Process.CONTRADICTION and contradiction is None
    )
    return part.rule.id, helper, contradiction, part.items if one_item else frozenset()


def _meaning(protocol: ScreeningProtocol, part: Part) -> tuple[object, ...]:
    """Which date is asked for does not depend on how long is waited after it."""
    items, rules, *others = cut(protocol, (part,)).meaning
    if part.helper is None:
        return items, rules, *others
    rule = next(one for one in rules if one.id == part.rule.id)
    return items, rule, part.helper.when, part.helper.since, part.helper.fires_without_date
