"""axe-core finds nothing on any page, in light and dark, at 320, 390 and 1280 px."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from screening.domain.clinic import Clinic
from screening.domain.protocol import Level
from screening.storage.clinic import write_clinic
from screening.storage.database import Database
from tests.browser.clinician import Clinician, Person
from tests.browser.looks import faults
from tests.browser.patient import Patient
from tests.browser.saved_forms import REACH, WELL, everything, many, save_form
from tests.clinic_cases import CAUTIONED, QUIET, REVIEWED, STOPPED, Received
from tests.clock import Clock
from tests.worked_cases import PROTOCOL

SECTIONS = [section.id for section in PROTOCOL.sections]
OF_LEVEL = {
    "info": {},
    "caution": CAUTIONED | {"anything_else": "No."},
    "review": REVIEWED | {"home_device": "past", "home_device_last": "unknown",
                          "home_device_how": ["shared"], "home_device_problem": ["none"]},
    "stop": {"isotretinoin": "past", "isotretinoin_last": "2026-12-20"},
}  # fmt: skip


@pytest.fixture
def patient(browser_page: Page) -> Patient:
    return Patient(browser_page)


@pytest.fixture
def radiofrequency(app: Flask, database: Database, clinic: Clinic, clock: Clock) -> None:
    """A clinic that asks every question there is."""
    with database.write() as session:
        write_clinic(session, replace(clinic, modality="rf"), clock())


def test_before_the_questions(patient: Patient) -> None:
    page = patient.opens("/").page
    found = faults(page, "start")
    patient.presses("Start")
    found += faults(page, "start with an error")
    found += faults(patient.opens("/privacy").page, "privacy")
    found += faults(patient.opens("/finished").page, "finished")
    found += faults(patient.opens("/no-such-page").page, "not found")
    assert not found, "\n".join(found)


def test_the_gate_and_where_it_leads(patient: Patient) -> None:
    page = patient.begins().page
    found = faults(page, "gate")
    patient.presses("Continue")
    found += faults(page, "gate with errors")
    patient.fills_in(WELL | {"urgent_signs": ["eye_symptoms", "hot_spreading"]})
    patient.presses("Continue")
    assert patient.path == "/urgent"
    found += faults(page, "urgent")
    patient.presses("I have had help").fills_in(WELL | {"date_of_birth": "2012-01-01"})
    patient.presses("Continue")
    assert patient.path == "/not-yet"
    found += faults(page, "not yet")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_with_all_its_follow_ups(
    section: str, radiofrequency: None, patient_at: Callable[..., Patient]
) -> None:
    patient = patient_at(section, everything()).fills_in(everything())
    asked = {item.id for item in patient.asked_here()}
    follow_ups = patient.page.locator(".follow-up").all()
    assert all(one.is_visible() for one in follow_ups), asked
    found = faults(patient.page, section)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("section", ["sensitivities", "treatments_devices"])
def test_a_section_with_errors(section: str, patient_at: Callable[..., Patient]) -> None:
    patient = patient_at(section)
    opening = {"allergy_any": "yes", "recent_treatments": ["botox"], "home_device": "now"}
    patient.fills_in(opening).presses("Continue")
    assert patient.errors()
    found = faults(patient.page, f"{section} with errors")
    assert not found, "\n".join(found)


def test_the_last_pages(app: Flask, patient: Patient) -> None:
    page = patient.opens(link := save_form(app, many())).page
    found = faults(page, "resume by a link")
    patient.comes_back(link)
    found += faults(page, "you")
    patient.presses("Continue")
    found += faults(page, "you with errors")
    patient.gives(REACH, visit="2027-01-18").presses("Continue")
    assert patient.path == "/q/check"
    found += faults(page, "check")
    patient.follows("Save and come back")
    found += faults(page, "save")
    patient.presses("Make a link and a code")
    found += faults(page, "saved")
    found += faults(patient.opens("/resume").page, "resume")
    patient.presses("Open my form")
    found += faults(page, "resume with errors")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("level", [level.value for level in Level])
def test_an_outcome(level: str, app: Flask, patient: Patient) -> None:
    link = save_form(app, {**WELL, **OF_LEVEL[level]}, REACH)
    page = patient.comes_back(link).submits().page
    assert patient.heading == PROTOCOL.headings[Level(level)]
    found = faults(page, f"outcome {level}")
    assert not found, "\n".join(found)


def test_the_copy_of_the_answers(app: Flask, patient: Patient) -> None:
    patient.comes_back(save_form(app, many(), REACH)).submits()
    found = faults(patient.page, "outcome with many texts")
    patient.follows("Keep a copy of your answers")
    found += faults(patient.page, "copy, the door")
    patient.presses("Show my answers")
    found += faults(patient.page, "copy, the door with errors")
    patient.says(PROTOCOL.items["date_of_birth"], WELL["date_of_birth"])
    patient.presses("Show my answers")
    assert patient.heading == "Your answers"
    found += faults(patient.page, "copy")
    assert not found, "\n".join(found)


def test_a_form_whose_session_has_ended(patient_at: Callable[..., Patient]) -> None:
    patient = patient_at("hopes").fills_in({"anything_else": "What I typed is not lost."})
    patient.page.context.clear_cookies()
    patient.presses("Continue")
    expect(patient.page.locator('[value="What I typed is not lost."]')).to_have_count(1)
    found = faults(patient.page, "session ended")
    patient.opens("/outcome")
    assert not found, "\n".join(found)


def test_joining_and_signing_in(browser_page: Page, robin: Person) -> None:
    clinician = Clinician(browser_page)
    browser_page.goto(robin.set_up_link)
    found = faults(browser_page, "set-up")
    clinician.presses("Set password")
    found += faults(browser_page, "set-up with errors")
    clinician.joins(robin)
    found += faults(browser_page, "sign-in")
    clinician.presses("Sign in")
    found += faults(browser_page, "sign-in with errors")
    browser_page.goto(robin.set_up_link)
    found += faults(browser_page, "link used already")
    clinician.signs_in(robin)
    found += faults(browser_page, "empty queue")
    browser_page.goto("/clinic/submissions/none")
    found += faults(browser_page, "no such submission")
    assert not found, "\n".join(found)


@pytest.fixture
def desk(database: Database, clock: Clock, new_clinician: Callable[[], Clinician]) -> Clinician:
    """A queue with a line of every kind, one of them already decided."""
    clinician = new_clinician()
    visit = date(2027, 1, 18)
    Received("Maximiliane Featherstonehaugh-Wollstonecraft", many(), visit).into(database, 1)
    Received("Rita Early", REVIEWED).into(database, 2)
    Received("Cara Late", CAUTIONED, visit, clock() - timedelta(days=2)).into(database, 3)
    Received("Quinn Quiet", QUIET, visit).into(database, 4)
    Received("Dora Done", STOPPED, visit, datetime(2027, 1, 2, tzinfo=UTC)).into(database, 5)
    clinician.page.goto("/clinic/")
    clinician.picks("Dora D.", "REF-5").decides("Proceed", reason="Because.", note="A note.")
    return clinician


def test_the_queue(desk: Clinician) -> None:
    desk.page.goto("/clinic/")
    found = faults(desk.page, "queue")
    assert not found, "\n".join(found)


def test_a_submission_with_many_flags(desk: Clinician) -> None:
    desk.page.goto("/clinic/")
    desk.picks("Maximiliane F.", "REF-1")
    assert len(desk.flags()) >= 20
    found = faults(desk.page, "submission with many flags")
    assert not found, "\n".join(found)


def test_decisions(desk: Clinician) -> None:
    found = faults(desk.page, "submission decided")
    desk.page.goto("/clinic/")
    desk.picks("Quinn Q.", "REF-4")
    found += faults(desk.page, "submission without flags")
    other = Clinician(desk.page.context.new_page())
    other.page.goto(desk.page.url)
    desk.presses("Continue")
    found += faults(desk.page, "decision with an error")
    desk.chooses("Do not treat")
    found += faults(desk.page, "decision without its reason")
    desk.chooses("Ask the patient")
    found += faults(desk.page, "look ahead")
    desk.presses("Change")
    other.decides("Proceed", note="I was first.")
    desk.chooses("Do not treat", reason="No.")
    expect(desk.page.get_by_text("Your decision was not saved")).to_be_visible()
    found += faults(desk.page, "decision too late")
    assert not found, "\n".join(found)


def test_a_clinic_that_invites(
    app: Flask, database: Database, clinic: Clinic, clock: Clock, browser_page: Page
) -> None:
    with database.write() as session:
        write_clinic(session, replace(clinic, public_start=False), clock())
    found = faults(Patient(browser_page).opens("/").page, "closed")
    assert not found, "\n".join(found)
