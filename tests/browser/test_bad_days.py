"""What goes wrong on other days: stale pages, two tabs, Back, a lost right, an ended session.

Nothing that was typed is lost, nothing is decided twice, and every page says what to do next.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from playwright.sync_api import BrowserContext, Error, expect

from screening.storage.database import Database
from screening.storage.submissions import add_submission
from tests.browser.clinician import ASK, PRECAUTIONS, Clinician
from tests.browser.colleague import Person
from tests.browser.conftest import DESKTOP
from tests.browser.lead import Lead
from tests.browser.patient import Patient
from tests.browser.saved_forms import WELL
from tests.clinic_cases import CAUTIONED, REVIEWED, Received, decisions_on
from tests.clock import Clock

NOTE = "Rang her: no tablets since May.\nCall again on Friday."
ENDLESS = "Ñ" * 300
LONGEST = "王小明 " * 49 + "王小明"


class Case:
    """Zoë Marker's submission, and what was decided on it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.id = Received("Zoë Marker", REVIEWED, date(2027, 1, 18)).into(database)
        self.address = f"/clinic/submissions/{self.id}"

    @property
    def decisions(self) -> list[str]:
        return decisions_on(self.database, self.id)

    def is_answered_anew(self, clock: Clock) -> str:
        """The patient sends other answers for the same visit; the id of that edition."""
        newer = Received("Zoë Marker", CAUTIONED, date(2027, 1, 18), clock()).record(2)
        newer = replace(newer, episode_id=self.id, edition=2, reference="REF-1")
        with self.database.write() as session:
            add_submission(session, newer)
        return newer.id


@pytest.fixture
def case(clock: Clock, database: Database, robin: Person) -> Case:
    return Case(database)


@pytest.fixture
def clinician(case: Case, new_clinician: Callable[[], Clinician]) -> Clinician:
    """Robin has the submission open."""
    return new_clinician().opens(case.address)


@pytest.fixture
def colleague(
    case: Case, invited: Callable[..., Person], new_context: Callable[..., BrowserContext]
) -> Clinician:
    sam = invited("Sam Shore", "clinician")
    page = new_context(viewport=DESKTOP).new_page()
    return Clinician(page).joins(sam).signs_in(sam).opens(case.address)


def noted(clinician: Clinician) -> str:
    return clinician.page.get_by_label("Note for colleagues").input_value()


def test_a_stale_page_brings_the_text_to_the_newer_answers(
    clinician: Clinician, case: Case, clock: Clock
) -> None:
    newer = case.is_answered_anew(clock)
    clinician.chooses(PRECAUTIONS, note=NOTE).reads("The patient sent new answers")
    assert noted(clinician) == NOTE
    assert clinician.flags() == ["sun_plans_after"]
    clinician.presses("Continue").presses("Confirm")
    assert case.decisions == []
    assert decisions_on(case.database, newer) == ["proceed_with_precautions"]


def test_a_double_click_decides_once(clinician: Clinician, case: Case) -> None:
    clinician.chooses("Defer until a date", until="2027-03-01", note=NOTE)
    clinician.page.get_by_role("button", name="Confirm", exact=True).dblclick()
    clinician.reads("Defer until 1 March 2027")
    # Also where the second one leaves before anything has come back.
    clinician.chooses(PRECAUTIONS)
    confirm = "[name=button][value=confirm]"
    with clinician.page.expect_navigation(url=f"**{case.address}?saved=yes"):
        clinician.page.evaluate(
            """confirm => {
              const button = document.querySelector(confirm), form = button.form;
              const body = new URLSearchParams(new FormData(form, button));
              fetch(form.action, {method: "POST", body, keepalive: true});
              button.click();
            }""",
            confirm,
        )
    assert "Your decision was not saved" not in clinician.text
    assert case.decisions == ["defer", "proceed_with_precautions"]


def test_a_claim_that_ran_out_while_typing_costs_nothing(
    clinician: Clinician, case: Case, clock: Clock
) -> None:
    clinician.presses("Work on it")
    clock.advance(timedelta(minutes=10))
    clinician.page.reload()
    clock.advance(timedelta(minutes=10))
    clinician.decides(PRECAUTIONS, note=NOTE)
    assert case.decisions == ["proceed_with_precautions"]


