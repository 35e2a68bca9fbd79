"""The calendar file of a visit: whose visit, which days, and when there is none."""

from datetime import date, timedelta

import icalendar
import pytest
from flask.testing import FlaskClient

from screening.domain.adjustments import Adjustments, adjusted
from screening.domain.clinic import Clinic
from screening.domain.dates import Wait
from screening.services.casefile import read_opened
from screening.services.documents import appointment_of
from screening.storage.database import Database
from tests.clinic_actor import Clinician
from tests.clinic_cases import COMPLETED, PROTOCOL, STOPPED, Received
from tests.clock import MONDAY_MORNING, Clock
from tests.documents import (
    VISIT,
    decide,
    exports,
    fetched,
)

JUNIPER = Clinic("Juniper Skin Clinic", "020 7946 0100", "999", "NHS 111")


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


def test_the_calendar_leaves_time_to_put_a_home_device_away_and_knows_the_patients_page(
    clinician: Clinician, database: Database
) -> None:
    used = {"home_device": "now", "home_device_last": "2027-01-03", "home_device_how": ["bled"]}
    answers = {**used, "home_device_problem": ["none"]}
    submission = Received(answers=answers, visit=VISIT).into(database)
    raw = fetched(clinician, submission, "visit.ics").data
    found = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert sorted(one["dtstart"].dt for one in found) == [
        date(2027, 2, 1),
        date(2027, 2, 22),
        date(2027, 2, 26),
        VISIT,
    ]
    assert {str(one["url"]) for one in found} == {"http://127.0.0.1:8000/visit"}
    for word in (b"REF-1", b"Marker", b"bled", b"device"):
        assert word not in raw


def test_a_wait_that_the_clinic_lengthens_to_months_moves_the_day(database: Database) -> None:
    longer = adjusted(PROTOCOL, Adjustments().with_wait("home_needling_deep", Wait(months=2)))
    submission = Received(visit=VISIT).into(database)
    with database.read() as session:
        opened = read_opened(session, submission, MONDAY_MORNING)
    appointment = appointment_of(opened, longer, JUNIPER, "", COMPLETED)
    assert appointment is not None
    days = appointment.waits["wait_home_device"]
    assert VISIT - timedelta(days=days) == date(2027, 1, 1)


@pytest.mark.thorough
@pytest.mark.parametrize("visit", [None, date(2027, 1, 3)], ids=["no visit", "a past visit"])
def test_without_a_visit_ahead_there_is_no_calendar(
    clinician: Clinician, database: Database, visit: date | None
) -> None:
    submission = Received(visit=visit).into(database)
    fetched(clinician, submission, "visit.ics", 404)
    assert exports(database, submission) == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("decision", "status"),
    [
        ({"disposition": "do_not_treat"}, 404),
        ({"disposition": "defer", "defer_until": date(2027, 3, 2)}, 404),
        ({"disposition": "defer", "defer_until": VISIT}, 200),
        ({"disposition": "proceed"}, 200),
    ],
    ids=["do not treat", "deferred past it", "deferred up to it", "proceed"],
)
def test_a_visit_that_was_put_off_is_in_no_calendar(
    clinician: Clinician, database: Database, decision: dict[str, object], status: int
) -> None:
    submission = Received(answers=STOPPED, visit=VISIT).into(database)
    decide(database, submission, **{"precautions": (), **decision})
    fetched(clinician, submission, "visit.ics", status)
