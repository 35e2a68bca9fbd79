"""A real server on SQLite with a clock of ours, and a real Chromium the size of a phone."""

import runpy
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from waitress import create_server, wasyncore

from config import EXAMPLE_KEY, Config
from screening.services.accounts import create_staff
from screening.storage.database import Database
from tests.browser import axe as axe_core
from tests.browser.clinician import Clinician, Person
from tests.browser.patient import Patient
from tests.browser.saved_forms import WELL, before, save_form
from tests.clock import Clock

HERE = Path(__file__).resolve().parent
FAULTS = HERE / "faults.js"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 844}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def engine_name() -> str:
    """What a browser sees does not depend on the database."""
    return "sqlite"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def config(database_url: str, listening: socket.socket) -> Config:
    port = listening.getsockname()[1]
    return Config(
        database_url=database_url,
        master_key=EXAMPLE_KEY,
        base_url=f"http://127.0.0.1:{port}",
        environment="test",
        second_factor=False,
    )


@pytest.fixture
def live_server(app: Flask, config: Config, listening: socket.socket) -> Iterator[str]:
    """The address of the app, served as in real life."""
    server = create_server(app, sockets=[listening], threads=4, ident=None)
    thread = Thread(target=server.run)
    thread.start()
    yield config.base_url
    # Within the server's own loop; from here it might still be waiting on what gets closed.
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join(timeout=10)
    server.task_dispatcher.shutdown()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium, found where ./run test finds it."""
    find_browser = runpy.run_path(str(HERE.parents[1] / "run"), run_name="run")["find_browser"]
    path = find_browser()
    if not path:
        pytest.fail("There is no Chromium; ./run test installs one, or set CHROMIUM.")
    return str(path)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture
def new_context(browser: Browser, live_server: str) -> Iterator[Callable[..., BrowserContext]]:
    """One more person with a phone; each has cookies of their own."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.extend(amiss(said.text)))
        page.on("request", lambda asked: complaints.extend(foreign(asked.url, live_server)))

    def new(**settings: Any) -> BrowserContext:
        usual = {"viewport": PHONE, "locale": "en-GB", "timezone_id": "Europe/London"}
        context = browser.new_context(
            base_url=live_server, reduced_motion="reduce", **{**usual, **settings}
        )
        context.add_init_script(path=FAULTS)
        context.on("page", watch)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()
    assert not complaints, complaints


def amiss(text: str) -> list[str]:
    """A breach of the page's policy, or what faults.js found on it."""
    signs = ("Content Security Policy", "Content-Security-Policy", "FAULT on ")
    return [text] if any(sign in text for sign in signs) else []


def foreign(url: str, own: str) -> list[str]:
    return [] if url.startswith((own + "/", "data:", "about:")) else [f"asked for {url}"]


@pytest.fixture
def java_script_enabled() -> bool:
    return True


@pytest.fixture
def browser_page(new_context: Callable[..., BrowserContext], java_script_enabled: bool) -> Page:
    """A fresh page on a phone of 390 × 844; relative addresses are the live server's."""
    return new_context(java_script_enabled=java_script_enabled).new_page()


@pytest.fixture
def patient_at(app: Flask, browser_page: Page) -> Callable[..., Patient]:
    """Someone who answered everything before this section on another day, now back on it."""

    def comes_back(section: str, raw: Mapping[str, object] = WELL) -> Patient:
        link = save_form(app, before(section, raw))
        patient = Patient(browser_page).comes_back(link)
        assert patient.path == f"/q/{section}"
        return patient

    return comes_back


@pytest.fixture
def invited(database: Database, clock: Clock, config: Config) -> Callable[..., Person]:
    """A member of staff who was sent a set-up link, as the command line prints it."""

    def new(name: str, *roles: str) -> Person:
        email = f"{name.split()[0].lower()}@clinic.example"
        with database.write() as session:
            token = create_staff(
                session, name, email, clock(), secrets.token_bytes, roles=frozenset(roles)
            )
        return Person(email, f"{config.base_url}/clinic/set-up/{token}", name)

    return new


@pytest.fixture
def robin(app: Flask, invited: Callable[..., Person]) -> Person:
    return invited("Robin Reed", "clinician")


@pytest.fixture
def new_clinician(
    new_context: Callable[..., BrowserContext], robin: Person
) -> Callable[[], Clinician]:
    """Robin at a computer of their own, on the queue."""

    def new() -> Clinician:
        return Clinician(new_context(viewport=DESKTOP).new_page()).joins(robin).signs_in(robin)

    return new


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    return axe_core.axe
