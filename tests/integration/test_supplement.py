"""Answering the clinic and correcting answers: what is asked, blank, and nothing else."""

import pytest
from flask import Flask

from screening.storage.database import Database
from tests.clinic_actor import Clinician
from tests.clock import Clock
from tests.own_pages import asks, comes_in, corrects, decides, latest, sends, sends_in
from tests.questionnaires import count, events
from tests.worked_cases import PROTOCOL

PAST = {"isotretinoin": "past", "isotretinoin_last": "2024-05-01"}


@pytest.mark.thorough
def test_a_question_with_words_alone_gets_a_reply(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    question = asks(database, clock, submission, text="Which <b>cream</b>?")
    patient = comes_in(app, submission)
    assert "Which <b>cream</b>?" in patient.opens("/visit/question").text
    assert "Write an answer" in patient.continues({f"reply-{question.id}": " "}, status=422).text
    patient.continues({f"reply-{question.id}": "The blue one"})
    assert "The blue one" in patient.page.text
    sends(patient)
    now = latest(database, submission, clock)
    assert now.record.answers["replies"] == [{"question": question.id, "text": "The blue one"}]
    assert now.record.answers["answers"] == submission.answers["answers"]
    assert [one.answered_by for one in now.questions] == [now.record.id]


@pytest.mark.thorough
def test_asked_items_come_blank_and_a_follow_up_is_asked_until_nothing_is_missing(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock, PAST)
    asks(database, clock, submission, items=("isotretinoin", "sun_plans"))
    patient = comes_in(app, submission)
    page = patient.opens("/visit/question")
    assert not {"isotretinoin", "isotretinoin_last-year", "sun_plans"} & {
        name for name, values in page.main_form.state().items() if any(values)
    }
    half = {"isotretinoin": "past", "sun_plans": "yes"}
    page = patient.continues(half, status=422)
    assert "When was your last tablet?" in page.text
    assert page.main_form.state()["sun_plans"] == ["yes"], "nothing typed is lost"
    assert patient.opens("/visit").text.count("You have begun to answer") == 1
    assert patient.opens("/visit/check").path == "/visit/answers", "not before all is answered"
    patient.continues({**half, "isotretinoin_last": "2026-11"})
    sends(patient)
    answers = latest(database, submission, clock).record.answers["answers"]
    assert answers["isotretinoin_last"] == "2026-11"


@pytest.mark.thorough
def test_a_follow_up_is_asked_with_the_question_before_it(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock, PAST)
    asks(database, clock, submission, items=("isotretinoin_last",))
    patient = comes_in(app, submission)
    patient.opens("/visit/question")
    patient.continues({"isotretinoin": "past", "isotretinoin_last": "2026-12"})
    sends(patient)
    answers = latest(database, submission, clock).record.answers["answers"]
    assert (answers["isotretinoin"], answers["isotretinoin_last"]) == ("past", "2026-12")


@pytest.mark.thorough
def test_dates_are_asked_with_their_treatments_so_that_none_is_told(
    app: Flask, database: Database, clock: Clock
) -> None:
    dated = {"recent_treatments": ["botox"], "recent_treatment_dates": {"botox": "2026-10"}}
    submission = sends_in(database, clock, dated)
    asks(database, clock, submission, items=("recent_treatment_dates",))
    patient = comes_in(app, submission)
    page = patient.opens("/visit/question")
    assert "recent_treatments" in page.main_form.names
    new = {"recent_treatments": ["filler_threads"]}
    patient.continues({**new, "recent_treatment_dates": {"filler_threads": "2026-12"}})
    sends(patient)
    record = latest(database, submission, clock).record
    assert record.answers["answers"]["recent_treatment_dates"] == {"filler_threads": "2026-12"}
    assert record.answers["withdrawn"] == dated


@pytest.mark.thorough
def test_what_is_picked_is_asked_and_can_be_changed_before_it_is_sent(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = comes_in(app, sends_in(database, clock))
    patient.opens("/visit/correct")
    assert "Choose at least one" in patient.continues({}, status=422).text
    corrects(patient, "hopes", "sun_plans")
    patient.continues({"sun_plans": "yes"})
    patient.opens("/visit/answers?again=yes")
    assert patient.page.main_form.state()["sun_plans"] == ["yes"], "one's own, this very visit"
    patient.continues({"sun_plans": "no"})
    corrects(patient, "healing", "scarring")
    page = patient.continues({"scarring": "not_sure"})
    for name in ("sun_plans", "scarring"):
        assert PROTOCOL.items[name].wording in page.text


@pytest.mark.thorough
def test_items_that_are_not_asked_cannot_be_posted(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    asks(database, clock, submission, "Why?", ("sun_plans",))
    patient = corrects(comes_in(app, submission), "healing", "scarring")
    token = patient.page.main_form.state()
    for forged in ({"isotretinoin": "never"}, {"sun_plans": "no"}, {"level": "info"},
                   {"scarring": "nonsense"}, {"reply-1": "x"}, {"reply-2": "x"}):  # fmt: skip
        patient.sends("/visit/answers", token | forged, status=400)
    patient.sends("/visit/question", token | {"isotretinoin": "never"}, status=400)
    patient.sends("/visit/correct", token | {"hopes": ["isotretinoin"]}, status=400)
    patient.sends("/visit/correct", token | {"healing": ["isotretinoin_last"]}, status=400)
    patient.sends("/visit/send", token | {"draft": "0" * 32, "version": "1"}, status=400)
    assert count(database, "submissions") == 1


@pytest.mark.thorough
def test_urgent_signs_lead_to_the_urgent_page_and_are_asked_again(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    patient = corrects(comes_in(app, submission), "about_you", "urgent_signs", "past_needling")
    page = patient.continues({"urgent_signs": ["eye_symptoms"], "past_needling": "no"})
    assert (page.path, page.h1) == ("/visit/urgent", "Please get help now")
    assert (
        patient.opens("/visit/check").path == "/visit/urgent" or count(database, "submissions") == 1
    )
    patient.opens("/visit/urgent")
    assert patient.presses("I have had help").path == "/visit/answers"
    patient.continues({"urgent_signs": ["none"]})
    sends(patient)
    record = latest(database, submission, clock).record
    assert record.answers["withdrawn"]["urgent_signs"] == ["eye_symptoms"]
    assert record.answers["context"]["changed_after_result"] == ["urgent_signs"]
    page = Clinician(app.test_client(), database).joins(clock()).signs_in().reads(record.id)
    flag = page.by_id("flag-changed_after_result").text
    assert "Then the patient said: “I have had help”" in flag


@pytest.mark.thorough
def test_somebody_who_turns_out_to_be_under_18_is_stopped_and_nothing_new_is_kept(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    patient = corrects(comes_in(app, submission), "about_you", "date_of_birth")
    assert patient.continues({"date_of_birth": "2010-01-01"}).path == "/not-yet"
    assert (count(database, "drafts"), count(database, "submissions")) == (0, 1)
    assert patient.opens("/visit").h1 == "See where your form stands"


@pytest.mark.thorough
def test_what_was_begun_can_be_put_aside(app: Flask, database: Database, clock: Clock) -> None:
    patient = corrects(comes_in(app, sends_in(database, clock)), "hopes", "sun_plans")
    patient.continues({"sun_plans": "yes"})
    patient.presses("Do not send this")
    assert patient.page.path == "/visit"
    assert "begun" not in patient.page.text
    assert count(database, "drafts") == 0
    token = patient.page.main_form.state()
    assert patient.sends("/visit/answers", token, status=409).h1 == "This is no longer open"


@pytest.mark.thorough
def test_nothing_is_kept_by_looking(app: Flask, database: Database, clock: Clock) -> None:
    submission = sends_in(database, clock)
    decides(database, clock, submission, disposition="ask_patient")
    asks(database, clock, submission, "Why?", ("sun_plans",))
    patient = comes_in(app, submission)
    before = events(database)
    for address in ("", "/question", "/correct", "/answers", "/check", "/urgent"):
        patient.opens(f"/visit{address}")
    assert count(database, "drafts") == 0
    assert events(database) == before
