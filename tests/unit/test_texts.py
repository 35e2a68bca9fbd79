"""Answers, dates and protocol texts, as people read them."""

from datetime import UTC, date, datetime

import pytest

from screening.protocols.library import load_library
from screening.web.texts import (
    advice_html,
    answer_lines,
    answer_text,
    date_text,
    long_date,
    long_time,
    relative_day,
    rich,
)

PROTOCOL = load_library().current
ITEMS = PROTOCOL.items


def test_a_choice_reads_as_its_label() -> None:
    assert answer_text(ITEMS["past_needling"], "yes_fine") == ["Yes, and it went well"]


def test_several_choices_read_in_the_order_of_the_question() -> None:
    said = answer_text(ITEMS["treatment_areas"], ["neck", "face"])
    assert said == ["Face", "Neck"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("2026", "2026"),
        ("2026-07", "July 2026"),
        ("2026-07-14", "14 July 2026"),
        ("over_2_years", "More than 2 years ago"),
        ("unknown", "I don’t know"),
        ("still_using", "I still use it"),
        ("2026-13", "2026-13"),
        ("last summer", "last summer"),
    ],
)
def test_dates_read_as_words(raw: str, words: str) -> None:
    assert date_text(raw) == words


def test_each_treatment_has_its_date_and_its_label() -> None:
    raw = {"filler_threads": "unknown", "botox": "2026-07"}
    assert answer_lines(PROTOCOL, ITEMS["recent_treatment_dates"], raw) == [
        "Anti-wrinkle injections (Botox): July 2026",
        "Filler, skin boosters or threads: I don’t know",
    ]


@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_no_answer_has_no_words(nothing: object) -> None:
    assert answer_text(ITEMS["past_needling"], nothing) == []


def test_days_and_times_are_told_by_the_clinics_wall() -> None:
    assert long_date(date(2027, 1, 14)) == "14 January 2027"
    summer_evening = datetime(2027, 7, 14, 23, 30, tzinfo=UTC)
    assert long_time(summer_evening, "Europe/London") == "15 July 2027, 00:30"


@pytest.mark.parametrize(
    ("day", "words"),
    [(1, "3 days ago"), (3, "yesterday"), (4, "today"), (5, "tomorrow"), (7, "in 3 days")],
)
def test_a_day_is_told_from_today(day: int, words: str) -> None:
    assert relative_day(date(2027, 1, day), date(2027, 1, 4)) == words


def test_only_bold_becomes_markup() -> None:
    assert rich("**Call <999>** & wait") == "<strong>Call &lt;999&gt;</strong> &amp; wait"


def test_an_advice_has_paragraphs_and_lists() -> None:
    body = "Most people notice:\n- **Redness**: a day\n- <b>Swelling</b>\n  for days\n\nCall us."
    assert advice_html(body) == (
        "<p>Most people notice:</p>\n"
        "<ul>\n<li><strong>Redness</strong>: a day</li>\n"
        "<li>&lt;b&gt;Swelling&lt;/b&gt; for days</li>\n</ul>\n"
        "<p>Call us.</p>"
    )
