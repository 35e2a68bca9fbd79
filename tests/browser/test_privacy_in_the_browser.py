"""What a browser is told, asked for and keeps: no answer outside the page it is shown on."""

import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Playwright, Request

from tests.browser.clinician import Clinician
from tests.browser.conftest import PHONE, QUIET
from tests.browser.patient import Patient
from tests.browser.saved_forms import WELL, save_form

FIRST_PAGE = 30_000  # bytes
WORDS = "zinnias and canaries"
PERSON = {"name": "Zinnia Canary", "email": "zinnia.canary@example.com", "phone": "07700 900 982"}
ANSWERS = {**WELL, "isotretinoin": "past", "isotretinoin_last": "2026-07", "anything_else": WORDS}
# What this person said; an id of an answer where its label is also a word of the page.
SAID = (WORDS, "zinnia", "canary", "900 982", "900982", "1990", "acne_scars", "2026-07")
ELSEWHERE = """async () => JSON.stringify([
  location.href, document.title, document.referrer, history.state, name,
  {...localStorage}, {...sessionStorage}, document.cookie,
  (await indexedDB.databases()).map(one => one.name), window.caches ? await caches.keys() : [],
])"""


def fills_in_the_form(page: Page) -> Iterator[Patient]:
    """The patient on each page of the way, so that each can be looked at."""
    patient = Patient(page).begins()
    while patient.path != "/q/check":
        yield patient
        if patient.path == "/q/you":
            patient.gives(PERSON, visit="2027-01-18")
        else:
            patient.fills_in(ANSWERS)
        yield patient
        patient.presses("Continue")
    yield patient
    yield patient.submits()
    yield patient.follows("Keep a copy").says_born().presses("Show my answers")


def test_nobody_is_told_and_nothing_is_kept_outside_the_pages(
    browser_page: Page, live_server: str
) -> None:
    asked: list[Request] = []
    browser_page.on("request", lambda request: asked.append(request))
    for patient in fills_in_the_form(browser_page):
        told = browser_page.evaluate(ELSEWHERE).lower()
        leaks = [said for said in SAID if said.lower() in told]
        assert not leaks, f"{patient.path}: {told}"
    assert WORDS in browser_page.inner_text("main")
    assert {urlsplit(one.url).netloc for one in asked} == {urlsplit(live_server).netloc}
    written = [one.url.lower() for one in asked]
    assert not [url for url in written if any(said.lower() in url for said in SAID)]
    for cookie in browser_page.context.cookies():
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Lax"
        assert len(str(cookie["value"])) == 43  # a random id has no room for anything else


def test_the_first_page_is_light(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context().new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto("/", wait_until="networkidle")
    assert len(sizes) >= 3, "page and style sheets"
    assert 3_000 < sum(sizes) < FIRST_PAGE, sizes


def test_the_second_page_brings_no_style_sheet_anew(browser_page: Page) -> None:
    browser_page.goto("/", wait_until="networkidle")
    devtools = browser_page.context.new_cdp_session(browser_page)
    devtools.send("Network.enable")
    came: list[str] = []
    devtools.on("Network.requestServedFromCache", lambda event: came.append(event["requestId"]))
    browser_page.goto("/privacy", wait_until="networkidle")
    assert came


def test_no_answer_is_left_on_the_disk(
    app: Flask, live_server: str, playwright: Playwright, chromium: str, tmp_path: Path
) -> None:
    """The whole profile is searched, after a form was filled in and the browser was closed.

    Browsers write what is typed and ticked to the disk, to restore tabs, unless a form asks them
    not to. Name and address are for the browser's own autofill, and so for its owner, to keep.
    """
    profile = tmp_path / "profile"
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=chromium, args=QUIET, base_url=live_server, viewport=PHONE
    )
    for _ in fills_in_the_form(context.pages[0]):
        pass
    context.close()
    # A form that is kept is kept in UTF-16: for each box its name, its kind and its state, each
    # after its lengths. (Where the page was scrolled to is kept too, as a path of class names.)
    kind = struct.pack("<II", 8 + 10, 5) + "radio".encode("utf-16-le")
    told = [WORDS.encode(), WORDS.encode("utf-16-le"), kind]
    files = [path for path in profile.rglob("*") if path.is_file()]
    assert any("/q/hopes".encode("utf-16-le") in path.read_bytes() for path in files), "no history"
    kept = {(path.name, one) for path in files for one in told if one in path.read_bytes()}
    assert not kept


def test_a_decision_leaves_no_word_outside_its_page(
    app: Flask, browser_page: Page, new_clinician: Callable[[], Clinician]
) -> None:
    link = save_form(app, ANSWERS, PERSON)
    reference = Patient(browser_page).comes_back(link).submits().reference()
    clinician = new_clinician()
    clinician.picks("Zinnia C.", reference).decides("Ask the patient", note=WORDS)
    clinician.page.goto(clinician.page.url)
    assert WORDS in clinician.page.inner_text("main")
    told = json.loads(clinician.page.evaluate(ELSEWHERE))
    assert not [said for said in SAID if said.lower() in json.dumps(told).lower()]


@pytest.mark.parametrize("address", ["/", "/privacy", "/resume", "/clinic/sign-in", "/nowhere"])
def test_a_page_that_anybody_may_see_sets_no_lasting_cookie(
    address: str, browser_page: Page
) -> None:
    browser_page.goto(address)
    assert all(cookie["expires"] == -1 for cookie in browser_page.context.cookies())
