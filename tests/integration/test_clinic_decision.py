"""What a clinician may decide, and what comes back when something is missing."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.storage.database import Database
from tests.clinic_actor import Clinician, Element, Page
from tests.clinic_cases import (
    CAUTIONED,
    DATED_STOP,
    REVIEWED,
    STOPPED,
    URGENT,
    Received,
    decisions_on,
)
from tests.clock import Clock

VISIT = date(2027, 1, 11)


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


@pytest.mark.thorough
def test_a_submission_without_flags_is_confirmed_too(
    clinician: Clinician, database: Database
) -> None:
    submission = Received().into(database)
    page = clinician.reads(submission)
    assert "No rule raised a flag" in page.text
    assert clinician.decides(page, "proceed").status_code == 303
    after = clinician.reads(submission)
    assert "Decided: Proceed" in after.by_id("timeline").text
    assert "Robin Reed" in after.by_id("timeline").text
    assert decisions_on(database, submission) == ["proceed"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("answers", "disposition", "typed", "error"),
    [
        ({}, "", {}, "Choose a decision."),
        ({}, "approve", {}, "Choose a decision."),
        (REVIEWED, "proceed", {"note": "Kept text"}, "Write the reason"),
        (REVIEWED, "proceed", {"reason": "Kept text"}, "Choose why"),
        (CAUTIONED, "proceed_with_precautions", {"note": "Kept text"}, "at least one precaution"),
        (REVIEWED, "ask_patient", {"note": "Kept text"}, "Write a question"),
        (STOPPED, "proceed_with_precautions", {"note": "Kept text"}, "Write the reason"),
        ({}, "do_not_treat", {"note": "Kept text"}, "Write the reason"),
        (REVIEWED, "defer", {"note": "Kept text"}, "Enter the day until"),
        (REVIEWED, "defer", {"defer_until_day": "31", "defer_until_month": "2"}, "as well"),
        (
            REVIEWED,
            "defer",
            {"defer_until_day": "31", "defer_until_month": "2", "defer_until_year": "2027"},
            "not in the calendar",
        ),
        (
            DATED_STOP,
            "defer",
            {"defer_until_day": "1", "defer_until_month": "2", "defer_until_year": "2026"},
            "not before the day",
        ),
    ],
)
def test_an_incomplete_decision_comes_back_with_everything_typed(
    clinician: Clinician,
    database: Database,
    answers: dict[str, object],
    disposition: str,
    typed: dict[str, str],
    error: str,
) -> None:
    submission = Received(answers=answers, visit=VISIT).into(database)
    sent = clinician.decides(clinician.reads(submission), disposition, **typed)
    page = Page(sent)
    assert page.status == 400
    assert any(error in one for one in page.errors())
    assert any(error in one.text for one in page.root.classed("govuk-error-message"))
    for name, value in typed.items():
        assert page.value(name.replace("until_", "until-")) == value
    if disposition != "approve":
        assert page.value("disposition") == disposition
    assert decisions_on(database, submission) == []


@pytest.mark.thorough
def test_a_date_that_stands_prefilled_does_not_disturb_other_decisions(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=DATED_STOP, visit=VISIT).into(database)
    assert clinician.decides(clinician.reads(submission), "do_not_treat").status_code == 303
    page = clinician.reads(submission)
    assert "Do not treat" in page.text


@pytest.mark.thorough
def test_proceeding_is_neither_offered_nor_taken_with_an_urgent_sign(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=URGENT).into(database)
    page = clinician.reads(submission)
    assert "Proceeding is not offered" in page.text
    sent = Page(clinician.decides(page, "proceed", reason="I take responsibility"))
    assert sent.status == 400
    assert "cannot be overridden" in sent.errors()[0]
    assert sent.value("reason") == "I take responsibility"


@pytest.mark.thorough
def test_an_override_is_kept_with_its_reason(clinician: Clinician, database: Database) -> None:
    submission = Received(answers=REVIEWED).into(database)
    why = {"reason": "Spoke to their doctor <b>today</b>", "reason_code": "advice_taken"}
    clinician.decides(clinician.reads(submission), "proceed", **why, note="Short session")
    page = clinician.reads(submission).text
    assert f"Reason: A prescriber or specialist advised {why['reason']}" in page
    assert "Note: Short session" in page
    assert "decided against it" in page


@pytest.mark.thorough
def test_nobody_decides_on_what_nobody_has_opened(clinician: Clinician, database: Database) -> None:
    first = Received().into(database, 1)
    second = Received().into(database, 2)
    page = clinician.reads(first)
    address = f"/clinic/submissions/{second}/decision"
    form = {"csrf_token": page.value("csrf_token"), "version": "1", "disposition": "proceed"}
    sent = clinician.client.post(address, data=form)
    assert sent.status_code == 400
    assert "Read the submission first" in sent.text


@pytest.mark.thorough
def test_it_says_that_it_is_saved_to_whoever_decided(
    app: Flask, clinician: Clinician, database: Database, clock: Clock
) -> None:
    submission = Received(answers=CAUTIONED).into(database)
    address = clinician.decides(clinician.reads(submission), "proceed").headers["Location"]
    assert "Saved: Proceed The patient finds it on their own page." in clinician.opens(address).text
    assert "Saved:" not in clinician.reads(submission).text
    other = Clinician(app.test_client(), database, "Sam Sorrel").joins(clock()).signs_in()
    assert "Saved:" not in other.opens(address).text


@pytest.mark.thorough
def test_a_deferral_needs_a_reason_only_before_the_day(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=DATED_STOP, visit=VISIT).into(database)
    page = clinician.reads(submission)
    assert "for-defer" not in str(reasons(page).attributes["class"])
    early = Page(clinician.chooses(page, "defer", defer_until_day="1"))
    assert early.status == 400
    assert "part--shown" in str(reasons(early).attributes["class"])
    assert clinician.decides(page, "defer").status_code == 303


def reasons(page: Page) -> Element:
    """The part of the form that asks why."""
    (part,) = (one for one in page.root.classed("part") if "Why, against the level" in one.text)
    return part
