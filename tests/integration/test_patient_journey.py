"""A patient goes the whole way, and the clinic receives what the rules say about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask

from config import EXAMPLE_KEY, Config
from screening.app import create_app
from screening.domain.assessment import Assessment
from screening.domain.clinic import Clinic
from screening.storage.clinic import write_clinic
from screening.storage.database import Database
from screening.storage.queue import list_queue
from screening.storage.submissions import SubmissionRecord, read_submission
from tests.actors import CLINIC, REACH, Patient
from tests.clock import Clock
from tests.databases import SqliteFiles
from tests.worked_cases import VIGNETTES, Case

# What no person can send from the pages: gaps, contradictions, urgent signs; and clinics abroad.
ELSEWHERE = {
    "T-incomplete_answers", "T-inconsistent_answers", "V26", "T-urgent_anaphylaxis",
    "T-urgent_blisters", "T-urgent_spreading_infection", "T-goal_outside_us_labelling",
    "T-rf_metal_area",
}  # fmt: skip


def case_id(case: Case) -> str:
    return str(case["id"])


REACHABLE = [case for case in VIGNETTES if case["id"] not in ELSEWHERE]
FEW = REACHABLE[::30]
MANY = [pytest.param(case, marks=pytest.mark.thorough) for case in REACHABLE if case not in FEW]
HEADINGS = {
    "stop": "Please wait and talk to us first",
    "review": "A clinician will look at this before your visit",
    "caution": "A few extra steps",
    "info": "Good to know",
}


JUNIPER = Clinic(
    CLINIC, "020 7946 0100", "999", "NHS 111", "england", "Europe/London", "mechanical"
)


@dataclass(frozen=True)
class Open:
    """A clinic that stays open for all journeys of this module: each has its own browser."""

    app: Flask
    database: Database
    clock: Clock


@pytest.fixture(scope="module")
def open_clinic(sqlite_files: SqliteFiles) -> Iterator[Open]:
    clock = Clock()
    with sqlite_files.fresh() as url:
        app = create_app(Config(url, EXAMPLE_KEY, environment="test"), clock=clock)
        database = app.extensions["prelude"].database
        with database.write() as session:
            write_clinic(session, JUNIPER, clock())
        yield Open(app, database, clock)
        database.close()


@pytest.mark.parametrize("case", [*FEW, *MANY], ids=case_id)
def test_a_vignette_filled_in_page_by_page_gives_its_level_and_flags(
    case: Case, open_clinic: Open
) -> None:
    goes_the_whole_way(case, open_clinic)


@pytest.mark.thorough
@pytest.mark.postgresql
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
@pytest.mark.parametrize("case", FEW, ids=case_id)
def test_it_does_so_on_postgresql_too(
    case: Case, app: Flask, database: Database, clock: Clock
) -> None:
    goes_the_whole_way(case, Open(app, database, clock))


def goes_the_whole_way(case: Case, place: Open) -> None:
    context, expected = case["context"], case["expected"]
    morning = datetime.fromisoformat(f"{context['completed_on']}T09:00").replace(tzinfo=UTC)
    place.clock.set(morning)
    visit = context.get("treatment_date")
    about = REACH | ({"treatment_date": visit} if visit else {})
    patient = Patient(place.app.test_client()).begins().answers(case["answers"], about).submits()
    assert patient.page.path == "/outcome"
    assert patient.page.h1 == HEADINGS[expected["level"]]
    submission = received(patient, place.database)
    assert submission.level == expected["level"]
    assessment = Assessment.from_json(submission.assessment)
    assert [flag.rule for flag in assessment.flags] == expected["rules"]
    earliest = assessment.earliest_suitable_date
    assert (earliest and earliest.isoformat()) == expected["earliest_suitable_date"]
    assert set(submission.answers["answers"]) == set(case["answers"])
    assert submission.identity["name"] == REACH["name"]


def received(patient: Patient, database: Database) -> SubmissionRecord:
    """The submission that the reference on the patient's page stands for."""
    with database.read() as session:
        row = next(
            row
            for row in list_queue(session)
            if f"{row.reference[:4]} {row.reference[4:]}" in patient.page.text
        )
        submission = read_submission(session, row.id)
    assert submission is not None
    return submission
