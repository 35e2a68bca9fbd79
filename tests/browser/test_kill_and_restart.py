"""The real server is killed at once after a promise was made; the promise holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.clinician import Clinician, Person
from tests.browser.patient import Patient
from tests.browser.real_server import RealServer, set_up_link
from tests.browser.saved_forms import WELL

EMAIL = "robin@clinic.example"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealServer]:
    with RealServer(tmp_path) as server:
        server.flask(
            "set-clinic", "--name", "Kill and Restart Clinic", "--phone", "020 7946 0100",
            "--emergency-number", "999", "--urgent-line", "NHS 111", "--jurisdiction", "england",
            "--time-zone", "Europe/London", "--modality", "mechanical", "--public-start",
        )  # fmt: skip
        yield server.starts()


@pytest.fixture
def pages(browser: Browser, server: RealServer) -> Iterator[list[Page]]:
    contexts: list[BrowserContext] = [
        browser.new_context(base_url=server.address) for _ in range(3)
    ]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def test_what_was_promised_is_kept(server: RealServer, pages: list[Page]) -> None:
    sender, unfinished = Patient(pages[0]), Patient(pages[1])
    unfinished.begins().fills_in(WELL).presses("Continue")
    unfinished.fills_in(WELL).presses("Continue")
    halfway = unfinished.path
    link = set_up_link(server.flask("create-staff", "Robin Reed", EMAIL))
    clinician, robin = Clinician(pages[2]).joins(Person(EMAIL, link)), Person(EMAIL, link)
    reference = sender.begins().answers(WELL | {"sun_plans": "yes"}).submits().reference()
    server.is_killed()

    server.starts()
    assert sender.opens("/outcome").reference() == reference
    clinician.signs_in(robin).picks("Asha E.", reference)
    assert clinician.flags() == ["sun_plans_after"]
    unfinished.presses("Continue")  # nothing chosen: this page was never sent
    assert unfinished.path == halfway
    assert unfinished.errors()
    second = unfinished.answers(WELL, about={"name": "Bea Second", "phone": "020 7946 0001"})
    assert second.submits().reference() != reference
    clinician.decides("Proceed", note="After the crash.")
    server.is_killed()

    server.starts()
    clinician.page.goto("/clinic/")
    assert clinician.decided() == ["Asha E."]
    assert clinician.waiting() == ["Bea S."]
