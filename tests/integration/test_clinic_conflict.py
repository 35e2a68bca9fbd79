"""Decisions under way at once: none is lost silently, none is made twice, all are witnessed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.domain.submission import Status, replay
from screening.storage.database import Database
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import REVIEWED, STOPPED, Received, decisions_on, events_of
from tests.clock import Clock

MARCH = {"defer_until_day": "1", "defer_until_month": "3", "defer_until_year": "2027"}


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


@pytest.fixture
def colleague(app: Flask, database: Database, clock: Clock) -> Clinician:
    other = Clinician(app.test_client(), database, "Sam Sorrel")
    return other.joins(clock()).signs_in()


def test_the_second_of_two_clinicians_sees_the_first_decision_and_keeps_the_text(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = Received(answers=REVIEWED).into(database)
    mine, theirs = clinician.reads(submission), colleague.reads(submission)
    assert colleague.decides(theirs, "ask_patient", question="Which tablet?").status_code == 303
    page = Page(clinician.decides(mine, "do_not_treat", reason="Too risky", note="My own words"))
    assert page.status == 409
    assert "Your decision was not saved" in page.text
    assert "Sam Sorrel decided “Ask the patient” while this page was open" in page.text
    assert "Which tablet?" in page.text
    assert page.value("disposition") == "do_not_treat"
    assert page.value("reason") == "Too risky"
    assert page.value("note") == "My own words"
    assert decisions_on(database, submission) == ["ask_patient"]
    assert "review.conflicted" in events_of(database, submission)

    assert clinician.decides(page, "do_not_treat").status_code == 303
    assert decisions_on(database, submission) == ["ask_patient", "do_not_treat"]
    both = clinician.reads(submission)
    assert "(replaced)" in both.text
    assert "Which tablet?" in both.text


@pytest.mark.thorough
def test_of_two_clinicians_who_confirm_at_once_exactly_one_succeeds(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    start = Barrier(2)
    for number in range(1, 4):
        submission = Received(answers=REVIEWED).into(database, number)
        pages = []
        for who in (clinician, colleague):
            page = who.reads(submission)
            pages.append((who, Page(who.chooses(page, "defer", **MARCH, note=f"From {who.name}"))))
            who.sends(who.reads(submission), "release")

        def confirm(pair: tuple[Clinician, Page]) -> int:
            who, preview = pair
            start.wait()
            return who.confirms(preview).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(confirm, pages)) == [303, 409]
        assert decisions_on(database, submission) == ["defer"]
        assert events_of(database, submission).count("review.decided") == 1
        assert events_of(database, submission).count("review.conflicted") == 1


@pytest.mark.thorough
def test_of_two_clinicians_who_claim_at_once_exactly_one_has_it(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission, start = Received().into(database), Barrier(2)
    pages = [(who, who.reads(submission)) for who in (clinician, colleague)]

    def claim(pair: tuple[Clinician, Page]) -> int:
        who, page = pair
        start.wait()
        return who.sends(page, "claim").status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(claim, pages)) == [303, 409]
    assert events_of(database, submission).count("submission.claimed") == 1


@pytest.mark.thorough
def test_confirming_twice_decides_once_and_disturbs_nobody(
    clinician: Clinician, database: Database
) -> None:
    submission = Received().into(database)
    page = clinician.reads(submission)
    preview = Page(clinician.chooses(page, "proceed", note="Line one\r\nline two"))
    answers = [clinician.confirms(preview) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert decisions_on(database, submission) == ["proceed"]
    assert events_of(database, submission).count("review.decided") == 1


@pytest.mark.thorough
def test_going_back_and_deciding_otherwise_is_no_repetition(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=REVIEWED).into(database)
    page = clinician.reads(submission)
    first = Page(clinician.chooses(page, "ask_patient", question="Which tablet?"))
    clinician.confirms(first)
    again = Page(clinician.confirms(first, question="Which dose?"))
    assert again.status == 409
    assert "You decided “Ask the patient” while this page was open" in again.text
    assert again.value("question") == "Which dose?"
    assert decisions_on(database, submission) == ["ask_patient"]


@pytest.mark.thorough
@pytest.mark.parametrize("version", ["", "two", "99", "-1", "1" * 5000])
def test_a_version_that_is_not_the_current_one_is_stale(
    clinician: Clinician, database: Database, version: str
) -> None:
    submission = Received().into(database)
    sent = clinician.decides(clinician.reads(submission), "proceed", version=version)
    assert sent.status_code == 409
    assert decisions_on(database, submission) == []


@pytest.mark.thorough
def test_what_cannot_be_witnessed_is_neither_shown_nor_decided(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=STOPPED).into(database)
    page = clinician.reads(submission)
    with database.write() as session:
        session.execute(text("ALTER TABLE audit_events RENAME TO audit_events_away"))
    for answer in (
        clinician.client.get("/clinic/"),
        clinician.client.get(f"/clinic/submissions/{submission}"),
        clinician.decides(page, "do_not_treat"),
    ):
        assert answer.status_code >= 500
        for private in ("Zoë", "REF-1", "isotretinoin"):
            assert private not in answer.text
    assert decisions_on(database, submission) == []


@pytest.mark.thorough
def test_the_audit_log_replays_to_the_status_at_every_step(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=REVIEWED).into(database)
    assert replay(events_of(database, submission)) is Status.RECEIVED
    page = clinician.reads(submission)
    assert replay(events_of(database, submission)) is Status.IN_REVIEW
    clinician.decides(page, "proceed")  # refused: no reason
    assert replay(events_of(database, submission)) is Status.IN_REVIEW
    clinician.decides(page, "ask_patient", question="Which tablet?")
    assert replay(events_of(database, submission)) is Status.DECIDED
    clinician.decides(page, "do_not_treat")  # stale
    assert replay(events_of(database, submission)) is Status.DECIDED
    assert "Decided" in [pill.text for pill in clinician.reads(submission).root.classed("pill")]
