"""The patient's own page on a phone: in through the door, asked, answering, and out again."""

from flask import Flask
from playwright.sync_api import Page

from screening.storage.database import Database
from tests.browser.looks import faults
from tests.browser.patient import Patient
from tests.clock import Clock
from tests.own_pages import asks, decides, sends_in

WORDS = "Which cream do you use at night?"


def test_a_patient_answers_the_clinic_and_every_page_on_the_way_can_be_used(
    app: Flask, database: Database, clock: Clock, browser_page: Page
) -> None:
    submission = sends_in(database, clock, visit="2027-02-01")
    decides(database, clock, submission, disposition="ask_patient", message=None)
    asks(database, clock, submission, WORDS, ("isotretinoin", "recent_treatments"))
    patient, page = Patient(browser_page).opens("/visit"), browser_page
    found = faults(page, "own page, door")
    page.get_by_label("Your reference").fill(submission.reference)
    patient.presses("Open")
    found += faults(page, "own page, door with an error")
    for part, typed in (("Day", "15"), ("Month", "6"), ("Year", "1990")):
        page.get_by_label(part, exact=True).fill(typed)
    patient.presses("Open")
    assert patient.heading == "The clinic has a question for you"
    found += faults(page, "own page")
    patient.follows("Answer the clinic’s question")
    assert not page.get_by_label("Year", exact=True).last.is_visible(), "follow-ups stay folded"
    patient.presses("Continue")
    found += faults(page, "own page, question with errors")
    page.get_by_label(WORDS).fill("The blue one")
    page.locator("#isotretinoin-past").check()
    page.locator("#isotretinoin_last-unknown").check()
    page.locator("#recent_treatments-none").check()
    patient.presses("Continue")
    assert "The blue one" in page.inner_text("main")
    found += faults(page, "own page, check")
    patient.follows("Correct another answer")
    found += faults(page, "own page, correct")
    patient.opens("/visit/check").presses("Send to the clinic")
    assert patient.heading == "The clinic has your new answers"
    found += faults(page, "own page, sent")
    patient.follows("See where your form stands")
    assert patient.heading == "The clinic is looking at your answers again"
    patient.presses("Finish and clear this device")
    assert patient.opens("/visit").heading == "See where your form stands"
    assert not found, "\n".join(found)
