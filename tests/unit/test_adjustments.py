"""A clinic may lengthen a wait or raise a level: never shorten, never lower."""

import pytest

from screening.domain.adjustments import AdjustmentRefused, Adjustments, never_shorter
from screening.domain.answers import read_answers
from screening.domain.assessment import evaluate
from screening.domain.context import read_context
from screening.domain.dates import Wait
from screening.domain.levels import Level
from screening.protocols.library import NoSuchProtocol, ProtocolLibrary, load_library
from tests.worked_cases import NOTHING_TO_REPORT

LIBRARY = load_library()
PROTOCOL = LIBRARY.get("microneedling/2026-1")
WAIT = "isotretinoin"
LONGER = Adjustments().with_wait(WAIT, Wait(months=12))


def refused(adjustments: Adjustments) -> dict[str, str]:
    with pytest.raises(AdjustmentRefused) as caught:
        PROTOCOL.adjusted(adjustments)
    return caught.value.errors


def test_a_longer_wait_makes_a_version_of_its_own() -> None:
    adjusted = PROTOCOL.adjusted(LONGER)
    assert adjusted.waits[WAIT].wait == Wait(months=12)
    assert adjusted.key == f"microneedling/2026-1+{adjusted.digest[:12]}"
    assert adjusted.released_key == PROTOCOL.key
    assert adjusted.digest != PROTOCOL.digest
    assert PROTOCOL.waits[WAIT].wait != Wait(months=12)


def test_a_higher_level_reaches_what_is_flagged() -> None:
    raised = PROTOCOL.adjusted(Adjustments().with_level("sensitive_mild", Level.STOP))
    raw = {**NOTHING_TO_REPORT["answers"], "skin_sensitivity": "mild"}
    context, _ = read_context(NOTHING_TO_REPORT["context"], raised.items)
    found = evaluate(raised, read_answers(raised, context, raw), context)
    assert found.level is Level.STOP
    assert [flag.rule for flag in found.flags if flag.level is Level.STOP] == ["sensitive_mild"]


@pytest.mark.parametrize(
    ("adjustments", "said"),
    [
        (Adjustments().with_wait(WAIT, Wait(days=1)), "shorten"),
        (Adjustments().with_wait(WAIT, PROTOCOL.waits[WAIT].wait), "as released"),
        (Adjustments().with_wait("no_such", Wait(days=1)), "no such"),
        (Adjustments().with_level("pregnant", Level.INFO), "lower"),
        (Adjustments().with_level("no_such", Level.STOP), "no such"),
        (Adjustments(), "nothing is changed"),
    ],
)
def test_what_takes_caution_away_refuses_to_exist(adjustments: Adjustments, said: str) -> None:
    assert any(said in text for text in refused(adjustments).values())


def test_every_mistake_is_named_at_once() -> None:
    both = Adjustments({WAIT: Wait(days=1)}, {"pregnant": Level.INFO})
    assert refused(both).keys() == {WAIT, "pregnant"}


def test_days_that_may_be_fewer_than_the_months_are_shorter() -> None:
    assert not never_shorter(Wait(days=183), than=Wait(months=6))
    assert never_shorter(Wait(days=185), than=Wait(months=6))
    assert not never_shorter(Wait(months=1), than=Wait(days=30))
    assert never_shorter(Wait(months=1), than=Wait(days=28))
    assert not never_shorter(Wait(months=48), than=Wait(days=1461))  # across 2100


def test_equal_adjustments_make_the_same_version_in_any_order() -> None:
    one = LONGER.with_level("faints", Level.STOP)
    other = Adjustments().with_level("faints", Level.STOP).with_wait(WAIT, Wait(months=12))
    assert PROTOCOL.adjusted(one).key == PROTOCOL.adjusted(other).key
    assert Adjustments.from_json(one.to_json()) == one


def test_the_library_finds_a_clinics_version_by_its_key() -> None:
    made = PROTOCOL.adjusted(LONGER)
    library = LIBRARY.adjusting(lambda key: LONGER if key == made.key else None)
    assert library.get(made.key) == made
    assert library.handling(made.key) == library.handling(PROTOCOL.key)
    with pytest.raises(NoSuchProtocol):
        LIBRARY.get(made.key)


def test_a_key_that_does_not_follow_from_its_adjustments_is_no_version() -> None:
    library: ProtocolLibrary = LIBRARY.adjusting(lambda _: LONGER)
    with pytest.raises(NoSuchProtocol):
        library.get(f"{PROTOCOL.key}+000000000000")
