"""A command that cannot reach its database, or write a file, says so in one line."""

import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from config import EXAMPLE_KEY
from screening.storage.database import Database
from screening.web.commands import COMMANDS, WITHOUT_DATABASE

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {
    "create-staff": ("Robin Reed", "robin@clinic.example"),
    "reset-staff": ("robin@clinic.example",),
    "migrate-to": ("sqlite:////nowhere/at/all.sqlite3",),
    "set-clinic": ("--name", "Juniper"),
    "backtest": ("microneedling/2026-1", "microneedling/2026-2"),
    "audit": ("verify",),
    "erase": ("7Q0M4X1X", "--yes"),
    "restore": (__file__,),
    "one-person-is-enough": ("--yes",),
}
LATER = {"send-mail", "doctor"}  # one sends no mail here, one lists all that is wrong
NAMES = sorted({str(one.name) for one in COMMANDS[len(WITHOUT_DATABASE) :]} - LATER)


@pytest.fixture
def away(app: Flask) -> Iterator[Flask]:
    """An app whose database has gone."""
    before = app.extensions["prelude"]
    url = "postgresql://127.0.0.1:1/nowhere"
    gone = Database(url, before.database.keyring)
    config = replace(before.config, database_url=url)
    app.extensions["prelude"] = replace(before, database=gone, config=config)
    yield app
    app.extensions["prelude"] = before


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.thorough
def test_without_a_database_every_command_says_so_in_one_line(
    away: Flask, name: str, tmp_path: Path
) -> None:
    given = GIVEN.get(name, (str(tmp_path / "there"),) if name in ("backup", "tombstones") else ())
    done = FlaskCliRunner(away).invoke(args=[name, *given])
    assert (done.exit_code, type(done.exception)) == (1, SystemExit), done.exception
    assert done.output.startswith("Error: ")
    assert done.output.count("\n") == 1


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_file_that_cannot_be_written_is_told_in_one_line(app: Flask, tmp_path: Path) -> None:
    done = FlaskCliRunner(app).invoke(args=["tombstones", str(tmp_path / "no" / "such.txt")])
    assert (done.exit_code, type(done.exception)) == (1, SystemExit)
    assert done.output == f"Error: No such file or directory: {tmp_path}/no/such.txt\n"


@pytest.mark.thorough
def test_a_start_without_a_place_for_the_database_is_refused_in_one_line(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{tmp_path}/file/prelude.sqlite3",
        "PRELUDE_KEY": b64encode(EXAMPLE_KEY).decode(),
        "PRELUDE_ENVIRONMENT": "test",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "erase", "7Q0M4X1X", "--yes"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert f"{tmp_path}/file" in done.stderr
