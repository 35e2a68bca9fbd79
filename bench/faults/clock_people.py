"""Who is at the clinic when somebody moves its clock, and how each is doing."""

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_bytes
from typing import cast

from flask.testing import FlaskClient
from sqlalchemy import text

from bench.faults.moved import MovedServer
from bench.faults.wire import WireClient
from screening.domain.audit import Actor
from screening.services.accounts import create_staff, set_up
from screening.services.own_page import LINK_LIFE, make_link
from screening.services.second_factor import enrol_totp
from screening.services.staff_events import by
from screening.services.totp import SEED_BYTES, code_at, step_of
from screening.storage.database import Database
from screening.web.parts import utc_now
from tests.actors import Patient
from tests.clinic_actor import PASSWORD, PASSWORD_HASH
from tests.own_pages import BORN
from tests.questionnaires import ASHA, past_the_gate
from tests.web_fixtures import token_from

A_WHILE = timedelta(hours=1)
ACCOUNT, CODE = "/clinic/account", "/clinic/sign-in/code"


@dataclass(frozen=True)
class People:
    """Who is at work, who is half-way, and what was over before the clock was touched."""

    signed_in: WireClient
    signed_out: WireClient
    half_way: Patient
    dead_link: str


def people_at(server: MovedServer, database: Database) -> People:
    kim, sam = (signs_in(server, name, has_a_phone(database, name)) for name in ("kim", "sam"))
    before = dict(sam.cookies)
    sam.post("/clinic/sign-out", {"csrf_token": token_from(_flask(sam), ACCOUNT)})
    sam.cookies = before  # a copy that somebody kept
    a_patient_sends(server)
    with database.write() as session:
        episode = str(session.scalar(text("SELECT episode_id FROM submissions")))
        staff = str(session.scalar(text("SELECT id FROM staff")))
        ended = utc_now() - LINK_LIFE - A_WHILE / 4
        link = make_link(session, episode, Actor("staff", staff), ended, token_bytes)
    half_way = past_the_gate(_flask(WireClient([server.port])))
    with database.write() as session:  # it would be over in three days
        session.execute(
            text("UPDATE drafts SET expires_at = :at"),
            {"at": f"{utc_now() + timedelta(days=3):%Y-%m-%d %H:%M:%S.%f}"},
        )
    return People(kim, sam, half_way, link)


def has_a_phone(database: Database, name: str) -> bytes:
    """A new colleague's seed, enrolled a while ago."""
    now, seed = utc_now(), token_bytes(SEED_BYTES)
    with database.write() as session:
        token = create_staff(session, name, _email(name), now, token_bytes)
        staff = set_up(session, token, PASSWORD_HASH, now, token_bytes)
        long_ago = now - A_WHILE
        enrol_totp(
            session, seed, code_at(seed, step_of(long_ago)), long_ago, token_bytes, by(staff, None)
        )
    return seed


def signs_in(server: MovedServer, name: str, seed: bytes) -> WireClient:
    """By password, and by the code that a phone with the right time shows."""
    client = WireClient([server.port])
    token = token_from(_flask(client), "/clinic/sign-in")
    typed = {"csrf_token": token, "email": _email(name), "password": PASSWORD}
    client.post("/clinic/sign-in", typed)
    token = token_from(_flask(client), CODE)
    client.post(CODE, {"csrf_token": token, "code": code_at(seed, step_of(utc_now()))})
    return client


def is_in(client: WireClient) -> bool:
    return client.get(ACCOUNT).status_code == 200


def opens(server: MovedServer, link: str) -> bool:
    """With the right date of birth."""
    client, (year, month, day) = WireClient([server.port]), BORN["date_of_birth"].split("-")
    token = token_from(_flask(client), f"/visit/{link}")
    born = {"date_of_birth-day": day, "date_of_birth-month": month, "date_of_birth-year": year}
    return client.post(f"/visit/{link}", {"csrf_token": token, **born}).status_code == 303


def goes_on(patient: Patient) -> bool:
    """The page on which this patient stands is answered and kept."""
    here = patient.page.path
    patient.opens(here)
    patient.continues(ASHA)
    return patient.page.path != here


def a_patient_sends(server: MovedServer) -> bool:
    patient = Patient(_flask(WireClient([server.port]))).begins().answers(ASHA).submits()
    return patient.page.path == "/outcome"


def _email(name: str) -> str:
    return f"{name}@clinic.example"


def _flask(client: WireClient) -> FlaskClient:
    return cast("FlaskClient", client)
