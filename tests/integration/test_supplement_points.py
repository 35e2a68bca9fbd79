"""Points at the end of a supplement: they tell nothing of what was answered before."""

from collections.abc import Iterator, Mapping

import pytest
from flask import Flask

from config import Config
from screening.domain.clinic import Clinic
from screening.domain.points import Said
from screening.storage.database import Database
from screening.storage.queue import list_queue
from screening.storage.submissions import SubmissionRecord, read_submission
from tests.actors import Patient
from tests.clinic_actor import Clinician
from tests.clock import Clock
from tests.integration.test_check_points import points_on, says
from tests.newer_version import newer_app, stands_at_check
from tests.own_pages import asks, comes_in, corrects, latest, sends
from tests.stored import add_clinician

BORN = {"date_of_birth": "1985-03-27"}
SORE_BEFORE = {"skin_now": ["cold_sore"], "herpes_history": ["lips_face"],
               "herpes_last": "2026-10", "herpes_pattern": ["none"]}  # fmt: skip


@pytest.fixture
def newer(config: Config, clinic: Clinic, clock: Clock) -> Iterator[Flask]:
    app = newer_app(config, clock)
    yield app
    app.extensions["prelude"].database.close()


def sent(
    newer: Flask, database: Database, clock: Clock, changes: Mapping[str, object]
) -> SubmissionRecord:
    with database.read() as session:
        before = {row.id for row in list_queue(session)}
    stands_at_check(newer, clock, changes).submits()
    with database.read() as session:
        (new,) = {row.id for row in list_queue(session)} - before
        submission = read_submission(session, new)
    assert submission is not None
    return submission


def writes(newer: Flask, submission: SubmissionRecord, text: str) -> Patient:
    """Comes back to say something more in the last box."""
    patient = corrects(comes_in(newer, submission, BORN), "hopes", "anything_else")
    patient.continues({"anything_else": text})
    assert patient.page.path == "/visit/check"
    return patient


@pytest.mark.thorough
def test_a_name_is_asked_about_whatever_was_answered_before(
    newer: Flask, database: Database, clock: Clock
) -> None:
    pages = []
    for medicines in (["none"], ["anticoagulant"]):
        submission = sent(newer, database, clock, {"medicines": medicines})
        patient = writes(newer, submission, "Xarelto")
        assert points_on(patient) == ["recognised.anticoagulant"]
        assert "Your answer:" not in patient.page.text
        pages.append(patient.page.text.replace(submission.reference, ""))
    assert pages[0] == pages[1]


@pytest.mark.thorough
def test_yes_asks_the_question_anew_and_blank(
    newer: Flask, database: Database, clock: Clock
) -> None:
    submission = sent(newer, database, clock, {})
    patient = writes(newer, submission, "Xarelto")
    says(patient, "recognised.anticoagulant", Said.YES)
    assert patient.page.path == "/visit/answers"
    assert not patient.page.main_form.state().get("medicines")
    patient.continues({"medicines": ["anticoagulant"], "medicines_note": "as I wrote"})
    assert patient.page.path == "/visit/check"
    assert points_on(patient) == []
    sends(patient)
    now = latest(database, submission, clock).record
    assert now.answers["answers"]["medicines"] == ["anticoagulant"]
    assert "points" not in now.answers


@pytest.mark.thorough
def test_what_stays_open_is_kept_and_a_reply_is_read_too(
    newer: Flask, database: Database, clock: Clock
) -> None:
    submission = sent(newer, database, clock, {})
    with database.write() as session:
        add_clinician(session)
    question = asks(database, clock, submission, text="Which tablets?")
    patient = comes_in(newer, submission, BORN)
    patient.opens("/visit/question")
    patient.continues({f"reply-{question.id}": "Plavex, 75"})
    assert "In “your reply to the clinic”" in patient.page.text
    says(patient, "recognised.antiplatelet", Said.UNSURE)
    sends(patient)
    now = latest(database, submission, clock).record
    (point,) = now.answers["points"]
    assert (point["said"], point["about"]["texts"]) == ("unsure", ["reply"])
    clinician = Clinician(newer.test_client(), database, "Sam Sorrel").joins(clock()).signs_in()
    page = clinician.reads(now.id)
    words = page.root.classed("own-words")[0].text
    assert "Reply to the clinic’s question: Which tablets?" in words
    assert "“Plavex” names a medicine of the clopidogrel kind" in words
    assert "Asked before sending, the patient was not sure." in words


@pytest.mark.thorough
def test_answers_that_do_not_fit_are_put_only_where_both_were_given_now(
    newer: Flask, database: Database, clock: Clock
) -> None:
    submission = sent(newer, database, clock, SORE_BEFORE)
    patient = corrects(comes_in(newer, submission, BORN), "sensitivities", "herpes_history")
    patient.continues({"herpes_history": ["never"]})
    assert points_on(patient) == [], "the other answer was given before"
    corrects(patient, "skin_today", "skin_now")
    patient.continues({"skin_now": ["cold_sore"]})
    assert points_on(patient) == ["contradictions.never_yet_cold_sore_now"]
    assert "/visit/answers?again=yes#herpes_history-never" in patient.page.links
    says(patient, "contradictions.never_yet_cold_sore_now", Said.BOTH, note="The first ever")
    sends(patient)
    (point,) = latest(database, submission, clock).record.answers["points"]
    assert (point["said"], point["note"]) == ("both", "The first ever")


@pytest.mark.thorough
def test_forged_points_are_refused(newer: Flask, database: Database, clock: Clock) -> None:
    submission = sent(newer, database, clock, {})
    patient = writes(newer, submission, "Xarelto")
    token = patient.page.forms[0].state()["csrf_token"]
    for fields in ({"point": "recognised.tea", "said": "no"}, {"said": "no"}):
        posted = {"csrf_token": token, **fields}
        assert patient.client.post("/visit/check", data=posted).status_code == 400


@pytest.mark.thorough
def test_what_is_said_to_a_point_is_kept_though_more_was_picked_meanwhile(
    newer: Flask, database: Database, clock: Clock
) -> None:
    submission = sent(newer, database, clock, {})
    patient = writes(newer, submission, "Xarelto")
    tab = patient.page
    corrects(patient, "hopes", "sun_plans")
    patient.page = tab
    says(patient, "recognised.anticoagulant", Said.NO)
    assert patient.page.path == "/visit/answers"
    patient.continues({"sun_plans": "no"})
    sends(patient)
    (point,) = latest(database, submission, clock).record.answers["points"]
    assert point["said"] == "no"
