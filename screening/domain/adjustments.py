"""Adjustments: the longer waits and higher levels that a clinic gives a released version.

A clinic may only add caution. An adjusted version has a key and a digest of its own, which follow
from the released file and the adjustments alone: equal adjustments give the same version.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import TypeVar

from screening.domain.dates import Wait
from screening.domain.protocol import Level, NamedWait, Rule, ScreeningProtocol

K = TypeVar("K")
_MARK = 12  # hexadecimal digits of the digest that stand in the key
# Days from which months are counted to compare them with days: every kind of year, and a century
# that is no leap year, which makes spans of months as short as they can be.
_STARTS = tuple(
    date(year, 1, 1) + timedelta(days=day)
    for year in (*range(2023, 2029), *range(2092, 2105))
    for day in range(365)
)


class AdjustmentRefused(ValueError):
    """The adjustments would shorten or lower something, or change nothing; by wait or rule."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True)
class Adjustments:
    """The waits by key and the levels by rule id that differ from the released version."""

    waits: Mapping[str, Wait] = field(default_factory=dict)
    levels: Mapping[str, Level] = field(default_factory=dict)

    def with_wait(self, key: str, wait: Wait) -> "Adjustments":
        return replace(self, waits={**self.waits, key: wait})

    def with_level(self, rule: str, level: Level) -> "Adjustments":
        return replace(self, levels={**self.levels, rule: level})

    def to_json(self) -> dict[str, dict[str, object]]:
        units = {key: _in_units(wait) for key, wait in sorted(self.waits.items())}
        levels = {rule: level.value for rule, level in sorted(self.levels.items())}
        return {"waits": dict(units), "levels": dict(levels)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Mapping[str, object]]) -> "Adjustments":
        waits = {key: _wait(units) for key, units in stored["waits"].items()}
        return cls(waits, {rule: Level(one) for rule, one in stored["levels"].items()})


def adjusted(protocol: ScreeningProtocol, adjustments: Adjustments) -> ScreeningProtocol:
    """The version with these adjustments; raises AdjustmentRefused where one takes caution away."""
    if protocol.key != protocol.released_key:
        raise ValueError("adjustments are made to a released version, not to an adjusted one")
    errors = {
        **_wrong(adjustments.waits, protocol.waits, _wait_fault),
        **_wrong(adjustments.levels, protocol.rules, _level_fault),
    }
    if not (adjustments.waits or adjustments.levels):
        errors = {"": "nothing is changed"}
    if errors:
        raise AdjustmentRefused(errors)
    digest = _digest(protocol, adjustments)
    waits = {key: replace(protocol.waits[key], wait=w) for key, w in adjustments.waits.items()}
    rules = {rule: _raised(protocol.rules[rule], lv) for rule, lv in adjustments.levels.items()}
    return replace(
        protocol,
        version=f"{protocol.version}+{digest[:_MARK]}",
        digest=digest,
        waits=MappingProxyType({**protocol.waits, **waits}),
        rules=MappingProxyType({**protocol.rules, **rules}),
    )


def never_shorter(wait: Wait, than: Wait) -> bool:
    """Whether a wait ends on the same day or later, whenever it begins."""
    return all(wait.after(day) >= than.after(day) for day in _STARTS)


def _wait_fault(released: NamedWait, wait: Wait) -> str:
    if wait == released.wait:
        return "this is the wait as released"
    return "" if never_shorter(wait, released.wait) else "this would shorten the wait"


def _level_fault(released: Rule, level: Level) -> str:
    if level == released.level:
        return "this is the level as released"
    return "" if level > released.level else "this would lower the level"


def _wrong(
    changes: Mapping[str, K], released: Mapping[str, object], fault: Callable[..., str]
) -> dict[str, str]:
    found = {
        name: fault(released[name], to) if name in released else "the protocol has no such one"
        for name, to in changes.items()
    }
    return {name: text for name, text in found.items() if text}


def _raised(rule: Rule, level: Level) -> Rule:
    """Where a setting gives the rule another level, that is raised as well."""
    others = tuple((condition, max(other, level)) for condition, other in rule.level_when)
    return replace(rule, level=level, level_when=others)


def _digest(protocol: ScreeningProtocol, adjustments: Adjustments) -> str:
    changes = json.dumps(adjustments.to_json(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{protocol.digest}\n{changes}".encode()).hexdigest()


def _in_units(wait: Wait) -> dict[str, int]:
    return {"days": wait.days} if wait.days else {"months": wait.months}


def _wait(units: object) -> Wait:
    return Wait(**units) if isinstance(units, dict) else Wait()
