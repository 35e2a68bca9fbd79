"""Save and come back: a code or a link, and the date of birth; never the answers to a guesser."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.storage.database import Database
from screening.storage.drafts import save_draft
from tests.actors import Patient
from tests.clock import Clock
from tests.questionnaires import ASHA, business_rows, count, events, past_the_gate, the_draft

BORN = {"date_of_birth": "1990-06-15"}
WRONG = {"date_of_birth": "1991-06-15"}


@pytest.fixture
def elsewhere(app: Flask) -> Patient:
    """The same person at another device."""
    return Patient(app.test_client())


def saved(client: FlaskClient) -> Patient:
    """A patient who stopped half-way through the second section."""
    patient = past_the_gate(client)
    patient.continues(ASHA)
    patient.continues({"skin_now": ["none"], "sun_recent_date": "2026-31"}, then="save")
    assert patient.page.h1 == "Your answers are saved"
    return patient


def code_on(patient: Patient) -> str:
    found = re.search(r"\b([0-9A-HJKMNP-TV-Z]{5} [0-9A-HJKMNP-TV-Z]{5})\b", patient.page.text)
    assert found is not None
    return found.group(1)


def link_on(patient: Patient) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/resume/[0-9a-f]{64})", patient.page.text)
    assert found is not None
    return found.group(1)


def test_the_code_and_the_date_of_birth_lead_back_to_where_they_were(
    client: FlaskClient, elsewhere: Patient
) -> None:
    code = code_on(saved(client)).lower().replace(" ", "-").replace("0", "o").replace("1", "l")
    elsewhere.opens("/resume")
    page = elsewhere.continues(BORN | {"code": code})
    assert page.path == "/q/skin_today"
    assert page.main_form.state()["skin_now"] == ["none"]


def test_the_link_asks_the_date_of_birth_and_leaves_the_address(
    client: FlaskClient, elsewhere: Patient
) -> None:
    link = link_on(saved(client))
    elsewhere.opens(link)
    assert elsewhere.continues(BORN).path == "/q/skin_today"


@pytest.mark.thorough
def test_what_was_half_typed_is_there_again(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    patient = past_the_gate(client)
    patient.continues(ASHA)
    fields = {"sun_recent": ["sunburn"], "sun_recent_date": ["date"], "sun_recent_date-day": ["3"]}
    patient.sends("/q/skin_today", patient.page.main_form.state() | fields | {"then": "save"})
    assert "sun_recent_date" not in the_draft(database, clock).answers
    assert patient.opens("/q/skin_today").main_form.state()["sun_recent_date-day"] == ["3"]


@pytest.mark.thorough
def test_looking_at_a_link_changes_nothing_and_tells_nothing(
    client: FlaskClient, elsewhere: Patient, database: Database
) -> None:
    link = link_on(saved(client))
    before = business_rows(database)
    known = elsewhere.opens(link).text
    assert elsewhere.opens(f"/resume/{'0' * 64}").text == known
    assert business_rows(database) == before


@pytest.mark.thorough
def test_unknown_wrong_locked_and_expired_get_the_same_answer(
    client: FlaskClient, elsewhere: Patient, clock: Clock
) -> None:
    code = code_on(saved(client))

    def answer(fields: dict[str, str]) -> str:
        elsewhere.opens("/resume")
        return elsewhere.continues({"code": "", **fields}, status=422).text

    unknown = answer(BORN | {"code": "AAAAA AAAAA"})
    assert answer(BORN | {"code": "not a code"}) == unknown
    for _ in range(5):
        assert answer(WRONG | {"code": code}) == unknown
    assert answer(BORN | {"code": code}) == unknown
    clock.advance(timedelta(days=30))
    assert answer(BORN | {"code": code}) == unknown


@pytest.mark.thorough
def test_five_wrong_dates_of_birth_lock_the_draft_and_are_witnessed(
    client: FlaskClient, elsewhere: Patient, database: Database
) -> None:
    link = link_on(saved(client))
    for _ in range(5):
        elsewhere.opens(link)
        elsewhere.continues(WRONG, status=422)
    elsewhere.opens(link)
    assert elsewhere.continues(BORN, status=422).path == link
    assert events(database).count("draft.resume-refused") == 5
    assert events(database)[-1] == "draft.locked"


@pytest.mark.thorough
def test_a_newer_code_replaces_the_older_one(client: FlaskClient, elsewhere: Patient) -> None:
    patient = saved(client)
    older = code_on(patient)
    patient.opens("/q/save")
    patient.presses("Make a link and a code")
    assert code_on(patient) != older
    elsewhere.opens("/resume")
    elsewhere.continues(BORN | {"code": older}, status=422)


@pytest.mark.thorough
def test_guessing_is_slowed_down(elsewhere: Patient) -> None:
    for _ in range(20):
        elsewhere.opens("/resume")
        elsewhere.continues(BORN | {"code": "AAAAA AAAAA"}, status=422)
    elsewhere.opens("/resume")
    elsewhere.continues(BORN | {"code": "AAAAA AAAAA"}, status=429)


@pytest.mark.thorough
def test_an_expired_draft_is_said_to_be_closed(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    patient = saved(client)
    soon = clock() + timedelta(seconds=30)
    with database.write() as session:
        (draft_id,) = session.scalars(text("SELECT id FROM drafts"))
        save_draft(session, draft_id, {}, clock(), soon)
    clock.advance(timedelta(minutes=1))
    assert patient.opens("/q/skin_today", status=410).h1 == "This form is no longer open"
    assert patient.opens("/q/gate").main_form.state()["date_of_birth-year"] == [""]


@pytest.mark.thorough
def test_neither_link_nor_code_is_kept_in_readable_form(
    client: FlaskClient, database: Database
) -> None:
    patient = saved(client)
    kept = str(business_rows(database))
    assert link_on(patient).removeprefix("/resume/") not in kept
    assert code_on(patient).replace(" ", "") not in kept


@pytest.mark.thorough
def test_finishing_clears_the_device_and_keeps_the_draft(
    client: FlaskClient, database: Database
) -> None:
    patient = saved(client)
    assert patient.presses("Finish and clear this device").path == "/finished"
    assert count(database, "sessions") == 0
    assert count(database, "drafts") == 1
    assert patient.opens("/q/skin_today").path == "/"
