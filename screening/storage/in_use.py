"""Whether another process has the database open just now."""

import os
from pathlib import Path

from sqlalchemy import Connection, text

PROCESSES = Path("/proc")
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def others_in(connection: Connection) -> int:
    """Connections of others (PostgreSQL), or processes with the file open (SQLite on Linux).

    A server keeps connections open from its start on. Of SQLite only the processes that this
    user may look at are seen; elsewhere than on Linux, none.
    """
    if connection.dialect.name == "postgresql":
        return connection.scalar(_OTHERS) or 0
    path = Path(str(connection.engine.url.database)).resolve()
    return sum(_has_open(process, path) for process in _other_processes())


def _other_processes() -> list[Path]:
    if not PROCESSES.is_dir():
        return []
    found = (one for one in PROCESSES.iterdir() if one.name.isdecimal())
    return [one for one in found if one.name != str(os.getpid())]


def _has_open(process: Path, path: Path) -> bool:
    try:
        return any(_leads_to(handle, path) for handle in (process / "fd").iterdir())
    except OSError:  # it has ended, or is somebody else's
        return False


def _leads_to(handle: Path, path: Path) -> bool:
    try:
        return handle.readlink() == path
    except OSError:  # closed meanwhile
        return False
