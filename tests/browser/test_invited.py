"""Invited at the desk, answered on two phones: one form, nobody loses what they typed."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import DESKTOP
from tests.browser.front_desk import FrontDesk
from tests.browser.looks import faults
from tests.browser.patient import Patient
from tests.browser.saved_forms import WELL


def test_an_invited_patient_goes_from_one_phone_to_another_and_sends_once(
    app: Flask,
    new_context: Callable[..., BrowserContext],
    invited: Callable[..., object],
    browser_page: Page,
) -> None:
    dee = invited("Dee Desk", "front_desk")
    desk = FrontDesk(new_context(viewport=DESKTOP).new_page()).joins(dee).signs_in(dee)
    desk.follows("Invite a patient").page.get_by_label("Patient’s name").fill("Asha Example")
    for part, typed in (("Day", "20"), ("Month", "1"), ("Year", "2027")):
        desk.page.get_by_label(part, exact=True).fill(typed)
    desk.presses("Make the invitation")
    link = desk.page.get_by_label("It is shown only now").input_value()
    found = faults(desk.page, "invitation, made")
    first, second = Patient(browser_page), Patient(new_context().new_page())
    first.opens(link)
    found += faults(first.page, "invitation, door")
    comes_in(first).fills_in(WELL).presses("Continue")
    assert "invited" not in first.page.url
    comes_in(second.opens(link))
    assert second.path == first.path
    first.fills_in(WELL).presses("Continue")
    assert "You opened this form on another device" in first.page.inner_text("main")
    assert first.page.get_by_label("Acne scars", exact=True).is_checked()
    found += faults(first.page, "invitation, told of the other device")
    second.answers(WELL).submits()
    first.presses("Continue")
    assert "Your answers were sent from another device" in first.page.inner_text("main")
    assert first.page.get_by_label("Acne scars", exact=True).is_checked()
    found += faults(first.page, "invitation, sent from the other device")
    comes_in(first.opens(link))
    assert first.heading == "The clinic has your answers"
    assert "Asha" in desk.goes_to_the_desk().line("Asha E.")
    assert not found, "\n".join(found)


def comes_in(patient: Patient) -> "Patient":
    patient.says_born()
    patient.page.get_by_label("I have read the privacy notice").check()
    return patient.presses("Start, or go on")
