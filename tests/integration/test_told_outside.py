"""What anybody typed is told nowhere outside the database: in no log and no file (OU-11)."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import cast

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import make_url

from bench.faults.kills import CLINIC
from bench.faults.wire import Answer, WireClient
from tests.actors import Patient
from tests.browser.real_server import RealServer, set_up_link
from tests.clinic_actor import token_in
from tests.questionnaires import ASHA

pytestmark = pytest.mark.thorough  # starts a process

SAID = (
    "name", "email", "words", "forged", "password", "wrong", "note", "searched", "address", "crash",
)  # fmt: skip
CANARY = {one: f"canary{one}{token_hex(4)}" for one in SAID}
ABOUT = {"name": f"Asha {CANARY['name']}", "email": f"{CANARY['email']}@example.com",
         "phone": ""}  # fmt: skip
REFUSES = {
    "sqlite": "CREATE TRIGGER broken BEFORE INSERT ON submissions "
    "BEGIN SELECT RAISE(ABORT, 'broken'); END",
    "postgresql": "ALTER TABLE submissions ADD CONSTRAINT broken CHECK (false) NOT VALID",
}
OWN = f"{CANARY['password']} of mine"
EMAIL = "robin@clinic.example"


@pytest.fixture
def places(tmp_path: Path, database_url: str) -> Iterator[tuple[RealServer, list[Path]]]:
    """A real server with a temporary folder of its own, and wherever something may be told."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    theirs = [tmp_path, temporary]
    if database_url.startswith("postgresql"):
        theirs.append(data_of(database_url))
    with RealServer(tmp_path, DATABASE_URL=database_url, TMPDIR=str(temporary)) as server:
        server.flask(*CLINIC)
        yield server.starts(), theirs


def data_of(url: str) -> Path:
    """The folder of the PostgreSQL server, with its log."""
    with psycopg.connect(plain(url)) as connection:
        (found,) = cast("tuple[str]", connection.execute("SHOW data_directory").fetchone())
    return Path(found)


def plain(url: str) -> str:
    driverless = make_url(url).set(drivername="postgresql")
    return driverless.render_as_string(hide_password=False)


def told(places: list[Path], words: list[str]) -> set[str]:
    """Which of these words stand in logs and temporary files; the database itself is no log."""
    found = set()
    for folder in places:
        for one in [*folder.glob("*log*"), *folder.glob("log/*"), *folder.glob("tmp/**/*")]:
            if one.is_file():
                text = one.read_bytes()
                found |= {word for word in words if word.encode() in text}
    return found


def test_a_whole_day_with_its_mishaps_is_told_nowhere(
    places: tuple[RealServer, list[Path]], database_url: str
) -> None:
    server, folders = places
    patient, secrets = a_patient(server), list(CANARY.values())
    secrets += [*a_colleague(server), *patient.cookies.values()]
    something_breaks(server, database_url)
    assert len(secrets) > len(CANARY)
    assert told(folders, secrets) == set()
    assert told(folders, ['"status": 500']), "what broke was noted, without its words"
    (folders[1] / "left-behind").write_text(f"x {CANARY['note']} x")
    assert told(folders, secrets) == {CANARY["note"]}, "the search does find what is told"
    if database_url.startswith("postgresql"):
        with psycopg.connect(plain(database_url)) as connection, pytest.raises(psycopg.Error):
            connection.execute(f"SELECT '{CANARY['crash']}' FROM nowhere")  # type: ignore[arg-type]
        assert CANARY["crash"] in told(folders, secrets), "this log would have told"


def a_patient(server: RealServer) -> WireClient:
    """Answers, is refused, sends; asks for a copy and for an address that is not there."""
    client = WireClient([server.port])
    patient = Patient(cast("FlaskClient", client), "Juniper Skin Clinic (demo)").begins()
    patient.answers({**ASHA, "anything_else": CANARY["words"]}, ABOUT)
    client.post("/q/gate", {"csrf_token": token_in(client.get("/q/gate").text),
                            "urgent_signs": CANARY["forged"], CANARY["forged"]: "x"})  # fmt: skip
    client.get(f"/visit/{CANARY['address']}?of={CANARY['address']}")
    client.post("/q/gate", {"csrf_token": CANARY["forged"]})
    patient.opens("/q/check")
    patient.submits()
    return client


def a_colleague(server: RealServer) -> list[str]:
    """Sets a password, mistypes it, searches, writes a note; what must not be told of that."""
    client = WireClient([server.port])
    link = set_up_link(server.flask("create-staff", "Robin Reed", EMAIL))
    door = link.partition(server.address)[2]
    _posts(client, door, door, email=EMAIL, password=OWN)
    for password in (CANARY["wrong"], OWN):
        _posts(client, "/clinic/sign-in", "/clinic/sign-in", email=EMAIL, password=password)
    _posts(client, "/clinic/", "/clinic/search", words=CANARY["searched"])
    (here,) = set(re.findall(r"/clinic/submissions/[0-9a-f]{32}", client.get("/clinic/").text))
    _posts(client, here, f"{here}/decision", note=CANARY["note"], button="preview")
    return [door.rpartition("/")[2], *client.cookies.values()]


def something_breaks(server: RealServer, url: str) -> None:
    """The database refuses a row that somebody sends, and PostgreSQL tells it to its log."""
    client = WireClient([server.port])
    patient = Patient(cast("FlaskClient", client), "Juniper Skin Clinic (demo)").begins()
    patient.answers(ASHA | {"anything_else": CANARY["crash"]}, ABOUT)
    form = patient.page.form_to("/q/submit")
    _statement(url, REFUSES["sqlite" if url.startswith("sqlite") else "postgresql"])
    assert client.post("/q/submit", form.state()).status_code == 500
    server.is_killed()


def _statement(url: str, statement: str) -> None:
    if url.startswith("postgresql"):
        with psycopg.connect(plain(url), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]
    else:
        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            file.execute(statement)


def _posts(client: WireClient, page: str, to: str, **typed: str) -> Answer:
    return client.post(to, {"csrf_token": token_in(client.get(page).text), **typed})
