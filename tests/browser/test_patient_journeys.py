"""People with a phone fill in the form; a clinician finds each in the queue and decides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from playwright.sync_api import Page, expect

from screening.domain.clinic import Clinic
from screening.domain.protocol import Level
from screening.protocols.library import load_library
from screening.storage.clinic import write_clinic
from screening.storage.database import Database
from screening.web.texts import long_date
from tests.browser.clinician import Clinician
from tests.browser.patient import Patient
from tests.clinic_cases import REVIEWED, STOPPED, Received
from tests.clock import Clock
from tests.worked_cases import ALL_CASES, PROTOCOL, Case

PEOPLE = {
    "V05": "six months after isotretinoin, day known",
    "T-goal_outside_us_labelling": "a clinic in the United States",
    "T-home_device_hygiene": "a home device, reused, more than two years ago",
    "V21": "a leap year",
    "T-wait_resurfacing_laser": "a treatment with its own date",
    "home device, not sure how": "home device, level stop, and not sure",
    "isotretinoin, last tablet unknown": "a date nobody remembers",
}
CASES = [case for case in ALL_CASES if case["id"] in PEOPLE]
WEEK = timedelta(days=7)
LIBRARY = load_library()
HANDLING = LIBRARY.handling(LIBRARY.current_key)


@pytest.fixture
def case(request: pytest.FixtureRequest, database: Database, clinic: Clinic, clock: Clock) -> Case:
    """The vignette, on its day, at a clinic in its country with its kind of needling."""
    case: Case = request.param
    context = case["context"]
    clock.set(datetime.combine(date.fromisoformat(context["completed_on"]), time(9), UTC))
    here = replace(clinic, jurisdiction=context["jurisdiction"], modality=context["modality"])
    visit = date.fromisoformat(context["treatment_date"])
    with database.write() as session:
        write_clinic(session, here, clock())
    Received("Rita Early", REVIEWED, visit - WEEK).into(database, 1)
    Received("Sven Late", STOPPED, visit + WEEK).into(database, 2)
    Received("Quinn Early", {}, visit - WEEK).into(database, 3)
    Received("Quirin Late", {}, visit + WEEK).into(database, 4)
    return case


def test_every_chosen_person_exists() -> None:
    assert {case["id"] for case in CASES} == set(PEOPLE)
    assert {case["expected"]["level"] for case in CASES} == {level.value for level in Level}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES], indirect=True)
def test_a_person_answers_and_a_clinician_decides(
    case: Case, browser_page: Page, new_clinician: Callable[[], Clinician]
) -> None:
    expected, level = case["expected"], Level(case["expected"]["level"])
    patient = Patient(browser_page).begins()
    patient.answers(case["answers"], visit=case["context"]["treatment_date"]).submits()
    assert patient.heading == PROTOCOL.headings[level]
    day = expected["earliest_suitable_date"]
    assert patient.earliest_date() == (long_date(date.fromisoformat(day)) if day else None)
    no_date = browser_page.get_by_text(PROTOCOL.no_date_yet)
    expect(no_date).to_have_count(1 if expected["open_ended"] else 0)
    home = browser_page.get_by_text(advice_title("home_device"), exact=True)
    expect(home).to_have_count(1 if "home_device_info" in expected["rules"] else 0)
    reference = patient.reference()

    clinician = new_clinician()
    assert clinician.waiting() == in_order(level, expected["rules"])
    clinician.picks("Asha E.", reference)
    assert sorted(clinician.flags()) == sorted(expected["rules"])
    choice = decision_for(level, day)
    clinician.decides(choice, note="Talked it over.")
    expect(clinician.page.get_by_role("region", name="Decision", exact=True)).to_contain_text(
        f"Defer until {long_date(date.fromisoformat(day))}" if day else choice
    )
    clinician.page.goto("/clinic/")
    assert clinician.listed("Deferred" if day else "Decided") == ["Asha E."]
    assert "Asha E." not in clinician.waiting()


def in_order(level: Level, rules: list[str]) -> list[str]:
    """By the days to spare before the visit less what the flags need, then by level.

    The others need 2 days where they are flagged, and have their visits a week earlier or later.
    """
    needs = [
        HANDLING[rule].lead_days for rule in rules if PROTOCOL.rules[rule].level >= Level.REVIEW
    ]
    asha = (-max(needs, default=0), -level.rank, "Asha E.")
    rita, sven = (-9, -Level.REVIEW.rank, "Rita E."), (5, -Level.STOP.rank, "Sven L.")
    quinn, quirin = (-7, -Level.INFO.rank, "Quinn E."), (7, -Level.INFO.rank, "Quirin L.")
    return [name for _, _, name in sorted([asha, rita, sven, quinn, quirin])]


def decision_for(level: Level, day: str | None) -> str:
    """What goes with the level, so that no reason is needed."""
    if day:
        return "Defer until a date"
    return {
        Level.STOP: "Do not treat",
        Level.REVIEW: "Proceed with precautions",
        Level.CAUTION: "Proceed with precautions",
        Level.INFO: "Proceed",
    }[level]


def advice_title(shown: str) -> str:
    return next(advice.title for advice in PROTOCOL.advice if advice.shown == shown)
