"""Behind the patient's door two people who differ only in what they answered before look alike.

The reference and the date of birth open it, and others than the patient may know both (AZ-6).
"""

import re
from collections.abc import Callable, Mapping
from itertools import count

import pytest
from flask import Flask

from screening.storage.database import Database
from tests.actors import Patient
from tests.clock import Clock
from tests.own_pages import asks, comes_in, corrects, sends, sends_in

Before = Mapping[str, object]
Arrives = Callable[[Before], Patient]
VISIT = "2027-03-01"
LONG_NEEDLES = {
    "home_device": "now",
    "home_device_last": "2027-01-03",
    "home_device_how": ["long_needles"],
    "home_device_problem": ["none"],
}
FAINTED = {"past_needling": "yes_problem", "past_needling_problem": ["fainted"]}
ISOTRETINOIN = {"isotretinoin": "past", "isotretinoin_last": "2024-05-01"}
_THEIR_OWN = re.compile(r"\b[0-9A-Z]{4} [0-9A-Z]{4}\b|UID:\w+|\b[0-9a-f]{32,}\b")


def alike(look: Callable[[Before], str], *before: Before) -> bool:
    """Whether whoever looks sees the same, apart from codes, for each of these answers."""
    return len({_THEIR_OWN.sub("", look(one)) for one in before}) == 1


@pytest.fixture
def arrives(app: Flask, database: Database, clock: Clock) -> Arrives:
    number = count()

    def arrive(before: Before) -> Patient:
        return comes_in(app, sends_in(database, clock, before, VISIT, next(number)))

    return arrive


@pytest.mark.thorough
def test_the_days_of_getting_ready_and_the_words_about_them_are_the_same(
    arrives: Arrives,
) -> None:
    def look(before: Before) -> str:
        patient = arrives(before)
        return patient.page.text + patient.client.get("/visit/calendar.ics").text

    used_to = {**LONG_NEEDLES, "home_device": "past"}
    short = {**LONG_NEEDLES, "home_device_how": ["none_of_these"]}
    assert alike(look, {}, LONG_NEEDLES, used_to, short)
    assert "VALUE=DATE:20270201" in look({}), "the longest wait, for everybody"
    assert "stop at least 28 days before your visit" in look({})


@pytest.mark.thorough
def test_after_a_correction_no_advice_tells_what_was_answered_to_another_question(
    arrives: Arrives,
) -> None:
    def look(before: Before) -> str:
        patient = corrects(arrives(before), "about_you", "past_needling")
        patient.continues(FAINTED)
        return sends(patient).page.text

    assert alike(look, {}, {"conditions": ["faints"]}, {"conditions": ["not_sure"]})


@pytest.mark.thorough
def test_that_older_answers_were_not_sure_is_not_told_and_that_new_ones_are_is(
    arrives: Arrives,
) -> None:
    def look(before: Before) -> str:
        patient = corrects(arrives(before), "healing", "scarring")
        patient.continues({"scarring": "not_sure"})
        return sends(patient).page.text

    assert alike(look, {}, {"skin_now": ["not_sure"]})
    assert "“How do your scars heal? Pick the closest.”" in look({})


@pytest.mark.thorough
def test_a_question_of_the_clinic_about_a_follow_up_tells_nothing_about_the_one_before_it(
    app: Flask, database: Database, clock: Clock
) -> None:
    number = count()

    def look(before: Before) -> str:
        submission = sends_in(database, clock, before, VISIT, at := next(number))
        asks(database, clock, submission, items=("isotretinoin_last",), number=77 + at)
        return comes_in(app, submission).opens("/visit/question").text

    assert alike(look, {}, ISOTRETINOIN, {"isotretinoin": "not_sure"})
