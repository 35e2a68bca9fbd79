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

    @cached_property
    def name(self) -> str:
        """Which part this is, also in another version of the protocol."""
        return f"{self.rule.id} {sorted(self.items)} {self.helper and self.helper.id}"

    @cached_property
    def key(self) -> Hashable:
        """What the part does, without texts and sources."""
        return tuple(map(_wordless, self.rules)), self.contradiction

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (self.rule,) if self.helper is None else (self.rule, self.helper)


@dataclass(frozen=True, eq=False)
class Cut:
    """A protocol that holds only some parts, and the items that those can read.

    It is cut out when it is first looked at: of most cuts everything is known already.
    """

    whole: ScreeningProtocol
    parts: tuple[Part, ...]
    names: frozenset[str]

    @cached_property
    def protocol(self) -> ScreeningProtocol:
        whole, cut = self.whole, copy.copy(self.whole)
        rules = {rule.id: rule for part in self.parts for rule in part.rules}
        contradictions = {part.contradiction for part in self.parts}
        vars(cut).pop("items", None)
        vars(cut).update(
            sections=tuple(_only(section, self.names) for section in whole.sections),
            rules={name: rules[name] for name in whole.rules if name in rules},
            contradictions=tuple(c for c in whole.contradictions if c in contradictions),
            waits={key: whole.waits[key] for key in whole.waits if key in self.waits},
        )
        return cut

    @property
    def waits(self) -> set[str]:
        rules = (rule for part in self.parts for rule in part.rules)
        return {key for rule in rules for _, key in rule.waits}

    @property
    def meaning(self) -> tuple[tuple[Item, ...], tuple[Rule, ...], Hashable, Hashable]:
        """Items, rules, contradictions, waits: equal for cuts that no answers tell apart."""
        cut = self.protocol
        waits = tuple(sorted((key, str(named.wait)) for key, named in cut.waits.items()))
        return (
            tuple(map(unworded, cut.items.values())),
            tuple(map(_wordless, cut.rules.values())),
            tuple(contradiction.when for contradiction in cut.contradictions),
            waits,
        )

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for name, item in self.whole.items.items() if name in self.names)

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


def unworded(item: Item) -> Item:
    """What can be answered, without what is read and which answers are declared harmless."""
    options = tuple(replace(one, label="", harmless="") for one in item.options)
    return replace(item, section="", wording="", why="", options=options)


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
    return Cut(protocol, chosen, wanted & protocol.items.keys())


def _only(section: Section, wanted: frozenset[str]) -> Section:
    items = tuple(item for item in section.items if item.id in wanted)
    return Section(section.id, section.title, section.intro, items)
