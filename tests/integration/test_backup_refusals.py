"""What cannot be relied on is not restored, and nothing is ever restored over something."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random
from threading import Timer

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import inspect, text

from bench.faults.conditions import no_file_grows
from config import EXAMPLE_KEY
from screening.app import parts_for
from screening.domain.clinic import Clinic
from screening.storage import archive
from screening.storage.archive import ArchiveRefused, Manifest
from screening.storage.backup import restore, write_backup
from screening.storage.database import Database, Session
from screening.storage.engine import engine_for
from screening.storage.sealed_stream import StreamRefused
from screening.storage.sealing import KeyRing
from screening.storage.serving import BeingRestored, announce, nobody_serves
from tests.clock import Clock
from tests.databases import PostgresServer, SqliteFiles
from tests.kept import (
    Change,
    backed_up,
    of_a_newer_program,
    one_byte_changed,
    restored,
    rewritten,
)

KEYS = KeyRing(EXAMPLE_KEY)


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


@pytest.mark.thorough
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
    *whole, last = backup.read_bytes()
    backup.write_bytes(bytes([*whole, last ^ 1]))
    status, said = run(app, empty_url, backup)
    assert (status, ".sha256" in said) == (1, True)


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_200_single_bytes_changed_are_200_refusals(backup: Path, empty_url: str) -> None:
    for damaged in one_byte_changed(backup, 200, Random(20270104)):
        with pytest.raises(StreamRefused):
            restore(empty_url, KEYS, damaged)
    assert tables(empty_url) == []
    with restored(empty_url, backup):
        assert tables(empty_url)


@pytest.mark.thorough
def test_a_backup_of_a_newer_program_is_refused(app: Flask, backup: Path, empty_url: str) -> None:
    status, said = run(app, empty_url, of_a_newer_program(backup, KEYS))
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
        restore(empty_url, KEYS, rewritten(backup, change, KEYS))
    assert tables(empty_url) == []


@pytest.mark.thorough
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


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_who_has_just_left_keeps_nobody_out_though_the_server_has_not_noticed_yet(
    app: Flask, backup: Path, empty_url: str
) -> None:
    """It ends a connection a little after it was closed, or later where it has much to do."""
    here, there = engine_for(empty_url), engine_for(empty_url)
    restoring = ExitStack()
    restoring.enter_context(nobody_serves(here))
    Timer(0.3, restoring.close).start()
    leave = announce(there)
    Timer(0.3, leave).start()
    assert run(app, empty_url, backup)[0] == 0
    for engine in (here, there):
        engine.dispose()


@pytest.mark.thorough
def test_what_belongs_to_a_restore_is_done_with_it_or_nothing_is(
    backup: Path, empty_url: str
) -> None:
    """Whoever was erased since must not be back for a moment, nor after a kill."""

    def killed(session: Session, _manifest: Manifest) -> None:
        assert session.scalar(text("SELECT count(*) FROM clinic_settings")) == 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(empty_url, KEYS, backup, killed)
    assert tables(empty_url) == []


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_temporary_folder_without_room_is_named(
    database: Database, clinic: Clinic, clock: Clock
) -> None:
    with no_file_grows(os.getpid()), pytest.raises(ArchiveRefused, match="TMPDIR"):
        write_backup(database, BytesIO(), clock())
