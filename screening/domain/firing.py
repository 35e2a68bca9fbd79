"""Firing: a rule that fires, with all that made it fire. Flags and explanations come from it.

Every function is pure; rules can only add.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from screening.domain.answers import Answers
from screening.domain.conditions import NOTHING, Condition, Evidence, support
from screening.domain.context import Context
from screening.domain.dates import STILL_USING, UNKNOWN, DateAnswer
from screening.domain.process_rules import Case, process_evidence
from screening.domain.protocol import Level, Rule, ScreeningProtocol
from screening.domain.reckoning import Reckoning, event_date, reckon


@dataclass(frozen=True, slots=True)
class Firing:
    """``raised_by`` is the condition that gave the rule another level than its own, if any.

    ``said`` is the event date of a dated rule as it was answered; ``reckoning`` is there where
    a day could be reckoned from it. ``listed`` are the items that the rule's text lists.
    """

    rule: Rule
    level: Level
    evidence: tuple[str, ...]
    open: bool
    raised_by: Condition | None = None
    said: DateAnswer | date | None = None
    reckoning: Reckoning | None = None
    listed: tuple[str, ...] = ()


def case_of(protocol: ScreeningProtocol, answers: Answers, context: Context) -> Case:
    return Case(protocol, answers, context, answers.facts(context))


def firings(case: Case) -> tuple[Firing, ...]:
    """Every rule of the protocol that fires, the most serious first."""
    fired = (firing_of(rule, case) for rule in case.protocol.rules.values())
    found = [firing for firing in fired if firing is not None]
    return tuple(sorted(found, key=lambda one: (-one.level.rank, one.rule.id)))


def firing_of(rule: Rule, case: Case) -> Firing | None:
    """How this rule fires on this case; None where it is silent."""
    if rule.process is not None:
        about = process_evidence(rule, case)
        return None if about is None else _fired(rule, case, about, lists=True)
    evidence = rule.when.holds(case.facts)
    if evidence is None:
        return None
    return _dated(rule, case, evidence) if rule.since else _fired(rule, case, evidence)


def _dated(rule: Rule, case: Case, evidence: Evidence) -> Firing | None:
    """A dated rule fires while a day it is checked on lies before its clear date."""
    event = event_date(rule, case.facts)
    evidence |= {rule.since.partition(".")[0]}
    if event is None or isinstance(event, str):
        without = rule.fires_without_date and event in (UNKNOWN, STILL_USING)
        return _fired(rule, case, evidence, said=event) if without else None
    reckoning = reckon(rule, case.facts, case.protocol.waits, event)
    if not reckoning.waiting:
        return None
    read = NOTHING.union(*(support(condition) for condition, _ in rule.waits))
    evidence |= read & (case.facts.values.keys() | case.facts.missing)
    return _fired(rule, case, evidence, said=event, reckoning=reckoning)


def _fired(
    rule: Rule,
    case: Case,
    evidence: Evidence,
    *,
    lists: bool = False,
    said: DateAnswer | date | None = None,
    reckoning: Reckoning | None = None,
) -> Firing:
    raised_by, level = next(_other_levels(rule, case), (None, rule.level))
    items = case.in_order(evidence)
    is_open = rule.open_when is not None and rule.open_when.holds(case.facts) is not None
    listed = items if lists else ()
    return Firing(rule, level, items, is_open, raised_by, said, reckoning, listed)


def _other_levels(rule: Rule, case: Case) -> Iterator[tuple[Condition, Level]]:
    return (one for one in rule.level_when if one[0].holds(case.facts) is not None)
