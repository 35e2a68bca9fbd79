"""The patient's own page on a phone: in through the door, asked, answering, and out again."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page

from screening.storage.database import Database
from tests.browser.clinician import Clinician
from tests.browser.looks import faults
from tests.browser.patient import Patient
from tests.clock import Clock
from tests.own_pages import asks, decides, sends_in
from tests.worked_cases import PROTOCOL

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


def test_a_patient_corrects_and_the_clinic_reads_both(
    database: Database,
    clock: Clock,
    browser_page: Page,
    new_clinician: Callable[[], Clinician],
) -> None:
    submission = sends_in(database, clock, visit="2027-02-01")
    decides(database, clock, submission)
    robin = new_clinician().opens(f"/clinic/submissions/{submission.id}")
    robin.presses("Make a link for the patient")
    patient, page = Patient(browser_page), browser_page
    patient.opens(robin.page.get_by_label("Copy this link").input_value())
    found = faults(page, "own page, door of a link")
    patient.says_born().presses("Open")
    found += faults(page, "own page, decided")
    signs, goals = PROTOCOL.items["urgent_signs"], PROTOCOL.items["treatment_goals"]
    patient.follows("Correct an answer")
    patient.picks_to_answer_again(signs)
    patient.page.get_by_label(goals.wording, exact=True).check()
    patient.presses("Continue").presses("Continue")
    assert patient.path == "/visit/answers"
    found += faults(page, "own page, answers with errors")
    patient.ticks(goals, "acne_scars").ticks(signs, "eye_symptoms").presses("Continue")
    assert patient.path == "/visit/urgent"
    found += faults(page, "own page, urgent")
    patient.presses("I have had help").ticks(signs, "none").presses("Continue")
    patient.presses("Send to the clinic")
    found += faults(robin.opens(f"/clinic/submissions/{submission.id}").page, "earlier answers")
    robin.follows("Open the current answers").reads("Edition 2 of 2")
    found += faults(robin.page, "submission, second edition")
    assert not found, "\n".join(found)
