"""Guessing passwords is slow, for everybody and after every restart."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from config import Config
from screening.app import create_app
from screening.domain.clinic import Clinic
from screening.services.sign_in import admit_sign_in
from screening.services.throttle import TooManyAttempts, labelled
from screening.storage.database import Database
from screening.storage.throttles import add_hit
from tests.clock import Clock
from tests.staff_actor import EMAIL, joins, sign_in

pytestmark = pytest.mark.thorough  # each attempt costs a password hash

CLINIC = "198.51.100.7"


@pytest.fixture
def robin(database: Database, clock: Clock, clinic: Clinic) -> str:
    """The id of somebody with an account."""
    return joins(database, clock)


def test_the_sixth_attempt_within_a_minute_is_told_to_wait(
    client: FlaskClient, robin: str, clock: Clock
) -> None:
    for _ in range(5):
        assert sign_in(client, password="not the password").status_code == 400
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    clock.advance(timedelta(seconds=61))
    assert sign_in(client).status_code == 303


def test_a_restart_forgives_nothing(
    client: FlaskClient, robin: str, config: Config, clock: Clock
) -> None:
    for _ in range(5):
        sign_in(client, password="not the password")
    restarted = create_app(config, clock=clock)
    assert sign_in(restarted.test_client()).status_code == 429
    restarted.extensions["prelude"].database.close()


def test_ten_attempts_in_five_minutes_are_enough_for_one_address(
    client: FlaskClient, robin: str, clock: Clock
) -> None:
    for number in range(10):
        sign_in(client, f"somebody{number}@clinic.example")
    assert sign_in(client).status_code == 429
    clock.advance(timedelta(minutes=5, seconds=1))
    assert sign_in(client).status_code == 303


def from_address(app: Flask, address: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def guesses(database: Database, clock: Clock, count: int) -> int:
    """How many of so many guesses from different addresses would reach the password's hash."""
    admitted = 0
    for number in range(count):
        with suppress(TooManyAttempts), database.write() as session:
            admit_sign_in(session, EMAIL, f"192.0.2.{number}", clock())
            admitted += 1
    return admitted


def test_a_guesser_with_many_addresses_gets_twenty_an_hour_for_one_account(
    app: Flask, robin: str, database: Database, clock: Clock
) -> None:
    assert guesses(database, clock, 30) == 20
    assert sign_in(from_address(app, "203.0.113.1")).status_code == 429
    assert sign_in(from_address(app, "203.0.113.1"), "another@clinic.example").status_code == 400
    clock.advance(timedelta(hours=1, seconds=1))
    assert guesses(database, clock, 30) == 20


def test_a_guesser_cannot_lock_somebody_out_of_their_own_clinic(
    app: Flask, robin: str, database: Database, clock: Clock
) -> None:
    assert sign_in(from_address(app, CLINIC)).status_code == 303
    for away in (timedelta(0), timedelta(hours=62), timedelta(days=29)):
        clock.advance(away)
        guesses(database, clock, 30)
        assert sign_in(from_address(app, CLINIC)).status_code == 303
        assert sign_in(from_address(app, "203.0.113.1")).status_code == 429
    clock.advance(timedelta(days=30))
    guesses(database, clock, 30)
    assert sign_in(from_address(app, CLINIC)).status_code == 429


def test_strangers_behind_the_clinics_own_address_keep_nobody_out_who_works_there(
    app: Flask, robin: str, clock: Clock
) -> None:
    assert sign_in(from_address(app, CLINIC)).status_code == 303
    clock.advance(timedelta(minutes=6))
    for number in range(10):
        sign_in(from_address(app, CLINIC), f"guest{number}@elsewhere.example")
    assert sign_in(from_address(app, CLINIC), "one.more@elsewhere.example").status_code == 429
    assert sign_in(from_address(app, CLINIC)).status_code == 303


def test_who_works_here_is_guessed_at_no_faster_from_the_clinics_own_address(
    app: Flask, robin: str, clock: Clock
) -> None:
    assert sign_in(from_address(app, CLINIC)).status_code == 303
    clock.advance(timedelta(minutes=6))
    statuses = [
        sign_in(from_address(app, CLINIC), password="not the password").status_code
        for _ in range(8)
    ]
    assert statuses == [400] * 5 + [429] * 3


def test_of_attempts_nothing_is_left_after_a_day_and_of_who_works_here_the_last_time(
    app: Flask, robin: str, database: Database, clock: Clock
) -> None:
    sign_in(from_address(app, CLINIC), "guest@elsewhere.example")
    for _ in range(3):
        assert sign_in(from_address(app, CLINIC)).status_code == 303
    assert hits(database) > 4
    clock.advance(timedelta(hours=24))
    sign_in(from_address(app, CLINIC), "guest@elsewhere.example")
    assert hits(database) == 4 + 1  # this attempt, and that Robin works here
    clock.advance(timedelta(days=29))
    sign_in(from_address(app, CLINIC), "guest@elsewhere.example")
    assert hits(database) == 4


def hits(database: Database) -> int:
    with database.read() as session:
        return session.scalar(text("SELECT count(*) FROM throttle_hits")) or 0


def test_a_crowd_of_guessers_keeps_strangers_out_and_nobody_who_works_here(
    app: Flask, robin: str, database: Database, clock: Clock
) -> None:
    assert sign_in(from_address(app, CLINIC)).status_code == 303
    with database.write() as session:
        for _ in range(1000):
            add_hit(session, labelled(session, "everybody", ""), clock())
    assert sign_in(from_address(app, "203.0.113.1")).status_code == 429
    assert sign_in(from_address(app, CLINIC)).status_code == 303


def test_many_guesses_at_once_do_not_slip_through_together(
    database: Database, clock: Clock, robin: str
) -> None:
    def guess(_number: int) -> bool:
        with suppress(TooManyAttempts), database.write() as session:
            admit_sign_in(session, EMAIL, "192.0.2.1", clock())
            return True
        return False

    with ThreadPoolExecutor(12) as threads:
        assert sum(threads.map(guess, range(40))) == 5


def test_a_forwarded_address_is_not_believed(app: Flask, robin: str) -> None:
    statuses = []
    for number in range(6):
        client = app.test_client()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{number}"
        statuses.append(sign_in(client, password="not it").status_code)
    assert statuses == [400] * 5 + [429]


def test_throttle_rows_tell_nobody_who_tried(
    client: FlaskClient, robin: str, database: Database
) -> None:
    sign_in(client)
    with database.read() as session:
        rows = repr(session.execute(text("SELECT * FROM throttle_hits")).all())
    assert "127.0.0.1" not in rows
    assert "robin" not in rows
