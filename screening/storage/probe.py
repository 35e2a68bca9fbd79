"""Whether the database would keep something now: asked by trying, and taken back."""

import shutil
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert

from screening.domain.health import Disk
from screening.storage.database import Database
from screening.storage.tables import ThrottleHitRow


class _TakenBack(Exception):
    """Ends the transaction so that nothing of it stays."""


def try_to_write(database: Database, now: datetime) -> None:
    """Raises whatever a patient's write would meet now."""
    try:
        with database.write() as session:
            session.execute(insert(ThrottleHitRow).values(bucket="probe", at=now))
            raise _TakenBack
    except _TakenBack:
        return


def disk_of(database: Database) -> Disk | None:
    """Room beside the SQLite file; None where the database lies on a machine of its own."""
    engine = database.engine
    if engine.dialect.name != "sqlite":
        return None
    usage = shutil.disk_usage(Path(engine.url.database or "").parent)
    return Disk(usage.free, usage.total)


def journal_of(database: Database) -> str:
    """How SQLite keeps what it acknowledged: "delete" (rollback journal) or "wal"."""
    if database.engine.dialect.name != "sqlite":
        return database.engine.dialect.name
    with database.engine.connect() as connection:
        return f"sqlite {connection.exec_driver_sql('PRAGMA journal_mode').scalar()}"
