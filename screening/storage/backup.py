"""Backups: made while the app serves, tried out before they count, restored whole or not at all."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, cast

from sqlalchemy import Connection, Engine

from screening.storage.accounts import close_all_set_ups
from screening.storage.archive import (
    ArchiveRefused,
    Manifest,
    lines_in,
    load_tables,
    read_origin,
    write_archive,
)
from screening.storage.bringing_up import begin_once
from screening.storage.database import Database, Session, session_within
from screening.storage.engine import engine_for, make_private_file
from screening.storage.migrate import connection_for_migration, known_revisions, move_to
from screening.storage.sealed_stream import SealedWriter, opened_chunks
from screening.storage.sealing import KeyRing
from screening.storage.serving import nobody_serves
from screening.storage.sessions import end_all_sessions
from screening.storage.table_copy import is_empty
from screening.storage.throttles import forget_all_hits


class NotEmpty(Exception):
    """There is something in the database already; nothing is ever restored over it."""


Finish = Callable[[Session, Manifest], None]
"""What else belongs to a restore; if it raises, nothing was restored."""


@dataclass(frozen=True)
class Written:
    """An archive as it lies there; `sha256` (hex) is that of the whole file."""

    manifest: Manifest
    sha256: str


def write_backup(database: Database, file: BinaryIO, now: datetime) -> Written:
    """Everything, as it is at one moment; others go on reading and writing meanwhile."""
    sink = _Digesting(file)
    with _frozen(database.engine) as connection:
        out = SealedWriter(sink, database.keyring)
        manifest = write_archive(connection, out, now)
        out.finish()
    file.flush()
    os.fsync(file.fileno())
    return Written(manifest, sink.digest.hexdigest())


def restore(
    database_url: str, keyring: KeyRing, path: Path, finish: Finish = lambda *_: None
) -> Manifest:
    """Into an empty database, brought to this program's revision, finished: in one transaction.

    Sessions, throttles and set-up links are left behind: a restore signs everybody out, and a
    link that was used since must not work once more.
    """
    with path.open("rb") as file, _alone(database_url) as connection:
        if not is_empty(connection):
            raise NotEmpty
        lines = lines_in(opened_chunks(file, keyring))
        origin = read_origin(lines)
        if origin.revision not in known_revisions():
            raise ArchiveRefused(
                f"this backup has revision {origin.revision}, which this program does not know: "
                "update the program first"
            )
        move_to(connection, origin.revision)
        manifest = load_tables(connection, lines, origin)
        if next(lines, None) is not None:
            raise ArchiveRefused("something follows the end of this backup")
        move_to(connection, "head")
        end_all_sessions(connection)
        close_all_set_ups(connection)
        forget_all_hits(connection)
        with session_within(connection, keyring) as session:
            # What was witnessed before is held by the archive's own seal since it was made.
            begin_once(session, origin.revision, datetime.fromisoformat(origin.made_at))
            finish(session, manifest)
    return manifest


@contextmanager
def tried_out(path: Path, keyring: KeyRing) -> Iterator[tuple[Database, Manifest]]:
    """The backup restored into an empty place that is gone afterwards."""
    with TemporaryDirectory(prefix="prelude-") as folder:
        url = f"sqlite:///{folder}/tried.sqlite3"
        manifest = restore(url, keyring, path)
        database = Database(url, keyring)
        try:
            yield database, manifest
        finally:
            database.close()


@contextmanager
def _alone(database_url: str) -> Iterator[Connection]:
    """One transaction to write in, on a database that no running app serves."""
    engine = engine_for(database_url)
    try:
        with nobody_serves(engine), connection_for_migration(database_url) as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _frozen(engine: Engine) -> Iterator[Connection]:
    if engine.dialect.name == "postgresql":
        # The "begin" event has made the transaction read-only.
        repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
        with repeatable.connect() as connection:
            yield connection
        return
    # Reading row by row would keep writers waiting; copying the pages takes a moment.
    with TemporaryDirectory(prefix="prelude-") as folder:
        copy = Path(folder) / "copy.sqlite3"
        _copy_pages(engine, copy)
        own = engine_for(f"sqlite:///{copy}")
        try:
            with own.connect() as connection:
                _refuse_corrupt(connection)
                yield connection
        finally:
            own.dispose()


def _copy_pages(engine: Engine, copy: Path) -> None:
    make_private_file(copy)
    try:
        with engine.connect() as connection, closing(sqlite3.connect(copy)) as target:
            cast("sqlite3.Connection", connection.connection.driver_connection).backup(target)
    except sqlite3.OperationalError as error:
        raise ArchiveRefused(
            "the database cannot be copied into the temporary folder (TMPDIR): is there room?"
        ) from error


def _refuse_corrupt(connection: Connection) -> None:
    if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
        raise ArchiveRefused("the database is damaged: SQLite's integrity check does not pass")


class _Digesting:
    """Passes on what is written and digests it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._file.write(data)
