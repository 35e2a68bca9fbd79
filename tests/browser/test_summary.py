"""The summary on the screen and on paper."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from screening.storage.database import Database
from tests.browser.clinician import Clinician
from tests.browser.looks import faults
from tests.clinic_cases import CAUTIONED, REVIEWED, STOPPED, Received

USUAL = {
    **STOPPED,
    **REVIEWED,
    **CAUTIONED,
    "skin_sensitivity": "mild",
    "dark_marks": "sometimes",
    "unwell_recent": "not_sure",
}


@dataclass
class Sheet:
    page: Page

    def printed(self, paper: str) -> list[str]:
        """The text of each page as the browser prints it."""
        pdf = PdfReader(BytesIO(self.page.pdf(format=paper)))
        return [" ".join(page.extract_text().split()) for page in pdf.pages]


@pytest.fixture
def sheet(database: Database, new_clinician: Callable[[], Clinician]) -> Sheet:
    submission = Received(name="N" * 300, answers=USUAL, visit=date(2027, 3, 1)).into(database)
    page = new_clinician().page
    page.goto(f"/clinic/submissions/{submission}/summary")
    return Sheet(page)


def test_it_reads_well_on_every_screen(sheet: Sheet) -> None:
    found = faults(sheet.page, "summary")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_it_prints_on_one_page_without_what_is_for_the_screen(sheet: Sheet, paper: str) -> None:
    (text,) = sheet.printed(paper)
    for words in (
        "Summary REF-1",
        "For the clinic; not for the patient",
        "REF-1 · For the clinic",
        "Page 1 of 1",
        "Blood thinner",
    ):
        assert words in text, words
    assert "NNNN" * 50 in "".join(text.split())
    for words in ("Sign out", "Download", "Skip to", "Queue"):
        assert words not in text, words
