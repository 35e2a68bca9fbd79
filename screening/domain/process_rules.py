"""The rules about the answers themselves: not sure, unknown dates, gaps, contradictions, age.

Each finds its causes: every set of answers that alone would make it fire.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from screening.domain.answers import Answers
from screening.domain.conditions import NOTHING, Evidence, Facts
from screening.domain.context import Context
from screening.domain.dates import UNKNOWN
from screening.domain.protocol import Process, Rule, ScreeningProtocol
from screening.domain.reckoning import chosen_wait, event_date


@dataclass(frozen=True, slots=True)
class Case:
    """One set of answers, under one protocol version and in its circumstances."""

    protocol: ScreeningProtocol
    answers: Answers
    context: Context
    facts: Facts

    def in_order(self, items: Evidence) -> tuple[str, ...]:
        return tuple(item for item in self.protocol.items if item in items)


def process_evidence(rule: Rule, case: Case) -> Evidence | None:
    """The items that a rule about the answers speaks of; None where it is silent."""
    causes = tuple(process_causes(rule, case))
    return NOTHING.union(*causes) if causes else None


def process_causes(rule: Rule, case: Case) -> Iterator[Evidence]:
    """Every set of items that alone makes the rule fire; none where it is silent."""
    if rule.process is Process.OLD_ANSWERS:
        if case.context.treatment_day > last_day_of_answers(rule, case):
            yield NOTHING
    elif rule.process is Process.UNSURE:
        yield from _each(_unsure_items(rule.unsure, case))
    elif rule.process is Process.UNKNOWN_DATE:
        yield from _each({needing.since.partition(".")[0] for needing in needing_a_date(case)})
    elif rule.process is Process.GAPS:
        yield from _each(case.answers.missing)
    elif rule.process is Process.CONTRADICTION:
        yield from contradictions_in(case)
    elif rule.process is Process.CHANGED_AFTER_RESULT:
        yield from _each(case.context.changed_after_result)
    # Process.ALWAYS is never listed: it only stands for the advice that everybody gets.


def last_day_of_answers(rule: Rule, case: Case) -> date:
    """The last day on which the answers are young enough for a visit."""
    _, key = rule.waits[chosen_wait(rule, case.facts)]
    return case.protocol.waits[key].wait.after(case.context.oldest_answers)


def needing_a_date(case: Case) -> Iterator[Rule]:
    """The dated rules that would need a date which is unknown."""
    for rule in case.protocol.rules.values():
        if (
            rule.since
            and not rule.fires_without_date
            and event_date(rule, case.facts) == UNKNOWN
            and rule.when.holds(case.facts) is not None
        ):
            yield rule


def contradictions_in(case: Case) -> Iterator[Evidence]:
    """Items whose answers do not fit together, each pair or triple by itself."""
    for item in case.answers.shown:
        chosen = case.facts.chosen(item.id)
        if item.exclusive_ids & chosen and len(chosen) > 1:
            yield frozenset((item.id,))
    found = (condition.holds(case.facts) for condition in case.protocol.contradictions)
    yield from (evidence for evidence in found if evidence is not None)


def _each(items: Iterable[str]) -> Iterator[Evidence]:
    return (frozenset((item,)) for item in items)


def _unsure_items(unsure: str, case: Case) -> set[str]:
    return {
        item.id
        for item in case.answers.shown
        if item.unsure == unsure and "not_sure" in case.facts.chosen(item.id)
    }