def test_a_claim_that_ran_out_and_went_to_somebody_else_is_asked_for(
    clinician: Clinician, colleague: Clinician, case: Case, clock: Clock
) -> None:
    clinician.presses("Work on it")
    clock.advance(timedelta(minutes=8))
    clinician.opens(case.address)
    colleague.opens(case.address)
    clock.advance(timedelta(minutes=8))
    colleague.opens(case.address).presses("Work on it")
    clinician.chooses(ASK, ask="Since when?", note=NOTE).reads("Sam Shore is working on this")
    assert noted(clinician) == NOTE
    assert case.decisions == []
    clinician.presses("Take over and decide").presses("Confirm")
    assert case.decisions == ["ask_patient"]
    colleague.chooses("Do not treat").reads("Robin Reed decided “Ask the patient”")


def test_a_right_taken_away_in_mid_session_gives_the_text_back(
    clinician: Clinician,
    case: Case,
    invited: Callable[..., Person],
    new_context: Callable[..., BrowserContext],
) -> None:
    clinician.chooses(PRECAUTIONS, note=NOTE)
    kim = invited("Kim Lake", "lead")
    lead = Lead(new_context(viewport=DESKTOP).new_page()).joins(kim).signs_in(kim)
    lead.goes_to("People").follows("Robin Reed")
    lead.page.get_by_label("Front desk").check()
    lead.page.get_by_label("Clinician").uncheck()
    lead.presses("Change roles").reads("Their roles are changed")
    assert clinician.presses("Confirm").heading == "Your role does not include this"
    clinician.reads("Call again on Friday.")
    assert clinician.opens("/clinic/").heading == "Front desk"
    assert case.decisions == []


def test_a_session_that_ended_while_typing_keeps_the_note(
    clinician: Clinician, case: Case, clock: Clock, robin: Person
) -> None:
    """Without the help of the page: a computer that slept sends the form after it woke up."""
    clock.advance(timedelta(minutes=16))
    clinician.chooses(PRECAUTIONS, note=NOTE)
    assert clinician.heading == "Sign in"
    clinician.reads("was not sent").gives_password(robin).reads("Not sent yet")
    assert noted(clinician) == NOTE
    expect(clinician.choice("Your decision", PRECAUTIONS)).to_be_checked()
    clinician.presses("Continue").presses("Confirm")
    assert case.decisions == ["proceed_with_precautions"]
    assert "Not sent yet" not in clinician.opens(case.address).text


def test_back_after_deciding_decides_nothing_anew(clinician: Clinician, case: Case) -> None:
    page = clinician.decides(PRECAUTIONS, note=NOTE).page
    with page.expect_navigation():
        page.evaluate("history.go(-2)")
    assert "Proceed with precautions" in clinician.decisions()
    assert noted(clinician) == ""
    page.goto(case.address)
    clinician.chooses(PRECAUTIONS).presses("Confirm")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # Chromium asks before it sends anew
        page.go_back()
    assert case.decisions == ["proceed_with_precautions"] * 2


def test_back_before_confirming_keeps_the_text(clinician: Clinician, case: Case) -> None:
    clinician.chooses(PRECAUTIONS, note=NOTE).goes_back()
    assert noted(clinician) == NOTE
    assert case.decisions == []


def test_of_two_tabs_the_second_is_told_what_the_first_decided(
    clinician: Clinician, case: Case
) -> None:
    other = Clinician(clinician.page.context.new_page()).opens(case.address)
    clinician.decides(PRECAUTIONS)
    other.chooses("Do not treat", note=NOTE).reads("You decided “Proceed with precautions”")
    assert noted(other) == NOTE
    clinician.signs_out()
    assert other.presses("Continue").heading == "Sign in"
    assert case.decisions == ["proceed_with_precautions"]


def test_a_name_too_long_is_refused_and_stays_and_a_long_one_goes_all_the_way(
    browser_page: Patient, new_clinician: Callable[[], Clinician], database: Database
) -> None:
    patient = Patient(browser_page).begins()
    while patient.path != "/q/you":
        patient.fills_in(WELL).presses("Continue")
    patient.gives({"name": ENDLESS, "phone": "020 7946 0000"}).presses("Continue")
    assert patient.errors() == ["Shorten this to 200 characters. It has 300 now"]
    expect(browser_page.get_by_label("Your name")).to_have_value(ENDLESS)
    patient.gives({"name": LONGEST}).presses("Continue").submits()
    clinician = new_clinician()
    assert clinician.waiting() == ["王小明 王."]
    clinician.picks("王小明").reads(LONGEST).follows("Summary to print").reads(LONGEST)
