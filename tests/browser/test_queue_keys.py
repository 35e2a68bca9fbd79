"""The queue by keyboard: the skip link, the keys of the list, and only while the list has focus."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.clinician import Clinician, Person
from tests.browser.keyboard import Keyboard
from tests.browser.looks import faults
from tests.clinic_cases import CAUTIONED, REVIEWED, STOPPED, Received


@pytest.fixture
def people(app: Flask) -> None:
    database = app.extensions["prelude"].database
    for number, answers in enumerate((STOPPED, REVIEWED, CAUTIONED, {}), 1):
        Received(f"Person {'ABCD'[number - 1]}", answers).into(database, number)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], robin: Person, people: None) -> Page:
    page = new_context().new_page()
    Clinician(page).joins(robin).signs_in(robin)
    return page


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText")).split(",")[0].strip()


def test_j_and_k_walk_through_the_list_and_enter_opens(page: Page) -> None:
    page.get_by_role("link", name="Skip to the list").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list")).to_be_focused()
    walked = []
    for key in "jjjjjk":
        page.keyboard.press(key)
        walked.append(focused(page))
    assert walked == ["Person A.", "Person B.", "Person C.", "Person D.", "Person D.", "Person C."]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("REF-3")


def test_a_press_anywhere_on_a_line_opens_it_but_not_while_words_are_marked(page: Page) -> None:
    row = page.get_by_role("row").filter(has_text="REF-2")
    row.get_by_text("REF-2", exact=True).drag_to(row.get_by_text("Review", exact=True))
    assert page.evaluate("getSelection().toString()")
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
    with page.expect_navigation():
        row.get_by_text("sent today").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("REF-2")


def test_keys_mean_nothing_outside_the_list(page: Page) -> None:
    sought = page.get_by_label("Name, date of birth, contact or reference")
    sought.focus()
    page.keyboard.type("jk/")
    expect(sought).to_have_value("jk/")
    page.get_by_role("link", name="Our turn").focus()
    for key in "jk/":
        page.keyboard.press(key)
        assert focused(page).startswith("Our turn")
    page.get_by_role("link", name="Person A.").focus()
    page.keyboard.press("/")
    expect(sought).to_be_focused()
    expect(sought).to_have_value("jk/")


def test_without_a_mouse_from_the_search_to_the_record(page: Page) -> None:
    page.get_by_label("Name, date of birth, contact or reference").fill("nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody is found by this.")).to_be_visible()
    assert "nobody" not in page.url
    Keyboard(page).goes_to("Queue")
    expect(page.get_by_role("heading", level=1, name="Queue")).to_be_visible()


def test_nothing_is_amiss_with_how_it_looks(page: Page) -> None:
    found = faults(page, "queue")
    page.goto("/clinic/?level=stop&from=2027-02-01&to=2027-01-01")
    found += faults(page, "queue with an error")
    page.goto("/clinic/confirm")
    found += faults(page, "confirm")
    Clinician(page).presses("Confirm the ticked ones")
    found += faults(page, "confirm with an error")
    Clinician(page).presses("Confirm all 1")
    found += faults(page, "confirmed")
    page.goto("/clinic/")
    page.get_by_label("Name, date of birth, contact or reference").fill("nobody")
    Clinician(page).presses("Search")
    found += faults(page, "nobody found")
    assert not found, "\n".join(found)
