"""What the check page asks once more, and what the clinician reads of it, in a real browser."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from config import Config
from screening.domain.clinic import Clinic
from tests.browser.clinician import Clinician
from tests.browser.looks import faults
from tests.browser.patient import Patient
from tests.browser.saved_forms import REACH, save_form
from tests.clinic_cases import QUIET
from tests.clock import Clock
from tests.newer_version import PROTOCOL, newer_app

WRITTEN = {
    "isotretinoin": "now",
    "anything_else": "Differrin at night, Xarelto in the morning, Zovirax when I need it.",
}


@pytest.fixture
def app(config: Config, clinic: Clinic, clock: Clock) -> Iterator[Flask]:
    """Patients answer version 2026-2 here."""
    app = newer_app(config, clock)
    yield app
    app.extensions["prelude"].database.close()


def test_points_can_be_settled_by_anybody_and_read_by_the_clinician(
    app: Flask, browser_page: Page, new_clinician: Callable[[], Clinician]
) -> None:
    link = save_form(app, {**QUIET, **WRITTEN}, REACH, PROTOCOL)
    patient = Patient(browser_page).comes_back(link, str(QUIET["date_of_birth"]))
    page = patient.page
    found = faults(page, "points")
    page.get_by_label("If you like, tell us more").first.fill("why " * 200)
    patient.presses("They are right as they are")
    assert page.locator(".govuk-error-summary").is_visible()
    found += faults(page, "points with an error")
    page.get_by_label("If you like, tell us more").first.fill("Until last week")
    patient.presses("They are right as they are")
    page.locator("form.point", has_text="Differrin").get_by_role("button", name="No, it").click()
    page.locator("form.point", has_text="Zovirax").get_by_role("button", name="Yes").click()
    expect(page.locator("#herpes_history-never")).to_be_in_viewport()
    page.goto("/q/check")
    found += faults(page, "points settled")
    patient.submits()
    clinician = new_clinician()
    clinician.page.goto("/clinic/")
    clinician.picks("Asha E.")
    assert clinician.page.locator(".named li").count() == 3
    found += faults(clinician.page, "submission with names in its words")
    assert not found, "\n".join(found)
