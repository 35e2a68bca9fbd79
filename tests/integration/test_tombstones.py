"""Whoever was erased stays erased: a file apart from the backups remembers, by itself."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from screening.app import parts_for
from screening.domain.audit import SYSTEM
from screening.services.health import look
from screening.services.retention import erase
from screening.storage.database import Database
from screening.storage.erasing import list_tombstones
from screening.storage.ledger import add_missing, read_ledger
from screening.storage.submissions import add_submission
from tests.clinic_cases import STOPPED, Received
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.databases import PostgresServer, SqliteFiles
from tests.kept import backed_up
from tests.stored import id_of

REFERENCES = ("7Q0M4X1X", "7Q0M4X1Y", "7Q0M4X1Z")
pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("clinic")]


@pytest.fixture
def empty_url(databases: SqliteFiles | PostgresServer) -> Iterator[str]:
    with databases.empty() as url:
        yield url


@pytest.fixture
def ledger(app: Flask, tmp_path: Path) -> Path:
    """An app that is told where to write down what was erased."""
    file = tmp_path / "elsewhere.txt"
    settings(app, tombstones=file)
    return file


def settings(app: Flask, **changed: object) -> None:
    whole = app.extensions["prelude"]
    app.extensions["prelude"] = replace(whole, config=replace(whole.config, **changed))


def run(app: Flask, *words: str) -> str:
    done = FlaskCliRunner(app).invoke(args=list(words))
    assert done.exit_code == 0, done.output
    return done.output


def received(database: Database, number: int) -> None:
    record = Received("Zoë Marker", STOPPED).record(number)
    with database.write() as session:
        add_submission(session, replace(record, reference=REFERENCES[number - 1]))


def test_last_weeks_backup_brings_nobody_back(
    app: Flask, database: Database, clock: Clock, ledger: Path, tmp_path: Path, empty_url: str
) -> None:
    for number in (1, 2, 3):
        received(database, number)
    backup = backed_up(database, tmp_path, clock)
    lead = Colleague(app.test_client(), database, "lead").starts(clock())
    start, reference = f"/clinic/desk/{id_of(1)}", REFERENCES[0]
    lead.sends(f"{start}/erase", lead.opens(f"{start}/request"), reference=reference)
    run(app, "erase", REFERENCES[1], "--yes")
    assert read_ledger(ledger) == (id_of(1), id_of(2))
    before = app.extensions["prelude"]
    there = replace(before.config, database_url=empty_url)
    app.extensions["prelude"] = parts_for(there, clock=clock)
    assert "Erased again: 2 visits." in run(app, "restore", str(backup))
    restored: Database = app.extensions["prelude"].database
    with restored.read() as session:
        kept = list(session.scalars(text("SELECT id FROM submissions")))
    restored.close()
    app.extensions["prelude"] = before
    assert kept == [id_of(3)]


def test_without_the_file_nothing_is_restored_unless_somebody_says_so(
    app: Flask, database: Database, clock: Clock, ledger: Path, tmp_path: Path, empty_url: str
) -> None:
    received(database, 1)
    backup = backed_up(database, tmp_path, clock)
    before = app.extensions["prelude"]
    app.extensions["prelude"] = parts_for(replace(before.config, database_url=empty_url))
    refused = FlaskCliRunner(app).invoke(args=["restore", str(backup)])
    assert (refused.exit_code, ledger.exists()) == (1, False)
    assert "whoever was erased since would be back" in refused.output
    assert "Restored and compared" in run(app, "restore", "--nobody-erased", str(backup))
    app.extensions["prelude"].database.close()
    app.extensions["prelude"] = before


def test_a_clinic_that_never_erased_anybody_has_the_file_too(
    app: Flask, database: Database, clock: Clock, ledger: Path, tmp_path: Path, empty_url: str
) -> None:
    received(database, 1)
    run(app, "retention", "--clock-is-right")
    assert read_ledger(ledger) == ()
    backup = backed_up(database, tmp_path, clock)
    before = app.extensions["prelude"]
    there = replace(before.config, database_url=empty_url)
    app.extensions["prelude"] = parts_for(there, clock=clock)
    assert "Restored and compared" in run(app, "restore", str(backup))
    app.extensions["prelude"].database.close()
    app.extensions["prelude"] = before


def test_what_a_crash_left_out_is_written_down_the_next_time(
    app: Flask, database: Database, clock: Clock, ledger: Path
) -> None:
    received(database, 1)
    with database.write() as session:  # and then the process was killed
        erase(session, id_of(1), "request", SYSTEM, clock())
    assert str(look(database, clock(), ledger)["tombstones"]) == "warning: 1 not written down"
    run(app, "retention", "--clock-is-right")
    assert read_ledger(ledger) == (id_of(1),)
    assert str(look(database, clock(), ledger)["tombstones"]) == "ok"


def test_erasing_once_more_writes_down_what_a_crash_left_out(
    app: Flask, database: Database, clock: Clock, ledger: Path
) -> None:
    received(database, 1)
    with database.write() as session:  # and then the process was killed
        erase(session, id_of(1), "request", SYSTEM, clock())
    done = FlaskCliRunner(app).invoke(args=["erase", REFERENCES[0], "--yes"])
    assert done.output == "Error: There is no visit with this reference.\n"
    assert read_ledger(ledger) == (id_of(1),)


def test_a_file_that_takes_nothing_stops_no_erasure_and_is_told(
    app: Flask, database: Database, clock: Clock, tmp_path: Path
) -> None:
    received(database, 1)
    settings(app, tombstones=tmp_path)  # a folder is no file
    said = run(app, "erase", REFERENCES[0], "--yes")
    assert "PRELUDE_TOMBSTONES takes nothing" in said
    assert "warning" in str(look(database, clock(), tmp_path)["tombstones"])
    with database.read() as session:
        assert list_tombstones(session) == [id_of(1)]


def test_half_a_line_of_somebody_who_was_killed_spoils_no_other(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.txt"
    file.write_text("a" * 7)
    assert add_missing(file, [id_of(1), id_of(2)]) == 2
    assert add_missing(file, [id_of(1), id_of(2)]) == 0
    assert read_ledger(file)[1:] == (id_of(1), id_of(2))
