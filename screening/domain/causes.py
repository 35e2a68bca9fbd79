"""Causes: every set of places that alone makes a rule fire. To silence it, each must change."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product

from screening.domain.conditions import (
    AllOf,
    AtLeast,
    Condition,
    Facts,
    Has,
    LongerAgo,
    Named,
    Not,
    YoungerThan,
    leaves,
    support,
)
from screening.domain.contradictions import Contradiction
from screening.domain.firing import Firing
from screening.domain.process_rules import Case, needing_a_date, process_causes
from screening.domain.protocol import Process, Rule, ScreeningProtocol
from screening.domain.situation import VISIT, Place, Situation

Cause = frozenset[Place]
ALONE: Cause = frozenset()


def causes_of(firing: Firing, situation: Situation) -> tuple[Cause, ...]:
    """Every cause of a rule that fires here; an empty cause cannot be changed at all."""
    case, rule = situation.case, firing.rule
    if rule.process is not None:
        return _fewest(_process_causes(rule, situation))
    causes = _causes(rule.when, case.facts)
    return _fewest(_dated(rule, cause) for cause in causes) if rule.since else causes


def contradictions(case: Case) -> tuple[Cause, ...]:
    """Every set of places whose answers do not fit together."""
    return _fewest(_contradictions(case))


def with_parents(cause: Cause, protocol: ScreeningProtocol) -> Cause:
    """The cause and every item that decides whether its items are asked at all."""
    names = {place.partition(".")[0] for place in cause} - {VISIT}
    shown = (protocol.items[name].shown_when for name in names)
    found = cause.union(*(support(condition) for condition in shown if condition is not None))
    dates = (protocol.items[name].dates_for for name in names)
    found |= {parent for parent in dates if parent}
    return found if found == cause else with_parents(found, protocol)


def _dated(rule: Rule, cause: Cause) -> Cause:
    visit = {VISIT} if "treatment" in rule.checked_on else set()
    waits = (support(condition) for condition, _ in rule.waits)
    return cause.union({rule.since}, visit, *waits)


def _process_causes(rule: Rule, situation: Situation) -> Iterator[Cause]:
    case = situation.case
    if rule.process is Process.OLD_ANSWERS:
        yield frozenset((VISIT,))
    elif rule.process is Process.GAPS:
        yield from (frozenset((place,)) for place in situation.gaps)
    elif rule.process is Process.UNKNOWN_DATE:
        for needing in needing_a_date(case):
            yield from (one | {needing.since} for one in _causes(needing.when, case.facts))
    elif rule.process is Process.CONTRADICTION:
        yield from _contradictions(case)
    elif rule.process is Process.UNSURE:
        yield from process_causes(rule, case)
    else:
        yield ALONE


def _contradictions(case: Case) -> Iterator[Cause]:
    for item in case.answers.shown:
        chosen = case.facts.chosen(item.id)
        if item.exclusive_ids & chosen and len(chosen) > 1:
            yield frozenset((item.id,))
    for one in case.protocol.contradictions:
        if one.holds(case.facts) is not None:
            yield from _causes(one.when, case.facts)


def _causes(condition: Condition, facts: Facts) -> tuple[Cause, ...]:
    """The causes of a condition that holds."""
    if isinstance(condition, Has):
        return (frozenset((condition.item,)),)
    if isinstance(condition, YoungerThan):
        return (frozenset((condition.item,)) | _visit(condition),)
    if isinstance(condition, LongerAgo):
        return tuple(frozenset((place,)) for place in _long_ago(condition, facts))
    if isinstance(condition, Named | Contradiction):
        return _causes(condition.parts()[0], facts)
    if isinstance(condition, Not):
        return (support(condition).union(*map(_visit, leaves(condition))),)
    if isinstance(condition, AllOf):
        return _together(condition.conditions, facts)
    if isinstance(condition, AtLeast):
        held = [part for part in condition.conditions if part.holds(facts) is not None]
        groups = combinations(held, condition.count)
        return _fewest(cause for group in groups for cause in _together(group, facts))
    return (ALONE,)


def _together(parts: Iterable[Condition], facts: Facts) -> tuple[Cause, ...]:
    """One cause of each of the parts, in every combination."""
    chosen = product(*(_causes(part, facts) for part in parts))
    return _fewest(ALONE.union(*one) for one in chosen)


def _visit(condition: Condition) -> Cause:
    reads = isinstance(condition, YoungerThan) and "treatment" in condition.on
    return frozenset((VISIT,)) if reads else ALONE


def _long_ago(condition: LongerAgo, facts: Facts) -> Iterator[Place]:
    value, today = facts.values.get(condition.item), facts.days["completion"]
    if not isinstance(value, Mapping):
        yield condition.item
        return
    for option, one in value.items():
        if condition.long_ago(one, today):
            yield f"{condition.item}.{option}"


def _fewest(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """Each cause once, without those that hold another one, the smallest first."""
    kept: list[Cause] = []
    for cause in sorted(set(causes), key=lambda one: (len(one), sorted(one))):
        if not any(smaller <= cause for smaller in kept):
            kept.append(cause)
    return tuple(kept)
