"""The patient's own page: where the form stands, in plain words, and never an answer."""

from datetime import date, timedelta

import pytest
from flask import Flask

from screening.domain.own_page import Stage
from screening.storage.database import Database
from screening.web.own_page_words import stage_words
from tests.clock import Clock
from tests.never_say import never_said
from tests.own_pages import asks, comes_in, corrects, decides, looks_at, sends, sends_in
from tests.questionnaires import events

CANARIES = {
    "anything_else": "Canarycream",
    "isotretinoin": "past",
    "isotretinoin_last": "2026-11-01",
    "medicines": ["anticoagulant"],
    "medicines_note": "Canarypills",
}
TOLD = ("Canarycream", "Canarypills", "1 November 2026", "2026-11", "anticoagulant")
FLAGS = ("isotretinoin less than", "May 2027", "Stop", "Review", "talk to us first", "noticed")


def test_it_says_where_the_form_stands(app: Flask, database: Database, clock: Clock) -> None:
    submission = sends_in(database, clock, visit="2027-02-01")
    patient = comes_in(app, submission)
    assert "1 February 2027" in patient.page.text
    assert patient.page.h1 == "The clinic has your answers"
    looks_at(database, clock, submission)
    assert patient.opens("/visit").h1 == "A clinician is reading your answers"
    decides(database, clock, submission, message="Come as planned.\n\nBring your glasses.")
    page = patient.opens("/visit")
    assert page.h1 == "The clinic has read your answers"
    assert "Bring your glasses." in page.text


def test_a_question_of_the_clinic_comes_before_everything_else(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    decides(database, clock, submission, disposition="ask_patient", message=None)
    asks(database, clock, submission, text="Which cream?")
    page = comes_in(app, submission).page
    assert page.h1 == "The clinic has a question for you"
    assert "/visit/question" in page.links


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ({"disposition": "proceed"}, "Please call us on 020 7946 0100 to plan your visit."),
        ({"disposition": "defer", "defer_until": date(2027, 2, 1)}, "1 February 2027"),
        ({"disposition": "do_not_treat", "against_level": True, "reason": "x"}, "talk about"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_without_a_message_it_says_the_usual_words(
    app: Flask, database: Database, clock: Clock, decision: dict[str, object], words: str
) -> None:
    submission = sends_in(database, clock)
    decides(database, clock, submission, message=None, **decision)
    assert words in comes_in(app, submission).page.text


@pytest.mark.thorough
def test_a_decision_without_effect_is_not_told(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    decides(database, clock, submission, against_level=True, reason="x", second_required=True)
    page = comes_in(app, submission).page
    assert page.h1 == "A clinician is reading your answers"
    assert "See you" not in page.text


@pytest.mark.thorough
def test_a_deferral_whose_day_has_come_is_looked_at_again(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission, until = sends_in(database, clock), date(2027, 1, 11)
    decides(database, clock, submission, disposition="defer", defer_until=until)
    assert "See you" in comes_in(app, submission).page.text
    clock.advance(timedelta(days=7))
    page = comes_in(app, submission).page
    assert page.h1 == "The clinic is looking at your answers again"
    assert "See you" not in page.text


@pytest.mark.thorough
def test_no_page_behind_the_door_tells_an_answer_a_flag_a_level_or_a_reason(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock, CANARIES)
    decides(
        database, clock, submission, disposition="ask_patient", reason="Canaryreason", note="Canary"
    )
    asks(database, clock, submission, "Which pills?", ("isotretinoin", "medicines", "scarring"))
    patient = corrects(comes_in(app, submission), "medicines_products", "isotretinoin", "medicines")
    seen = [patient.page.text]
    for address in ("", "/question", "/correct", "/answers", "/answers?again=yes", "/check"):
        page = patient.opens(f"/visit{address}")
        seen.append(page.text + str([form.state() for form in page.forms]))
    patient.opens("/visit/answers?again=yes")
    answers = {"isotretinoin": "never", "medicines": ["none"]}
    seen.append(patient.continues(answers, status=200).text)
    seen += [sends(patient).page.text, patient.opens("/visit").text]
    for told in (*TOLD, *FLAGS, "Canary"):
        assert not [text for text in seen if told in text], told


@pytest.mark.thorough
def test_the_calendar_is_there_while_the_visit_stands(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock, visit="2027-02-01")
    patient = comes_in(app, submission)
    assert "/visit/calendar.ics" in patient.page.links
    answer = patient.client.get("/visit/calendar.ics")
    assert answer.mimetype == "text/calendar"
    assert b"20270201" in answer.data
    assert events(database)[-1] == "submission.exported"


@pytest.mark.thorough
def test_finishing_closes_the_page_on_this_device(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = comes_in(app, sends_in(database, clock))
    patient.presses("Finish and clear this device")
    assert patient.opens("/visit").h1 == "See where your form stands"


@pytest.mark.thorough
def test_the_page_closes_by_itself_like_every_visit_of_a_patient(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = comes_in(app, sends_in(database, clock))
    clock.advance(timedelta(minutes=61))
    assert patient.opens("/visit").h1 == "See where your form stands"


@pytest.mark.thorough
def test_no_stage_says_what_must_never_be_said() -> None:
    for stage in Stage:
        assert not never_said(" ".join(stage_words(stage)))
