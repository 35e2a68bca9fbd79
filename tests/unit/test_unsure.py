""" "Not sure" is never "no": each item that offers it, alone, has its declared consequence."""

import pytest

from screening.domain.conditions import trigger_options
from screening.domain.protocol import Item, ItemKind
from tests.worked_cases import PROTOCOL, Case, assessed, variant

UNSURE = [item for item in PROTOCOL.items.values() if "not_sure" in item.option_ids]
BY_ITEM = pytest.mark.parametrize("item", UNSURE, ids=lambda item: item.id)
CONSEQUENCE = {"critical": ("unsure_critical", "review"), "minor": ("unsure_minor", "caution")}
OWN_RULE = {
    "diabetes_control": ("diabetes_unsure", "review"),
    "appearance_impact": ("appearance_distress", "review"),
}


def somebody_unsure(item: Item, *beside: str) -> Case:
    """Nothing else to report, but what it takes to be asked."""
    answer = [*beside, "not_sure"] if item.kind is ItemKind.MULTI else "not_sure"
    asked: Case = {}
    for parent, options in (trigger_options(item.shown_when) if item.shown_when else {}).items():
        many = PROTOCOL.items[parent].kind is ItemKind.MULTI
        asked[parent] = [min(options)] if many else min(options)
    return variant({**asked, item.id: answer}, {"modality": "rf"})


@BY_ITEM
def test_not_sure_has_the_declared_consequence(item: Item) -> None:
    rule, level = OWN_RULE.get(item.id) or CONSEQUENCE[item.unsure]
    assert assessed(somebody_unsure(item))["levels"][rule] == level


@pytest.mark.parametrize(
    "item", [i for i in UNSURE if i.kind is ItemKind.MULTI], ids=lambda item: item.id
)
def test_not_sure_counts_beside_other_ticks(item: Item) -> None:
    other = next(name for name in item.option_ids if name != "not_sure")
    rule, level = CONSEQUENCE[item.unsure]
    assert assessed(somebody_unsure(item, other))["levels"][rule] == level


def test_many_doubts_are_one_flag() -> None:
    doubts = dict.fromkeys(("scarring", "allergy_any", "isotretinoin", "sun_plans"), "not_sure")
    assert assessed(variant(doubts))["rules"] == ["unsure_critical", "unsure_minor"]
