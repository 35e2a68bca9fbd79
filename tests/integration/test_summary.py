"""What the summary of one submission says, on the page and in the PDF."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from screening.storage.database import Database
from screening.storage.identity_checks import IdentityCheck, add_identity_check
from screening.storage.reviews import SecondOpinion, add_second_opinion
from screening.storage.submissions import add_submission
from tests.clinic_actor import Clinician
from tests.clinic_cases import CAUTIONED, DATED_STOP, REVIEWED, STOPPED, Received, events_of
from tests.clock import Clock
from tests.documents import (
    AT,
    HOSTILE,
    VISIT,
    decide,
    fetched,
    page_text,
    pdf_text,
    staff_id,
)


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


def test_page_and_pdf_say_the_same(clinician: Clinician, database: Database) -> None:
    soon = date(2027, 1, 11)
    submission = Received(answers={**DATED_STOP, **CAUTIONED}, visit=soon).into(database)
    decide(database, submission)
    with database.write() as session:
        add_identity_check(session, IdentityCheck(submission, staff_id(database), AT))
    page, pdf = page_text(clinician, submission), pdf_text(clinician, submission)
    for fact in (
        "Juniper Skin Clinic (demo)",
        "Summary REF-1",
        "Zoë Marker",
        "27 March 1985, aged 41",
        "11 January 2027, in 7 days",
        "4 January 2027, 09:00",
        "microneedling/2026-1, digest",
        "Checked by Robin Reed, 4 January 2027, 10:00",
        "Proceed with precautions",
        "Robin Reed, 4 January 2027, 10:00. Level then: Stop, decided against it.",
        "The dermatologist agreed.",
        "We look forward to seeing you.",
        "Test a small area first.",
        "18 January 2027 (in 14 days), reckoned from an approximate date",
        "awaits approval",
        "For the clinic; not for the patient",
        "Printed 4 January 2027, 09:00 by Robin Reed",
    ):
        assert fact in page, fact
        assert "".join(fact.split()) in "".join(pdf.split()), fact
    assert "07700" not in page + pdf


def test_hostile_words_stay_words(clinician: Clinician, database: Database) -> None:
    submission = Received(name=HOSTILE).into(database)
    assert HOSTILE in page_text(clinician, submission)
    assert "".join(HOSTILE.split()) in "".join(pdf_text(clinician, submission).split())


def test_nothing_to_decide_or_flag_is_said_plainly(
    clinician: Clinician, database: Database
) -> None:
    page = page_text(clinician, Received().into(database))
    assert "No decision has been made on these answers." in page
    assert "No rule raised a stop, review or caution flag" in page
    assert "The patient was sure of every answer." in page
    assert "Not checked yet" in page
    assert "Calendar file" not in page


def test_demo_people_are_marked(clinician: Clinician, database: Database) -> None:
    record = replace(Received(answers=REVIEWED).record(1), is_demo=True)
    with database.write() as session:
        add_submission(session, record)
    assert "Demo: not a real person" in page_text(clinician, record.id)
    assert "Demo: not a real person" in pdf_text(clinician, record.id)


@pytest.mark.thorough
def test_answers_without_an_assessment_are_not_called_unflagged(
    clinician: Clinician, database: Database
) -> None:
    record = replace(Received().record(1), assessment={"failed": True}, level="review")
    with database.write() as session:
        add_submission(session, record)
    for found in (page_text(clinician, record.id), pdf_text(clinician, record.id)):
        assert "The rules could not be run on these answers." in found
        assert "No rule raised" not in found


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("agreed", "words"),
    [
        (None, "Not in effect: it waits for a second clinician."),
        (False, "Not in effect: a second clinician declined it."),
        (True, "Robin Reed agreed, 4 January 2027, 12:00. Seen the letter."),
    ],
)
def test_the_second_sign_off_stands_in_it(
    clinician: Clinician, database: Database, agreed: bool | None, words: str
) -> None:
    submission = Received(answers=STOPPED, visit=VISIT).into(database)
    decide(database, submission, second_required=True)
    if agreed is not None:
        at, by = AT + timedelta(hours=2), staff_id(database)
        with database.write() as session:
            opinion = SecondOpinion(by, agreed, "Seen the letter.", at)
            add_second_opinion(session, f"{2000:032x}", opinion)
    page = page_text(clinician, submission)
    assert words in page
    assert ("Not in effect" in page) is (not agreed)


@pytest.mark.thorough
def test_a_replaced_edition_says_so_and_the_calendar_is_of_the_latest(
    clinician: Clinician, database: Database
) -> None:
    first = Received(answers=REVIEWED, visit=VISIT).into(database)
    decide(database, first, disposition="defer", defer_until=date(2027, 4, 1), precautions=())
    again = replace(
        Received(visit=date(2027, 3, 9), at=AT + timedelta(hours=1)).record(2),
        reference="REF-1",
        episode_id=first,
        edition=2,
    )
    with database.write() as session:
        add_submission(session, again)
    old, new = page_text(clinician, first), page_text(clinician, again.id)
    assert "Replaced: newer answers came in on 4 January 2027, 11:00 (edition 2)." in old
    assert "Defer until 1 April 2027" in old
    assert "On other answers, 4 January 2027: Defer until 1 April 2027." in new
    assert "2 of 2" in new
    calendar = fetched(clinician, first, "visit.ics").text
    assert "DTSTART;VALUE=DATE:20270309" in calendar
    assert "SEQUENCE:1" in calendar
    assert events_of(database, again.id)[-1] == "submission.exported"


@pytest.mark.thorough
def test_what_was_not_answered_is_never_told_as_sure(
    clinician: Clinician, database: Database
) -> None:
    record = Received().record(1)
    answers = {name: one for name, one in record.answers["answers"].items() if name != "scarring"}
    with database.write() as session:
        add_submission(session, replace(record, answers={**record.answers, "answers": answers}))
    question, none = "How do your scars heal? Pick the closest.", "No answer was given"
    summary = page_text(clinician, record.id)
    for told in (summary, clinician.opens(f"/clinic/submissions/{record.id}").text):
        assert "sure of every answer" not in told
        assert f"{question} {none}" in told
