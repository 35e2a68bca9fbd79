"""The closed vocabulary of conditions. Each says whether it holds, and on what evidence.

``holds(facts)`` gives the evidence, the items whose answers make it hold, or None where it
does not. Missing answers make nothing hold, except where a condition says ``or_missing``.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeAlias

from screening.domain.dates import OVER_2_YEARS, DateAnswer, PartialDate, Wait, add_months

Value: TypeAlias = str | frozenset[str] | date | DateAnswer | Mapping[str, DateAnswer]
"""One answer: option id or text, set of option ids, birth date, partial date, date by option."""

Evidence = frozenset[str]
NOTHING: Evidence = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What conditions may read: shown answers, gaps, clinic settings and two days."""

    values: Mapping[str, Value]
    missing: Set[str] = frozenset()
    settings: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)

    def chosen(self, item: str) -> frozenset[str]:
        """The option ids chosen in a shown item; empty where there is no answer."""
        value = self.values.get(item)
        if isinstance(value, frozenset):
            return value
        return frozenset((value,)) if isinstance(value, str) else NOTHING


class Condition(Protocol):
    def holds(self, facts: Facts) -> Evidence | None: ...

    def parts(self) -> tuple["Condition", ...]: ...


@dataclass(frozen=True, slots=True)
class Always:
    def holds(self, facts: Facts) -> Evidence | None:  # noqa: ARG002 – reads nothing, like no other
        return NOTHING

    def parts(self) -> tuple[Condition, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Has:
    """At least one of the options is chosen in the item."""

    item: str
    options: frozenset[str]
    or_missing: bool = False

    def holds(self, facts: Facts) -> Evidence | None:
        if self.options & facts.chosen(self.item):
            return frozenset((self.item,))
        missing = self.or_missing and self.item in facts.missing
        return frozenset((self.item,)) if missing else None

    def parts(self) -> tuple[Condition, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Setting:
    """A clinic setting has one of the values."""

    name: str
    values: frozenset[str]

    def holds(self, facts: Facts) -> Evidence | None:
        return NOTHING if facts.settings.get(self.name) in self.values else None

    def parts(self) -> tuple[Condition, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class YoungerThan:
    """The person is younger than so many years on any of the named days."""

    item: str
    years: int
    on: tuple[str, ...]

    def holds(self, facts: Facts) -> Evidence | None:
        birthday = self.birthday(facts)
        younger = birthday is not None and any(facts.days[day] < birthday for day in self.on)
        return frozenset((self.item,)) if younger else None

    def birthday(self, facts: Facts) -> date | None:
        """The day on which the person is old enough; None without a date of birth."""
        born = facts.values.get(self.item)
        return add_months(born, 12 * self.years) if isinstance(born, date) else None

    def parts(self) -> tuple[Condition, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class LongerAgo:
    """Even the last day that the event can have been is longer ago than this on completion.

    Of an item with several dates, any of them. "More than 2 years ago" is always longer ago.
    """

    item: str
    than: Wait

    def holds(self, facts: Facts) -> Evidence | None:
        value = facts.values.get(self.item)
        dates = value.values() if isinstance(value, Mapping) else (value,)
        found = any(self.long_ago(one, facts.days["completion"]) for one in dates)
        return frozenset((self.item,)) if found else None

    def long_ago(self, event: object, today: date) -> bool:
        """Is this answer, if it is a date, certainly longer ago."""
        if isinstance(event, PartialDate):
            return self.than.after(min(event.last_day(), today)) < today
        return event == OVER_2_YEARS

    def parts(self) -> tuple[Condition, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class AllOf:
    conditions: tuple[Condition, ...]

    def holds(self, facts: Facts) -> Evidence | None:
        evidence = NOTHING
        for condition in self.conditions:
            found = condition.holds(facts)
            if found is None:
                return None
            evidence |= found
        return evidence

    def parts(self) -> tuple[Condition, ...]:
        return self.conditions


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``count`` of the conditions hold; the evidence is that of all that hold."""

    count: int
    conditions: tuple[Condition, ...]

    def holds(self, facts: Facts) -> Evidence | None:
        found = [c for condition in self.conditions if (c := condition.holds(facts)) is not None]
        return NOTHING.union(*found) if len(found) >= self.count else None

    def parts(self) -> tuple[Condition, ...]:
        return self.conditions


def any_of(conditions: Iterable[Condition]) -> AtLeast:
    return AtLeast(1, tuple(conditions))


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold; the evidence is every answer that it would have read."""

    condition: Condition

    def holds(self, facts: Facts) -> Evidence | None:
        if self.condition.holds(facts) is not None:
            return None
        return support(self.condition) & facts.values.keys()

    def parts(self) -> tuple[Condition, ...]:
        return (self.condition,)


@dataclass(frozen=True, slots=True)
class Named:
    """A condition defined once in the protocol and used by several rules."""

    name: str
    condition: Condition

    def holds(self, facts: Facts) -> Evidence | None:
        return self.condition.holds(facts)

    def parts(self) -> tuple[Condition, ...]:
        return (self.condition,)


def leaves(condition: Condition) -> Iterable[Condition]:
    """Every condition below (and including) this one that has no parts."""
    if not condition.parts():
        yield condition
    for part in condition.parts():
        yield from leaves(part)


def support(condition: Condition) -> Evidence:
    """Every item that the condition can read."""
    reading = (
        leaf for leaf in leaves(condition) if isinstance(leaf, Has | YoungerThan | LongerAgo)
    )
    return frozenset(leaf.item for leaf in reading)


def trigger_options(condition: Condition) -> dict[str, frozenset[str]]:
    """Item to the options that make an "any of these" condition hold; for showing follow-ups.

    Raises ValueError for a condition that is no plain "any of these options", apart from
    clinic settings, which give an empty dict.
    """
    if isinstance(condition, Has):
        return {condition.item: condition.options}
    if isinstance(condition, Setting):
        return {}
    if isinstance(condition, Named):
        return trigger_options(condition.condition)
    if isinstance(condition, AtLeast) and condition.count == 1:
        triggers: dict[str, frozenset[str]] = {}
        for part in condition.conditions:
            for item, options in trigger_options(part).items():
                triggers[item] = triggers.get(item, frozenset()) | options
        return triggers
    raise ValueError("only 'any of these options' conditions can reveal a follow-up in the page")
