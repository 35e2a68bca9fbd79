"""A patient goes the whole way, and the clinic receives what the rules say about it."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from screening.domain.assessment import Assessment
from screening.storage.database import Database
from screening.storage.submissions import SubmissionRecord, list_submissions, read_submission
from tests.actors import REACH, Patient
from tests.clock import Clock
from tests.worked_cases import VIGNETTES, Case

# What no person can send from the pages: gaps, contradictions, urgent signs; and clinics abroad.
ELSEWHERE = {
    "T-incomplete_answers", "T-inconsistent_answers", "V26", "T-urgent_anaphylaxis",
    "T-urgent_blisters", "T-urgent_spreading_infection", "T-goal_outside_us_labelling",
    "T-rf_metal_area", "T-answers_old",
}  # fmt: skip
REACHABLE = [case for case in VIGNETTES if case["id"] not in ELSEWHERE]
LEVELS = {
    "stop": "Please wait and talk to us first",
    "review": "A clinician will look at this before your visit",
    "caution": "A few extra steps",
    "info": "Good to know",
}


def received(database: Database) -> SubmissionRecord:
    with database.read() as session:
        (row,) = list_submissions(session)
        submission = read_submission(session, row.id)
    assert submission is not None
    return submission


def about(case: Case) -> dict[str, str]:
    visit = case["context"].get("treatment_date")
    return REACH | ({"treatment_date": visit} if visit else {})


ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@ON_SQLITE
@pytest.mark.parametrize("case", REACHABLE, ids=lambda case: case["id"])
def test_a_vignette_filled_in_page_by_page_gives_its_level_and_flags(
    case: Case, client: FlaskClient, database: Database, clock: Clock
) -> None:
    goes_the_whole_way(case, client, database, clock)


@pytest.mark.postgresql
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
@pytest.mark.parametrize("case", REACHABLE[::12], ids=lambda case: case["id"])
def test_it_does_so_on_postgresql_too(
    case: Case, client: FlaskClient, database: Database, clock: Clock
) -> None:
    goes_the_whole_way(case, client, database, clock)


def goes_the_whole_way(case: Case, client: FlaskClient, database: Database, clock: Clock) -> None:
    clock.set(
        datetime.fromisoformat(f"{case['context']['completed_on']}T09:00").replace(tzinfo=UTC)
    )
    patient = Patient(client).begins().answers(case["answers"], about(case)).submits()
    submission, expected = received(database), case["expected"]
    assert submission.level == expected["level"]
    assessment = Assessment.from_json(submission.assessment)
    assert [flag.rule for flag in assessment.flags] == expected["rules"]
    earliest = assessment.earliest_suitable_date
    assert (earliest and earliest.isoformat()) == expected["earliest_suitable_date"]
    assert patient.page.path == "/outcome"
    assert patient.page.h1 == LEVELS[expected["level"]]
    assert set(submission.answers["answers"]) == set(case["answers"])
    assert submission.identity["name"] == REACH["name"]
