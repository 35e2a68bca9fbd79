"""Overriding a stop takes two clinicians where the clinic wants it so."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.domain.clinic import Clinic
from screening.domain.submission import Status, replay
from screening.storage.clinic import write_clinic
from screening.storage.database import Database
from screening.storage.queue import list_queue
from screening.storage.submissions import add_submission
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import REVIEWED, STOPPED, Received, decisions_on, events_of
from tests.clock import Clock

WHY = {"reason": "Never took it: a mix-up.", "reason_code": "patient_explained"}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clinic: Clinic, clock: Clock) -> Clinician:
    with database.write() as session:
        write_clinic(session, replace(clinic, second_sign_off=True), clock())
    return Clinician(client, database).joins(clock()).signs_in()


@pytest.fixture
def colleague(app: Flask, database: Database, clock: Clock) -> Clinician:
    other = Clinician(app.test_client(), database, "Sam Sorrel")
    return other.joins(clock()).signs_in()


def proposed(clinician: Clinician, database: Database) -> str:
    submission = Received(answers=STOPPED).into(database)
    preview = Page(clinician.chooses(clinician.reads(submission), "proceed", **WHY))
    assert preview.root.one("h1").text == "Check the proposal"
    assert "What the patient will see once a colleague agrees" in preview.text
    assert clinician.confirms(preview).status_code == 303
    return submission


def test_a_proposal_has_no_effect_until_a_second_clinician_agrees(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = proposed(clinician, database)
    assert replay(events_of(database, submission)) is Status.IN_REVIEW
    own = clinician.reads(submission)
    assert "Waits for a second clinician" in own.text
    assert not [b for b in own.root.all("button") if b.text == "Agree"]
    theirs = colleague.reads(submission)
    sent = colleague.sends(theirs, "second", opinion="agree", second_note="Called them as well")
    assert sent.status_code == 303
    assert replay(events_of(database, submission)) is Status.DECIDED
    page = clinician.reads(submission)
    assert "Decided" in [pill.text for pill in page.root.classed("pill")]
    assert "Sam Sorrel agreed, 4 January 2027, 09:00. Called them as well" in page.text
    assert "Agreed, as second clinician, to Proceed" in page.by_id("timeline").text


@pytest.mark.thorough
def test_a_declined_proposal_is_the_clinics_turn_again(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = proposed(clinician, database)
    page = Page(colleague.sends(colleague.reads(submission), "second", opinion="decline"))
    assert page.status == 400
    assert "Write why you decline" in page.errors()[0]
    sent = colleague.sends(page, "second", opinion="decline", second_note="Let us wait")
    assert sent.status_code == 303
    after = clinician.reads(submission)
    assert "(declined)" in after.text
    assert "Let us wait" in after.text
    assert "Waits for a second clinician" not in after.text
    assert replay(events_of(database, submission)) is Status.IN_REVIEW


@pytest.mark.thorough
def test_nobody_is_their_own_second_clinician(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = proposed(clinician, database)
    theirs = colleague.reads(submission)
    address = f"/clinic/submissions/{submission}/second"
    form = {name: theirs.value(name) for name in ("version", "review")}
    token = clinician.reads(submission).value("csrf_token")
    sent = clinician.client.post(
        address, data={**form, "csrf_token": token, "opinion": "agree", "second_note": ""}
    )
    assert sent.status_code == 400
    assert "whoever proposed a decision cannot agree to it" in sent.text
    assert "review.agreed" not in events_of(database, submission)


@pytest.mark.thorough
def test_agreeing_to_what_has_passed_is_refused(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = proposed(clinician, database)
    theirs = colleague.reads(submission)
    assert clinician.decides(clinician.reads(submission), "do_not_treat").status_code == 303
    page = Page(colleague.sends(theirs, "second", opinion="agree", second_note="Fine with me"))
    assert page.status == 409
    assert "Robin Reed decided “Do not treat” while this page was open" in page.text
    assert "Waits for a second clinician" not in page.text
    assert "(proposed, passed by)" in page.text
    with database.read() as session:
        (row,) = list_queue(session)
    assert (row.proposed, row.disposition) == (False, "do_not_treat")
    assert "Fine with me" in page.response.text
    assert decisions_on(database, submission) == ["proceed", "do_not_treat"]


@pytest.mark.thorough
def test_agreeing_after_newer_answers_is_refused(
    clinician: Clinician, colleague: Clinician, database: Database, clock: Clock
) -> None:
    submission = proposed(clinician, database)
    theirs = colleague.reads(submission)
    newer = replace(Received(at=clock()).record(2), episode_id=submission, edition=2)
    with database.write() as session:
        add_submission(session, replace(newer, reference="REF-1"))
    page = Page(colleague.sends(theirs, "second", opinion="agree"))
    assert page.status == 409
    assert "review.agreed" not in events_of(database, submission)


@pytest.mark.thorough
def test_agreeing_twice_is_agreeing_once(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = proposed(clinician, database)
    theirs = colleague.reads(submission)
    answers = [colleague.sends(theirs, "second", opinion="agree") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert events_of(database, submission).count("review.agreed") == 1


@pytest.mark.thorough
def test_what_overrides_no_stop_needs_no_second_clinician(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=REVIEWED).into(database)
    assert clinician.decides(clinician.reads(submission), "proceed", **WHY).status_code == 303
    assert "review.decided" in events_of(database, submission)
