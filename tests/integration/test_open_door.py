"""Whoever floods the public start is slowed down; whoever fills in a form loses nothing (AN-17)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.services.throttle import labelled
from screening.storage.database import Database
from screening.storage.throttles import add_hit
from screening.web.open_door import FROM_EVERYBODY, FROM_ONE_ADDRESS, HOUR, SHORTEST
from tests.actors import Patient
from tests.clock import Clock
from tests.questionnaires import ASHA, GATE, at_the_check, count, past_the_gate

KEY = bytes(range(1, 33))


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The same app, guarded as a clinic's is."""
    whole = app.extensions["prelude"]
    app.extensions["prelude"] = replace(
        whole, config=replace(whole.config, environment="production", master_key=KEY)
    )
    yield app
    app.extensions["prelude"] = whole


def from_address(app: Flask, address: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def full(database: Database, name: str, key: str, times: int, clock: Clock) -> None:
    with database.write() as session:
        for _ in range(times):
            add_hit(session, labelled(session, name, key), clock())


def one_address_is_full(database: Database, clock: Clock) -> None:
    full(database, "forms from one address", "198.51.100.7", FROM_ONE_ADDRESS, clock)


def test_one_address_begins_so_many_forms_and_is_told_when_it_may_go_on(
    app: Flask, database: Database, clock: Clock
) -> None:
    one_address_is_full(database, clock)
    patient = Patient(from_address(app, "198.51.100.7")).begins()
    page = patient.continues(GATE, status=429)
    assert page.response.headers["Retry-After"] == "3601"
    assert count(database, "drafts") == 0
    kept = page.form_to("/q/gate").state()
    assert kept["date_of_birth-year"] == ["1990"]
    assert kept["urgent_signs"] == ["none"]
    clock.advance(HOUR)
    patient.begins().continues(GATE)
    assert count(database, "drafts") == 1


@pytest.mark.thorough
def test_every_form_that_is_begun_counts_and_a_script_gets_no_further(
    app: Flask, database: Database
) -> None:
    statuses = []
    for _ in range(FROM_ONE_ADDRESS + 3):
        patient = Patient(from_address(app, "198.51.100.7")).begins()
        form = patient.page.main_form.state()
        sent = patient.client.post("/q/gate", data={**form, **_typed(patient)})
        statuses.append(sent.status_code)
    assert statuses == [303] * FROM_ONE_ADDRESS + [429] * 3
    assert count(database, "drafts") == FROM_ONE_ADDRESS


@pytest.mark.thorough
def test_a_form_that_was_begun_goes_on_through_a_flood(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = past_the_gate(from_address(app, "198.51.100.7"))
    full(database, "forms from everybody", "", FROM_EVERYBODY - 1, clock)
    assert Patient(from_address(app, "203.0.113.9")).begins().continues(GATE, status=429)
    clock.advance(timedelta(minutes=5))
    patient.answers(ASHA).submits()
    assert count(database, "submissions") == 1


@pytest.mark.thorough
def test_urgent_advice_is_never_kept_waiting(app: Flask, database: Database, clock: Clock) -> None:
    one_address_is_full(database, clock)
    patient = Patient(from_address(app, "198.51.100.7")).begins()
    assert patient.continues({**GATE, "urgent_signs": ["eye_symptoms"]}).path == "/urgent"


@pytest.mark.thorough
def test_what_is_sent_faster_than_it_can_be_read_waits_and_loses_nothing(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    patient = at_the_check(client)
    patient.sends("/q/submit", patient.page.form_to("/q/submit").state(), status=422)
    assert "look through your answers once more" in patient.page.text
    assert count(database, "submissions") == 0
    clock.advance(SHORTEST)
    patient.page.path = "/q/check"
    patient.submits()
    assert count(database, "submissions") == 1


@pytest.mark.thorough
def test_a_program_that_fills_in_every_box_does_not_begin(client: FlaskClient) -> None:
    patient = Patient(client)
    form = patient.opens("/").form_to("/")
    patient.sends("/", form.state() | {"agree": "yes", "topic": "Cheap offers"}, status=422)
    assert patient.page.error_links == ["#agree"]
    assert patient.page.form_to("/").state()["topic"] == [""]
    assert patient.opens("/q/gate").path == "/"
    assert patient.begins().page.path == "/q/gate"


def _typed(patient: Patient) -> dict[str, list[str]]:
    form = patient.page.main_form
    day = dict(zip(("year", "month", "day"), GATE["date_of_birth"].split("-"), strict=True))
    boxes = {f"date_of_birth-{part}": [text] for part, text in day.items()}
    return {**form.state(), **boxes, "urgent_signs": GATE["urgent_signs"], "then": ["continue"]}
