"""Two processes over one PostgreSQL serve the same people: no request needs the one before it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from screening.services.totp import code_at, step_of
from tests.actors import CLINIC, Patient
from tests.browser.real_server import RealServer, set_up_link
from tests.clinic_actor import Clinician, Page, token_in
from tests.databases import PostgresServer
from tests.factor_actor import ENROL, codes_on, secret_on
from tests.in_turns import InTurns
from tests.questionnaires import ASHA
from tests.staff_actor import PASSWORD

EMAIL = "robin@clinic.example"
BORN = {"date_of_birth": ASHA["date_of_birth"]}
WARNED = ASHA | {"sun_plans": "yes"}


@pytest.fixture(scope="module")
def servers(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[RealServer]]:
    folder = tmp_path_factory.mktemp("servers")
    with postgres.fresh() as url:
        front = "http://127.0.0.1:8000"  # what stands in front of both
        settings = {
            "DATABASE_URL": url,
            "PRELUDE_ENVIRONMENT": "test",
            "PRELUDE_BASE_URL": front,
        }
        one, two = (RealServer(folder, **settings) for _ in range(2))
        with one, two:
            one.flask(
                "set-clinic", "--name", CLINIC, "--phone", "020 7946 0100",
                "--emergency-number", "999", "--urgent-line", "NHS 111",
                "--jurisdiction", "england", "--time-zone", "Europe/London",
                "--modality", "mechanical", "--public-start",
            )  # fmt: skip
            yield [one.starts(), two.starts()]


def as_flask(client: Client) -> FlaskClient:
    """Our actors use nothing of Flask's client that Werkzeug's has not."""
    return cast("FlaskClient", client)


def posts(client: Client, page: str, action: str = "", **typed: str) -> Any:
    token = token_in(client.get(page).text)
    return client.post(action or page, data={"csrf_token": token, **typed})


def joins(client: Client, link: str) -> list[str]:
    """Chooses a password and enrols an authenticator app; the recovery codes."""
    posts(client, link, password=PASSWORD)
    posts(client, "/clinic/sign-in", email=EMAIL, password=PASSWORD)
    page = client.get(ENROL).text
    code = code_at(secret_on(page), step_of(datetime.now(UTC)))
    enrolled = client.post(ENROL, data={"csrf_token": token_in(page), "code": code})
    assert enrolled.status_code in (200, 303), enrolled.status_code
    return codes_on(enrolled.text or client.get(enrolled.headers["Location"]).text)


def half_way(patient: Patient) -> str:
    """Answers a page, saves, and takes a code along."""
    patient.begins().continues(WARNED)
    patient.continues(WARNED)
    patient.continues({}, then="save")
    found = re.search(r"\b([0-9A-HJKMNP-TV-Z]{5} [0-9A-HJKMNP-TV-Z]{5})\b", patient.page.text)
    assert found is not None, patient.page.text
    return found.group(1)


@pytest.mark.thorough
@pytest.mark.postgresql
def test_attempts_are_counted_by_all_processes_together(servers: list[RealServer]) -> None:
    guesser = InTurns([one.port for one in servers]).browser()
    answers = [
        posts(guesser, "/clinic/sign-in", email="sam@clinic.example", password="a wrong password")
        for _ in range(6)
    ]
    assert [one.status_code for one in answers] == [400] * 5 + [429]


@pytest.mark.thorough
@pytest.mark.postgresql
def test_every_request_of_a_journey_may_go_to_another_process(servers: list[RealServer]) -> None:
    front = InTurns([one.port for one in servers])
    code = half_way(Patient(as_flask(front.browser())))
    patient = Patient(as_flask(front.browser()))
    patient.opens("/resume")
    patient.continues(BORN | {"code": code})
    patient.answers(WARNED).submits()
    assert patient.page.path == "/outcome"

    link = set_up_link(servers[0].flask("create-staff", "Robin Reed", EMAIL))
    browser = front.browser()
    recovery = joins(browser, link.removeprefix("http://127.0.0.1:8000"))
    posts(browser, "/clinic/account", "/clinic/sign-out")
    posts(browser, "/clinic/sign-in", email=EMAIL, password=PASSWORD)
    posts(browser, "/clinic/sign-in/code", code=recovery[0])
    robin = Clinician(as_flask(browser), cast("Any", None))
    queue = robin.opens("/clinic/?q=asha")
    (address,) = {
        str(a.attributes["href"])
        for a in queue.root.all("a")
        if str(a.attributes["href"]).startswith("/clinic/submissions/")
    }
    page = robin.opens(address.partition("?")[0])
    assert robin.sends(page, "claim").status_code == 303
    own = Page(robin.sends(page, "link"))
    found = re.search(r"/visit/[0-9a-f]{64}", own.response.text)
    assert found is not None

    servers[0].is_killed()  # the other one goes on alone
    front.ports.remove(servers[0].port)
    decided = robin.decides(robin.opens(address.partition("?")[0]), "proceed", identity="yes")
    assert decided.status_code == 303, decided.text
    at_home = Patient(as_flask(front.browser()))
    at_home.opens(found.group())
    assert at_home.continues(BORN).path == "/visit"
    assert at_home.page.h1 == "The clinic has read your answers"
    assert min(front.served.values()) > 20
