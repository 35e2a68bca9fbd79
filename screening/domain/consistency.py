"""What makes a protocol inconsistent: each fault names the place, what is wrong, what is right."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations, product
from typing import TYPE_CHECKING

from screening.domain.conditions import (
    Condition,
    Facts,
    Has,
    Setting,
    YoungerThan,
    leaves,
    support,
)
from screening.domain.wording import PLACEHOLDERS, placeholders

if TYPE_CHECKING:
    from screening.domain.protocol import Item, Rule, ScreeningProtocol

STATED_GROUNDS = frozenset({"expert opinion", "policy"})
"""The two words that may stand where a rule has no numbered source (engine.md, Result)."""


@dataclass(frozen=True, slots=True)
class Fault:
    path: str
    wrong: str
    right: str

    def __str__(self) -> str:
        return f"{self.path}: {self.wrong}; {self.right}"


class ProtocolInconsistent(ValueError):
    """The protocol contradicts itself; ``faults`` lists every place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def faults_in(protocol: "ScreeningProtocol") -> list[Fault]:
    """Every inconsistency of the protocol; empty for one that may exist."""
    return list(
        chain(
            _duplicates(protocol),
            _item_faults(protocol),
            _condition_faults(protocol),
            *(_rule_faults(rule, protocol) for rule in protocol.rules.values()),
            _unused_waits(protocol),
        )
    )


