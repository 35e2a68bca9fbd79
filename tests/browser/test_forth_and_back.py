"""Going forth and back, whoever changes an answer and changes it back finds what they had typed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from screening.storage.database import Database
from tests.browser.clinician import Clinician
from tests.browser.patient import Patient, date_question
from tests.browser.saved_forms import WELL
from tests.clock import Clock
from tests.questionnaires import the_draft
from tests.worked_cases import PROTOCOL

ITEMS = PROTOCOL.items
BOTOX, PEEL = "2026-12-30", "2026-11"
TREATED = {
    **WELL,
    "recent_treatments": ["botox", "light_peel"],
    "recent_treatment_dates": {"botox": BOTOX, "light_peel": PEEL},
}


WHEN, TREATMENTS = ITEMS["recent_treatment_dates"], ITEMS["recent_treatments"]
At = Callable[..., Patient]


def unticks(patient: Patient, option: str) -> Patient:
    label = next(one.label for one in TREATMENTS.options if one.id == option)
    patient.question(TREATMENTS.wording).get_by_label(label, exact=True).uncheck()
    return patient


@pytest.mark.parametrize("java_script_enabled", [True, False], ids=["with script", "without"])
def test_a_date_comes_back_as_it_was_typed(
    patient_at: At, database: Database, clock: Clock
) -> None:
    patient = patient_at("treatments_devices", TREATED).fills_in(TREATED).presses("Continue")
    unticks(patient.opens("/q/treatments_devices"), "light_peel").presses("Continue")
    assert the_draft(database, clock).withdrawn == {WHEN.id: {"light_peel": PEEL}}
    patient.opens("/q/treatments_devices")
    peel = patient.question(date_question(WHEN, "light_peel"))
    expect(peel).to_be_hidden()
    patient.ticks(TREATMENTS, "light_peel")
    expect(peel.get_by_label("Month", exact=True)).to_have_value("11")
    expect(peel.get_by_label("Year", exact=True)).to_have_value("2026")


def test_a_follow_up_comes_back_and_the_clinician_can_unfold_how_it_went(
    patient_at: At, new_clinician: Callable[[], Clinician]
) -> None:
    needling, happened = ITEMS["past_needling"], ITEMS["past_needling_problem"]
    patient = patient_at("hopes").opens("/q/about_you").ticks(needling, "yes_problem")
    patient.ticks(happened, "scar", "fainted").presses("Continue")
    patient.opens("/q/about_you").ticks(needling, "no").presses("Continue")
    patient.opens("/q/about_you")
    expect(patient.question(happened.wording)).to_be_hidden()
    patient.ticks(needling, "yes_problem")
    for label, ticked in {
        "A scar": True,
        "I fainted or nearly fainted": True,
        "Dark marks": False,
    }.items():
        box = patient.question(happened.wording).get_by_label(label, exact=True)
        expect(box).to_be_checked(checked=ticked)
    patient.ticks(needling, "no").presses("Continue")
    patient.answers(WELL).submits()
    page = new_clinician().picks("Asha E.", patient.reference()).page
    changes = page.get_by_role("table", name="Changes while filling in")
    expect(changes).to_be_hidden()
    page.get_by_text("How the answers changed").click()
    expect(changes).to_contain_text("A scar")
    expect(changes).to_contain_text("No longer asked")
