"""The sign that a process serves this database, so that nothing is restored under it.

SQLite: a shared lock (flock) on a hidden file beside the database, held as long as the process
lives. PostgreSQL: a shared advisory lock, held by every connection of the serving process; it
needs no table and ends with the connection, and a connection that is opened anew takes it again.
Restoring takes the same lock for itself alone. A PostgreSQL server notices a little later that a
connection was closed, so whoever finds the lock taken looks again before refusing.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Engine, event

# Any fixed number, as long as nothing else in this database uses it.
POSTGRESQL_LOCK = 5_118_020_262
# Seconds in which a server that has much to do ends a connection that nobody holds any more.
NOTICED_WITHIN = 2.0


class BeingRestored(Exception):
    """Nobody may serve this database now."""


class BeingServed(Exception):
    """A running app serves this database: it must be stopped first."""


def announce(engine: Engine) -> Callable[[], None]:
    """From now on this process serves; call what is returned when it does no longer."""
    if engine.dialect.name == "sqlite":
        held = _lock_file(engine, shared=True)
        return lambda: os.close(held) if held is not None else None
    event.listen(engine, "connect", _take_shared)
    engine.dispose()  # a connection from before holds nothing
    with engine.connect():
        return engine.dispose


@contextmanager
def nobody_serves(engine: Engine) -> Iterator[None]:
    """Until the end of the block; raises BeingServed where somebody does."""
    if engine.dialect.name == "sqlite":
        held = _lock_file(engine, shared=False)
        try:
            yield
        finally:
            if held is not None:
                os.close(held)
        return
    with engine.connect() as connection:
        query = f"SELECT pg_try_advisory_lock({POSTGRESQL_LOCK})"
        if not _soon(lambda: connection.exec_driver_sql(query).scalar() is True):
            raise BeingServed
        connection.commit()
        try:
            yield
        finally:
            connection.invalidate()  # ends with the connection, which must not go back to a pool


def sign_of(path: Path) -> Path:
    """Hidden, so that removing the database with its journals does not remove it too."""
    return path.with_name(f".{path.name}.serving")


def _lock_file(engine: Engine, *, shared: bool) -> int | None:
    if sys.platform == "win32":
        return None
    import fcntl

    path = sign_of(Path(engine.url.database or ""))
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise (BeingRestored if shared else BeingServed) from None
    return file


def _take_shared(connection: object, _record: object) -> None:
    """On the driver's own connection: the lock outlives the transactions."""
    query = f"SELECT pg_try_advisory_lock_shared({POSTGRESQL_LOCK})"
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        taken = _soon(lambda: cursor.execute(query).fetchone() == (True,))
    connection.commit()  # type: ignore[attr-defined]
    if not taken:
        raise BeingRestored


def _soon(take: Callable[[], bool]) -> bool:
    until = monotonic() + NOTICED_WITHIN
    while not (taken := take()) and monotonic() < until:
        sleep(0.05)
    return taken
