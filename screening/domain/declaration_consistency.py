"""What makes declared contradictions, harmless options and safety cases inconsistent."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from screening.domain.condition_consistency import leaf_faults
from screening.domain.conditions import Has, LongerAgo, leaves
from screening.domain.faults import Fault, id_faults
from screening.domain.safety_cases import COMPLETED_ON

if TYPE_CHECKING:
    from screening.domain.conditions import Value
    from screening.domain.protocol import Item, ScreeningProtocol
    from screening.domain.safety_cases import SafetyCase


def declaration_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    """Every fault of what a protocol declares beside its rules."""
    yield from _contradiction_faults(protocol)
    for item in protocol.items.values():
        yield from _harmless_faults(item)
    yield from id_faults("safety_cases", [case.id for case in protocol.safety_cases])
    for case in protocol.safety_cases:
        yield from _case_faults(case, protocol)


def _contradiction_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    yield from id_faults("contradictions", [one.id for one in protocol.contradictions if one.id])
    for place, one in enumerate(protocol.contradictions):
        path = f"contradictions.{one.id or place}"
        faults = list(leaf_faults(f"{path}.when", one, protocol))
        if not faults and [type(leaf) for leaf in leaves(one)] in ([Has], [LongerAgo]):
            right = "name two that do not fit together"
            faults = [Fault(f"{path}.when", "this is about one answer", right)]
        yield from faults
        if bool(one.id) != bool(one.question):
            right = "give both, so that the patient can be asked"
            yield Fault(path, "an id and a question belong together", right)


def _harmless_faults(item: "Item") -> Iterator[Fault]:
    for option in item.options:
        if option.harmless and option.id == "not_sure":
            path, right = f"{item.path}.harmless.not_sure", "remove it: not sure is never no"
            yield Fault(path, "a doubt is never harmless", right)


def _case_faults(case: "SafetyCase", protocol: "ScreeningProtocol") -> Iterator[Fault]:
    path = f"safety_cases.{case.id}"
    yield from leaf_faults(f"{path}.given", case.given, protocol)
    yield from _answer_faults(f"{path}.answers", case, protocol)
    for rule in (name for name in case.then.rules if name not in protocol.rules):
        yield Fault(f"{path}.then", f"there is no rule {rule}", "name a rule of this protocol")
    for item in (name for name in case.then.asks if name not in protocol.items):
        yield Fault(f"{path}.then.asks", f"there is no item {item}", "name an item of a section")
    for rule, _ in case.then.waits:
        if rule in protocol.rules and not protocol.rules[rule].since:
            right = "name a rule that has since and wait"
            yield Fault(f"{path}.then.waits.{rule}", "this rule waits for nothing", right)
    yield from _promise_faults(f"{path}.then", case)


def _promise_faults(path: str, case: "SafetyCase") -> Iterator[Fault]:
    """What no protocol can keep."""
    then = case.then
    if then.level_at_least and then.level_at_most and then.level_at_least > then.level_at_most:
        right = "give one of them, or a level_at_most that is as high"
        yield Fault(f"{path}.level_at_least", "this is above level_at_most", right)
    for rule in (name for name in then.fires if name in then.never):
        yield Fault(f"{path}.never", f"{rule} fires as well", "name it once")


def _answer_faults(path: str, case: "SafetyCase", protocol: "ScreeningProtocol") -> Iterator[Fault]:
    # Imported here because answers are read for the items that are being described.
    from screening.domain.answers import Wrong, read_value

    earlier: dict[str, Value] = {}
    for name, raw in case.answers.items():
        if name not in protocol.items:
            yield Fault(f"{path}.{name}", f"there is no item {name}", "name an item of a section")
            continue
        try:
            value = read_value(protocol.items[name], raw, COMPLETED_ON, earlier)
        except Wrong as error:
            right = f"write what a patient can answer on {COMPLETED_ON}"
            yield Fault(f"{path}.{name}", str(error), right)
        else:
            earlier |= {name: value} if value is not None else {}
