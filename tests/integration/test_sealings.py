"""No key seals 2^32 times: counted in blocks, warned of at half, refused before the end (DR-6)."""

from contextlib import suppress

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from config import EXAMPLE_KEY
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from screening.storage.sealings import BLOCK, STOP_AT, WARN_AT, KeyUsedUp, sealings_so_far
from screening.web.readiness import NotReady, check_readiness
from tests.clock import Clock
from tests.colleagues import Colleague

NEWER = bytes(range(7, 39))


@pytest.fixture
def counted(database: Database) -> Database:
    database.check_key()
    return database


def count(database: Database) -> int:
    with database.read() as session:
        return sealings_so_far(session) or 0


def seals(database: Database, times: int = 1) -> None:
    with database.write():
        for _ in range(times):
            database.keyring.seal(b"", "t", "c", "1")


def as_if(database: Database, sealings: int) -> None:
    """This many before, and this process has set nothing aside yet."""
    with database.write() as session:
        session.execute(text("UPDATE key_checks SET sealings = :n"), {"n": sealings})
    database.keyring.sealings.add(-BLOCK)


def test_a_block_is_set_aside_before_it_is_used(counted: Database) -> None:
    seals(counted)
    assert count(counted) == BLOCK
    seals(counted, 100)
    assert count(counted) == BLOCK, "no further write"
    seals(counted, BLOCK)
    assert count(counted) == 2 * BLOCK


@pytest.mark.thorough
def test_another_process_and_one_that_died_make_the_count_too_high_never_too_low(
    counted: Database,
) -> None:
    seals(counted, 3)
    counted.keyring.sealings.add(-BLOCK)  # what the next process begins with
    seals(counted)
    assert count(counted) == 2 * BLOCK


@pytest.mark.thorough
def test_what_is_undone_sets_nothing_aside_and_is_counted_later(counted: Database) -> None:
    with suppress(ZeroDivisionError), counted.write():
        counted.keyring.seal(b"", "t", "c", "1")
        raise ZeroDivisionError
    with counted.write():
        pass
    seals(counted)
    assert count(counted) == BLOCK


@pytest.mark.thorough
def test_a_key_that_is_used_up_seals_nothing_more_and_a_new_one_does(counted: Database) -> None:
    seals(counted)
    as_if(counted, STOP_AT - BLOCK)
    seals(counted)
    counted.keyring.sealings.add(-BLOCK)
    with pytest.raises(KeyUsedUp, match="flask new-key"):
        seals(counted)
    with pytest.raises(KeyUsedUp):
        counted.check_key()
    url = counted.engine.url.render_as_string(hide_password=False)
    newer = Database(url, KeyRing(NEWER, EXAMPLE_KEY))
    newer.check_key()
    seals(newer)
    assert count(newer) == BLOCK
    newer.close()


@pytest.mark.thorough
def test_people_are_told_and_nothing_starts(
    app: Flask, client: FlaskClient, counted: Database, clock: Clock
) -> None:
    kim = Colleague(client, counted, "front_desk").starts(clock())
    as_if(app.extensions["prelude"].database, STOP_AT)
    answer = kim.client.get("/clinic/desk")
    assert answer.status_code == 503
    assert "flask new-key" in answer.text
    assert "Retry-After" in answer.headers
    with pytest.raises(NotReady, match="flask new-key"):
        check_readiness(app)


@pytest.mark.thorough
@pytest.mark.parametrize(("sealings", "verdict"), [(5 * BLOCK, "ok"), (WARN_AT, "look")])
def test_the_doctor_warns_at_half(
    sealings: int, verdict: str, app: Flask, counted: Database
) -> None:
    seals(counted)
    as_if(counted, sealings)
    said = app.test_cli_runner().invoke(args=["doctor"]).output
    (line,) = [one for one in said.splitlines() if " sealings " in one]
    assert line.startswith(verdict)
    assert f"{sealings:,} of" in line
    assert ("flask new-key" in line) == (verdict == "look")
