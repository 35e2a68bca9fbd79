"""Cutting a protocol into parts: one rule, and only what that rule can read.

What a rule does depends on nothing outside its part, because the condition vocabulary is closed.
A rule about the answers themselves reads every item, but fires as soon as one item, date or
contradiction makes it fire; so it has one part for each of those.
"""

import copy
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from screening.domain.conditions import Condition, support
from screening.domain.contradictions import Contradiction
from screening.domain.protocol import Item, Process, Rule, ScreeningProtocol, Section


@dataclass(frozen=True)
class Part:
    """A rule with the items it reads; ``helper`` is the dated rule that date_unknown asks."""

    rule: Rule
    items: frozenset[str]
    helper: Rule | None = None
    contradiction: Contradiction | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (self.rule,) if self.helper is None else (self.rule, self.helper)


@dataclass(frozen=True, eq=False)
class Cut:
    """A protocol that holds only some parts, and the items that those can read."""

    protocol: ScreeningProtocol

    @cached_property
    def key(self) -> Hashable:
        """Equal for cuts that do the same, also if they are of different protocols."""
        cut = self.protocol
        waits = tuple(sorted((key, str(named.wait)) for key, named in cut.waits.items()))
        rules = tuple(map(_wordless, cut.rules.values()))
        return tuple(cut.items.values()), rules, cut.contradictions, waits

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(self.protocol.items.values())

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.protocol.items)

    @property
    def conditions(self) -> Iterator[Condition]:
        """Every condition that anything in the cut reads."""
        yield from (item.shown_when for item in self.items if item.shown_when is not None)
        yield from self.protocol.contradictions
        for rule in self.protocol.rules.values():
            yield from conditions_of(rule)


def _wordless(rule: Rule) -> Rule:
    """What a rule does, without its texts and sources."""
    return replace(rule, group="", patient="", clinician="", evidence="", sources=(), wait_note="")


def conditions_of(rule: Rule) -> Iterator[Condition]:
    yield rule.when
    yield from (when for when, _ in rule.level_when)
    yield from (when for when, _ in rule.waits)
    if rule.open_when is not None:
        yield rule.open_when


def parts_of(protocol: ScreeningProtocol) -> tuple[Part, ...]:
    return tuple(part for rule in protocol.rules.values() for part in _parts(rule, protocol))


def _parts(rule: Rule, protocol: ScreeningProtocol) -> Iterator[Part]:
    items = protocol.items.values()
    if rule.process is Process.UNSURE:
        yield from (Part(rule, frozenset((i.id,))) for i in items if i.unsure == rule.unsure)
    elif rule.process is Process.GAPS:
        yield from (Part(rule, frozenset((i.id,))) for i in items if not i.optional)
    elif rule.process is Process.UNKNOWN_DATE:
        asking = (one for one in protocol.rules.values() if one.since)
        yield from (Part(rule, _read_by(one), one) for one in asking)
    elif rule.process is Process.CONTRADICTION:
        yield from (Part(rule, support(c), None, c) for c in protocol.contradictions)
        yield from (Part(rule, frozenset((i.id,))) for i in items if i.exclusive_ids)
    else:
        yield Part(rule, _read_by(rule))


def _read_by(rule: Rule) -> frozenset[str]:
    found = frozenset().union(*map(support, conditions_of(rule)))
    return found | {rule.since.partition(".")[0]} if rule.since else found


def with_parents(protocol: ScreeningProtocol, items: Iterable[str]) -> frozenset[str]:
    """The items and all that decides whether they are shown."""
    found = frozenset(items)
    for item in (protocol.items[name] for name in found):
        parents = support(item.shown_when) if item.shown_when is not None else frozenset()
        found |= parents | ({item.dates_for} if item.dates_for else frozenset())
    return found if found == frozenset(items) else with_parents(protocol, found)


def cut(protocol: ScreeningProtocol, parts: Iterable[Part], also: Iterable[str] = ()) -> Cut:
    """These parts of the protocol, and also these items."""
    chosen = tuple(parts)
    wanted = with_parents(protocol, frozenset(also).union(*(part.items for part in chosen)))
    rules = {rule.id: rule for part in chosen for rule in part.rules}
    contradictions = {part.contradiction for part in chosen}
    waits = {key for rule in rules.values() for _, key in rule.waits}
    whole = copy.copy(protocol)
    vars(whole).pop("items", None)
    vars(whole).update(
        sections=tuple(_only(section, wanted) for section in protocol.sections),
        rules={name: rules[name] for name in protocol.rules if name in rules},
        contradictions=tuple(c for c in protocol.contradictions if c in contradictions),
        waits={key: protocol.waits[key] for key in protocol.waits if key in waits},
    )
    return Cut(whole)


def _only(section: Section, wanted: frozenset[str]) -> Section:
    items = tuple(item for item in section.items if item.id in wanted)
    return Section(section.id, section.title, section.intro, items)
