"""Partial dates and waits: a wait is never shortened."""

from datetime import date

import pytest

from screening.domain.dates import NoSuchDate, PartialDate, Wait, add_months, is_day


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026-07-15", date(2026, 7, 15), date(2026, 7, 15)),
        ("2026-07", date(2026, 7, 1), date(2026, 7, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2027-02", date(2027, 2, 1), date(2027, 2, 28)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
    ],
)
def test_a_partial_date_spans_from_its_first_to_its_last_possible_day(
    written: str, first: date, last: date
) -> None:
    partial = PartialDate.parse(written)
    assert (partial.first_day(), partial.last_day()) == (first, last)
    assert str(partial) == written
    assert partial.exact == (first == last)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2026-13",
        "2026-00",
        "2026-01-00",
        "2026-01-32",
        "0000",
        "26-01-01",
        "2026-1-1",
        "2026/01/01",
        "2026-01-01T00:00",
        "2026-01-01 ",
        "2026-01-01\n",
        "20260101",
        "٢٠٢٦-٠١-٠١",
        "yesterday",
        "",
    ],
)
def test_what_is_no_date_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(NoSuchDate):
        PartialDate.parse(text)


def test_a_day_without_its_month_is_refused() -> None:
    with pytest.raises(NoSuchDate, match="a day needs its month"):
        PartialDate(2026, None, 3)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 8, 31), 6, date(2027, 3, 1)),  # no 31 February, so the day after it
        (date(2028, 2, 29), 12, date(2029, 3, 1)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 28), 6, date(2027, 2, 28)),
        (date(2026, 8, 29), 6, date(2027, 3, 1)),
        (date(2026, 10, 31), 1, date(2026, 12, 1)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 2, date(2027, 3, 1)),
        (date(2026, 1, 15), 11, date(2026, 12, 15)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2008, 2, 29), 216, date(2026, 3, 1)),  # an 18th birthday
    ],
)
def test_months_keep_the_day_number_or_go_to_the_next_first(
    start: date, months: int, end: date
) -> None:
    assert add_months(start, months) == end
    assert Wait(months=months).after(start) == end


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("2026-07-15", True),
        ("2026-07", True),
        ("2026", True),
        ("unknown", False),
        ("2026-7", False),
        ("", False),
        (2026, False),
        (None, False),
    ],
)
def test_an_answer_is_written_like_a_day_or_is_not(raw: object, written: bool) -> None:
    assert is_day(raw) is written


def test_a_wait_lasts_ninety_nine_years_at_most() -> None:
    assert Wait(days=36_135).after(date(2026, 1, 1)) == date(2124, 12, 8)
    assert Wait(months=1_188).after(date(2026, 1, 1)) == date(2125, 1, 1)
    for longer in ({"days": 36_136}, {"months": 1_189}):
        with pytest.raises(ValueError, match="99 years at most"):
            Wait(**longer)


def test_days_are_calendar_days() -> None:
    assert Wait(days=14).after(date(2026, 12, 25)) == date(2027, 1, 8)
    assert Wait(days=1).after(date(2028, 2, 28)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("days", "months"), [(0, 0), (14, 6), (-1, 0), (0, -6), (-1, 6), (10**9, 0), (0, 10**6)]
)
def test_a_wait_is_a_sensible_number_of_either_days_or_months(days: int, months: int) -> None:
    with pytest.raises(ValueError, match="a wait"):
        Wait(days, months)
