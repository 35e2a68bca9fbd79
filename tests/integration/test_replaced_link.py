"""A link that was replaced shuts out whoever came in by it, at their next request (AZ-6)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from screening.storage.database import Database
from screening.storage.metadata import METADATA
from tests.actors import Patient
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.integration.test_own_page_door import at_the_door, link_for
from tests.own_pages import BORN, comes_in, corrects, sends, sends_in
from tests.web_fixtures import token_from

DOOR = "See where your form stands"
INSIDE = ("", "/question", "/correct", "/answers", "/answers?again=yes", "/check", "/urgent",
          "/calendar.ics")  # fmt: skip


def in_by_link(app: Flask, database: Database, clock: Clock) -> tuple[Patient, str]:
    episode = sends_in(database, clock, visit="2027-02-01").episode_id
    patient = at_the_door(app, link_for(database, clock, episode))
    assert patient.continues(BORN).path == "/visit"
    return patient, episode


def drafts(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(METADATA.tables["drafts"])) or 0


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_next_request_stands_before_the_door_whatever_it_asks_for(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient, episode = in_by_link(app, database, clock)
    corrects(patient, "hopes", "sun_plans").continues({"sun_plans": "yes"})
    assert patient.page.path == "/visit/check"
    desk = Colleague(app.test_client(), database, "front_desk").starts(clock())
    assert desk.sends(f"/clinic/desk/{episode}/link").status_code == 200
    for address in INSIDE:
        assert patient.opens(f"/visit{address}").h1 == DOOR, address
    token = token_from(patient.client, "/visit")
    for address in ("question", "correct", "answers", "check"):
        page = patient.sends(f"/visit/{address}", {"csrf_token": token}, status=403)
        assert "sun" not in page.text
    patient.sends("/visit/drop", {"csrf_token": token})
    assert drafts(database) == 1, "nor does it take anything away"


@pytest.mark.thorough
def test_nor_is_anything_sent_or_told_after_sending(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient, episode = in_by_link(app, database, clock)
    corrects(patient, "medicines_products", "isotretinoin")
    patient.continues({"isotretinoin": "past", "isotretinoin_last": "2026-12"})
    assert sends(patient).page.h1 == "The clinic has your new answers"
    link_for(database, clock, episode)
    assert patient.opens("/outcome").h1 == "This page has closed"
    assert patient.opens("/outcome/copy").h1 == "This page has closed"


@pytest.mark.thorough
def test_what_was_begun_is_not_sent_by_whoever_is_out(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient, episode = in_by_link(app, database, clock)
    corrects(patient, "hopes", "sun_plans").continues({"sun_plans": "yes"})
    link_for(database, clock, episode)
    form = patient.page.form_to("/visit/send")
    page = patient.sends("/visit/send", form.state(), status=409)
    assert "sun" not in page.text
    with database.read() as session:
        table = METADATA.tables["submissions"]
        assert session.scalar(select(func.count()).select_from(table)) == 1


@pytest.mark.thorough
def test_who_came_in_by_the_reference_or_the_newer_link_stays(
    app: Flask, database: Database, clock: Clock
) -> None:
    record = sends_in(database, clock)
    by_reference = comes_in(app, record)
    link_for(database, clock, record.episode_id)
    by_link = at_the_door(app, link_for(database, clock, record.episode_id))
    by_link.continues(BORN)
    clock.advance(timedelta(minutes=5))
    for patient in (by_reference, by_link):
        assert patient.opens("/visit").h1 == "The clinic has your answers"
