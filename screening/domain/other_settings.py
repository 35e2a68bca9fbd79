"""What a flag would be if the clinic had other settings: no fact of the patient, told apart."""

from collections.abc import Iterator

from screening.domain.causes import with_parents
from screening.domain.conditions import Setting, leaves, support
from screening.domain.proposals import OtherSetting
from screening.domain.protocol import Rule, ScreeningProtocol
from screening.domain.situation import Situation


def other_settings(rule: Rule, situation: Situation) -> Iterator[OtherSetting]:
    """What other settings of the clinic would make of this flag, as far as the rule reads them."""
    now = next(one.level for one in situation.firings if one.rule.id == rule.id)
    for name in sorted(_settings_read(rule, situation.protocol)):
        for value in situation.protocol.settings[name]:
            other = situation.with_setting(name, value).firings
            level = next((one.level for one in other if one.rule.id == rule.id), None)
            if level is not now:
                yield OtherSetting(name, value, level)


def _settings_read(rule: Rule, protocol: ScreeningProtocol) -> set[str]:
    items = with_parents(support(rule.when), protocol)
    shown = [protocol.items[name].shown_when for name in items]
    conditions = [rule.when, rule.open_when, *(condition for condition, _ in rule.level_when)]
    every = [condition for condition in (*conditions, *shown) if condition is not None]
    read = (leaf for condition in every for leaf in leaves(condition))
    return {leaf.name for leaf in read if isinstance(leaf, Setting)}
