"""An account begins with a one-time link, and with a password worth having."""

from datetime import timedelta
from secrets import token_bytes

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.domain.clinic import Clinic
from screening.services.accounts import (
    EmailTaken,
    StaffRefused,
    create_staff,
)
from screening.storage.accounts import any_account
from screening.storage.database import Database
from tests.clock import Clock
from tests.staff_actor import EMAIL, choose, events, joins, link_for, sign_in, signed_in

pytestmark = pytest.mark.thorough  # each password costs a hash


@pytest.fixture
def robin(database: Database, clock: Clock, clinic: Clinic) -> str:
    """The id of somebody with an account."""
    return joins(database, clock)


def test_nobody_can_sign_in_before_an_account_is_made(
    client: FlaskClient, database: Database
) -> None:
    with database.read() as session:
        assert not any_account(session)
    for name in ("admin", "root", "demo", "clinician@demo.example", "test"):
        assert sign_in(client, name, name).status_code == 400
    assert not signed_in(client)


def test_a_set_up_link_works_once(client: FlaskClient, database: Database, clock: Clock) -> None:
    link = link_for(database, clock)
    assert choose(client, link).headers["Location"] == "/clinic/sign-in?ready=yes"
    assert choose(client, link, "another fine password").status_code == 404
    assert sign_in(client, "ann@clinic.example", "another fine password").status_code == 400
    assert sign_in(client, "ann@clinic.example").status_code == 303
    assert events(database)[:3] == ["staff.created", "staff.set-up-offered", "staff.set-up"]


def test_looking_at_a_set_up_link_does_not_use_it_up(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    link = link_for(database, clock)
    for _ in range(20):
        client.get(link)
        client.head(link)
    assert choose(client, link).status_code == 303


def test_a_set_up_link_lives_an_hour(client: FlaskClient, database: Database, clock: Clock) -> None:
    link = link_for(database, clock)
    clock.advance(timedelta(minutes=59, seconds=59))
    assert client.get(link).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert client.get(link).status_code == 404
    assert choose(client, link).status_code == 404


def test_unknown_used_replaced_and_old_links_look_the_same(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    used, replaced = link_for(database, clock), link_for(database, clock, "bo@clinic.example")
    choose(client, used)
    newer = link_for(database, clock, "bo@clinic.example")
    pages = [client.get(link) for link in (used, replaced, "/clinic/set-up/" + "0" * 64)]
    clock.advance(timedelta(hours=2))
    pages.append(client.get(newer))
    assert {(page.status_code, page.text) for page in pages} == {(404, pages[0].text)}


def test_the_database_holds_no_link_that_could_be_used(database: Database, clock: Clock) -> None:
    token = link_for(database, clock).rpartition("/")[2]
    with database.read() as session:
        rows = session.execute(text("SELECT * FROM staff")).all()
    assert token not in repr(rows)
    assert "Ann" not in repr(rows)
    assert "clinic.example" not in repr(rows)


@pytest.mark.parametrize(
    ("password", "accepted"),
    [("fourteen chars", False), ("fifteen letters", True), ("x" * 129, False), ("ab" * 50, False),
     ("grüne Blätter im 🌧️ Wald", True), ("microneedling2027", False), ("JuniperSkin 2027", False),
     ("passwordpassword", False), ("bpgjldsgjldthnf", False), ("Ann Lee Ann Lee!", False)],
)  # fmt: skip
def test_a_password_is_long_and_not_obvious(
    password: str, accepted: bool, client: FlaskClient, database: Database, clock: Clock,
    clinic: Clinic,
) -> None:  # fmt: skip
    answer = choose(client, link_for(database, clock), password)
    assert answer.status_code == (303 if accepted else 400)
    assert password not in answer.text


def test_an_address_has_one_account(database: Database, clock: Clock, robin: str) -> None:
    with database.write() as session:
        with pytest.raises(EmailTaken):
            create_staff(session, "Robin Two", EMAIL.upper(), clock(), token_bytes)
        with pytest.raises(StaffRefused):
            create_staff(session, "Nobody", "no address", clock(), token_bytes)