def _duplicates(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    names = Counter(item.id for section in protocol.sections for item in section.items)
    sections = Counter(section.id for section in protocol.sections)
    for kind, counts in (("items", names), ("sections", sections)):
        for name in (name for name, count in counts.items() if count > 1):
            yield Fault(f"{kind}.{name}", "this id is used twice", "give each its own id")
    for item in protocol.items.values():
        for name, count in Counter(item.option_ids).items():
            if count > 1:
                path = f"items.{item.id}.options.{name}"
                yield Fault(path, "this id is used twice", "give each option its own id")


def _item_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    earlier: dict[str, Item] = {}
    for item in protocol.items.values():
        path = f"items.{item.id}"
        choice = item.kind.value in ("single", "multi")
        if choice != bool(item.options):
            yield Fault(
                f"{path}.options",
                f"an item of kind {item.kind.value}",
                "has options if and only if it is a single or multi choice",
            )
        if "not_sure" in item.option_ids and not item.unsure:
            yield Fault(
                f"{path}.unsure",
                "a 'not sure' without a policy",
                "set unsure to critical, minor or own_rule",
            )
        if (item.kind.value == "dates") != bool(item.dates_for):
            yield Fault(
                f"{path}.dates_for",
                f"an item of kind {item.kind.value}",
                "names the item that it has dates for if and only if its kind is dates",
            )
        if item.dates_for and item.dates_for not in earlier:
            yield Fault(
                f"{path}.dates_for",
                f"{item.dates_for} is not asked before",
                "name an item that is asked before this one",
            )
        if item.shown_when is not None:
            yield from _shown_when_faults(item, item.shown_when, earlier, protocol)
        earlier[item.id] = item


def _shown_when_faults(
    item: "Item",
    shown_when: Condition,
    earlier: Mapping[str, "Item"],
    protocol: "ScreeningProtocol",
) -> Iterator[Fault]:
    path = f"items.{item.id}.shown_when"
    faulty = list(_leaf_faults(path, shown_when, protocol))
    for name in sorted(support(shown_when) & protocol.items.keys() - earlier.keys()):
        faulty.append(
            Fault(
                path,
                f"{name} is not asked before this item",
                "a follow-up looks only backwards: ask it earlier",
            )
        )
    yield from faulty
    if not faulty and not _can_hold(shown_when, earlier, protocol):
        yield Fault(path, "no answers can ever show this item", "make the condition reachable")


def _condition_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    for name, condition in protocol.conditions.items():
        yield from _leaf_faults(f"conditions.{name}", condition, protocol)
    for place, condition in enumerate(protocol.contradictions):
        yield from _leaf_faults(f"contradictions.{place}", condition, protocol)


def _leaf_faults(path: str, condition: Condition, protocol: "ScreeningProtocol") -> Iterator[Fault]:
    for leaf in leaves(condition):
        if isinstance(leaf, Setting):
            allowed = protocol.settings.get(leaf.name, ())
            for value in sorted(leaf.values - set(allowed)):
                yield Fault(
                    path,
                    f"the setting {leaf.name} is never {value}",
                    f"use one of {', '.join(allowed) or ', '.join(protocol.settings)}",
                )
        elif isinstance(leaf, Has | YoungerThan):
            item = protocol.items.get(leaf.item)
            if item is None:
                yield Fault(path, f"there is no item {leaf.item}", "name an item of a section")
            elif isinstance(leaf, Has):
                for option in sorted(leaf.options - set(item.option_ids)):
                    yield Fault(
                        path,
                        f"{leaf.item} has no option {option}",
                        f"use one of {', '.join(item.option_ids)}",
                    )


def _rule_faults(rule: "Rule", protocol: "ScreeningProtocol") -> Iterator[Fault]:
    path = f"rules.{rule.id}"
    conditions = [rule.when, *(c for c, _ in rule.level_when), *(c for c, _ in rule.waits)]
    for condition in conditions + ([rule.open_when] if rule.open_when else []):
        yield from _leaf_faults(f"{path}.when", condition, protocol)
    for source in (name for name in rule.sources if name not in protocol.sources):
        yield Fault(f"{path}.sources", f"there is no source {source}", "name a listed source")
    if not rule.sources and rule.evidence not in STATED_GROUNDS:
        yield Fault(
            f"{path}.sources",
            "no source and no stated ground",
            "name a source, or state 'expert opinion' or 'policy' as the evidence",
        )
    if bool(rule.since) != bool(rule.waits) and rule.process is None:
        yield Fault(
            f"{path}.wait",
            "a wait and an event date belong together",
            "give both since and wait, or neither",
        )
    for _, key in rule.waits:
        if key not in protocol.waits:
            yield Fault(f"{path}.wait", f"there is no wait {key}", "name one under waits")
    if rule.since:
        yield from _since_faults(rule, protocol)
    yield from _text_faults(rule)


def _since_faults(rule: "Rule", protocol: "ScreeningProtocol") -> Iterator[Fault]:
    path = f"rules.{rule.id}.since"
    name, _, option = rule.since.partition(".")
    item = protocol.items.get(name)
    if item is None or item.kind.value not in ("date", "dates", "birth_date"):
        yield Fault(path, f"{name} is no date item", "name the item that holds the event date")
    elif (item.kind.value == "dates") != bool(option) or (
        option and option not in item.dated_options
    ):
        yield Fault(
            path,
            f"{rule.since} names no date of {name}",
            "write item.option for an item with a date per option, else the item alone",
        )


def _text_faults(rule: "Rule") -> Iterator[Fault]:
    for key, text in (("patient", rule.patient), ("clinician", rule.clinician)):
        for name in sorted(placeholders(text) - PLACEHOLDERS):
            yield Fault(
                f"rules.{rule.id}.{key}",
                f"nothing fills in {{{name}}}",
                f"use one of {', '.join(sorted(PLACEHOLDERS))}",
            )
    if "date" in placeholders(rule.patient) and not rule.since:
        yield Fault(
            f"rules.{rule.id}.patient",
            "{date} in a rule without a wait",
            "leave the date out, or give the rule since and wait",
        )


def _unused_waits(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    used = {key for rule in protocol.rules.values() for _, key in rule.waits}
    for key in protocol.waits.keys() - used:
        yield Fault(f"waits.{key}", "no rule uses this wait", "use it in a rule or remove it")


def _can_hold(
    condition: Condition, items: Mapping[str, "Item"], protocol: "ScreeningProtocol"
) -> bool:
    """Whether some answers and settings make the condition hold, tried one by one."""
    mentioned = {leaf.item: leaf.options for leaf in leaves(condition) if isinstance(leaf, Has)}
    choices = [_possible(items[name], options) for name, options in mentioned.items()]
    settings = [[(name, value) for value in values] for name, values in protocol.settings.items()]
    return any(
        condition.holds(Facts(dict(zip(mentioned, chosen, strict=True)), settings=dict(setting)))
        is not None
        for setting in product(*settings)
        for chosen in product(*choices)
    )


def _possible(item: "Item", options: frozenset[str]) -> list[frozenset[str]]:
    most = 1 if item.kind.value == "single" else len(options)
    sizes = range(most + 1)
    return [frozenset(some) for size in sizes for some in combinations(sorted(options), size)]
