"""Staff hear by e-mail what happened to their own account, so that strangers are noticed."""

from datetime import timedelta
from secrets import token_bytes

import pytest
from flask import Flask

from config import Config
from screening.domain.audit import SYSTEM
from screening.domain.clinic import Clinic
from screening.services.accounts import set_up
from screening.services.people import make_link, reset_factors
from screening.storage.database import Database
from screening.web.parts import parts
from tests.clock import Clock
from tests.factor_actor import Colleague, asking_for_two
from tests.mailed import posted, with_mail
from tests.staff_actor import PASSWORD, sign_in

pytestmark = pytest.mark.thorough  # many requests each


@pytest.fixture
def config(config: Config) -> Config:
    return with_mail(asking_for_two(config))


@pytest.fixture
def robin(app: Flask, clock: Clock, clinic: Clinic) -> Colleague:
    return Colleague(app, parts(app).database, clock).joins()


def kinds(database: Database, robin: Colleague) -> list[str]:
    found = posted(database)
    assert {to for _, to, _ in found} <= {robin.email}
    return [kind for kind, _, _ in found]


def test_a_first_password_is_nothing_to_tell(robin: Colleague, database: Database) -> None:
    assert kinds(database, robin) == []


def test_a_second_factor_and_its_codes_are_told_together(
    robin: Colleague, database: Database, clock: Clock
) -> None:
    clock.advance(timedelta(hours=1))
    robin.has_a_phone()
    assert set(kinds(database, robin)) == {"factor-added"}


def test_a_changed_password_is_told(robin: Colleague, database: Database) -> None:
    robin.has_a_phone().signs_in()
    page = "/clinic/account/password"
    answer = robin.posts(page, page=page, password=PASSWORD, new_password="seventeen brass kettles")
    assert answer.status_code == 303
    assert "password-changed" in kinds(database, robin)


def test_a_reset_is_told_to_whose_account_it_is(
    robin: Colleague, database: Database, clock: Clock, app: Flask
) -> None:
    with parts(app).database.write() as session:
        token, _ = make_link(session, robin.id, clock(), token_bytes, SYSTEM)
        set_up(session, token, "hash", clock(), token_bytes)
        reset_factors(session, robin.id, clock(), token_bytes, SYSTEM)
    assert kinds(database, robin) == ["factors-reset", "password-reset"]


def test_being_stopped_is_told_once_a_day_and_never_to_a_stranger(
    app: Flask, robin: Colleague, database: Database, clock: Clock
) -> None:
    for email in (robin.email, "nobody@example.org"):
        for _ in range(8):
            sign_in(app.test_client(), email=email, password="wrong")
        clock.advance(timedelta(minutes=6))
    for _ in range(8):
        sign_in(app.test_client(), email=robin.email, password="wrong")
    assert kinds(database, robin) == ["sign-in-stopped"]
    clock.advance(timedelta(days=1))
    for _ in range(8):
        sign_in(app.test_client(), email=robin.email, password="wrong")
    assert kinds(database, robin) == ["sign-in-stopped"] * 2
