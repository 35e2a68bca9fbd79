"""Back, after finishing, signing out or being away, shows nothing of anybody's health (SE-9).

Playwright starts Chromium without its back-forward cache, where such a test passes whatever the
app does; so here Chromium has it, over https, without which it keeps no page served with
no-store. What Chromium 150 does: a deleted cookie evicts what was kept, so after "Finish" and
after sign-out the control leaks only with every defence taken away; when time runs out the
browser knows nothing of it, and only guard.js stands between Back and the page.
"""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright

from config import EXAMPLE_KEY, Config
from screening.storage.database import Database
from tests.browser.clinician import Clinician, Person
from tests.browser.conftest import QUIET
from tests.browser.patient import Patient
from tests.browser.saved_forms import REACH, WELL, save_form
from tests.browser.tls import served_over_https
from tests.browser.undefended import CLEARING, GUARD, NO_STORE, take_away
from tests.clinic_cases import Received
from tests.clock import Clock

CAME_BACK = "came back from the cache"
WATCH = f'addEventListener("pageshow", shown => shown.persisted && console.log("{CAME_BACK}"))'
CANARY = "zinnias and canaries"
SECRETS = (CANARY, "Fresh skin burns easily", "Sun plans after")  # answer, its texts
ANSWERS = {**WELL, "sun_plans": "yes", "anything_else": CANARY}
MOMENTS = 12


@pytest.fixture
def config(database_url: str, listening: socket.socket) -> Config:
    address = f"https://127.0.0.1:{listening.getsockname()[1]}"
    return Config(database_url, EXAMPLE_KEY, address, environment="test", second_factor=False)


@pytest.fixture(scope="module")
def remembering_browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(
        executable_path=chromium,
        args=QUIET,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@pytest.fixture
def page(
    app: Flask,
    config: Config,
    listening: socket.socket,
    tmp_path: Path,
    remembering_browser: Browser,
) -> Iterator[Page]:
    with served_over_https(app, listening, tmp_path):
        context = remembering_browser.new_context(
            base_url=config.base_url, ignore_https_errors=True
        )
        context.add_init_script(WATCH)
        yield context.new_page()
        context.close()


class Past:
    """What Back brings to light, one step at a time."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.restored = 0
        page.on("console", self._hear)

    def secrets(self, steps: int) -> set[str]:
        """Every secret that could be read at any moment on the way back."""
        return {
            secret
            for _ in range(steps)
            for text in self._step()
            for secret in SECRETS
            if secret in text
        }

    def _step(self) -> Iterator[str]:
        self.page.evaluate("setTimeout(() => history.back())")
        for _ in range(MOMENTS):
            self.page.wait_for_timeout(50)
            try:
                yield str(self.page.evaluate("document.documentElement.innerText"))
            except Error:
                continue  # between two pages there is nothing to read

    def _hear(self, said: ConsoleMessage) -> None:
        self.restored += CAME_BACK in said.text


# -- patients --------------------------------------------------------------------------------


def sends(app: Flask, page: Page) -> Patient:
    patient = Patient(page).comes_back(save_form(app, ANSWERS, REACH))
    assert CANARY in page.inner_text("main")
    return patient.submits()


def finishes(app: Flask, page: Page) -> Past:
    patient = sends(app, page).follows("Keep a copy").says_born().presses("Show my answers")
    assert CANARY in page.inner_text("main")
    patient.presses("Finish and clear this device")
    assert patient.heading == "This device is clear"
    return Past(page)


def leaves_the_outcome_open(app: Flask, page: Page, clock: Clock) -> Past:
    sends(app, page).follows("Privacy")
    clock.advance(timedelta(minutes=31))
    return Past(page)


def test_after_finishing_nothing_comes_back(app: Flask, page: Page) -> None:
    assert finishes(app, page).secrets(steps=4) == set()


def test_after_finishing_everything_would_come_back_undefended(app: Flask, page: Page) -> None:
    take_away(app, GUARD, NO_STORE, CLEARING)
    past = finishes(app, page)
    assert past.secrets(steps=4)
    assert past.restored


def test_after_half_an_hour_the_outcome_does_not_come_back(
    app: Flask, page: Page, clock: Clock
) -> None:
    past = leaves_the_outcome_open(app, page, clock)
    assert past.secrets(steps=1) == set()
    assert past.restored, "the cache was not at work, so nothing was shown"
    assert Patient(page).heading == "This page has closed"


def test_after_half_an_hour_the_outcome_would_come_back_without_the_guard(
    app: Flask, page: Page, clock: Clock
) -> None:
    take_away(app, GUARD)
    assert leaves_the_outcome_open(app, page, clock).secrets(steps=1)


# -- clinicians ------------------------------------------------------------------------------

Reading = Callable[[], Clinician]


@pytest.fixture
def reading(page: Page, database: Database, robin: Person) -> Reading:
    """Somebody signs in and has a record open."""

    def new() -> Clinician:
        Received("Zoë Marker", ANSWERS).into(database)
        clinician = Clinician(page).joins(robin).signs_in(robin).picks("Zoë M.", "REF-1")
        assert CANARY in page.inner_text("main")
        return clinician

    return new


def to_the_queue(clinician: Clinician) -> Clinician:
    with clinician.page.expect_navigation():
        clinician.page.get_by_role("link", name="Queue").first.click()
    assert clinician.waiting()
    return clinician


def is_away(clinician: Clinician, clock: Clock) -> Past:
    to_the_queue(clinician)
    clock.advance(timedelta(minutes=16))
    return Past(clinician.page)


def test_after_signing_out_on_the_record_nothing_comes_back(reading: Reading) -> None:
    page = reading().signs_out().page
    assert Past(page).secrets(steps=3) == set()


def test_after_signing_out_elsewhere_nothing_comes_back(reading: Reading) -> None:
    page = to_the_queue(reading()).signs_out().page
    assert Past(page).secrets(steps=3) == set()


def test_after_signing_out_the_record_would_come_back_undefended(
    app: Flask, reading: Reading
) -> None:
    take_away(app, GUARD, NO_STORE, CLEARING)
    past = Past(reading().signs_out().page)
    assert past.secrets(steps=3)
    assert past.restored


def test_after_a_time_out_the_record_does_not_come_back(reading: Reading, clock: Clock) -> None:
    past = is_away(reading(), clock)
    assert past.secrets(steps=1) == set()
    assert past.restored, "the cache was not at work, so nothing was shown"
    assert past.page.get_by_role("heading", level=1).inner_text() == "Sign in"


def test_after_a_time_out_the_record_would_come_back_without_the_guard(
    app: Flask, reading: Reading, clock: Clock
) -> None:
    take_away(app, GUARD)
    assert is_away(reading(), clock).secrets(steps=1)
