"""What makes a rule, a wait or the set of process rules inconsistent."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from screening.domain.condition_consistency import leaf_faults
from screening.domain.conditions import Always, Condition, Has, leaves, support
from screening.domain.faults import Fault

if TYPE_CHECKING:
    from screening.domain.protocol import Rule, ScreeningProtocol

STATED_GROUNDS = frozenset({"expert opinion", "policy"})
"""The two words that may stand where a rule has no numbered source (engine.md, Result)."""


def rule_faults(rule: "Rule", protocol: "ScreeningProtocol") -> Iterator[Fault]:
    """Every fault of one rule."""
    path = f"rules.{rule.id}"
    for key, condition in _conditions(rule):
        yield from leaf_faults(f"{path}.{key}", condition, protocol)
    for source in (name for name in rule.sources if name not in protocol.sources):
        yield Fault(f"{path}.sources", f"there is no source {source}", "name a listed source")
    if not rule.sources and rule.evidence not in STATED_GROUNDS:
        right = "name a source, or state 'expert opinion' or 'policy' as the evidence"
        yield Fault(f"{path}.sources", "no source and no stated ground", right)
    for _, key in rule.waits:
        if key not in protocol.waits:
            yield Fault(f"{path}.wait", f"there is no wait {key}", "name one under waits")
    yield from _timing_faults(rule, path)
    if rule.since:
        yield from _since_faults(rule, protocol)


def _conditions(rule: "Rule") -> Iterator[tuple[str, Condition]]:
    yield "when", rule.when
    for place, (condition, _) in enumerate(rule.level_when):
        yield f"level_when.{place}.when", condition
    for place, (condition, _) in enumerate(rule.waits):
        yield f"longer_wait.{place}.when", condition
    if rule.open_when is not None:
        yield "open_when", rule.open_when


def _timing_faults(rule: "Rule", path: str) -> Iterator[Fault]:
    """A wait needs its event date and the reverse; rules about answers have no event."""
    process = rule.process.value if rule.process else ""
    if process:
        if bool(rule.waits) != (process == "old_answers"):
            right = "give wait if and only if the process is old_answers"
            yield Fault(f"{path}.wait", f"a rule with the process {process}", right)
        if rule.since:
            right = "leave since out, or give the rule a when"
            yield Fault(f"{path}.since", "a rule about the answers has no event", right)
    elif bool(rule.since) != bool(rule.waits):
        wrong, right = "a wait and an event date belong together", "give both since and wait"
        yield Fault(f"{path}.wait", wrong, f"{right}, or neither")
    if rule.waits and not isinstance(rule.waits[-1][0], Always):
        yield Fault(f"{path}.wait", "only longer waits", "name the ordinary wait as well")
    if rule.fires_without_date and not rule.since:
        right = "leave it out, or give the rule since and wait"
        yield Fault(f"{path}.fires_without_date", "the rule has no date", right)
    if (process == "unsure") != bool(rule.unsure):
        right = "give unsure if and only if the process is unsure"
        yield Fault(f"{path}.unsure", "process and unsure do not fit together", right)


def optional_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    """No answer to what a rule or a follow-up reads would read as "no"."""
    rules, items = protocol.rules.values(), protocol.items.values()
    conditions = [one for rule in rules for _, one in _conditions(rule)]
    conditions += [item.shown_when for item in items if item.shown_when is not None]
    named = {rule.since.partition(".")[0] for rule in rules} | {item.dates_for for item in items}
    read = frozenset(named).union(*map(support, conditions))
    for item in (one for one in items if one.optional and one.id in read):
        wrong, right = "something reads this item, so it needs an answer", "leave optional out"
        yield Fault(f"{item.path}.optional", wrong, right)


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


def missing_process_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    """A gap or a 'not sure' that no rule speaks of would read as "no"."""
    declared = {
        f"{rule.process} {rule.unsure}".strip() for rule in protocol.rules.values() if rule.process
    }
    for name in sorted(set(_wanted(protocol)) - declared):
        yield Fault("rules", f"no rule has the process {name}", "declare one")
    for item in protocol.items.values():
        if item.unsure == "own_rule" and not any(
            leaf.item == item.id and "not_sure" in leaf.options
            for rule in protocol.rules.values()
            for leaf in leaves(rule.when)
            if isinstance(leaf, Has)
        ):
            right = "set unsure to critical or minor, or write the rule"
            yield Fault(f"{item.path}.unsure", "no rule reads the not_sure of this item", right)


def _wanted(protocol: "ScreeningProtocol") -> Iterator[str]:
    """The rules about answers that these questions and rules need."""
    items, rules = protocol.items.values(), protocol.rules.values()
    yield from ("gaps", "changed_after_result", "old_answers", "always")
    yield from (f"unsure {item.unsure}" for item in items if item.unsure in ("critical", "minor"))
    if any(rule.since for rule in rules):
        yield "unknown_date"
    if protocol.contradictions or any(item.exclusive_ids for item in items):
        yield "contradiction"


def wait_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    used = {key for rule in protocol.rules.values() for _, key in rule.waits}
    for key in protocol.waits.keys() - used:
        yield Fault(f"waits.{key}", "no rule uses this wait", "use it in a rule or remove it")
