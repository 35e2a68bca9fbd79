"""Every rule can be told in words, from its conditions alone, and nothing is left out."""

from screening.domain.conditions import Condition, Has, leaves
from screening.domain.protocol import Process
from screening.domain.rule_words import RuleWords
from tests.worked_cases import PROTOCOL


def test_every_rule_can_be_told_without_answers() -> None:
    words = RuleWords(PROTOCOL)
    lines = {name: words.rule(rule).line for name, rule in PROTOCOL.rules.items()}
    assert len(set(lines.values())) >= len(lines) - 5
    assert not [line for line in lines.values() if "{" in line or "  " in line]
    assert [part.text for part in words.waits(PROTOCOL.rules["wait_home_device"])] == [
        "The wait is 28 days where", "Otherwise the wait is 14 days",
    ]  # fmt: skip


def test_no_option_of_a_rule_is_left_out_of_its_words() -> None:
    for rule in (one for one in PROTOCOL.rules.values() if one.process is not Process.ALWAYS):
        line = RuleWords(PROTOCOL).rule(rule).line
        for item, options in options_in(rule.when):
            assert PROTOCOL.items[item].wording in line
            labels = {option.id: option.label for option in PROTOCOL.items[item].options}
            assert all(f"“{labels[option]}”" in line for option in options), rule.id


def options_in(condition: Condition) -> list[tuple[str, frozenset[str]]]:
    found = leaves(condition)
    return [(leaf.item, leaf.options) for leaf in found if isinstance(leaf, Has)]
