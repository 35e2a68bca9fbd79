"""Making, restoring and damaging backups, as the commands do and as somebody else might."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from config import EXAMPLE_KEY, Config
from screening.app import parts_for
from screening.services.safekeeping import put_right
from screening.storage.archive import Manifest
from screening.storage.backup import restore, write_backup
from screening.storage.backup_folder import begun, completed
from screening.storage.database import Database
from screening.storage.engine import engine_for
from screening.storage.sealed_stream import SealedWriter, opened_chunks
from screening.storage.sealing import KeyRing
from screening.storage.table_copy import Tally, tables_in, tallies
from tests.clock import Clock

Change = Callable[[list[bytes]], list[bytes]]


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
    with parts.database.write() as session:
        put_right(session, parts.protocols)
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


def one_byte_changed(backup: Path, times: int, chance: Random) -> Iterator[Path]:
    """The same file so many times, each with one bit of another byte flipped."""
    whole, damaged = backup.read_bytes(), backup.with_name("damaged.backup")
    for place in chance.sample(range(len(whole)), times):
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        damaged.write_bytes(changed)
        yield damaged


def rewritten(backup: Path, change: Change, keys: KeyRing) -> Path:
    """A backup made by somebody who has the key, with other lines."""
    with backup.open("rb") as file:
        lines = b"".join(opened_chunks(file, keys)).splitlines(keepends=True)
    path = backup.with_name("rewritten.backup")
    with path.open("wb") as file:
        writer = SealedWriter(file, keys)
        writer.write(b"".join(change(lines)))
        writer.finish()
    return path


def of_a_newer_program(backup: Path, keys: KeyRing) -> Path:
    def newer(lines: list[bytes]) -> list[bytes]:
        first = json.loads(lines[0]) | {"revision": "9999"}
        return [json.dumps(first).encode() + b"\n", *lines[1:]]

    return rewritten(backup, newer, keys)
