"""What cannot be relied on is not restored, and nothing is ever restored over something."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import inspect

from config import EXAMPLE_KEY
from screening.app import parts_for
from screening.domain.clinic import Clinic
from screening.storage import archive
from screening.storage.backup import restore
from screening.storage.database import Database
from screening.storage.engine import engine_for
from screening.storage.sealed_stream import SealedWriter, StreamRefused, opened_chunks
from screening.storage.sealing import KeyRing
from screening.storage.serving import BeingRestored, announce, nobody_serves
from tests.clock import Clock
from tests.databases import PostgresServer, SqliteFiles
from tests.kept import backed_up, restored

KEYS = KeyRing(EXAMPLE_KEY)
Change = Callable[[list[bytes]], list[bytes]]


@pytest.fixture
def empty_url(databases: SqliteFiles | PostgresServer) -> Iterator[str]:
    with databases.empty() as url:
        yield url


@pytest.fixture
def backup(database: Database, clinic: Clinic, clock: Clock, tmp_path: Path) -> Path:
    return backed_up(database, tmp_path, clock)


def tables(url: str) -> list[str]:
    engine = engine_for(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def run(app: Flask, url: str, backup: Path, key: bytes = EXAMPLE_KEY) -> tuple[int, str]:
    """What the command says, and its exit status."""
    before = app.extensions["prelude"]
    changed = replace(before.config, database_url=url, master_key=key)
    app.extensions["prelude"] = parts_for(changed)
    try:
        done = FlaskCliRunner(app).invoke(args=["restore", str(backup)])
    finally:
        app.extensions["prelude"].database.close()
        app.extensions["prelude"] = before
    return done.exit_code, done.output


def rewritten(backup: Path, change: Change) -> Path:
    """A backup made by somebody who has the key, with another first or last line."""
    with backup.open("rb") as file:
        lines = b"".join(opened_chunks(file, KEYS)).splitlines(keepends=True)
    path = backup.with_name("rewritten.backup")
    with path.open("wb") as file:
        writer = SealedWriter(file, KEYS)
        writer.write(b"".join(change(lines)))
        writer.finish()
    return path


def test_into_an_empty_database_it_works_and_only_once(
    app: Flask, backup: Path, empty_url: str
) -> None:
    status, said = run(app, empty_url, backup)
    assert status == 0, said
    assert "Restored and compared" in said
    status, said = run(app, empty_url, backup)
    assert (status, "not empty" in said) == (1, True)


@pytest.mark.thorough
def test_with_another_key_nothing_is_restored(app: Flask, backup: Path, empty_url: str) -> None:
    other = bytes(range(1, 33))
    status, said = run(app, empty_url, backup, other)
    assert status == 1
    assert KEYS.key_id.hex() in said
    assert tables(empty_url) == []


@pytest.mark.thorough
def test_a_damaged_file_is_refused_by_the_digest_beside_it(
    app: Flask, backup: Path, empty_url: str
) -> None:
    backup.write_bytes(backup.read_bytes()[:-1] + b"\0")
    status, said = run(app, empty_url, backup)
    assert (status, ".sha256" in said) == (1, True)


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_200_single_bytes_changed_are_200_refusals(backup: Path, empty_url: str) -> None:
    whole, chance = backup.read_bytes(), Random(20270104)
    damaged = backup.with_name("damaged.backup")
    for place in chance.sample(range(len(whole)), 200):
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        damaged.write_bytes(changed)
        with pytest.raises(StreamRefused):
            restore(empty_url, KEYS, damaged)
    assert tables(empty_url) == []
    with restored(empty_url, backup):
        assert tables(empty_url)


@pytest.mark.thorough
def test_a_backup_of_a_newer_program_is_refused(app: Flask, backup: Path, empty_url: str) -> None:
    def newer(lines: list[bytes]) -> list[bytes]:
        first = json.loads(lines[0]) | {"revision": "9999"}
        return [json.dumps(first).encode() + b"\n", *lines[1:]]

    status, said = run(app, empty_url, rewritten(backup, newer))
    assert (status, "update the program first" in said) == (1, True)
    assert tables(empty_url) == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda lines: lines[:-1], id="without its end"),
        pytest.param(
            lambda lines: [one for one in lines if b"Juniper" not in one], id="a row less"
        ),
        pytest.param(lambda lines: [*lines, b"{}\n"], id="something after the end"),
        pytest.param(
            lambda lines: [one.replace(b"Juniper", b"Jasmine") for one in lines], id="a row changed"
        ),
        pytest.param(
            lambda lines: [one.replace(b'"phone"', b'"fax"') for one in lines], id="another column"
        ),
    ],
)
def test_rows_that_do_not_add_up_are_refused_as_a_whole(
    change: Change, backup: Path, empty_url: str
) -> None:
    with pytest.raises(archive.ArchiveRefused):
        restore(empty_url, KEYS, rewritten(backup, change))
    assert tables(empty_url) == []


def test_nothing_is_restored_under_a_running_app(app: Flask, backup: Path, empty_url: str) -> None:
    serving = Database(empty_url, KEYS)
    leave = announce(serving.engine)
    try:
        status, said = run(app, empty_url, backup)
        assert (status, "stop it first" in said) == (1, True)
        assert tables(empty_url) == []
    finally:
        leave()
        serving.close()
    assert run(app, empty_url, backup)[0] == 0


@pytest.mark.thorough
def test_no_app_starts_while_something_is_restored(empty_url: str) -> None:
    here, there = engine_for(empty_url), engine_for(empty_url)
    with nobody_serves(here), pytest.raises(BeingRestored):
        announce(there)
    leave = announce(engine_for(empty_url))
    leave()
    for engine in (here, there):
        engine.dispose()
