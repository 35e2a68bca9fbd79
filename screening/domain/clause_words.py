"""The closed vocabulary of conditions as sentences, with the questions' and options' own words."""

from collections.abc import Iterable
from dataclasses import dataclass

from screening.domain.clauses import Clause
from screening.domain.conditions import (
    AllOf,
    AtLeast,
    Condition,
    Facts,
    Has,
    LongerAgo,
    Named,
    Not,
    Setting,
    YoungerThan,
)
from screening.domain.dates import Wait
from screening.domain.protocol import ItemKind, ScreeningProtocol
from screening.domain.rule_phrases import Phrases

_MONTHS_IN_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class ClauseWords:
    protocol: ScreeningProtocol
    facts: Facts | None
    phrases: Phrases

    def of(self, condition: Condition) -> Clause:
        """The condition in words."""
        holds = None if self.facts is None else condition.holds(self.facts) is not None
        if isinstance(condition, Named):
            inner, name = self.of(condition.condition), condition.name.replace("_", " ")
            return Clause(
                self._say("named", name=name, clause=_lower(inner.text)), inner.parts, holds
            )
        if isinstance(condition, AtLeast) and _of_one_item(condition):
            return Clause(self._some_of(condition), (), holds)
        if isinstance(condition, AllOf | AtLeast | Not):
            return Clause(self._joint(condition), tuple(map(self.of, condition.parts())), holds)
        return Clause(self._leaf(condition), (), holds)

    def since(self, since: str) -> str:
        """The event that a dated rule counts from, as the question that asks for it."""
        name, _, option = since.partition(".")
        item = self.protocol.items[name]
        if not option:
            return self._say("since", question=item.wording)
        label = self._labels(item.dates_for, (option,))[0]
        return self._say("since_option", question=item.wording, option=label)

    def wait(self, wait: Wait) -> str:
        if wait.days:
            return self._say("day" if wait.days == 1 else "days", count=str(wait.days))
        years, rest = divmod(wait.months, _MONTHS_IN_A_YEAR)
        if years > 1 and not rest:
            return self._say("years", count=str(years))
        return self._say("month" if wait.months == 1 else "months", count=str(wait.months))

    def either_day(self, names: Iterable[str]) -> str:
        return self.phrases["or"].join(self.phrases[name] for name in names)

    def _joint(self, condition: AllOf | AtLeast | Not) -> str:
        if isinstance(condition, Not):
            return self._say("not")
        if isinstance(condition, AllOf):
            return self._say("both" if len(condition.conditions) == 2 else "all")
        return self._say("any") if condition.count == 1 else self._count(condition)

    def _count(self, condition: AtLeast) -> str:
        return self._say("at_least", count=str(condition.count))

    def _leaf(self, condition: Condition) -> str:
        if isinstance(condition, Has):
            return self._has(condition)
        if isinstance(condition, Setting):
            values = self._settings(condition)
            return self._say("setting", name=self.phrases[condition.name], values=values)
        if isinstance(condition, YoungerThan):
            days = self.either_day(condition.on)
            return self._say("younger_than", years=str(condition.years), days=days)
        if isinstance(condition, LongerAgo):
            question, wait = self.protocol.items[condition.item].wording, self.wait(condition.than)
            return self._say("longer_ago", question=question, wait=wait)
        return self._say("always")

    def _has(self, condition: Has) -> str:
        item = self.protocol.items[condition.item]
        chosen = [name for name in item.option_ids if name in condition.options]
        verb = "has" if item.kind is ItemKind.MULTI else "is"
        text = self._say(
            f"{verb}_{'one' if len(chosen) == 1 else 'any'}",
            question=item.wording,
            options=self._options(condition.item, chosen),
        )
        return self._say("or_missing", clause=text) if condition.or_missing else text

    def _some_of(self, condition: AtLeast) -> str:
        """``include at least 2 of: …`` where every part asks for an option of one question."""
        parts = [part for part in condition.conditions if isinstance(part, Has)]
        options = frozenset[str]().union(*(part.options for part in parts))
        item = self.protocol.items[parts[0].item]
        chosen = self._options(item.id, [name for name in item.option_ids if name in options])
        count = str(condition.count)
        return self._say("has_count", question=item.wording, count=count, options=chosen)

    def _options(self, item: str, chosen: Iterable[str]) -> str:
        labels = [self._say("option", label=label) for label in self._labels(item, chosen)]
        return self._listed(labels)

    def _settings(self, condition: Setting) -> str:
        known = self.protocol.settings[condition.name]
        names = [f"{condition.name}.{value}" for value in known if value in condition.values]
        return self._listed([self.phrases[name] for name in names])

    def _listed(self, words: list[str]) -> str:
        """``A``, ``A or B``, ``A, B or C``."""
        first, last = ", ".join(words[:-1]), words[-1]
        return f"{first}{self.phrases['or']}{last}" if first else last

    def _labels(self, item: str, chosen: Iterable[str]) -> list[str]:
        labels = {option.id: option.label for option in self.protocol.items[item].options}
        return [labels[option] for option in chosen]

    def _say(self, phrase: str, **words: str) -> str:
        return self.phrases[phrase].format(**words)


def _of_one_item(condition: AtLeast) -> bool:
    """Does each part ask for one option of the same question, and no other."""
    parts = [part for part in condition.conditions if isinstance(part, Has)]
    plain = [part for part in parts if len(part.options) == 1 and not part.or_missing]
    return len(plain) == len(condition.conditions) and len({part.item for part in plain}) == 1


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
