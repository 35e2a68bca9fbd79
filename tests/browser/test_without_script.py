"""The patient's pages do all they do without a line of script."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from screening.domain.clinic import Clinic
from tests.browser.patient import Patient, date_question
from tests.browser.saved_forms import REACH, WELL, save_form
from tests.worked_cases import PROTOCOL

ITEMS = PROTOCOL.items


At = Callable[[str], Patient]


@pytest.fixture
def java_script_enabled() -> bool:
    return False


def test_a_person_finishes_the_form(browser_page: Page) -> None:
    patient = Patient(browser_page).begins()
    patient.answers(WELL | {"anything_else": "I bruise easily."}).submits()
    assert patient.heading == "Good to know"
    assert patient.reference()


def test_follow_ups_open_in_place_and_close_again(patient_at: At) -> None:
    patient = patient_at("sensitivities")
    reaction = patient.question(ITEMS["allergy_worst"].wording)
    name = patient.page.get_by_label(ITEMS["allergy_note"].wording)
    expect(reaction).to_be_hidden()
    patient.ticks(ITEMS["allergy_any"], "yes")
    expect(reaction).to_be_visible()
    expect(name).to_be_visible()
    assert patient.path == "/q/sensitivities"
    patient.ticks(ITEMS["allergy_any"], "no")
    expect(reaction).to_be_hidden()
    expect(name).to_be_hidden()


def test_each_treatment_that_is_ticked_asks_for_its_own_date(patient_at: At) -> None:
    patient = patient_at("treatments_devices")
    dates, treatments = ITEMS["recent_treatment_dates"], ITEMS["recent_treatments"]
    botox = patient.question(date_question(dates, "botox"))
    laser = patient.question(date_question(dates, "light_laser"))
    patient.ticks(treatments, "botox")
    expect(botox).to_be_visible()
    expect(laser).to_be_hidden()
    patient.ticks(treatments, "light_laser")
    expect(laser).to_be_visible()


def test_the_boxes_of_a_date_open_with_about_this_date(patient_at: At) -> None:
    patient = patient_at("medicines_products")
    patient.ticks(ITEMS["isotretinoin"], "past")
    last = patient.question(ITEMS["isotretinoin_last"].wording)
    year = last.get_by_label("Year", exact=True)
    last.get_by_label("I don’t know").check()
    expect(year).to_be_hidden()
    last.get_by_label("About this date").check()
    expect(year).to_be_visible()


def test_none_with_another_is_refused_with_everything_still_there(patient_at: At) -> None:
    patient = patient_at("sensitivities")
    patient.fills_in(WELL | {"allergy_any": "yes", "allergy_note": "The blue one"})
    patient.ticks(ITEMS["herpes_history"], "never", "elsewhere")
    patient.ticks(ITEMS["allergy_to"], "latex")
    patient.says(ITEMS["herpes_last"], "2026-07").presses("Continue")
    page = patient.page
    assert page.title().startswith("Error: ")
    errors = patient.errors()
    assert any("not both" in error for error in errors), errors
    for error in errors:  # the same words stand where they are to be mended
        expect(page.get_by_text(error)).to_have_count(2)
    cold_sores = patient.question(ITEMS["herpes_history"].wording)
    for option in ("never", "elsewhere"):
        expect(cold_sores.locator(f"[value={option}]")).to_be_checked()
    healed = patient.question(ITEMS["herpes_last"].wording)
    expect(healed.get_by_label("Month", exact=True)).to_have_value("7")
    expect(healed.get_by_label("Year", exact=True)).to_have_value("2026")
    allergy = patient.question(ITEMS["allergy_to"].wording)
    expect(allergy.locator("[value=latex]")).to_be_checked()
    expect(page.get_by_label(ITEMS["allergy_note"].wording)).to_have_value("The blue one")


def test_changing_an_answer_asks_its_follow_up_and_comes_back(
    app: Flask, browser_page: Page
) -> None:
    patient = Patient(browser_page).comes_back(save_form(app, WELL, REACH))
    assert patient.path == "/q/check"
    patient.follows(f"Change {ITEMS['isotretinoin'].wording}")
    patient.ticks(ITEMS["isotretinoin"], "past").says(ITEMS["isotretinoin_last"], "unknown")
    patient.presses("Continue")
    assert patient.path == "/q/check"
    expect(patient.page.get_by_text("I don’t know", exact=True)).to_be_visible()


def test_an_urgent_sign_leads_to_the_numbers_and_back(browser_page: Page, clinic: Clinic) -> None:
    patient = Patient(browser_page).begins()
    patient.fills_in(WELL | {"urgent_signs": ["eye_symptoms"]}).presses("Continue")
    assert patient.heading == "Please get help now"
    panel = patient.page.get_by_role("region", name="Numbers to call")
    expect(panel).to_contain_text(clinic.emergency_number)
    expect(panel).to_contain_text(clinic.urgent_line)
    patient.presses("I ticked this by mistake")
    born = patient.question(ITEMS["date_of_birth"].wording)
    expect(born.get_by_label("Year", exact=True)).to_have_value("1990")
    patient.ticks(ITEMS["urgent_signs"], "none").presses("Continue")
    assert patient.path == "/q/about_you"


def test_saving_gives_a_code_that_another_phone_can_use(
    patient_at: At, new_context: Callable[..., BrowserContext]
) -> None:
    patient = patient_at("healing").presses("Save and come back")
    code = patient.page.get_by_text("Your code", exact=True).locator("xpath=following::p[1]")
    other = Patient(new_context(java_script_enabled=False).new_page()).opens("/resume")
    other.page.get_by_label("Your code").fill(code.inner_text())
    other.says(ITEMS["date_of_birth"], WELL["date_of_birth"]).presses("Open my form")
    assert other.path == "/q/healing"
