"""A form that was begun before the clinic retired its version: told once what is new."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from screening.protocols.library import ProtocolLibrary
from screening.storage.database import Database
from tests.browser.looks import faults
from tests.browser.patient import Patient
from tests.browser.saved_forms import REACH, WELL, save_form
from tests.clock import Clock
from tests.older_pages import a_newer_version
from tests.protocol_cases import a_new_item, with_items, worded
from tests.worked_cases import PROTOCOL

GOALS = PROTOCOL.items["treatment_goals"]
LIBRARY = with_items({GOALS.id: worded(GOALS, "What do you hope to change?")}, a_new_item())


@pytest.fixture
def app(app_with: Callable[[ProtocolLibrary], Flask]) -> Flask:
    return app_with(LIBRARY)


def test_what_is_new_is_named_before_it_is_asked(
    app: Flask, database: Database, clock: Clock, browser_page: Page
) -> None:
    link = save_form(app, WELL, REACH)
    a_newer_version(database, LIBRARY, clock)
    patient = Patient(browser_page).comes_back(link)
    assert patient.heading == "We have updated this form"
    patient.reads("What do you hope to change?").reads("Do you hope for a lot?")
    found = faults(browser_page, "changed questions")
    assert patient.presses("Continue").path == "/q/about_you"
    assert not found, "\n".join(found)
