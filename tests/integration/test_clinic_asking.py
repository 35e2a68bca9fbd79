"""A question to the patient, and everything that happened around a submission."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from screening.domain.submission import Status, replay
from screening.services.casefile import read_opened
from screening.storage.database import Database
from screening.storage.questions import Question, list_questions
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import REVIEWED, Received, decisions_on
from tests.clinic_editions import LATER, follow
from tests.clock import Clock


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


def asked(database: Database, submission: str) -> list[Question]:
    with database.read() as session:
        return list_questions(session, submission)


@pytest.mark.thorough
def test_a_question_is_words_and_picked_questions(clinician: Clinician, database: Database) -> None:
    submission = Received(answers=REVIEWED).into(database)
    page = clinician.reads(submission)
    preview = Page(
        clinician.chooses(page, "ask_patient", question="Which tablet?", items=["medicines"])
    )
    (seen,) = preview.root.classed("as-seen")
    assert "The clinic has a question for you" in seen.text
    assert "Which tablet?" in seen.text
    assert "Do you take any of these?" in seen.text
    clinician.confirms(preview)
    (question,) = asked(database, submission)
    assert (question.text, question.items, question.open) == ("Which tablet?", ("medicines",), True)
    after = clinician.reads(submission)
    assert "Waits for the patient" in after.text
    assert "Which tablet?" in after.by_id("replies").text


@pytest.mark.thorough
@pytest.mark.parametrize("items", [["isotretinoin_last"], ["no_such_item"], ["medicines", "x"]])
def test_only_questions_that_were_shown_can_be_asked_again(
    clinician: Clinician, database: Database, items: list[str]
) -> None:
    submission = Received().into(database)
    page = Page(clinician.chooses(clinician.reads(submission), "ask_patient", items=items))
    assert page.status == 400
    assert "Tick only questions that the patient was shown." in page.errors()
    assert decisions_on(database, submission) == []


@pytest.mark.thorough
def test_another_decision_takes_an_open_question_back(
    clinician: Clinician, database: Database, clock: Clock
) -> None:
    submission = Received(answers=REVIEWED).into(database)
    clinician.decides(clinician.reads(submission), "ask_patient", question="Which tablet?")
    clock.advance(timedelta(minutes=1))
    clinician.decides(clinician.reads(submission), "ask_patient", question="Which dose?")
    first, second = asked(database, submission)
    assert (first.open, second.open) == (False, True)
    clinician.decides(clinician.reads(submission), "do_not_treat")
    assert not any(question.open for question in asked(database, submission))
    replies = clinician.reads(submission).by_id("replies").text
    assert replies.count("Taken back 4 January 2027, 09:01") == 2


@pytest.mark.thorough
def test_an_answered_question_stands_with_its_answer_then_and_now(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=REVIEWED).into(database)
    clinician.decides(
        clinician.reads(submission), "ask_patient", question="Which one?", items=["medicines"]
    )
    (question,) = asked(database, submission)
    reply = {"question": question.id, "text": "None <i>since</i> June"}
    newer = follow(database, submission, {}, replies=[reply])
    page = clinician.reads(newer.id)
    replies = page.by_id("replies").text
    assert "Answered 4 January 2027, 11:00" in replies
    assert "The patient wrote: None <i>since</i> June" in replies
    assert "Blood thinners" in replies
    assert "None of these" in replies
    assert "Reopened" in [pill.text for pill in page.root.classed("pill")]
    assert "Ask the patient (on earlier answers)" in page.text


@pytest.mark.thorough
def test_the_events_of_all_editions_replay_to_the_status(
    clinician: Clinician, database: Database, clock: Clock
) -> None:
    submission = Received(answers=REVIEWED).into(database)
    clinician.decides(clinician.reads(submission), "ask_patient", question="Which one?")
    newer = follow(database, submission, {})
    assert status_and_replay(database, newer.id, clock) == [Status.REOPENED, Status.REOPENED]
    clock.set(LATER + timedelta(minutes=1))
    clinician.signs_in()
    clinician.decides(clinician.reads(newer.id), "proceed")
    assert status_and_replay(database, newer.id, clock) == [Status.DECIDED, Status.DECIDED]


def status_and_replay(database: Database, submission: str, clock: Clock) -> list[Status]:
    with database.read() as session:
        opened = read_opened(session, submission, clock())
    return [opened.status, replay(event.event for event in opened.events)]
