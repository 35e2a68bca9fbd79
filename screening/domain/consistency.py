"""What makes a protocol inconsistent: everything that its parts must agree on."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from screening.domain.condition_consistency import leaf_faults, shown_when_faults
from screening.domain.context import JURISDICTIONS, MODALITIES
from screening.domain.declaration_consistency import declaration_faults
from screening.domain.faults import Fault
from screening.domain.gate_consistency import gate_faults
from screening.domain.recogniser_consistency import recogniser_faults
from screening.domain.rule_consistency import (
    missing_process_faults,
    optional_faults,
    rule_faults,
    wait_faults,
)
from screening.domain.text_consistency import text_faults

if TYPE_CHECKING:
    from screening.domain.protocol import Item, ScreeningProtocol

_SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")
_SETTINGS = {"jurisdiction": JURISDICTIONS, "modality": MODALITIES}


def faults_in(protocol: "ScreeningProtocol") -> list[Fault]:
    """Every inconsistency of the protocol; empty for one that may exist."""
    return list(
        chain(
            _setting_faults(protocol),
            _id_faults(protocol),
            _item_faults(protocol),
            _condition_faults(protocol),
            *(rule_faults(rule, protocol) for rule in protocol.rules.values()),
            missing_process_faults(protocol),
            gate_faults(protocol),
            optional_faults(protocol),
            wait_faults(protocol),
            _reference_faults(protocol),
            declaration_faults(protocol),
            recogniser_faults(protocol),
            text_faults(protocol),
        )
    )


def _setting_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    """A protocol lists the settings that it reads, each with every value that it can have."""
    for name, values in protocol.settings.items():
        known = _SETTINGS.get(name, ())
        if set(values) != set(known):
            right = f"list {', '.join(known)}" if known else f"use {', '.join(_SETTINGS)}"
            yield Fault(f"settings.{name}", "these are not the values that a clinic can set", right)


def _id_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    ids = {
        "rules": list(protocol.rules),
        "sections": [section.id for section in protocol.sections],
        "items": [item.id for section in protocol.sections for item in section.items],
        "advice": [advice.id for advice in protocol.advice],
    }
    for item in protocol.items.values():
        ids[f"{item.path}.options"] = list(item.option_ids)
    for place, names in ids.items():
        for name in (name for name in names if not _SNAKE_CASE.fullmatch(name)):
            yield Fault(f"{place}.{name}", "this is no id", "write a-z, 0-9 and _ in an id")
        for name in (name for name, count in Counter(names).items() if count > 1):
            yield Fault(f"{place}.{name}", f"the id {name} is used twice", "give each its own id")


def _item_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    earlier: dict[str, Item] = {}
    for item in protocol.items.values():
        yield from _kind_faults(item)
        parent = earlier.get(item.dates_for)
        if item.dates_for and (parent is None or parent.kind.value != "multi"):
            yield Fault(
                f"{item.path}.dates_for",
                f"{item.dates_for} is no multi choice that is asked before",
                "name a multi choice that is asked before this one",
            )
        if item.shown_when is not None:
            yield from shown_when_faults(item, item.shown_when, earlier, protocol)
        earlier[item.id] = item


def _kind_faults(item: "Item") -> Iterator[Fault]:
    kind = item.kind.value
    needs = {
        "options": (kind in ("single", "multi"), bool(item.options), "single or multi"),
        "dates_for": (kind == "dates", bool(item.dates_for), "dates"),
        "special_dates": (kind in ("date", "dates"), bool(item.special_dates), "date or dates"),
    }
    for key, (wanted, given, kinds) in needs.items():
        if wanted != given:
            yield Fault(
                f"{item.path}.{key}",
                f"{'given' if given else 'missing'} for an item of kind {kind}",
                f"give {key} if and only if the kind is {kinds}",
            )
    if ("not_sure" in item.option_ids) != bool(item.unsure):
        yield Fault(
            f"{item.path}.unsure",
            "an option not_sure and a policy for it belong together",
            "with a not_sure option set unsure to critical, minor or own_rule, else leave it out",
        )


def _condition_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    for name, condition in protocol.conditions.items():
        yield from leaf_faults(f"conditions.{name}", condition, protocol)


def _reference_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    for advice in protocol.advice:
        for source in (name for name in advice.sources if name not in protocol.sources):
            path = f"advice.{advice.id}.sources"
            yield Fault(path, f"there is no source {source}", "name a listed source")
        if advice.rule and advice.rule not in protocol.rules:
            path = f"advice.{advice.id}.shown"
            yield Fault(path, f"{advice.shown} is not known here", "use always, or name a rule")
    for place, disagreement in enumerate(protocol.disagreements):
        for rule in (name for name in disagreement.rules if name not in protocol.rules):
            path = f"disagreements.{place}.rules"
            yield Fault(path, f"there is no rule {rule}", "name a rule of this protocol")
