"""Making and restoring backups in tests, as the commands do, with and without the commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import EXAMPLE_KEY, Config
from screening.app import parts_for
from screening.services.safekeeping import put_right
from screening.storage.archive import Manifest
from screening.storage.backup import restore, write_backup
from screening.storage.backup_folder import begun, completed
from screening.storage.database import Database
from screening.storage.engine import engine_for
from screening.storage.table_copy import Tally, tables_in, tallies
from tests.clock import Clock


def backed_up(database: Database, folder: Path, clock: Clock) -> Path:
    with begun(folder) as (path, file):
        written = write_backup(database, file, clock())
        return completed(path, written.sha256, clock())


@contextmanager
def restored(url: str, backup: Path) -> Iterator[tuple[Database, Manifest]]:
    """The database at this address after the backup was restored into it."""
    config = Config(database_url=url, master_key=EXAMPLE_KEY, environment="test")
    parts = parts_for(config)
    manifest = restore(url, parts.database.keyring, backup)
    put_right(parts.database, parts.protocols)
    try:
        yield parts.database, manifest
    finally:
        parts.database.close()


def contents(url: str) -> dict[str, Tally]:
    """Of every table."""
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            return tallies(connection, tables_in(connection))
    finally:
        engine.dispose()
