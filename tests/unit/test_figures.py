"""Figures are counted as a person with pencil and paper would count them."""

from datetime import date, timedelta

import pytest

from screening.domain.assessment import Flag
from screening.domain.figures import (
    AGE_ENDS,
    TIME_ENDS,
    Decided,
    Received,
    SignOffs,
    banded,
    by_week,
    figures,
    gone_against,
    middle,
    nearest_rank,
    ranked,
)
from screening.domain.protocol import Level
from screening.domain.review import Disposition

MONDAY, SUNDAY = date(2027, 1, 4), date(2027, 1, 10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VISIT = date(2027, 2, 1)


def hours(*counts: float) -> list[timedelta]:
    return [timedelta(hours=count) for count in counts]


def test_the_middle_of_an_even_number_lies_between_the_two_in_the_middle() -> None:
    assert middle(hours(1, 9, 2)) == 2 * HOUR
    assert middle(hours(4, 1, 2, 10)) == 3 * HOUR
    assert middle([]) is None


@pytest.mark.parametrize(
    ("times", "nine_in_ten"),
    [((5,), 5), ((1, 2), 2), (tuple(range(1, 11)), 9), (tuple(range(1, 12)), 10)],
)
def test_nine_in_ten_were_decided_within_this_time(
    times: tuple[int, ...], nine_in_ten: int
) -> None:
    assert nearest_rank(hours(*reversed(times)), 9, 10) == nine_in_ten * HOUR


def test_a_time_on_an_end_belongs_to_the_longer_band() -> None:
    assert banded(hours(0, 0.99, 1, 3.9, 4, 23, 24, 47, 48, 167, 168, 999), TIME_ENDS) == (
        2, 2, 2, 2, 2, 2,
    )  # fmt: skip
    assert banded([DAY, 2 * DAY, 3 * DAY, 7 * DAY], AGE_ENDS) == (0, 1, 1, 1, 1)
    assert banded([], AGE_ENDS) == (0, 0, 0, 0, 0)


def test_the_most_frequent_come_first_and_equals_by_name() -> None:
    assert ranked(["b", "a", "c", "c"]) == (("c", 2), ("a", 1), ("b", 1))


def test_a_week_without_submissions_is_not_left_out() -> None:
    days = [MONDAY, SUNDAY, MONDAY + timedelta(days=14)]
    assert by_week((date(2027, 1, 6), date(2027, 1, 18)), days) == (
        (MONDAY, 2), (date(2027, 1, 11), 0), (date(2027, 1, 18), 1),
    )  # fmt: skip


FLAGS = (
    Flag("stopped", Level.STOP, (), clear_date=date(2027, 3, 1)),
    Flag("running", Level.REVIEW, (), clear_date=date(2027, 2, 10)),
    Flag("over", Level.REVIEW, (), clear_date=date(2027, 1, 20)),
    Flag("careful", Level.CAUTION, ()),
)


@pytest.mark.parametrize(
    ("disposition", "until", "rules"),
    [
        (Disposition.PROCEED, None, ("stopped", "running", "over")),
        (Disposition.PROCEED_WITH_PRECAUTIONS, None, ("stopped", "running")),
        (Disposition.DEFER, date(2027, 2, 15), ("stopped",)),
        (Disposition.DEFER, date(2027, 3, 1), ()),
        (Disposition.DO_NOT_TREAT, None, ()),
        (Disposition.ASK_PATIENT, None, ()),
    ],
)
def test_a_decision_goes_against_the_flags_that_ask_for_something_else(
    disposition: Disposition, until: date | None, rules: tuple[str, ...]
) -> None:
    assert gone_against(disposition, until, FLAGS, VISIT) == rules


def test_nothing_at_all_is_counted_as_nothing() -> None:
    empty = figures((MONDAY, SUNDAY), [], [], SignOffs(), [])
    assert (empty.received, empty.decided, empty.median, empty.nine_in_ten) == (0, 0, None, None)
    assert set(empty.levels.values()) == set(empty.dispositions.values()) == {0}
    assert empty.weeks == ((MONDAY, 0),)


def test_a_small_clinic_counted_by_hand() -> None:
    received = [
        Received(MONDAY, Level.STOP, ("isotretinoin", "sun"), 2 * HOUR),
        Received(MONDAY, Level.REVIEW, ("blood_thinner",), 30 * HOUR),
        Received(SUNDAY, Level.CAUTION, ("sun",), 10 * HOUR),
        Received(SUNDAY, Level.INFO),
    ]
    decided = [
        Decided(Disposition.PROCEED, True, "seen_in_person", ("isotretinoin",)),
        Decided(Disposition.PROCEED_WITH_PRECAUTIONS),
        Decided(Disposition.PROCEED, in_bulk=True),
    ]
    found = figures((MONDAY, SUNDAY), received, decided, SignOffs(1, 0, 2), [HOUR, 4 * DAY])
    assert (found.received, found.decided, found.decisions, found.waiting) == (4, 3, 3, 2)
    assert [found.levels[one] for one in (Level.STOP, Level.REVIEW, Level.CAUTION, Level.INFO)] == [
        1, 1, 1, 1,
    ]  # fmt: skip
    assert (found.median, found.nine_in_ten) == (10 * HOUR, 30 * HOUR)
    assert found.times == (0, 1, 1, 1, 0, 0)
    assert found.rules == (("sun", 2), ("blood_thinner", 1), ("isotretinoin", 1))
    assert found.dispositions[Disposition.PROCEED] == 2
    assert (found.against, found.in_bulk) == (1, 1)
    assert found.against_rules == (("isotretinoin", 1),)
    assert found.against_reasons == (("seen_in_person", 1),)
    assert found.sign_offs.asked == 3
    assert found.ages == (1, 0, 0, 1, 0)
