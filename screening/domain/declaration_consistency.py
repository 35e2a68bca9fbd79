"""What makes declared contradictions, harmless options and safety cases inconsistent."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from screening.domain.condition_consistency import leaf_faults
from screening.domain.faults import Fault, id_faults

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
        yield from leaf_faults(f"{path}.when", one, protocol)
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


def _answer_faults(path: str, case: "SafetyCase", protocol: "ScreeningProtocol") -> Iterator[Fault]:
    # Imported here because answers are read for the items that are being described.
    from screening.domain.answers import Wrong, read_value

    earlier: dict[str, Value] = {}
    for name, raw in case.answers.items():
        if name not in protocol.items:
            yield Fault(f"{path}.{name}", f"there is no item {name}", "name an item of a section")
            continue
        try:
            value = read_value(protocol.items[name], raw, date.max, earlier)
        except Wrong as error:
            yield Fault(f"{path}.{name}", str(error), "write what a patient can answer")
        else:
            earlier |= {name: value} if value is not None else {}
