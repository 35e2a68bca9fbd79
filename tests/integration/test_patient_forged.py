"""What no page of ours sends: answered with 400, and nothing is kept of it."""

import pytest
from flask.testing import FlaskClient

from screening.storage.database import Database
from tests.questionnaires import ASHA, GATE, at_the_check, business_rows, past_the_gate

pytestmark = pytest.mark.thorough  # many forged forms, one by one

FORGED = {
    "an option of no item": {"past_needling": "maybe"},
    "an option of a list": {"treatment_goals": ["acne_scars", "free_gift"]},
    "an option of another item": {"past_needling": "type_3"},
    "two values of a single choice": {"past_needling": ["no", "yes_fine"]},
    "an unknown field": {"status": "decided"},
    "an item of another page": {"isotretinoin": "never"},
    "a gate item on a section": {"urgent_signs": ["none"]},
    "a rule": {"level": "info"},
    "a prototype": {"__proto__": "x"},
    "an unknown button": {"then": "skip"},
    "two buttons": {"then": ["continue", "save"]},
}
FORGED_DATES = {
    "a kind of date": {"sun_recent_date": "yesterday"},
    "a special date of another item": {"sun_recent_date": "still_using"},
    "two days": {"sun_recent_date-day": ["1", "2"]},
    "two kinds": {"sun_recent_date": ["date", "unknown"]},
}
NO_DATES = ["31 2 2026", "0 1 2026", "1 0 2026", "1 13 2026", "١ ١ ٢٠٢٦", "1 1 26", "1 1 2028",
            "1 1 1800", "+1 1 2026", "1.0 1 2026", "1 1 2_026", "1  2026", "1 1 1e3"]  # fmt: skip


@pytest.mark.parametrize("fields", FORGED.values(), ids=FORGED)
def test_a_forged_form_is_answered_with_400_and_changes_nothing(
    fields: dict[str, object], client: FlaskClient, database: Database
) -> None:
    patient = past_the_gate(client)
    before = business_rows(database)
    state = patient.page.main_form.state()
    response = client.post("/q/about_you", data={**state, **fields})
    assert response.status_code == 400
    assert business_rows(database) == before


@pytest.mark.parametrize("fields", FORGED_DATES.values(), ids=FORGED_DATES)
def test_a_forged_date_is_answered_with_400(fields: dict[str, object], client: FlaskClient) -> None:
    patient = past_the_gate(client)
    patient.continues(ASHA)
    state = patient.page.main_form.state() | {"sun_recent": ["sunburn"]}
    assert client.post("/q/skin_today", data={**state, **fields}).status_code == 400


@pytest.mark.parametrize("typed", NO_DATES)
def test_what_is_no_date_in_the_past_is_asked_again(typed: str, client: FlaskClient) -> None:
    patient = past_the_gate(client)
    patient.continues(ASHA)
    names = ("sun_recent_date-day", "sun_recent_date-month", "sun_recent_date-year")
    boxes = dict(zip(names, typed.split(" "), strict=True))
    state = patient.page.main_form.state() | {"sun_recent": ["sunburn"]}
    page = patient.sends("/q/skin_today", {**state, **boxes}, status=422)
    assert any(link.startswith("#sun_recent_date") for link in page.error_links)
    assert page.main_form.state()["sun_recent_date-year"] == [typed.split(" ")[2]]


def test_a_form_without_its_token_is_not_taken(client: FlaskClient, database: Database) -> None:
    patient = past_the_gate(client)
    before = business_rows(database)
    state = patient.page.main_form.state() | {"past_needling": ["no"]}
    del state["csrf_token"]
    response = client.post("/q/about_you", data=state)
    assert response.status_code == 400
    assert 'name="past_needling"' in response.text, "what was chosen is offered once more"
    assert business_rows(database) == before


def test_the_query_string_is_no_answer(client: FlaskClient, database: Database) -> None:
    patient = past_the_gate(client)
    state = patient.page.main_form.state()
    response = client.post("/q/about_you?past_needling=no&treatment_goals=wrinkles", data=state)
    assert response.status_code == 422


def test_another_persons_draft_cannot_be_sent(client: FlaskClient, database: Database) -> None:
    patient = at_the_check(client)
    state = patient.page.form_to("/q/submit").state() | {"draft": ["f" * 32]}
    assert client.post("/q/submit", data=state).status_code == 400


def test_the_gate_refuses_forged_signs(client: FlaskClient, database: Database) -> None:
    patient = past_the_gate(client)
    patient.opens("/q/gate")
    state = patient.page.main_form.state() | {"urgent_signs": ["nothing_at_all"]}
    assert client.post("/q/gate", data=state).status_code == 400
    assert patient.continues(GATE).path == "/q/about_you"


def test_a_page_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    past_the_gate(client)
    assert client.get("/q/no_such_section").status_code == 404
