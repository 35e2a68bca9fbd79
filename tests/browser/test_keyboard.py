"""The whole way by keyboard alone; where the focus goes when something is missing."""

from collections.abc import Mapping

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from screening.domain.protocol import Item, ItemKind
from screening.web.fields import typed_from_raw
from tests.browser.keyboard import Keyboard
from tests.browser.patient import PAGES, Patient
from tests.browser.saved_forms import before, everything, save_form
from tests.worked_cases import PROTOCOL, VIGNETTES

CASE = next(case for case in VIGNETTES if case["id"] == "V24")
ITEMS = PROTOCOL.items
# Follow-ups that are open, and empty, when Continue is pressed.
OPENED: dict[str, dict[str, object]] = {
    "sensitivities": {"allergy_any": "yes"},
    "treatments_devices": {"recent_treatments": ["botox", "clinic_needling"]},
}
ABOUT = {"name": ["Asha Example"], "phone": ["020 7946 0000"]}


def on_page(items: tuple[Item, ...], raw: Mapping[str, object]) -> dict[str, list[str]]:
    """What to press and type on one page, by field name."""
    wanted: dict[str, list[str]] = {}
    for item in items:
        typed = typed_from_raw(item, raw.get(item.id))
        wanted |= {name: values for name, values in typed.items() if any(values)}
    return wanted


def test_a_whole_form_by_keyboard_alone(browser_page: Page) -> None:
    keyboard, patient = Keyboard(browser_page), Patient(browser_page).opens("/")
    keyboard.fills_in({"agree": ["yes"]}, "Start")
    for page in PAGES.all:
        assert patient.path == f"/q/{page.id}"
        keyboard.fills_in(on_page(page.items, CASE["answers"]), "Continue")
    keyboard.fills_in(ABOUT, "Continue")
    keyboard.goes_to("Send my answers")
    assert patient.heading == "Please wait and talk to us first"
    assert patient.earliest_date() == "31 January 2027"
    keyboard.goes_to("Finish and clear this device")
    assert patient.heading == "This device is clear"


def test_the_first_tab_offers_to_skip_to_the_content(browser_page: Page) -> None:
    keyboard = Keyboard(browser_page)
    browser_page.goto("/")
    assert keyboard.press("Tab").words == "Skip to main content"
    keyboard.press("Enter")
    assert browser_page.url.endswith("#main")
    first = keyboard.press("Tab")
    assert (
        browser_page.locator("main")
        .locator("a, button, input")
        .first.evaluate("first => first === document.activeElement")
    ), first


def test_the_focus_lands_on_the_error_summary(browser_page: Page) -> None:
    patient = Patient(browser_page).begins().presses("Continue")
    summary = browser_page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    assert len(patient.errors()) == 2


@pytest.mark.parametrize("section", ["gate", "sensitivities", "treatments_devices", "you"])
def test_each_error_leads_to_its_field(section: str, app: Flask, browser_page: Page) -> None:
    patient = Patient(browser_page)
    if section == "gate":
        patient.begins()
    else:
        raw = everything() if section == "you" else before(section, everything())
        patient.comes_back(save_form(app, raw))
        if section in OPENED:
            patient.fills_in(OPENED[section])
    patient.presses("Continue")
    assert patient.path == f"/q/{section}"
    links = browser_page.get_by_role("alert").get_by_role("link")
    assert links.count() > 1
    for link in links.all():
        target = (link.get_attribute("href") or "").removeprefix("#")
        link.focus()
        browser_page.keyboard.press("Enter")
        field = browser_page.locator(f"[id={target}]")
        expect(field).to_be_focused()
        expect(field).to_be_visible()


def test_dates_are_asked_in_every_way_the_protocol_knows() -> None:
    """So that the walk above has met each kind of field."""
    asked = {PROTOCOL.items[name].kind for name in CASE["answers"]}
    assert {ItemKind.SINGLE, ItemKind.MULTI, ItemKind.BIRTH_DATE, ItemKind.DATE} <= asked
