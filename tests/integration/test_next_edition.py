"""The next edition keeps what a clinician must read of the one before: IN-4.

What was said to a point holds for as long as the words or answers that it is about.
"""

from collections.abc import Iterator, Mapping

import pytest
from flask import Flask

from config import Config
from screening.domain.clinic import Clinic
from screening.domain.points import Said
from screening.storage.database import Database
from screening.storage.submissions import SubmissionRecord
from tests.clinic_actor import Clinician
from tests.clock import Clock
from tests.integration.test_check_points import UNMEDICINED, XARELTO, points_on, says
from tests.newer_version import newer_app, stands_at_check
from tests.own_pages import asks, comes_in, corrects, latest, sends
from tests.questionnaires import the_submission
from tests.stored import add_clinician

BORN = {"date_of_birth": "1985-03-27"}
UNSURE = "Asked before sending, the patient was not sure."
UNASKED = "The patient was not asked about it."
HOPED = {"microneedling/2026-1": {"anything_else": "My <i>aunt</i> scars badly"}}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def newer(config: Config, clinic: Clinic, clock: Clock) -> Iterator[Flask]:
    app = newer_app(config, clock)
    yield app
    app.extensions["prelude"].database.close()


def answers_again(
    newer: Flask, submission: SubmissionRecord, section: str, item: str, answer: object
) -> None:
    patient = corrects(comes_in(newer, submission, BORN), section, item)
    patient.continues({item: answer})
    sends(patient)


def record_of(
    newer: Flask, database: Database, clock: Clock, submission: SubmissionRecord, edition: int
) -> str:
    """All that a clinician reads on the record of the newest edition, which is this one."""
    now = latest(database, submission, clock).record
    assert now.edition == edition
    clinician = Clinician(newer.test_client(), database).joins(clock()).signs_in()
    return clinician.reads(now.id).text


def sent_with(
    newer: Flask, database: Database, clock: Clock, changes: Mapping[str, object], said: Said,
    note: str = "",
) -> SubmissionRecord:  # fmt: skip
    patient = stands_at_check(newer, clock, changes)
    (point,) = points_on(patient)
    says(patient, point, said, **({"note": note} if note else {}))
    patient.submits()
    return the_submission(database)


@pytest.mark.thorough
def test_what_was_said_to_ones_own_words_still_stands_after_other_corrections(
    newer: Flask, database: Database, clock: Clock
) -> None:
    submission = sent_with(newer, database, clock, XARELTO, Said.UNSURE)
    answers_again(newer, submission, "hopes", "sun_plans", "yes")
    answers_again(newer, submission, "healing", "scarring", "not_sure")
    page = record_of(newer, database, clock, submission, edition=3)
    assert UNSURE in page
    assert UNASKED not in page


@pytest.mark.thorough
def test_a_note_to_answers_that_do_not_fit_still_stands_after_other_corrections(
    newer: Flask, database: Database, clock: Clock
) -> None:
    note = "I only had ibuprofin once"
    submission = sent_with(newer, database, clock, UNMEDICINED, Said.BOTH, note)
    answers_again(newer, submission, "hopes", "sun_plans", "yes")
    page = record_of(newer, database, clock, submission, edition=2)
    assert note in page
    assert "they are right as they are" in page


@pytest.mark.thorough
def test_words_to_a_question_that_is_asked_no_more_still_stand_after_a_correction(
    newer: Flask, database: Database, clock: Clock
) -> None:
    stands_at_check(newer, clock, {}, HOPED).submits()
    submission = the_submission(database)
    answers_again(newer, submission, "hopes", "sun_plans", "yes")
    assert "My <i>aunt</i> scars badly" in record_of(newer, database, clock, submission, edition=2)


@pytest.mark.thorough
def test_of_words_that_changed_it_is_not_said_what_was_said_before(
    newer: Flask, database: Database, clock: Clock
) -> None:
    submission = sent_with(newer, database, clock, XARELTO, Said.UNSURE)
    answers_again(newer, submission, "hopes", "anything_else", "Xarelto, every day")
    page = record_of(newer, database, clock, submission, edition=2)
    assert "The patient was asked before sending, and did not say." in page
    assert UNSURE not in page


@pytest.mark.thorough
def test_answers_that_fit_now_bring_no_note_along(
    newer: Flask, database: Database, clock: Clock
) -> None:
    submission = sent_with(newer, database, clock, UNMEDICINED, Said.BOTH, "As I said")
    answers_again(newer, submission, "medicines_products", "medicines", ["sun_sensitising"])
    assert "As I said" not in record_of(newer, database, clock, submission, edition=2)
    assert "points" not in latest(database, submission, clock).record.answers


@pytest.mark.thorough
def test_a_reply_to_the_clinic_and_what_was_said_of_it_stay_in_front_of_the_clinician(
    newer: Flask, database: Database, clock: Clock
) -> None:
    stands_at_check(newer, clock, {}).submits()
    submission = the_submission(database)
    with database.write() as session:
        add_clinician(session)
    question = asks(database, clock, submission, text="Which tablets?")
    patient = comes_in(newer, submission, BORN)
    patient.opens("/visit/question")
    patient.continues({f"reply-{question.id}": "Plavex, 75"})
    says(patient, "recognised.antiplatelet", Said.UNSURE)
    sends(patient)
    answers_again(newer, submission, "hopes", "sun_plans", "yes")
    now = latest(database, submission, clock).record
    clinician = Clinician(newer.test_client(), database, "Sam Sorrel").joins(clock()).signs_in()
    words = clinician.reads(now.id).root.classed("own-words")[0].text
    assert "Reply to the clinic’s question: Which tablets? Plavex, 75" in words
    assert UNSURE in words
