"""The calendar file of a visit: whose visit, which days, and when there is none."""

from datetime import date

import icalendar
import pytest
from flask.testing import FlaskClient

from screening.storage.database import Database
from tests.clinic_actor import Clinician
from tests.clinic_cases import STOPPED, Received
from tests.clock import Clock
from tests.documents import (
    VISIT,
    decide,
    exports,
    fetched,
)


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


def test_the_calendar_knows_the_home_device_and_the_way_to_the_patients_page(
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
