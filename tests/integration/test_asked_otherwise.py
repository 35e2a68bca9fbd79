"""The clinic asks something else while the patient answers: no answer lands under another question.

A box belongs to the question that stood above it when the page was opened.
"""

import pytest
from flask import Flask

from screening.storage.database import Database
from tests.clock import Clock
from tests.own_pages import (
    asks,
    asks_instead,
    comes_in,
    corrects,
    latest,
    sends,
    sends_in,
    takes_back,
)
from tests.questionnaires import count

CREAM, PREGNANT = "Do you still use the blue cream?", "Are you pregnant, or could you be?"


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.mark.thorough
def test_an_answer_to_one_question_is_never_stored_under_another(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    cream = asks(database, clock, submission, CREAM)
    patient = comes_in(app, submission)
    patient.opens("/visit/question")
    pregnant = asks_instead(database, clock, submission, PREGNANT)
    page = patient.continues({f"reply-{cream.id}": "No, <b>never</b>"}, status=409)
    assert "The clinic asks something else now" in page.text
    for words in (CREAM, "No, <b>never</b>", PREGNANT):
        assert words in page.text
    assert page.main_form.state()[f"reply-{pregnant.id}"] == [""]
    assert count(database, "drafts") == 0, "nothing was begun with it"
    patient.continues({f"reply-{pregnant.id}": "I am"})
    sends(patient)
    replies = latest(database, submission, clock).record.answers["replies"]
    assert replies == [{"question": pregnant.id, "text": "I am"}]


@pytest.mark.thorough
def test_what_was_answered_to_a_question_without_words_is_not_taken_for_another(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    asks(database, clock, submission, items=("sun_plans", "scarring"))
    patient = comes_in(app, submission)
    patient.opens("/visit/question")
    asks_instead(database, clock, submission, PREGNANT, items=("scarring",))
    page = patient.continues({"sun_plans": "yes", "scarring": "not_sure"}, status=409)
    assert PREGNANT in page.text
    assert page.main_form.state()["scarring"] == ["not_sure"], "what is still asked still stands"
    assert "sun_plans" not in page.main_form.names


@pytest.mark.thorough
def test_where_nothing_is_asked_any_more_the_words_still_stand_there(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    cream = asks(database, clock, submission, CREAM)
    patient = comes_in(app, submission)
    patient.opens("/visit/question")
    form = patient.page.main_form.state()
    other = comes_in(app, submission)
    other.opens("/visit/question")
    other.continues({f"reply-{cream.id}": "Only at night"})
    sends(other)
    page = patient.sends(
        "/visit/question", form | {f"reply-{cream.id}": ["Not since June"]}, status=409
    )
    assert page.h1 == "This is no longer open"
    assert "Not since June" in page.text
    assert count(database, "submissions") == 2


@pytest.mark.thorough
def test_a_page_from_before_boxes_bore_an_id_loses_no_words(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    asks(database, clock, submission, PREGNANT)
    patient = comes_in(app, submission)
    form = patient.opens("/visit/question").main_form.state()
    older = {"csrf_token": form["csrf_token"], "reply-1": ["No"]}
    page = patient.sends("/visit/question", older, status=409)
    assert "The clinic’s question No" in page.text
    assert count(database, "drafts") == 0


@pytest.mark.thorough
def test_a_box_of_a_question_that_was_never_asked_here_is_refused(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    question = asks(database, clock, submission, PREGNANT)
    patient = comes_in(app, submission)
    form = patient.opens("/visit/question").main_form.state()
    forged = form | {f"reply-{question.id}": ["No"], f"reply-{'ab' * 16}": ["No"]}
    patient.sends("/visit/question", forged, status=400)
    assert count(database, "drafts") == 0


@pytest.mark.thorough
def test_a_correction_can_be_sent_though_a_question_was_taken_back_meanwhile(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    cream = asks(database, clock, submission, CREAM)
    patient = comes_in(app, submission)
    patient.opens("/visit/question")
    patient.continues({f"reply-{cream.id}": ""}, status=422)
    takes_back(database, clock, submission)
    assert "You have begun to answer" not in patient.opens("/visit").text
    corrects(patient, "hopes", "anything_else")
    patient.continues({"anything_else": "I have a new cream"})
    patient.opens("/visit/answers?again=yes")
    patient.continues({f"reply-{cream.id}": ""})
    sends(patient)
    record = latest(database, submission, clock).record
    assert record.answers["answers"]["anything_else"] == "I have a new cream"


@pytest.mark.thorough
def test_who_left_one_question_unanswered_is_led_to_the_next(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    cream = asks(database, clock, submission, CREAM)
    patient = comes_in(app, submission)
    patient.opens("/visit/question")
    patient.continues({f"reply-{cream.id}": ""}, status=422)
    pregnant = asks_instead(database, clock, submission, PREGNANT)
    assert "/visit/question" in patient.opens("/visit").links
    assert patient.opens("/visit/check").path == "/visit/question"
    patient.continues({f"reply-{pregnant.id}": "I am"})
    sends(patient)
    replies = latest(database, submission, clock).record.answers["replies"]
    assert replies == [{"question": pregnant.id, "text": "I am"}]


@pytest.mark.thorough
def test_words_typed_to_a_question_of_the_form_stand_there_when_it_is_no_longer_asked(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    asks(database, clock, submission, items=("anything_else",))
    patient = comes_in(app, submission)
    form = patient.opens("/visit/question").main_form.state() | {"anything_else": [CREAM]}
    asks_instead(database, clock, submission, PREGNANT)
    page = patient.sends("/visit/question", form, status=409)
    assert CREAM in page.text
    takes_back(database, clock, submission)
    page = patient.sends("/visit/question", form, status=409)
    assert page.h1 == "This is no longer open"
    assert CREAM in page.text


@pytest.mark.thorough
def test_words_typed_in_one_window_stand_there_when_another_has_sent(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    cream = asks(database, clock, submission, CREAM)
    patient = corrects(comes_in(app, submission), "hopes", "anything_else")
    correction = patient.page.main_form.state() | {"anything_else": ["I take warfarin"]}
    patient.continues({"anything_else": "More"})
    patient.opens("/visit/question")
    patient.continues({f"reply-{cream.id}": "Only at night"})
    both = patient.opens("/visit/answers?again=yes").main_form.state()
    patient.opens("/visit/check")
    patient.presses("Do not send this")
    assert patient.sends("/visit/answers", correction, status=409).h1 == "This is no longer open"
    assert "I take warfarin" in patient.page.text
    patient.sends("/visit/answers?again=yes", both, status=409)
    assert "Only at night" in patient.page.text
