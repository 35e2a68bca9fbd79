"""A correction gives a date of birth under 18: it is never kept, and the clinic looks again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from screening.domain.audit import Actor
from screening.domain.clinic import Clinic
from screening.domain.levels import Level
from screening.domain.review import Disposition
from screening.domain.submission import Status, Turn, replay
from screening.protocols.library import load_library
from screening.services.casefile import OpenedSubmission
from screening.services.confirming import Outcome, confirm
from screening.services.desk import desk
from screening.services.placing import Day, Queued, placed
from screening.storage.clinic import write_clinic
from screening.storage.database import Database
from screening.storage.submissions import SubmissionRecord
from tests.actors import Patient
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import QUIET
from tests.clock import Clock
from tests.own_pages import (
    BORN,
    asks,
    comes_in,
    corrects,
    decides,
    latest,
    looks_at,
    sends,
    sends_in,
)
from tests.questionnaires import business_rows, count, events
from tests.stored import id_of

YOUNG = {"date_of_birth": "2010-01-01"}
QUIETLY = {"date_of_birth": "1985-03-27"}
NOTICE = "Stop: a date of birth under 18 was given in a correction"
LIBRARY = load_library()


@pytest.fixture
def sam(app: Flask, database: Database, clock: Clock) -> Clinician:
    return Clinician(app.test_client(), database, "Sam Sorrel").joins(clock()).signs_in()


@pytest.fixture
def decided(database: Database, clock: Clock) -> SubmissionRecord:
    """Asha may come; it was a little while ago."""
    submission = sends_in(database, clock, visit="2027-02-01")
    decides(database, clock, submission)
    clock.advance(timedelta(minutes=1))
    return submission


def turns_out_young(
    app: Flask, submission: SubmissionRecord, born: Mapping[str, str] = BORN
) -> Patient:
    patient = comes_in(app, submission, born)
    corrects(patient, "about_you", "date_of_birth").continues(YOUNG)
    assert patient.page.path == "/not-yet"
    return patient


def in_the_queue(
    database: Database, clinic: Clinic, clock: Clock, opened: OpenedSubmission
) -> Queued:
    """Its one line, which says the same as the record."""
    (line,) = placed(database, LIBRARY, Day(clock(), clinic.day(clock())))
    assert line.status is opened.status
    assert line.place.level is opened.level
    return line


def everywhere(
    database: Database, clinic: Clinic, clock: Clock, submission: SubmissionRecord
) -> tuple[Status, Turn, Level]:
    """What the record, the log, the queue and the front desk say."""
    now = latest(database, submission, clock)
    line = in_the_queue(database, clinic, clock, now)
    assert replay(event.event for event in now.events) is now.status
    with database.read() as session:
        (visit,) = desk(session, LIBRARY, clinic, clock())
    assert visit.turn is line.place.turn
    return now.status, line.place.turn, now.level


def test_a_date_of_birth_under_18_reopens_what_was_decided_and_is_nowhere_kept(
    app: Flask, database: Database, clinic: Clinic, clock: Clock, decided: SubmissionRecord
) -> None:
    assert everywhere(database, clinic, clock, decided)[0] is Status.DECIDED
    before, said = business_rows(database), count(database, "answer_events")
    page = turns_out_young(app, decided).page
    assert "has been told that a date of birth under 18 was given" in page.text
    assert everywhere(database, clinic, clock, decided) == (
        Status.REOPENED,
        Turn.CLINIC,
        Level.STOP,
    )
    after = business_rows(database)
    assert {name for name in after if after[name] != before[name]} == {"submissions"}
    now = latest(database, decided, clock)
    assert replace(now.record, version=decided.version) == decided, "only its version rose"
    (stop,) = (one for one in now.events if one.event == "submission.age-stop")
    assert (stop.subject_id, dict(stop.facts)) == (decided.id, {})
    assert count(database, "answer_events") == said


@pytest.mark.thorough
def test_a_decision_that_came_in_between_does_not_answer_it(
    app: Flask, database: Database, clinic: Clinic, clock: Clock, decided: SubmissionRecord
) -> None:
    """While this request waited, or by the clock of another server: they knew nothing of it."""
    clock.advance(-timedelta(minutes=1, milliseconds=5))
    turns_out_young(app, decided)
    assert everywhere(database, clinic, clock, decided) == (
        Status.REOPENED,
        Turn.CLINIC,
        Level.STOP,
    )
    assert latest(database, decided, clock).stopped_at is not None


@pytest.mark.thorough
def test_the_clinician_reads_of_it_in_the_queue_and_on_the_record(
    app: Flask, sam: Clinician, decided: SubmissionRecord
) -> None:
    turns_out_young(app, decided)
    queue = sam.opens("/clinic/").text
    assert "Stop: a correction gave a date of birth under 18, which was not kept." in queue
    record = sam.reads(decided.id)
    assert NOTICE in record.text
    assert "Reopened" in record.text
    assert "A date of birth under 18 was given in a correction, and was not kept" in record.text
    assert NOTICE in sam.opens(f"/clinic/submissions/{decided.id}/summary").text


@pytest.mark.thorough
def test_the_patients_own_page_promises_nothing_any_more(
    app: Flask, decided: SubmissionRecord
) -> None:
    page = comes_in(app, decided).page
    assert "See you" in page.text
    assert "/visit/calendar.ics" in page.links
    turns_out_young(app, decided)
    again = comes_in(app, decided)
    assert again.page.h1 == "The clinic is looking at your answers again"
    assert "See you" not in again.page.text
    assert "/visit/calendar.ics" not in again.page.links
    assert again.opens("/visit/calendar.ics").path == "/visit"


@pytest.mark.thorough
def test_a_question_of_the_clinic_still_stands_there_and_no_day_beside_it(
    app: Flask, database: Database, clock: Clock, decided: SubmissionRecord
) -> None:
    asks(database, clock, decided, text="Which cream?")
    assert "/visit/calendar.ics" in comes_in(app, decided).page.links
    turns_out_young(app, decided)
    page = comes_in(app, decided).page
    assert page.h1 == "The clinic has a question for you"
    assert "/visit/calendar.ics" not in page.links


@pytest.mark.thorough
def test_a_later_decision_closes_it_and_to_proceed_needs_a_reason(
    app: Flask, sam: Clinician, database: Database, clinic: Clinic, clock: Clock,
    decided: SubmissionRecord,
) -> None:  # fmt: skip
    turns_out_young(app, decided)
    clock.advance(timedelta(minutes=5))
    refused = Page(sam.decides(sam.reads(decided.id), "proceed"))
    assert any("Write the reason" in one for one in refused.errors())
    why = {"reason": "Called: a slip of the finger.", "reason_code": "patient_explained"}
    assert sam.decides(sam.reads(decided.id), "proceed", **why).status_code == 303
    status, turn, level = everywhere(database, clinic, clock, decided)
    assert (status, turn) == (Status.DECIDED, Turn.NOBODY)
    assert level is Level(decided.level)
    assert NOTICE not in sam.reads(decided.id).text
    assert comes_in(app, decided).page.h1 == "The clinic has read your answers"


@pytest.mark.thorough
def test_nobody_decides_on_a_page_that_did_not_say_so(
    app: Flask, sam: Clinician, database: Database, clock: Clock, decided: SubmissionRecord
) -> None:
    record = sam.reads(decided.id)
    clock.advance(timedelta(minutes=5))
    turns_out_young(app, decided)
    page = Page(sam.decides(record, "do_not_treat", note="My own words"))
    assert page.status == 409
    assert "A correction gave a date of birth under 18 while you had this page open" in page.text
    assert page.value("note") == "My own words"
    assert latest(database, decided, clock).status is Status.REOPENED


@pytest.mark.thorough
def test_what_nobody_has_decided_waits_on_and_says_it_too(
    app: Flask, sam: Clinician, database: Database, clinic: Clinic, clock: Clock
) -> None:
    submission = sends_in(database, clock, QUIET, visit="2027-01-08")
    looks_at(database, clock, submission)
    assert submission.reference in sam.opens("/clinic/confirm").text
    turns_out_young(app, submission, QUIETLY)
    assert everywhere(database, clinic, clock, submission) == (
        Status.IN_REVIEW,
        Turn.CLINIC,
        Level.STOP,
    )
    assert NOTICE in sam.reads(submission.id).text
    assert submission.reference not in sam.opens("/clinic/confirm").text
    version = latest(database, submission, clock).record.version
    day, by = Day(clock(), clinic.day(clock())), Actor("staff", id_of(9))
    with database.write() as session:
        done = confirm(
            session, LIBRARY, submission.id, version, review_id=id_of(1), actor=by, day=day
        )
    assert done.outcome is Outcome.NOT_PLAIN
    assert comes_in(app, submission, QUIETLY).page.h1 == (
        "The clinic is looking at your answers again"
    )


@pytest.mark.thorough
def test_a_newer_edition_does_not_hide_it(
    app: Flask, database: Database, clinic: Clinic, clock: Clock, decided: SubmissionRecord
) -> None:
    turns_out_young(app, decided)
    clock.advance(timedelta(minutes=5))
    patient = corrects(comes_in(app, decided), "hopes", "sun_plans")
    patient.continues({"sun_plans": "yes"})
    sends(patient)
    status, turn, level = everywhere(database, clinic, clock, decided)
    assert (status, turn, level) == (Status.REOPENED, Turn.CLINIC, Level.STOP)


@pytest.mark.thorough
def test_a_second_clinician_agrees_only_after_reading_of_it(
    app: Flask, sam: Clinician, database: Database, clinic: Clinic, clock: Clock,
    decided: SubmissionRecord,
) -> None:  # fmt: skip
    with database.write() as session:
        write_clinic(session, replace(clinic, second_sign_off=True), clock())
    alex = Clinician(app.test_client(), database, "Alex Ash").joins(clock()).signs_in()
    turns_out_young(app, decided)
    clock.advance(timedelta(minutes=5))
    why = {"reason": "Called: a slip of the finger.", "reason_code": "patient_explained"}
    assert sam.decides(sam.reads(decided.id), Disposition.PROCEED, **why).status_code == 303
    theirs = alex.reads(decided.id)
    clock.advance(timedelta(minutes=5))
    turns_out_young(app, decided)
    assert alex.sends(theirs, "second", opinion="agree").status_code == 409
    assert everywhere(database, clinic, clock, decided)[:2] == (Status.REOPENED, Turn.SECOND)
    assert NOTICE in alex.reads(decided.id).text
    clock.advance(timedelta(minutes=5))
    assert alex.sends(alex.reads(decided.id), "second", opinion="agree").status_code == 303
    status, turn, _ = everywhere(database, clinic, clock, decided)
    assert (status, turn) == (Status.DECIDED, Turn.NOBODY)


@pytest.mark.thorough
def test_an_urgent_sign_beside_it_still_gets_its_advice(
    app: Flask, database: Database, decided: SubmissionRecord
) -> None:
    patient = corrects(comes_in(app, decided), "about_you", "date_of_birth", "urgent_signs")
    page = patient.continues({**YOUNG, "urgent_signs": ["eye_symptoms"]})
    assert page.h1 == "Please get help now"
    assert "submission.age-stop" in events(database)
    assert count(database, "drafts") == 0
