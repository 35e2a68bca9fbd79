"""The gate: urgent advice before anything else, and nothing kept of anybody under 18."""

import pytest
from flask.testing import FlaskClient

from screening.domain.assessment import Assessment
from screening.storage.database import Database
from tests.actors import Patient
from tests.clock import Clock
from tests.questionnaires import (
    ASHA,
    GATE,
    at_the_check,
    count,
    events,
    past_the_gate,
    the_draft,
    the_submission,
)

CHILD = {"date_of_birth": "2009-06-15", "urgent_signs": ["none"]}
SIGN = {"date_of_birth": "1990-06-15", "urgent_signs": ["breathing_swelling"]}


def test_the_first_page_of_questions_is_the_gate_alone(client: FlaskClient) -> None:
    patient = Patient(client).begins()
    assert patient.page.path == "/q/gate"
    asked = {name.split("-")[0] for name in patient.page.main_form.names}
    assert asked == {"csrf_token", "asked_in", "then", "date_of_birth", "urgent_signs"}


@pytest.mark.thorough
def test_nothing_is_asked_before_the_privacy_notice_is_agreed_to(client: FlaskClient) -> None:
    patient = Patient(client)
    assert patient.opens("/q/gate").path == "/"
    patient.presses("Start", status=422)
    assert patient.page.error_links == ["#agree"]


@pytest.mark.thorough
def test_an_urgent_sign_shows_the_local_numbers_and_sends_nothing(
    client: FlaskClient, database: Database
) -> None:
    patient = Patient(client).begins()
    page = patient.continues(SIGN)
    assert page.path == "/urgent"
    assert "Call 999 now." in page.text
    assert "NHS 111" in page.text
    assert count(database, "submissions") == count(database, "drafts") == 0


@pytest.mark.thorough
def test_an_urgent_sign_does_not_wait_for_a_date_of_birth(client: FlaskClient) -> None:
    patient = Patient(client).begins()
    assert patient.continues({"urgent_signs": ["eye_symptoms"]}).path == "/urgent"


@pytest.mark.thorough
def test_both_ways_back_ask_the_signs_again_and_keep_the_date_of_birth(
    client: FlaskClient,
) -> None:
    for way_back in ("I ticked this by mistake", "I have had help"):
        patient = Patient(client).begins()
        patient.continues(SIGN)
        page = patient.presses(way_back)
        assert page.path == "/q/gate"
        state = page.main_form.state()
        assert state["date_of_birth-year"] == ["1990"]
        assert "urgent_signs" not in state


@pytest.mark.thorough
def test_the_clinician_learns_that_an_urgent_sign_was_taken_back(
    client: FlaskClient, database: Database
) -> None:
    patient = Patient(client).begins()
    patient.continues(SIGN)
    patient.presses("I have had help")
    patient.answers(ASHA).submits()
    submission = the_submission(database)
    assessment = Assessment.from_json(submission.assessment)
    assert [flag.rule for flag in assessment.flags] == ["changed_after_result"]
    assert submission.answers["withdrawn"] == {"urgent_signs": ["breathing_swelling"]}


@pytest.mark.thorough
def test_a_sign_ticked_later_closes_the_way_on_until_it_is_answered_again(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    patient = past_the_gate(client)
    patient.opens("/q/gate")
    assert patient.continues(SIGN).path == "/urgent"
    assert "urgent_signs" not in the_draft(database, clock).answers
    assert patient.opens("/q/about_you").path == "/q/gate"


@pytest.mark.thorough
def test_under_18_leaves_nothing_behind(client: FlaskClient, database: Database) -> None:
    patient = Patient(client).begins()
    assert patient.continues(CHILD).path == "/not-yet"
    assert count(database, "drafts") == count(database, "submissions") == 0
    assert count(database, "sessions") == 0
    assert "draft.started" not in events(database)
    assert patient.opens("/q/gate").path == "/"


@pytest.mark.thorough
def test_a_date_of_birth_changed_to_under_18_deletes_the_draft(
    client: FlaskClient, database: Database
) -> None:
    patient = at_the_check(client)
    patient.opens("/q/gate?back=check")
    assert patient.continues(CHILD).path == "/not-yet"
    assert count(database, "drafts") == 0


@pytest.mark.thorough
def test_a_child_with_an_urgent_sign_still_gets_the_advice(
    client: FlaskClient, database: Database
) -> None:
    patient = Patient(client).begins()
    page = patient.continues(CHILD | {"urgent_signs": ["hot_spreading"]})
    assert "Get medical advice today" in page.text
    assert "aged 18 and over" in page.text
    assert count(database, "drafts") == count(database, "sessions") == 0


@pytest.mark.thorough
def test_the_eighteenth_birthday_is_counted_in_the_clinics_days(
    client: FlaskClient, clock: Clock
) -> None:
    turns_18_today = {"date_of_birth": "2009-01-04", "urgent_signs": ["none"]}
    assert Patient(client).begins().continues(turns_18_today).path == "/q/about_you"


@pytest.mark.thorough
def test_a_sign_beside_none_of_these_is_asked_again(client: FlaskClient) -> None:
    patient = Patient(client).begins()
    page = patient.continues(GATE | {"urgent_signs": ["eye_symptoms", "none"]}, status=422)
    assert "not both" in page.text
    assert page.main_form.state()["urgent_signs"] == ["eye_symptoms", "none"]
