"""What a supplement leaves behind: one new edition, assessed anew, with nothing lost."""

from datetime import date, timedelta

import pytest
from flask import Flask

from screening.domain.answers import read_answers
from screening.domain.assessment import evaluate
from screening.domain.context import read_context
from screening.domain.review import Disposition
from screening.domain.submission import Status, replay
from screening.protocols.library import load_library
from screening.services.casefile import read_opened
from screening.services.review import Decision, decide
from screening.storage.database import Database
from screening.storage.queue import list_queue
from screening.storage.search import find_episodes
from screening.storage.submissions import SubmissionRecord
from tests.actors import Patient
from tests.clock import Clock
from tests.own_pages import (
    STAFF,
    asks,
    comes_in,
    corrects,
    decides,
    latest,
    looks_at,
    sends,
    sends_in,
)
from tests.questionnaires import count
from tests.stored import id_of
from tests.worked_cases import PROTOCOL

STOPPED = {"isotretinoin": "past", "isotretinoin_last": "2026-11-01", "sun_plans": "yes"}


def corrected(app: Flask, database: Database, clock: Clock, days: int = 3) -> Patient:
    """Asha, days later: the tablets were never taken, and there is a holiday in the sun."""
    submission = sends_in(database, clock, STOPPED, visit="2027-01-20")
    clock.advance(timedelta(days=days))
    patient = corrects(comes_in(app, submission), "medicines_products", "isotretinoin")
    patient.continues({"isotretinoin": "never"})
    corrects(patient, "hopes", "sun_plans")
    patient.continues({"sun_plans": "no"})
    return patient


def the_latest(database: Database, clock: Clock) -> SubmissionRecord:
    """The latest edition of the only episode there is."""
    with database.read() as session:
        (row,) = list_queue(session)
        return read_opened(session, row.id, clock()).record


def first_of(app: Flask, database: Database, clock: Clock) -> Patient:
    return corrects(comes_in(app, sends_in(database, clock)), "hopes", "sun_plans")


def test_the_next_edition_merges_the_answers_and_is_assessed_anew(
    app: Flask, database: Database, clock: Clock
) -> None:
    sends(corrected(app, database, clock))
    with database.read() as session:
        (episode,) = find_episodes(session, "born", "1990-06-15")
    first, record = latest(database, the_latest(database, clock), clock).editions
    assert record.episode_id == episode == first.id
    assert (record.reference, record.edition, first.edition) == (first.reference, 2, 1)
    assert record.identity == first.identity
    old = {name: raw for name, raw in first.answers["answers"].items() if name not in STOPPED}
    told = {"isotretinoin": "never", "sun_plans": "no"}
    assert record.answers["answers"] == old | told
    assert record.answers["withdrawn"] == STOPPED
    context, errors = read_context(record.answers["context"], PROTOCOL.items)
    assert not errors
    answers = read_answers(PROTOCOL, context, record.answers["answers"])
    assert record.assessment == evaluate(PROTOCOL, answers, context).to_json()
    assert record.level == evaluate(PROTOCOL, answers, context).level.value


@pytest.mark.thorough
def test_it_counts_from_the_oldest_answers_and_names_what_changed_after_a_result(
    app: Flask, database: Database, clock: Clock
) -> None:
    sends(corrected(app, database, clock))
    record = the_latest(database, clock)
    context, _ = read_context(record.answers["context"], PROTOCOL.items)
    assert context.completed_on == date(2027, 1, 7)
    assert context.answers_since == date(2027, 1, 4)
    assert context.treatment_date == date(2027, 1, 20)
    # The sun raised a caution only: that it changed is no question of a result.
    assert context.changed_after_result == {"isotretinoin", "isotretinoin_last"}


