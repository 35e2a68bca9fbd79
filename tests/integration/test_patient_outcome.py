"""The outcome page: what was noticed, in words that promise nothing, for half an hour."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from html import unescape
from threading import Barrier
from typing import Any

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.domain.answers import examine
from screening.domain.assessment import evaluate
from screening.domain.clinic import Clinic
from screening.domain.context import read_context
from screening.storage.clinic import write_clinic
from screening.storage.database import Database
from screening.web.outcome import outcome_view
from tests.actors import CLINIC, Patient
from tests.clock import Clock
from tests.never_say import never_said
from tests.questionnaires import at_the_check, events
from tests.stored import a_submission
from tests.web_fixtures import token_from
from tests.worked_cases import ALL_CASES, PROTOCOL, Case

ISOTRETINOIN = {"isotretinoin": "past", "isotretinoin_last": "2026-11-01"}
BORN = {"date_of_birth": "1990-06-15"}


def outcome_of(case: Case, app: Flask, clinic: Clinic) -> str:
    """The outcome page of a worked case, urgent and unreachable ones included."""
    context, _ = read_context(case["context"], PROTOCOL.items)
    assert context is not None
    answers, _ = examine(PROTOCOL, context, case["answers"])
    assessment = evaluate(PROTOCOL, answers, context)
    submission = a_submission(level=assessment.level.value, assessment=assessment.to_json())
    with app.test_request_context("/outcome"):
        view: Mapping[str, Any] = outcome_view(submission, PROTOCOL, clinic)
        return render_template("patient/outcome.html", **view)


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_no_outcome_of_any_case_says_what_must_never_be_said(app: Flask, clinic: Clinic) -> None:
    for case in ALL_CASES:
        words = unescape(re.sub(r"<[^>]*>", " ", outcome_of(case, app, clinic)))
        assert not never_said(words), case["id"]
        assert "{" not in words, case["id"]
        assert "**" not in words, case["id"]


@pytest.mark.thorough
def test_the_page_says_the_overall_date_first_and_a_wait_as_a_wait(client: FlaskClient) -> None:
    page = at_the_check(client, ISOTRETINOIN).submits().page
    assert page.h1 == "Please wait and talk to us first"
    overall = page.text.index("The earliest date to talk about with the clinic")
    assert "1 May 2027" in page.text
    assert overall < page.text.index("This wait ends on 1 May 2027")


@pytest.mark.thorough
def test_where_no_date_can_be_worked_out_the_page_says_so(client: FlaskClient) -> None:
    changes = ISOTRETINOIN | {"isotretinoin_last": "unknown"}
    page = at_the_check(client, changes).submits().page
    assert "We cannot work out a date yet." in page.text
    assert "earliest date" not in page.text


@pytest.mark.thorough
def test_without_flags_nothing_is_promised_and_no_date_given(client: FlaskClient) -> None:
    page = at_the_check(client).submits().page
    assert "Nothing in your answers needs a change of plan yet." in page.text
    assert "A clinician will still check before any treatment." in page.text
    assert "date to talk about" not in page.text
    assert "What to expect" in page.text
    assert "home device" not in page.text.lower()


@pytest.mark.thorough
def test_who_uses_a_home_device_gets_the_advice_about_it(client: FlaskClient) -> None:
    changes = {"home_device": "past", "home_device_last": "over_2_years",
               "home_device_how": ["none_of_these"], "home_device_problem": ["none"]}  # fmt: skip
    assert "Never share it" in at_the_check(client, changes).submits().page.text


@pytest.mark.thorough
def test_the_outcome_closes_after_half_an_hour(client: FlaskClient, clock: Clock) -> None:
    patient = at_the_check(client, ISOTRETINOIN).submits()
    clock.advance(timedelta(minutes=29, seconds=59))
    assert "isotretinoin" in patient.opens("/outcome").text
    clock.advance(timedelta(seconds=1))
    page = patient.opens("/outcome")
    assert page.h1 == "This page has closed"
    assert "isotretinoin" not in page.text
    assert patient.opens("/outcome/copy").h1 == "This page has closed"


@pytest.mark.thorough
def test_a_copy_of_the_answers_asks_the_date_of_birth_again(
    client: FlaskClient, database: Database
) -> None:
    patient = at_the_check(client, {"own_choice": "pressure"}).submits()
    patient.opens("/outcome/copy")
    patient.continues({"date_of_birth": "1990-06-16"}, status=422)
    page = patient.continues(BORN)
    assert "Acne scars" in page.text
    assert "Someone is pushing me" not in page.text, "it may be read over the shoulder"
    assert events(database)[-1] == "submission.copy-viewed"


@pytest.mark.thorough
def test_five_wrong_dates_of_birth_close_the_page(client: FlaskClient) -> None:
    patient = at_the_check(client).submits()
    patient.opens("/outcome/copy")
    for _ in range(4):
        patient.continues({"date_of_birth": "1980-01-01"}, status=422)
    assert patient.continues({"date_of_birth": "1980-01-01"}).h1 == "This page has closed"
    assert patient.opens("/outcome").h1 == "This page has closed"


def tries(client: FlaskClient, token: str, day: str) -> TestResponse:
    born = {"date_of_birth-day": day, "date_of_birth-month": "6", "date_of_birth-year": "1990"}
    return client.post("/outcome/copy", data={"csrf_token": token, **born})


@pytest.mark.thorough
def test_sending_the_same_form_again_opens_nothing_that_wrong_dates_closed(
    app: Flask, client: FlaskClient
) -> None:
    at_the_check(client).submits()
    with app.app_context(), client.session_transaction() as held:
        draft = held["submitted_draft"]
    token = token_from(client, "/outcome/copy")
    assert [tries(client, token, "1").status_code for _ in range(5)] == [422] * 4 + [200]
    again = client.post("/q/submit", data={"csrf_token": token, "draft": draft})
    assert again.headers["Location"] == "/outcome"
    assert "This page has closed" in client.get("/outcome").text
    assert "This page has closed" in tries(client, token, "15").text


@pytest.mark.thorough
def test_two_browsers_of_one_submission_share_five_dates(app: Flask, client: FlaskClient) -> None:
    at_the_check(client).submits()
    other = app.test_client()
    with app.app_context():
        with client.session_transaction() as held:
            sent = {name: held[name] for name in ("submission", "submitted_at", "submitted_draft")}
        with other.session_transaction() as same:
            same.update(sent)
    tokens = {one: token_from(one, "/outcome/copy") for one in (client, other)}
    assert [tries(client, tokens[client], "1").status_code for _ in range(3)] == [422] * 3
    assert [tries(other, tokens[other], "1").status_code for _ in range(2)] == [422, 200]
    for one in (client, other):
        assert "This page has closed" in tries(one, tokens[one], "15").text


@pytest.mark.thorough
def test_dates_sent_at_once_are_counted_each(app: Flask, client: FlaskClient) -> None:
    at_the_check(client).submits()
    token, start = token_from(client, "/outcome/copy"), Barrier(8)
    cookie = client.get_cookie("prelude")
    assert cookie is not None

    def tries_at_once(_: int) -> int:
        same = app.test_client()
        same.set_cookie("prelude", cookie.value)
        start.wait()
        return tries(same, token, "1").status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(tries_at_once, range(8)))
    assert answers.count(422) <= 4
    assert "This page has closed" in tries(client, token, "15").text


@pytest.mark.thorough
def test_a_right_date_leaves_no_wrong_one_behind(client: FlaskClient) -> None:
    at_the_check(client).submits()
    token = token_from(client, "/outcome/copy")
    for _ in range(2):
        assert [tries(client, token, "1").status_code for _ in range(4)] == [422] * 4
        assert "Acne scars" in tries(client, token, "15").text


@pytest.mark.thorough
def test_somebody_elses_browser_sees_no_outcome(app: Flask, client: FlaskClient) -> None:
    at_the_check(client).submits()
    assert Patient(app.test_client()).opens("/outcome").path == "/"


@pytest.mark.thorough
def test_finishing_clears_the_device(client: FlaskClient) -> None:
    patient = at_the_check(client).submits()
    patient.presses("Finish and clear this device")
    assert patient.opens("/outcome").path == "/"


@pytest.mark.thorough
def test_while_the_public_start_is_off_the_first_page_points_to_the_clinic(
    client: FlaskClient, database: Database, clinic: Clinic, clock: Clock
) -> None:
    with database.write() as session:
        write_clinic(session, replace(clinic, public_start=False), clock())
    page = Patient(client).opens("/")
    assert page.h1 == "Please use the link from your clinic"
    assert CLINIC in page.title
    assert not [form for form in page.forms if form.action == "/"]
