"""What is counted of each rule: raised, decided, decided against, and why."""

from dataclasses import replace
from datetime import date

import pytest

from screening.domain.assessment import Flag
from screening.domain.levels import Level
from screening.domain.review import Disposition
from screening.domain.rule_figures import Assessed, RuleFigures, Standing, by_protocol

VISIT = date(2027, 2, 1)
STOP, LATER = Flag("stop", Level.STOP, ()), Flag("wait", Level.REVIEW, (), date(2027, 3, 1))
CAREFUL = Flag("careful", Level.CAUTION, ())
PROCEEDED = Standing(Disposition.PROCEED, reason="seen_in_person")
CASE = Assessed("needling/1", (STOP, LATER, CAREFUL), VISIT)


def counted(*cases: Assessed) -> dict[str, RuleFigures]:
    (one,) = by_protocol(cases)
    return {rule.rule: rule for rule in one.rules}


def test_whoever_proceeds_goes_against_every_stop_and_review_flag_and_no_caution() -> None:
    found = counted(CASE, replace(CASE, decision=PROCEEDED))
    for rule in ("stop", "wait"):
        assert found[rule] == RuleFigures(rule, 2, 1, 1, 1, (("seen_in_person", 1),))
    assert found["careful"] == RuleFigures("careful", 2, 1, 0, 0, ())


@pytest.mark.parametrize(
    ("made", "against"),
    [
        (Standing(Disposition.DEFER, date(2027, 2, 20)), {"wait"}),
        (Standing(Disposition.DEFER, date(2027, 3, 1)), set()),
        (Standing(Disposition.DO_NOT_TREAT), set()),
        (Standing(Disposition.PROCEED_WITH_PRECAUTIONS), {"stop", "wait"}),
    ],
)
def test_what_other_decisions_go_against(made: Standing, against: set[str]) -> None:
    found = counted(replace(CASE, decision=made))
    assert {rule for rule, one in found.items() if one.against} == against


def test_the_same_name_in_two_protocols_is_two_rules() -> None:
    first, second = by_protocol([CASE, replace(CASE, protocol="peel/1"), CASE])
    assert (first.name, first.submissions, second.submissions) == ("needling", 2, 1)
    assert first.versions == (("needling/1", 2),)


def test_what_could_not_be_assessed_is_said_and_not_taken_for_silence() -> None:
    (one,) = by_protocol([CASE, replace(CASE, flags=None, decision=PROCEEDED)])
    assert (one.submissions, one.unread, {rule.fired for rule in one.rules}) == (2, 1, {1})
