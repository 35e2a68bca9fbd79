"""Engines: how SQLite and PostgreSQL are opened so that what was acknowledged is kept.

SQLite: a power cut with WAL and synchronous=NORMAL lost acknowledged rows; FULL (WAL) and EXTRA
(rollback journal) lost none. WAL itself may corrupt a file on versions before 3.51.3
(https://sqlite.org/wal.html#walresetbug), so those get the rollback journal.
"""

import os
import sqlite3
from pathlib import Path
from typing import cast

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    make_url,
)

from screening.storage.mounts import on_network

WAL_FIXED_IN = (3, 51, 3)
BUSY_MS = 10_000
# A network that swallows packets: a request fails (503) instead of waiting for ever. libpq's
# words: seconds, but for tcp_user_timeout, which is milliseconds without an acknowledgement.
WHEN_NOBODY_ANSWERS = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
WRITES = "prelude_writes"
BUSY = "prelude_busy_ms"


class DatabaseMisconfigured(Exception):
    """The database would not keep its promises; the message says what was found."""


def engine_for(database_url: str) -> Engine:
    url = portable_url(database_url)
    if url.get_backend_name() == "sqlite":
        return sqlite_engine(url)
    if url.get_backend_name() != "postgresql":
        raise DatabaseMisconfigured("DATABASE_URL must start with sqlite: or postgresql:")
    return postgresql_engine(url)


def portable_url(database_url: str) -> URL:
    """Plain postgres:// and postgresql:// addresses are opened by psycopg."""
    url = make_url(database_url)
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    return url


def sqlite_engine(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise DatabaseMisconfigured("the SQLite database must be a file")
    path = Path(url.database)
    refuse_network_folder(path.parent)
    make_private_file(path)
    engine = create_engine(
        url, hide_parameters=True, pool_size=16, max_overflow=16, connect_args={"timeout": 10}
    )
    event.listen(engine, "connect", open_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    event.listen(engine, "handle_error", replace_read_only)
    return engine


def refuse_network_folder(folder: Path) -> None:
    """SQLite's locks do not hold there (https://sqlite.org/useovernet.html)."""
    kind = on_network(folder)
    if kind:
        raise DatabaseMisconfigured(
            f"the SQLite file would lie on a network file system ({kind}): "
            "move it to a local disk or use PostgreSQL"
        )


def make_private_file(path: Path) -> None:
    """SQLite gives its journal the same permissions as the file itself."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def durable_pragmas(version: tuple[int, ...]) -> dict[str, tuple[str, object]]:
    """Pragma → what to set, what reading it back must give."""
    journal: dict[str, tuple[str, object]] = (
        {"journal_mode": ("WAL", "wal"), "synchronous": ("FULL", 2)}
        if version >= WAL_FIXED_IN
        else {"journal_mode": ("DELETE", "delete"), "synchronous": ("EXTRA", 3)}
    )
    return {
        "busy_timeout": (str(BUSY_MS), BUSY_MS),
        **journal,
        "foreign_keys": ("ON", 1),
        "secure_delete": ("ON", 1),
        "temp_store": ("MEMORY", 2),
        "trusted_schema": ("OFF", 0),
    }


def open_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # BEGIN is ours (begin_sqlite): the driver's own starts too late and never IMMEDIATE.
    connection.isolation_level = None
    for pragma, (setting, expected) in durable_pragmas(sqlite3.sqlite_version_info).items():
        if read_pragma(connection, pragma) != expected:
            connection.execute(f"PRAGMA {pragma}={setting}")
        found = read_pragma(connection, pragma)
        if found != expected:
            raise DatabaseMisconfigured(f"SQLite keeps {pragma}={found}, not {expected}")


def read_pragma(connection: sqlite3.Connection, pragma: str) -> object:
    return connection.execute(f"PRAGMA {pragma}").fetchone()[0]


def begin_sqlite(connection: Connection) -> None:
    """Reading then writing in a deferred transaction fails under load; IMMEDIATE waits."""
    options = connection.get_execution_options()
    writes = bool(options.get(WRITES))
    wait_at_most(connection, options.get(BUSY, BUSY_MS))
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def wait_at_most(connection: Connection, milliseconds: int) -> None:
    """How long SQLite waits where another process holds the file, from now on."""
    connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")


def replace_read_only(context: ExceptionContext) -> None:
    """SQLite opens a file that cannot be written just now for reading, and stays with that.

    So after a disk that failed for a moment such a connection must not go back to the pool.
    """
    code = getattr(context.original_exception, "sqlite_errorcode", 0)
    if context.connection is not None and code & 0xFF == sqlite3.SQLITE_READONLY:
        # Closed with a cursor that somebody still refers to, it would keep its lock.
        cast("sqlite3.Connection", context.connection.connection.driver_connection).rollback()
        context.is_disconnect = True


def postgresql_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=16,
        max_overflow=16,
        # After the server was restarted, stale connections are replaced, not served.
        pool_pre_ping=True,
        connect_args=WHEN_NOBODY_ANSWERS,
    )
    event.listen(engine, "begin", begin_postgresql)
    return engine


def begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
