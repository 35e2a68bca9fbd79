"""No title holds a patient's name: a browser keeps titles long after somebody has signed out."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from screening.domain.second_person import Act, ask
from screening.domain.staff import ROLES
from screening.services.search_terms import index
from screening.storage.database import Database
from screening.storage.second_person import add_request
from screening.web.guard import access_of
from tests.clinic_actor import Page
from tests.clinic_cases import DATED_STOP, PROTOCOL, Received
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.invitations import VISIT, invites
from tests.stored import id_of

NAME = "Quetzalia Ondinesdottir"
REQUEST = id_of(71)
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@pytest.fixture
def engine_name() -> str:
    """Nothing here depends on the database."""
    return "sqlite"


@pytest.fixture
def kim(app: Flask, database: Database, clock: Clock) -> Colleague:
    """In every role, so that every door opens."""
    return Colleague(app.test_client(), database, *ROLES).starts(clock())


@pytest.fixture
def known(kim: Colleague, database: Database, clock: Clock) -> dict[str, str]:
    """What stands in addresses, all of it about one patient, invited for another visit."""
    record = Received(NAME, answers=DATED_STOP, visit=VISIT).record(1)
    visit = Received(NAME, answers=DATED_STOP, visit=VISIT).into(database)
    with database.write() as session:
        index(session, PROTOCOL, record)
    invited = invites(database, clock, NAME, email="q@example.org").record.id
    with database.write() as session:
        add_request(session, ask(REQUEST, Act.ERASE, visit, id_of(9), clock()))
    found = kim.sends("/clinic/search", sought=NAME).headers.get("Location", "")
    return {
        "submission_id": visit,
        "episode_id": visit,
        "invitation_id": invited,
        "asked_id": REQUEST,
        "reference": record.reference,
        "key": found.rpartition("/")[2],
        "staff_id": kim.id,
        "name": "microneedling",
        "version": "2026-1",
        "first": "2027-01-01",
        "last": "2027-01-04",
        "token": "x",
    }


def staff_pages(app: Flask, known: dict[str, str]) -> Iterator[str]:
    """The address of every page for staff, with what is known filled in."""
    for rule in app.url_map.iter_rules():
        declared = access_of(app, rule.endpoint)
        if declared and declared.audience == "staff" and "GET" in (rule.methods or ()):
            yield re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda one: known[one[1]], rule.rule)


def name_in_title(answer: TestResponse) -> bool:
    (title,) = TITLE.findall(answer.text) or [""]
    return any(one in unescape(title) for one in NAME.split())


@pytest.mark.thorough
def test_no_page_for_staff_has_a_patients_name_in_its_title(
    app: Flask, kim: Colleague, known: dict[str, str]
) -> None:
    opened = {address: kim.client.get(address) for address in staff_pages(app, known)}
    broken = {at: one.status_code for at, one in opened.items() if one.status_code >= 400}
    assert broken == {}
    pages = {at: one for at, one in opened.items() if one.mimetype == "text/html"}
    naming = [at for at, one in pages.items() if NAME.split()[0] in unescape(one.text)]
    assert len(naming) >= 6, naming
    assert [at for at, one in pages.items() if name_in_title(one)] == []


@pytest.mark.thorough
def test_no_page_that_answers_a_form_has_one_either(kim: Colleague, known: dict[str, str]) -> None:
    visit, invited = known["submission_id"], known["invitation_id"]
    answers = [
        kim.sends("/clinic/desk", words=NAME),
        kim.chooses(kim.reads(visit), "defer"),
        kim.sends(f"/clinic/submissions/{visit}/link"),
        kim.sends(f"/clinic/desk/{visit}/link"),
        kim.sends(f"/clinic/desk/invitations/{invited}/link"),
    ]
    for answer in answers:
        assert Page(answer).status == 200
        assert not name_in_title(answer), answer.request.path
    assert sum(NAME.split()[0] in unescape(one.text) for one in answers) >= 4
