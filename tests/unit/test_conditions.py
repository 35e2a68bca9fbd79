"""The vocabulary of conditions: what each reads, when it holds, and on what evidence."""

from datetime import date

import pytest

from screening.domain.conditions import (
    AllOf,
    Always,
    AtLeast,
    Condition,
    Facts,
    Has,
    LongerAgo,
    Named,
    Not,
    Setting,
    YoungerThan,
    any_of,
    leaves,
    support,
    trigger_options,
)
from screening.domain.dates import OVER_2_YEARS, STILL_USING, UNKNOWN, PartialDate, Wait

A, B, C = (Has(item, frozenset({"yes"})) for item in "abc")
FOUR_WEEKS = LongerAgo("when", Wait(days=28))
TREATMENT, COMPLETION = date(2027, 1, 18), date(2027, 1, 4)


def facts(*, missing: str = "", born: date | None = None, **answers: object) -> Facts:
    values: dict[str, object] = {
        item: frozenset(value) if isinstance(value, list) else value
        for item, value in answers.items()
    }
    return Facts(
        values | ({"born": born} if born else {}),  # type: ignore[arg-type]
        frozenset(missing),
        {"modality": "rf"},
        {"treatment": TREATMENT, "completion": COMPLETION},
    )


@pytest.mark.parametrize(
    ("condition", "given", "evidence"),
    [
        (Always(), facts(), ""),
        # one item
        (A, facts(a="yes"), "a"),
        (A, facts(a=["yes", "no"]), "a"),
        (A, facts(a="no"), None),
        (A, facts(a=[]), None),
        (A, facts(), None),
        (A, facts(missing="a"), None),
        (A, facts(a="not_sure"), None),
        (Has("a", frozenset({"yes", "maybe"})), facts(a="maybe"), "a"),
        (Has("a", frozenset({"yes"}), or_missing=True), facts(missing="a"), "a"),
        (Has("a", frozenset({"yes"}), or_missing=True), facts(), None),  # never asked
        (Has("a", frozenset({"yes"}), or_missing=True), facts(a="no"), None),
        # clinic settings are no answers
        (Setting("modality", frozenset({"rf"})), facts(), ""),
        (Setting("modality", frozenset({"mechanical", "unknown"})), facts(), None),
        (Setting("jurisdiction", frozenset({"us"})), facts(), None),
        # age
        (YoungerThan("born", 18, ("treatment",)), facts(born=date(2009, 1, 19)), "born"),
        (YoungerThan("born", 18, ("treatment",)), facts(born=date(2009, 1, 18)), None),
        (YoungerThan("born", 18, ("completion",)), facts(born=date(2009, 1, 18)), "born"),
        (
            YoungerThan("born", 18, ("treatment", "completion")),
            facts(born=date(2009, 1, 5)),
            "born",
        ),
        (YoungerThan("born", 18, ("treatment", "completion")), facts(born=date(2009, 1, 4)), None),
        # certainly longer ago than four weeks
        (FOUR_WEEKS, facts(when=PartialDate(2026, 12, 6)), "when"),
        (FOUR_WEEKS, facts(when=PartialDate(2026, 12, 7)), None),
        (FOUR_WEEKS, facts(when=PartialDate(2026, 11)), "when"),
        (FOUR_WEEKS, facts(when=PartialDate(2026, 12)), None),
        (FOUR_WEEKS, facts(when=PartialDate(2027, 1)), None),
        (FOUR_WEEKS, facts(when=OVER_2_YEARS), "when"),
        (FOUR_WEEKS, facts(when=UNKNOWN), None),
        (FOUR_WEEKS, facts(when=STILL_USING), None),
        (FOUR_WEEKS, facts(), None),
        (FOUR_WEEKS, facts(when={"x": UNKNOWN, "y": PartialDate(2026, 1)}), "when"),
        (FOUR_WEEKS, facts(when={"x": UNKNOWN, "y": PartialDate(2027)}), None),
        (YoungerThan("born", 18, ("treatment",)), facts(), None),
        (YoungerThan("a", 18, ("treatment",)), facts(a="yes"), None),
        # together
        (AllOf((A, B)), facts(a="yes", b="yes", c="yes"), "ab"),
        (AllOf((A, B)), facts(a="yes", b="no"), None),
        (any_of((A, B)), facts(a="no", b="yes"), "b"),
        (any_of((A, B)), facts(a="yes", b="yes"), "ab"),
        (any_of((A, B)), facts(a="no", b="no"), None),
        (AtLeast(2, (A, B, C)), facts(a="yes", b="no", c="yes"), "ac"),
        (AtLeast(2, (A, B, C)), facts(a="yes", b="yes", c="yes"), "abc"),
        (AtLeast(2, (A, B, C)), facts(a="yes"), None),
        # not
        (Not(A), facts(a="no"), "a"),
        (Not(A), facts(a="yes"), None),
        (Not(A), facts(missing="a"), ""),
        (AllOf((A, Not(B))), facts(a="yes", b="no"), "ab"),
        (Named("prone", any_of((A, B))), facts(b="yes"), "b"),
        (Named("prone", A), facts(a="no"), None),
    ],
)
def test_a_condition_holds_on_its_evidence(
    condition: Condition, given: Facts, evidence: str | None
) -> None:
    assert condition.holds(given) == (None if evidence is None else _items(evidence))


def _items(evidence: str) -> frozenset[str]:
    return frozenset({evidence} if evidence in ("born", "when") else evidence)


NESTED = AllOf((Named("prone", any_of((A, Setting("modality", frozenset({"rf"}))))), Not(B)))


def test_a_condition_names_every_item_that_it_can_read() -> None:
    assert support(NESTED) == {"a", "b"}
    assert support(YoungerThan("born", 18, ("treatment",))) == {"born"}
    assert support(Always()) == set()
    assert len(list(leaves(NESTED))) == 3


@pytest.mark.parametrize(
    ("condition", "triggers"),
    [
        (A, {"a": {"yes"}}),
        (Named("prone", A), {"a": {"yes"}}),
        (Setting("modality", frozenset({"rf"})), {}),
        (any_of((A, B)), {"a": {"yes"}, "b": {"yes"}}),
        (any_of((A, Has("a", frozenset({"maybe"})))), {"a": {"yes", "maybe"}}),
    ],
)
def test_a_page_knows_which_options_reveal_a_follow_up(
    condition: Condition, triggers: dict[str, set[str]]
) -> None:
    assert trigger_options(condition) == triggers


@pytest.mark.parametrize("condition", [AllOf((A, B)), Not(A), AtLeast(2, (A, B, C)), Always()])
def test_a_page_cannot_reveal_by_anything_but_options(condition: Condition) -> None:
    with pytest.raises(ValueError, match="any of these options"):
        trigger_options(condition)
