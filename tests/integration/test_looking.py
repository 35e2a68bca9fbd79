"""Who opened what: a small clinic with a few looks that a lead would ask about."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from screening.domain.audit import Actor, AuditEvent, Fact
from screening.services.search_terms import index
from screening.storage.audit import append_event, last_event_at
from screening.storage.database import Database
from tests.clinic_cases import PROTOCOL, Received
from tests.clock import MONDAY_MORNING, Clock
from tests.colleagues import Colleague

WEEK = "/clinic/looks?from=2027-01-04&to=2027-01-10"
FACTS: dict[str, dict[str, Fact]] = {
    "submission.viewed": {"version": 1},
    "submission.exported": {"document": "calendar"},
}
PATIENTS = ("Zoë Marker", "Rosa Smith-Óduya", "Oduya Berg", "Lee Park")


@pytest.fixture
def lead(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "lead", name="Kim Lead").starts(clock())


@pytest.fixture
def clinician(app: Flask, database: Database, clock: Clock) -> Colleague:
    name = "Dr Ada Oduya"
    return Colleague(app.test_client(), database, "clinician", name=name).joins(clock())


@pytest.fixture
def visits(database: Database) -> list[str]:
    found = []
    for number, name in enumerate(PATIENTS, 1):
        case = Received(name)
        found.append(case.into(database, number))
        with database.write() as session:
            index(session, PROTOCOL, case.record(number))
    return found


def does(database: Database, who: Colleague, event: str, visit: str, at: datetime) -> None:
    with database.write() as session:
        actor, facts = Actor("staff", who.id), FACTS.get(event, {})
        append_event(session, AuditEvent(event, at, actor, "submission", visit, facts))


def lines(who: Colleague, address: str = WEEK) -> tuple[list[list[str]], list[list[str]]]:
    """The rows by colleague, and those worth asking about."""
    main = who.opens(address).main
    tables = [
        [
            [row.one("th").text, *(cell.text for cell in row.classed("data__value"))]
            for row in table.one("tbody").all("tr")
        ]
        for table in main.all("table")
    ]
    return tables[0], (tables[1] if len(tables) > 1 else [])


def test_the_report_lists_exactly_what_was_planted(
    lead: Colleague, clinician: Colleague, visits: list[str], database: Database, clock: Clock
) -> None:
    hour, ten = timedelta(hours=1), MONDAY_MORNING + timedelta(hours=1)
    quiet, namesake, first_name_only, idle = visits
    for visit in (quiet, namesake, first_name_only):
        does(database, clinician, "submission.viewed", visit, ten)
        does(database, clinician, "identity.checked", visit, ten)
    does(database, clinician, "submission.viewed", idle, ten + 13 * hour)
    for held in ("submission.claimed", "claim.released"):  # a button that does nothing for anybody
        does(database, clinician, held, idle, ten + 13 * hour)
    does(database, clinician, "submission.exported", idle, ten + 14 * hour)
    does(database, lead, "desk.opened", quiet, ten)
    clock.set(MONDAY_MORNING + timedelta(days=6))
    lead.signs_in()
    people, asked = lines(lead)
    assert people == [
        ["Dr Ada Oduya Clinician", "4", "1", "1", "1"],
        ["Kim Lead Lead", "1", "0", "0", "0"],
    ]
    assert asked == [
        ["Dr Ada Oduya", "REF-4", "4 January 2027, 23:00 to 5 January 2027, 00:00",
         "Read, downloaded", "Outside 07:00 to 20:00 Read, nothing done"],
        ["Dr Ada Oduya", "REF-2", "4 January 2027, 10:00", "Read", "Same family name"],
    ]  # fmt: skip


@pytest.mark.thorough
def test_only_the_days_that_were_asked_for_count(
    lead: Colleague, clinician: Colleague, visits: list[str], database: Database, clock: Clock
) -> None:
    does(database, clinician, "submission.viewed", visits[0], MONDAY_MORNING)
    clock.set(MONDAY_MORNING + timedelta(days=6))
    lead.signs_in()
    page = lead.opens("/clinic/looks?from=2027-01-05&to=2027-01-10")
    assert "Nobody opened a record on these days." in page.text
    people, _ = lines(lead, "/clinic/looks?from=2027-01-04&to=2027-01-04")
    assert [row[1] for row in people] == ["1"]


@pytest.mark.thorough
def test_whoever_watches_is_watched(lead: Colleague, database: Database, clock: Clock) -> None:
    clock.advance(timedelta(minutes=3))
    lead.opens("/clinic/looks")
    with database.read() as session:
        assert last_event_at(session, "looks.reported") == clock()


@pytest.mark.thorough
def test_no_patient_is_named_in_the_report(
    lead: Colleague, clinician: Colleague, visits: list[str], database: Database, clock: Clock
) -> None:
    for visit in visits:
        does(database, clinician, "submission.viewed", visit, MONDAY_MORNING)
    clock.set(MONDAY_MORNING + timedelta(days=6))
    lead.signs_in()
    text = lead.opens(WEEK).response.text
    assert "REF-2" in text
    assert not [word for word in ("Zoë", "Marker", "Rosa", "Smith", "Berg", "Park") if word in text]


@pytest.mark.thorough
def test_a_day_that_is_none_is_refused_with_what_was_typed(lead: Colleague) -> None:
    response = lead.client.get("/clinic/looks?from=soon")
    assert response.status_code == 400
    assert "soon" in response.text
