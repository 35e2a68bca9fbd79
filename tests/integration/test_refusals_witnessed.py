"""A door that is not one's own stays shut, and that somebody tried it is witnessed."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from screening.services.refusals import MOST
from screening.storage.database import Database
from tests.clock import Clock
from tests.colleagues import Colleague


def refusals(database: Database) -> list[tuple[str, str]]:
    query = text("SELECT actor_id, facts FROM audit_events WHERE event = 'staff.refused'")
    with database.read() as session:
        return [(who, json.loads(facts)["door"]) for who, facts in session.execute(query)]


@pytest.fixture
def desk(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "front_desk").starts(clock())


def test_who_tried_which_door_is_witnessed(desk: Colleague, database: Database) -> None:
    record = "0123456789abcdef0123456789abcdef"
    assert desk.client.get(f"/clinic/submissions/{record}").status_code == 403
    assert desk.sends("/clinic/settings", name="x").status_code == 403
    assert refusals(database) == [(desk.id, "clinic.submission"), (desk.id, "settings.change")]


def test_doors_that_are_open_to_them_leave_no_refusal(desk: Colleague, database: Database) -> None:
    assert desk.client.get("/clinic/desk").status_code == 200
    assert refusals(database) == []


@pytest.mark.thorough
def test_nobody_fills_the_log_by_trying(desk: Colleague, database: Database, clock: Clock) -> None:
    for _ in range(MOST + 5):
        assert desk.client.get("/clinic/figures").status_code == 403
    assert len(refusals(database)) == MOST
    clock.advance(timedelta(hours=1, seconds=1))
    desk.signs_in()
    assert desk.client.get("/clinic/figures").status_code == 403
    assert len(refusals(database)) == MOST + 1
