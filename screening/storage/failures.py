"""Which database errors mean "not now", and what may be said about them in a log."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from screening.storage.serving import BeingRestored

# Down, full, locked, read-only, being restored, or no connection to be had: worth trying again.
Unavailable = (OperationalError, InterfaceError, NoConnectionFree, BeingRestored)

# PostgreSQL takes nothing, which psycopg calls an internal error: a standby after a failover, or
# a hosted server that ran out of room.
READ_ONLY = "25006"


def is_unavailable(error: BaseException) -> bool:
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, Unavailable) or sqlstate(error) == READ_ONLY


def sqlstate(error: BaseException) -> str | None:
    """The engine's own code of what happened; its message may hold somebody's answers."""
    original = getattr(error, "orig", None)
    code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    return code if isinstance(code, str) else None
