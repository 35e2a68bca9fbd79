"""A member of staff at the door: helpers for tests of signing in."""

from secrets import token_bytes

from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from screening.services.accounts import (
    create_staff,
    set_up,
)
from screening.services.passwords import passwords_for
from screening.storage.database import Database
from tests.clock import Clock
from tests.web_fixtures import TOKEN, token_from

EMAIL, PASSWORD = "robin@clinic.example", "ratchet lagoon velvet"
HASHED = passwords_for("test").hash(PASSWORD)
QUEUE = "/clinic/"
ACCOUNT = "/clinic/account"


def joins(database: Database, clock: Clock) -> str:
    """The id of somebody with an account."""
    with database.write() as session:
        token = create_staff(session, "Robin Reed", EMAIL, clock(), token_bytes)
        return set_up(session, token, HASHED, clock(), token_bytes).id


def link_for(database: Database, clock: Clock, email: str = "ann@clinic.example") -> str:
    with database.write() as session:
        token = create_staff(session, "Ann Lee", email, clock(), token_bytes)
    return f"/clinic/set-up/{token}"


def sign_in(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, **more: str
) -> TestResponse:
    token = token_from(client, "/clinic/sign-in")
    typed = {"csrf_token": token, "email": email, "password": password, **more}
    return client.post("/clinic/sign-in", data=typed)


def choose(client: FlaskClient, link: str, password: str = PASSWORD) -> TestResponse:
    page = client.get(link).text
    token = TOKEN.search(page) or TOKEN.search(client.get("/clinic/sign-in").text)
    assert token is not None
    return client.post(link, data={"csrf_token": token.group(1), "password": password})


def signed_in(client: FlaskClient) -> bool:
    return client.get(ACCOUNT).status_code == 200


def events(database: Database) -> list[str]:
    with database.read() as session:
        found = session.execute(text("SELECT event FROM audit_events ORDER BY seq"))
        return [name for (name,) in found if name.startswith("staff.")]
