"""What people type, read strictly: every border from both sides (IN-4 to IN-6)."""

from datetime import date

import pytest

from screening.web.typed import (
    Parts,
    Problem,
    forbidden,
    read_email,
    read_partial_date,
    read_phone,
    read_text,
    read_whole_date,
    showable,
    tidy,
)

TODAY = date(2026, 11, 23)


def problem(read: object, *given: object) -> Problem:
    with pytest.raises(Problem) as caught:
        read(*given)  # type: ignore[operator]
    return caught.value


def test_text_is_tidied_and_no_longer_than_it_may_be() -> None:
    assert tidy(" a\r\nb\rc ") == "a\nb\nc"
    assert read_text("x" * 2000) == "x" * 2000
    assert "2,001 now" in problem(read_text, "x" * 2001).message
    assert read_text("  ") is None
    assert read_text("e\u0301") == "é"


def test_controls_and_turned_writing_are_taken_out() -> None:
    for one in "\0\x07\x7f\x85\u202e\u2066\ud800":
        assert forbidden(one), repr(one)
        assert showable(f"a{one}b") == "ab"
        problem(read_text, f"a{one}b")
    assert not any(map(forbidden, "\t\nä中 \u200d"))


def test_a_partial_date_may_lack_day_or_month_and_is_never_ahead() -> None:
    assert read_partial_date(Parts(), TODAY) is None
    assert read_partial_date(Parts(year="1900"), TODAY) == "1900"
    assert read_partial_date(Parts(month="7", year="2026"), TODAY) == "2026-07"
    assert read_partial_date(Parts("23", "11", "2026"), TODAY) == "2026-11-23"
    every = ("day", "month", "year")
    assert problem(read_partial_date, Parts("24", "11", "2026"), TODAY).parts == every
    assert problem(read_partial_date, Parts("1", "", "2026"), TODAY).parts == ("month",)


@pytest.mark.parametrize(
    ("day", "month", "year", "wrong"),
    [
        ("1", "1", "1899", ("year",)),
        ("1", "1", "26", ("year",)),
        ("1", "1", "20260", ("year",)),
        ("0", "1", "2026", ("day",)),
        ("32", "1", "2026", ("day",)),
        ("1", "0", "2026", ("month",)),
        ("1", "13", "2026", ("month",)),
        ("١", "1", "2026", ("day",)),
        ("001", "1", "2026", ("day",)),
        ("30", "2", "2026", ("day", "month")),
        ("", "1", "2026", ("day",)),
        ("", "", "2026", ("day", "month")),
        ("1", "1", "", ("year",)),
    ],
)
def test_what_is_wrong_with_a_day_is_named(
    day: str, month: str, year: str, wrong: tuple[str, ...]
) -> None:
    assert problem(read_whole_date, Parts(day, month, year)).parts == wrong


def test_the_first_and_last_of_days_and_months_are_read() -> None:
    assert read_whole_date(Parts()) is None
    assert read_whole_date(Parts("1", "1", "1900")) == date(1900, 1, 1)
    assert read_whole_date(Parts("31", "12", "2026")) == date(2026, 12, 31)
    assert problem(read_partial_date, Parts("1", "1", ""), TODAY).parts == ("year",)


def test_addresses_and_numbers_by_which_nobody_is_reached_are_refused() -> None:
    assert read_email("") is None
    assert read_email(" a@b.example ") == "a@b.example"
    assert len(str(read_email("a@" + "b" * 244 + ".example"))) == 254
    for wrong in (
        "a",
        "a@b",
        "a b@c.example",
        "a@b.example,c@d.example",
        "a@" + "b" * 245 + ".example",
    ):
        problem(read_email, wrong)
    assert read_phone("") is None
    for right in ("123456", "+44 (0)20-7946/0000", "123456789012345", "1" * 6 + " " * 33 + "1"):
        assert read_phone(right) == right
    for wrong in ("12345", "1234567890123456", "12345x", "1" * 6 + " " * 34 + "1"):
        problem(read_phone, wrong)
