"""evaluate(protocol, answers, context) → Assessment: flags, level, dates, evidence.

The meaning is the catalogue's, sections 3 and 4. Every function is pure; rules can only add.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from screening.domain.answers import Answers
from screening.domain.conditions import NOTHING, Evidence, Facts, support
from screening.domain.context import Context
from screening.domain.dates import STILL_USING, UNKNOWN, DateAnswer, PartialDate
from screening.domain.protocol import Level, Process, Rule, ScreeningProtocol


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that fired. ``listed`` are the items that its text lists, where it lists any."""

    rule: str
    level: Level
    evidence: tuple[str, ...]
    clear_date: date | None = None
    approximate: bool = False
    open: bool = False
    listed: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "level": self.level.value,
            "evidence": list(self.evidence),
            "clear_date": self.clear_date and self.clear_date.isoformat(),
            "approximate": self.approximate,
            "open": self.open,
            "listed": list(self.listed),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> "Flag":
        clear = stored["clear_date"]
        return cls(
            rule=str(stored["rule"]),
            level=Level(stored["level"]),
            evidence=_texts(stored["evidence"]),
            clear_date=date.fromisoformat(clear) if isinstance(clear, str) else None,
            approximate=bool(stored["approximate"]),
            open=bool(stored["open"]),
            listed=_texts(stored["listed"]),
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    """All flags of one submission under one protocol version, the most serious first."""

    flags: tuple[Flag, ...]

    @property
    def level(self) -> Level:
        return max((flag.level for flag in self.flags), default=Level.INFO)

    @property
    def clear_dates(self) -> dict[str, date]:
        return {flag.rule: flag.clear_date for flag in self.flags if flag.clear_date}

    @property
    def not_before(self) -> date | None:
        """The latest clear date of the stop and review flags, even where others are open."""
        moving = (flag for flag in self.flags if flag.level >= Level.REVIEW)
        return max((flag.clear_date for flag in moving if flag.clear_date), default=None)

    @property
    def open_ended(self) -> bool:
        return any(flag.open for flag in self.flags)

    @property
    def earliest_suitable_date(self) -> date | None:
        """The earliest date to talk about: none where any flag is open, never a safe date."""
        return None if self.open_ended else self.not_before

    def to_json(self) -> dict[str, object]:
        return {"flags": [flag.to_json() for flag in self.flags]}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> "Assessment":
        flags = stored["flags"]
        return cls(tuple(map(Flag.from_json, flags if isinstance(flags, list) else [])))


def evaluate(protocol: ScreeningProtocol, answers: Answers, context: Context) -> Assessment:
    """Every rule of the protocol that fires on these answers."""
    case = _Case(protocol, answers, context, answers.facts(context))
    flags = [flag for rule in protocol.rules.values() for flag in _fired(rule, case)]
    return Assessment(tuple(sorted(flags, key=lambda flag: (-flag.level.rank, flag.rule))))


@dataclass(frozen=True, slots=True)
class _Case:
    protocol: ScreeningProtocol
    answers: Answers
    context: Context
    facts: Facts

    def in_order(self, items: Evidence) -> tuple[str, ...]:
        return tuple(item for item in self.protocol.items if item in items)


def _fired(rule: Rule, case: _Case) -> Iterator[Flag]:
    if rule.process is not None:
        evidence = _process_evidence(rule, case)
        if evidence is not None:
            yield _flag(rule, case, evidence, lists=True)
        return
    evidence = rule.when.holds(case.facts)
    if evidence is None:
        return
    if rule.since:
        yield from _dated(rule, case, evidence)
    else:
        yield _flag(rule, case, evidence)


def _flag(
    rule: Rule,
    case: _Case,
    evidence: Evidence,
    *,
    lists: bool = False,
    clear_date: date | None = None,
    approximate: bool = False,
) -> Flag:
    level = next(
        (level for when, level in rule.level_when if when.holds(case.facts) is not None),
        rule.level,
    )
    items = case.in_order(evidence)
    is_open = rule.open_when is not None and rule.open_when.holds(case.facts) is not None
    listed = items if lists else ()
    return Flag(rule.id, level, items, clear_date, approximate, is_open, listed)


def _dated(rule: Rule, case: _Case, evidence: Evidence) -> Iterator[Flag]:
    """A dated rule fires while a day it is checked on lies before its clear date."""
    facts, event = case.facts, event_date(rule, case.facts)
    evidence |= {rule.since.partition(".")[0]}
    if isinstance(event, str):
        if rule.fires_without_date and event in (UNKNOWN, STILL_USING):
            yield _flag(rule, case, evidence)
    elif event is not None:
        clear_date = case.protocol.waits[_wait_key(rule, facts)].wait.after(_latest(event, facts))
        if any(facts.days[day] < clear_date for day in rule.checked_on):
            read = NOTHING.union(*(support(condition) for condition, _ in rule.waits))
            evidence |= read & (facts.values.keys() | facts.missing)
            approximate = isinstance(event, PartialDate) and not event.exact
            yield _flag(rule, case, evidence, clear_date=clear_date, approximate=approximate)


def event_date(rule: Rule, facts: Facts) -> DateAnswer | date | None:
    """What was said about the event that a dated rule counts from; None where nothing was."""
    item, _, option = rule.since.partition(".")
    value = facts.values.get(item)
    if option:
        value = value.get(option) if isinstance(value, Mapping) else None
    return value if isinstance(value, str | date | PartialDate) else None


def _latest(event: date | PartialDate, facts: Facts) -> date:
    """The last day that the event can have been, capped at the day of completion."""
    if isinstance(event, date):
        return event
    return min(event.last_day(), facts.days["completion"])


def _wait_key(rule: Rule, facts: Facts) -> str:
    return next(key for condition, key in rule.waits if condition.holds(facts) is not None)


def _process_evidence(rule: Rule, case: _Case) -> Evidence | None:
    """The items that a rule about the answers themselves speaks of; None where it is silent."""
    process = rule.process
    if process is None or process is Process.ALWAYS:
        return None  # never listed: it only stands for the advice that everybody gets
    if process is Process.OLD_ANSWERS:
        wait = case.protocol.waits[_wait_key(rule, case.facts)].wait
        last_day = wait.after(case.context.completed_on)
        return NOTHING if case.context.treatment_day > last_day else None
    found = {
        Process.UNSURE: lambda: _unsure_items(rule.unsure, case),
        Process.UNKNOWN_DATE: lambda: _needed_unknown_dates(case),
        Process.GAPS: lambda: frozenset(case.answers.missing),
        Process.CONTRADICTION: lambda: _contradicting_items(case),
        Process.CHANGED_AFTER_RESULT: lambda: case.context.changed_after_result,
    }[process]()
    return found or None


def _unsure_items(unsure: str, case: _Case) -> Evidence:
    return frozenset(
        item.id
        for item in case.answers.shown
        if item.unsure == unsure and "not_sure" in case.facts.chosen(item.id)
    )


def _needed_unknown_dates(case: _Case) -> Evidence:
    """The date items that are unknown although a dated rule needs them."""
    return frozenset(
        rule.since.partition(".")[0]
        for rule in case.protocol.rules.values()
        if rule.since
        and not rule.fires_without_date
        and event_date(rule, case.facts) == UNKNOWN
        and rule.when.holds(case.facts) is not None
    )


def _contradicting_items(case: _Case) -> Evidence:
    alone = frozenset(
        item.id
        for item in case.answers.shown
        if item.exclusive_ids & (chosen := case.facts.chosen(item.id)) and len(chosen) > 1
    )
    found = (condition.holds(case.facts) for condition in case.protocol.contradictions)
    return alone.union(*(evidence for evidence in found if evidence is not None))


def _texts(stored: object) -> tuple[str, ...]:
    return tuple(map(str, stored)) if isinstance(stored, list) else ()
