"""Situation: answers and circumstances that somebody could have, and what they would give.

A change names what it is about by a place: an item, ``item.option`` for one of several dates, or
the day of the visit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from screening.domain.answers import Answers, examine, ticked
from screening.domain.context import Context
from screening.domain.firing import Firing, case_of, firings
from screening.domain.levels import Level
from screening.domain.process_rules import Case
from screening.domain.protocol import ItemKind, ScreeningProtocol

VISIT = "(visit)"  # no item can be called so: ids are snake_case

Place = str
Raw = Mapping[str, object]


@dataclass(frozen=True)
class Situation:
    """``raw`` are answers in their raw shape; those to items that are not shown are inert."""

    protocol: ScreeningProtocol
    raw: Raw
    context: Context

    @classmethod
    def of(cls, protocol: ScreeningProtocol, answers: Answers, context: Context) -> "Situation":
        return cls(protocol, answers.to_json(), context)

    @cached_property
    def _examined(self) -> tuple[Answers, dict[str, str]]:
        return examine(self.protocol, self.context, self.raw)

    @property
    def answers(self) -> Answers:
        return self._examined[0]

    @property
    def impossible(self) -> bool:
        """Are there answers that nobody can give, such as a day that is still to come."""
        return bool(self._examined[1])

    @cached_property
    def case(self) -> Case:
        return case_of(self.protocol, self.answers, self.context)

    @cached_property
    def firings(self) -> tuple[Firing, ...]:
        return firings(self.case)

    @property
    def level(self) -> Level:
        return max((firing.level for firing in self.firings), default=Level.INFO)

    @cached_property
    def gaps(self) -> frozenset[Place]:
        """Every place that still needs an answer."""
        found: set[Place] = set()
        for name in self.answers.missing:
            item = self.protocol.items[name]
            if item.kind is not ItemKind.DATES:
                found.add(name)
                continue
            given = self.answers.values.get(name)
            dates = given if isinstance(given, Mapping) else {}
            wanted = ticked(item, self.answers.values)
            found |= {f"{name}.{option}" for option in wanted if option not in dates}
        return frozenset(found)

    def answer(self, place: Place) -> object:
        """The raw answer at this place; None where there is none."""
        name, _, option = place.partition(".")
        value = self.raw.get(name)
        if option:
            return value.get(option) if isinstance(value, Mapping) else None
        return value

    def with_answer(self, place: Place, value: object) -> "Situation":
        """The same but for one answer, or for the day of the visit; worked out once."""
        key = (place, str(value))
        if key not in self._others:
            self._others[key] = self._other(place, value)
        return self._others[key]

    @cached_property
    def _others(self) -> dict[tuple[Place, str], "Situation"]:
        return {}

    def _other(self, place: Place, value: object) -> "Situation":
        if place == VISIT:
            day = value if isinstance(value, date) else None
            return replace(self, context=replace(self.context, treatment_date=day))
        name, _, option = place.partition(".")
        if option:
            dates = self.raw.get(name)
            value = {**(dates if isinstance(dates, Mapping) else {}), option: value}
        return replace(self, raw={**self.raw, name: value})

    def with_setting(self, name: str, value: str) -> "Situation":
        """The same answers at a clinic with another setting."""
        changed: dict[str, Any] = {name: value}
        return replace(self, context=replace(self.context, **changed))
