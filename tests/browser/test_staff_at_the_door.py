"""Staff at the door in a real browser: app, passkey, a session that runs out."""

import socket
from base64 import b32decode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from config import Config
from screening.services.totp import code_at, step_of
from screening.storage.database import Database
from tests.browser.clinician import PASSWORD, Clinician, Person
from tests.browser.looks import faults
from tests.clinic_cases import REVIEWED, Received
from tests.clock import Clock

SECURITY_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
}

ELSEWHERE = """() => {
  const asked = document.querySelector("form[data-passkey]").dataset;
  asked.options = asked.options.replaceAll("localhost", "bank.example");
}"""


@pytest.fixture
def config(config: Config, listening: socket.socket) -> Config:
    """Passkeys are made for names: here the machine's own."""
    address = f"http://localhost:{listening.getsockname()[1]}"
    return replace(config, base_url=address, second_factor=True)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture
def robin_enters(page: Page, robin: Person) -> Callable[[], None]:
    """By password; what comes next is the second step."""
    Clinician(page).joins(robin)

    def enters() -> None:
        page.goto("/clinic/sign-in")
        page.get_by_label("E-mail address").fill(robin.email)
        page.get_by_label("Password").fill(PASSWORD)
        presses(page, "Sign in")

    return enters


def presses(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


def with_a_key(page: Page) -> CDPSession:
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": SECURITY_KEY})
    return browser


def sets_up_an_app(page: Page, clock: Clock) -> bytes:
    seed = b32decode(page.locator("code.secret").inner_text().replace(" ", ""))
    page.get_by_label("Code", exact=True).fill(code_at(seed, step_of(clock())))
    presses(page, "Set up")
    heading(page, "Your recovery codes")
    return seed


def test_a_newcomer_sets_up_an_app_and_comes_back_with_a_code(
    page: Page, robin_enters: Callable[[], None], clock: Clock
) -> None:
    robin_enters()
    heading(page, "Set up an authenticator app")
    assert faults(page, "enrolment") == []
    seed = sets_up_an_app(page, clock)
    assert faults(page, "recovery codes") == []
    page.goto("/clinic/account")
    heading(page, "Your account")
    assert faults(page, "account with an app") == []
    presses(page, "Sign out")
    clock.advance(timedelta(seconds=30))
    robin_enters()
    heading(page, "Second step")
    assert faults(page, "second step") == []
    page.get_by_label("Code", exact=True).fill(code_at(seed, step_of(clock())))
    presses(page, "Sign in")
    heading(page, "Queue")


def test_a_passkey_is_added_and_opens_the_account(
    page: Page, robin_enters: Callable[[], None]
) -> None:
    with_a_key(page)
    robin_enters()
    page.get_by_role("link", name="Add a passkey instead").click()
    heading(page, "Add a passkey")
    assert faults(page, "add a passkey") == []
    page.get_by_label("What do you call it?").fill("My laptop")
    presses(page, "Add a passkey")
    heading(page, "Your recovery codes")
    page.goto("/clinic/account")
    expect(page.get_by_text("My laptop", exact=True).first).to_be_visible()
    presses(page, "Sign out")
    robin_enters()
    heading(page, "Second step")
    presses(page, "Use a passkey")
    heading(page, "Queue")


def test_a_false_site_gets_no_signature_from_the_browser(
    page: Page, robin_enters: Callable[[], None], config: Config
) -> None:
    """The same page under another name: the browser itself refuses to make a passkey."""
    with_a_key(page)
    robin_enters()
    page.goto("/clinic/account/passkey")
    page.evaluate(ELSEWHERE)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status")).to_have_text("No passkey was made. You can try again.")


# -- a session that runs out -----------------------------------------------------------------


@pytest.fixture
def reading(
    page: Page, robin_enters: Callable[[], None], clock: Clock, database: Database, app: Flask
) -> Page:
    """Robin has a submission open and has begun to type."""
    Received("Zoë Marker", REVIEWED).into(database)
    page.clock.install(time=clock())
    robin_enters()
    seed = sets_up_an_app(page, clock)
    page.goto("/clinic/account")
    page.evaluate("seed => window.name = seed", seed.hex())  # the phone, for later
    return page


def pass_by(page: Page, clock: Clock, by: timedelta) -> None:
    """On the server and in the browser."""
    clock.advance(by)
    page.clock.run_for(int(by.total_seconds() * 1000))


def test_two_minutes_before_the_end_the_page_says_so_and_offers_to_stay(
    reading: Page, clock: Clock
) -> None:
    bar = reading.locator("#leaving")
    pass_by(reading, clock, timedelta(minutes=12, seconds=50))
    expect(bar).to_be_hidden()
    pass_by(reading, clock, timedelta(seconds=15))
    expect(bar).to_be_visible()
    with reading.expect_response("**/clinic/session/stay"):
        bar.get_by_role("button", name="Stay signed in").click()
    expect(bar).to_be_hidden()
    pass_by(reading, clock, timedelta(minutes=12))
    reading.reload()
    heading(reading, "Your account")


def test_at_the_end_the_page_goes_and_what_was_typed_is_kept(
    reading: Page, clock: Clock, robin: Person
) -> None:
    seed = bytes.fromhex(str(reading.evaluate("window.name")))
    reading.goto("/clinic/submissions/" + "1".zfill(32))
    note = reading.get_by_label("Note for colleagues")
    note.fill("Rang her: no blisters.\nCall again on Friday.")
    pass_by(reading, clock, timedelta(minutes=13, seconds=5))
    expect(reading.locator("#leaving")).to_be_visible()
    with reading.expect_response("**/clinic/session/keep"):
        pass_by(reading, clock, timedelta(minutes=1, seconds=56))
    expect(reading.locator("main")).to_be_hidden()
    with reading.expect_navigation():
        pass_by(reading, clock, timedelta(seconds=10))
    heading(reading, "Sign in")
    expect(reading.get_by_text("was not sent")).to_be_visible()
    reading.get_by_label("E-mail address").fill(robin.email)
    reading.get_by_label("Password").fill(PASSWORD)
    presses(reading, "Sign in")
    reading.get_by_label("Code", exact=True).fill(code_at(seed, step_of(clock())))
    presses(reading, "Sign in")
    expect(reading.get_by_text("Not sent yet")).to_be_visible()
    expect(reading.get_by_label("Note for colleagues")).to_have_value(
        "Rang her: no blisters.\nCall again on Friday."
    )