@pytest.mark.thorough
def test_what_once_changed_after_a_result_stays_so(
    app: Flask, database: Database, clock: Clock
) -> None:
    sends(corrected(app, database, clock))
    clock.advance(timedelta(days=1))
    patient = corrects(comes_in(app, the_latest(database, clock)), "healing", "scarring")
    patient.continues({"scarring": "none"})
    sends(patient)
    record = the_latest(database, clock)
    context, _ = read_context(record.answers["context"], PROTOCOL.items)
    assert record.edition == 3
    assert context.answers_since == date(2027, 1, 4)
    assert "isotretinoin" in context.changed_after_result
    assert record.answers["withdrawn"] == STOPPED


@pytest.mark.thorough
def test_a_correction_reopens_a_decision_and_the_log_replays_to_the_status(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    decides(database, clock, submission)
    clock.advance(timedelta(hours=1))
    patient = corrects(comes_in(app, submission), "hopes", "sun_plans")
    patient.continues({"sun_plans": "yes"})
    assert latest(database, submission, clock).status is Status.DECIDED
    assert sends(patient).opens("/visit").h1 == "The clinic is looking at your answers again"
    now = latest(database, submission, clock)
    assert now.status is Status.REOPENED
    assert now.reviews[0].disposition == "proceed", "it stays visible"
    assert replay(event.event for event in now.events) is now.status
    (reopened,) = (one for one in now.events if one.event == "submission.reopened")
    assert (reopened.subject_id, dict(reopened.facts)) == (now.record.id, {"edition": 2})


@pytest.mark.thorough
def test_without_a_decision_nothing_is_reopened(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = first_of(app, database, clock)
    looks_at(database, clock, the_latest(database, clock))
    sends_yes(patient)
    now = latest(database, the_latest(database, clock), clock)
    assert now.status is Status.RECEIVED
    own = [event.event for event in now.events if event.subject_id == now.record.id]
    assert replay(own) is now.status


@pytest.mark.thorough
def test_an_open_question_stays_open_through_a_correction(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = first_of(app, database, clock)
    asks(database, clock, the_latest(database, clock), "Why?")
    sends_yes(patient)
    assert latest(database, the_latest(database, clock), clock).questions[0].open
    assert patient.opens("/visit").h1 == "The clinic has a question for you"


@pytest.mark.thorough
def test_a_second_click_gets_the_same_page_and_no_second_edition(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = first_of(app, database, clock)
    patient.continues({"sun_plans": "yes"})
    again = patient.page.form_to("/visit/send").state()
    first = sends(patient).page.text
    again["csrf_token"] = patient.page.form_to("/finish").state()["csrf_token"]
    assert patient.sends("/visit/send", again).text == first
    assert count(database, "submissions") == 2


@pytest.mark.thorough
def test_who_comes_second_from_another_device_is_told_and_loses_nothing(
    app: Flask, database: Database, clock: Clock
) -> None:
    one = first_of(app, database, clock)
    other = corrects(comes_in(app, the_latest(database, clock)), "healing", "scarring")
    other.continues({"scarring": "not_sure"})
    sends_yes(one)
    page = other.presses("Send to the clinic", status=409)
    assert "other answers came meanwhile" in page.text
    assert count(database, "submissions") == 2
    other.presses("Send to the clinic")
    record = the_latest(database, clock)
    assert record.edition == 3
    assert record.answers["answers"]["sun_plans"] == "yes"
    assert record.answers["answers"]["scarring"] == "not_sure"


@pytest.mark.thorough
def test_a_decision_on_the_edition_before_is_refused(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = first_of(app, database, clock)
    before = the_latest(database, clock)
    looks_at(database, clock, before)
    sends_yes(patient)
    decision = Decision(before.version, Disposition.PROCEED)
    with database.write() as session:
        stands = decide(
            session,
            before.id,
            decision,
            load_library(),
            review_id=id_of(5),
            actor=STAFF,
            now=clock(),
        )
    assert not stands
    assert count(database, "reviews") == 0


def sends_yes(patient: Patient) -> None:
    patient.continues({"sun_plans": "yes"})
    sends(patient)
