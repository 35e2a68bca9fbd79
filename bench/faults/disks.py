"""A disk without room, or that takes nothing any more: sorry meanwhile, whole afterwards."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.faults.conditions import NotHere, full, mounted, no_file_grows, unwritable
from bench.faults.postgres import Postgres
from bench.faults.prepared import PreparedServer
from bench.faults.results import Found
from bench.faults.spells import WITHOUT_A_DATABASE, under_load
from screening.storage.engine import WAL_FIXED_IN

ROUNDS = {True: 1, False: 40}
SMALL = "8m"
OPEN_MEANWHILE = (*WITHOUT_A_DATABASE, "/privacy")


def disk_full(seed: int, quick: bool) -> Found:
    """SQLite on a small disk that is filled up; without root, no file of the server may grow."""
    found = Found("disk full, SQLite", seed)
    with TemporaryDirectory() as name, ExitStack() as until_the_end:
        place = Path(name)
        fills: Callable[[PreparedServer], AbstractContextManager[None]]
        try:
            options = ("-t", "tmpfs", "-o", f"size={SMALL}")
            until_the_end.enter_context(mounted("tmpfs", place, *options))
            fills = lambda _server: full(place)  # noqa: E731
        except NotHere as refusal:
            found.remarks.append(f"RLIMIT_FSIZE in place of a full disk, for {refusal}")
            fills = lambda server: no_file_grows(server.pid)  # noqa: E731
        server = until_the_end.enter_context(PreparedServer(place))
        return under_load(found, server, lambda: fills(server), ROUNDS[quick], OPEN_MEANWHILE)


def disk_full_on_postgresql(seed: int, quick: bool) -> Found:
    """Its tables on a small disk that is filled up; its log lies elsewhere and has room."""
    found = Found("disk full, PostgreSQL", seed)
    try:
        with TemporaryDirectory() as name, ExitStack() as until_the_end:
            folder = Path(name)
            options = ("-t", "tmpfs", "-o", "size=32m,mode=777")
            small = until_the_end.enter_context(mounted("tmpfs", folder / "small", *options))
            postgres = until_the_end.enter_context(Postgres(folder))
            (small / "tables").mkdir(mode=0o700)
            postgres.owns(small / "tables")
            postgres.does(f"CREATE TABLESPACE small LOCATION '{small / 'tables'}'")
            postgres.does("CREATE DATABASE prelude TABLESPACE small")
            server = until_the_end.enter_context(
                PreparedServer(folder, DATABASE_URL=postgres.url())
            )
            fills = lambda: full(small)  # noqa: E731
            return under_load(found, server, fills, ROUNDS[quick], OPEN_MEANWHILE)
    except NotHere as refusal:
        found.skipped = str(refusal)
        return found


def read_only(seed: int, quick: bool) -> Found:
    """The folder of a SQLite database loses its permission to be written.

    A transaction that it hits half-way leaves a journal, which SQLite rolls back before it reads
    anything again; so no page that asks the database is sure to open meanwhile.
    """
    found = Found("read-only folder", seed)
    if sqlite3.sqlite_version_info >= WAL_FIXED_IN:
        found.skipped = "this SQLite writes only into files that it has open already (WAL)"
        return found
    with TemporaryDirectory() as name, PreparedServer(Path(name)) as server:
        try:
            return under_load(
                found, server, lambda: unwritable(Path(name)), ROUNDS[quick], WITHOUT_A_DATABASE
            )
        except NotHere as refusal:
            found.skipped = str(refusal)
            return found


def read_only_postgresql(seed: int, quick: bool) -> Found:
    """PostgreSQL takes nothing: a standby after a failover, a hosted server without room."""
    found = Found("read-only PostgreSQL", seed)
    with TemporaryDirectory() as name, Postgres(Path(name)) as postgres:
        postgres.does("CREATE DATABASE prelude")

        @contextmanager
        def takes_nothing() -> Iterator[None]:
            _set(postgres, "default_transaction_read_only = on")
            yield
            _set(postgres, "default_transaction_read_only = off")

        with PreparedServer(Path(name), DATABASE_URL=postgres.url()) as server:
            return under_load(found, server, takes_nothing, ROUNDS[quick], OPEN_MEANWHILE)


def _set(postgres: Postgres, setting: str) -> None:
    postgres.does(f"ALTER SYSTEM SET {setting}")
    postgres.does("SELECT pg_reload_conf()")
