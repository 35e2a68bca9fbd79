"""Every stored submission gives its stored assessment again, byte for byte, or is named."""

from collections.abc import Mapping
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from config import Config
from screening.services.stored_cases import StoredCase, stored_cases
from screening.storage.audit import last_event
from screening.storage.database import Database
from screening.storage.sealing import KeyRing, keyring_of
from tests.clinic_cases import REVIEWED, Received
from tests.clock import Clock
from tests.integration.test_backtest import HEALED, VISIT, adjusted, damage, lead_of
from tests.protocol_cases import OLD, published
from tests.questionnaires import at_the_check

sqlite_only = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def replayed(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["replay"])


def facts(database: Database) -> Mapping[str, Any]:
    with database.read() as session:
        event = last_event(session, "protocol.replayed", "protocol", "all")
    assert event is not None
    return event.facts


def alter(database: Database, submission: str, assessment: dict[str, object]) -> None:
    """Somebody who has the key has put another assessment in its place."""
    with database.write() as session:
        sealed = keyring_of(session).seal_json(
            assessment, "submissions", "sealed_assessment", submission
        )
        session.execute(
            text("UPDATE submissions SET sealed_assessment = :sealed WHERE id = :id"),
            {"sealed": sealed, "id": submission},
        )


def test_an_altered_and_a_damaged_row_are_named_and_the_rest_is_the_same(
    app: Flask, database: Database
) -> None:
    Received(answers=HEALED, visit=VISIT).into(database, 1)
    assert replayed(app).exit_code == 0
    assert facts(database) == {"read": 1, "same": 1, "differing": 0, "unread": 0}
    alter(database, Received(answers=REVIEWED).into(database, 2), {"flags": []})
    damage(database, Received().into(database, 3))
    found = replayed(app)
    assert found.exit_code == 1
    assert "1 the same byte for byte, 1 not the same, 1 could not be replayed" in found.output
    assert f"REF-2 ({2:032x}): the stored assessment is not what its version gives" in found.output
    assert f"REF-3 ({3:032x}): the record is damaged" in found.output
    assert facts(database) == {"read": 3, "same": 1, "differing": 1, "unread": 1}


@sqlite_only
@pytest.mark.thorough
def test_every_batch_is_read_and_nothing_twice(app: Flask, database: Database) -> None:
    ids = [Received().into(database, number) for number in range(1, 6)]
    library = app.extensions["prelude"].protocols
    found = list(stored_cases(database, library, batch=2))
    assert [one.past.id for one in found if isinstance(one, StoredCase)] == ids


@sqlite_only
@pytest.mark.thorough
def test_a_level_that_was_lowered_in_its_column_is_a_difference(
    app: Flask, database: Database
) -> None:
    Received(answers=REVIEWED).into(database)
    with database.write() as session:
        session.execute(text("UPDATE submissions SET level = 'info'"))
    assert replayed(app).exit_code == 1
    assert facts(database)["differing"] == 1


@sqlite_only
@pytest.mark.thorough
def test_rules_that_failed_then_and_run_now_are_a_difference(
    app: Flask, database: Database
) -> None:
    alter(database, Received().into(database), {"flags": [], "failed": True})
    assert replayed(app).exit_code == 1


@sqlite_only
@pytest.mark.thorough
def test_what_was_sent_under_an_adjusted_version_is_replayed_under_it(
    app: Flask, database: Database, clock: Clock
) -> None:
    lead = lead_of(app, database, clock, "lead", "clinician")
    key = adjusted(lead)
    published(database, app.extensions["prelude"].protocols, key, lead.id, clock())
    at_the_check(app.test_client(), {**HEALED, "herpes_last": "2026-12-20"}).submits()
    with database.read() as session:
        assert session.scalar(text("SELECT protocol FROM submissions")) == key
    assert replayed(app).exit_code == 0
    assert facts(database)["same"] == 1
    assert "1 submission, all the same" in lead.client.get("/clinic/protocols").text
    assert key != OLD


@sqlite_only
@pytest.mark.thorough
def test_with_another_key_nothing_is_said_about_the_records(app: Flask, config: Config) -> None:
    other = Database(config.database_url, KeyRing(b"another key of thirty-two bytes."))
    other.check_key()
    other.close()
    found = replayed(app)
    assert found.exit_code == 2
    assert "was sealed with key" in found.output
