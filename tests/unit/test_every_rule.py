"""Each rule is held by a worked case: take it away or change it, and a case notices."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

import pytest

from screening.domain.conditions import AllOf, AtLeast, Condition, Has, Named, Not, leaves
from screening.domain.dates import Wait
from screening.domain.protocol import Level, Process, Rule, ScreeningProtocol
from tests.worked_cases import ALL_CASES, PROTOCOL, Case, result

RULES = [rule for rule in PROTOCOL.rules.values() if rule.process is not Process.ALWAYS]
BY_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def altered(**changes: object) -> ScreeningProtocol:
    """The protocol with other parts, without asking whether it may exist."""
    other = copy.copy(PROTOCOL)
    vars(other).update(changes)
    return other


def with_rule(rule: Rule) -> ScreeningProtocol:
    return altered(rules={**PROTOCOL.rules, rule.id: rule})


def cases_of(rule: Rule) -> list[Case]:
    """Cases that expect the rule, the ones with fewest rules first; they notice soonest."""
    expecting = (case for case in ALL_CASES if rule.id in case["expected"]["rules"])
    return sorted(expecting, key=lambda case: len(case["expected"]["rules"]))


def noticed(protocol: ScreeningProtocol, cases: Iterable[Case] = ALL_CASES) -> bool:
    return any(result(case, protocol) != case["expected"] for case in cases)


@BY_RULE
def test_a_rule_fires_in_one_case_and_is_silent_in_another(rule: Rule) -> None:
    assert 0 < len(cases_of(rule)) < len(ALL_CASES)


@BY_RULE
def test_taking_a_rule_away_is_noticed(rule: Rule) -> None:
    others = {name: one for name, one in PROTOCOL.rules.items() if name != rule.id}
    assert noticed(altered(rules=others), cases_of(rule))


@BY_RULE
def test_another_level_is_noticed(rule: Rule) -> None:
    for level in set(Level) - {rule.level}:
        assert noticed(with_rule(replace(rule, level=level)), cases_of(rule)), level


@pytest.mark.parametrize("rule", [r for r in RULES if r.level_when], ids=lambda rule: rule.id)
def test_another_level_under_a_clinic_setting_is_noticed(rule: Rule) -> None:
    ((condition, stated),) = rule.level_when
    for level in set(Level) - {stated}:
        changed = replace(rule, level_when=((condition, level),))
        assert noticed(with_rule(changed), cases_of(rule)), level


@BY_RULE
def test_opening_or_closing_a_rule_is_noticed(rule: Rule) -> None:
    always = PROTOCOL.rules["info_always"].when
    changed = replace(rule, open_when=None if rule.open_when else always)
    assert noticed(with_rule(changed), cases_of(rule))


@dataclass(frozen=True)
class ADayShorter:
    wait: Wait

    def after(self, event: date) -> date:
        return self.wait.after(event) - timedelta(days=1)


@pytest.mark.thorough
@pytest.mark.parametrize("key", PROTOCOL.waits)
def test_a_wait_that_is_a_day_shorter_is_noticed(key: str) -> None:
    named = PROTOCOL.waits[key]
    shorter = replace(named, wait=ADayShorter(named.wait))  # type: ignore[arg-type]
    assert noticed(altered(waits={**PROTOCOL.waits, key: shorter}))


def mentioned(rule: Rule) -> list[tuple[str, str]]:
    """Every item and option that the rule's conditions name."""
    conditions = (rule.when, *(when for when, _ in rule.waits))
    found = (leaf for one in conditions for leaf in leaves(one) if isinstance(leaf, Has))
    return sorted({(leaf.item, option) for leaf in found for option in leaf.options})


def overlooking(condition: Condition, item: str, option: str) -> Condition:
    """The condition as it would be if somebody had forgotten the option."""

    def without(part: Condition) -> Condition:
        return overlooking(part, item, option)

    match condition:
        case Has(name, options) if name == item:
            return replace(condition, options=options - {option})
        case AllOf(parts):
            return AllOf(tuple(map(without, parts)))
        case AtLeast(count, parts):
            return AtLeast(count, tuple(map(without, parts)))
        case Not(part):
            return Not(without(part))
        case Named(name, part):
            return Named(name, without(part))
    return condition


@pytest.mark.parametrize(
    ("rule", "item", "option"),
    [(rule, item, option) for rule in RULES for item, option in mentioned(rule)],
    ids=lambda part: part if isinstance(part, str) else part.id,
)
def test_forgetting_an_option_of_a_rule_is_noticed(rule: Rule, item: str, option: str) -> None:
    changed = replace(
        rule,
        when=overlooking(rule.when, item, option),
        waits=tuple((overlooking(when, item, option), key) for when, key in rule.waits),
    )
    assert noticed(with_rule(changed), chain(cases_of(rule), ALL_CASES))
