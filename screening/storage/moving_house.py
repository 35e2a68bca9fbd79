"""A clinic moves to another database: every row of every table, compared when it has arrived.

Upgrading the target, copying and comparing are one transaction there: if anything is wrong, or
the program is killed, the target is as empty as before. The source is only read, and nobody can
write to it meanwhile.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from alembic import command
from sqlalchemy import Connection, Table, delete, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from screening.storage.database import refuse_other_revision
from screening.storage.engine import WRITES, engine_for, portable_url
from screening.storage.guards import guards_down
from screening.storage.in_use import others_in
from screening.storage.metadata import METADATA
from screening.storage.migrate import connection_for_migration, settings
from screening.storage.serving import BeingServed, nobody_serves
from screening.storage.table_copy import go_on_counting

AT_ONCE = 500
# Rows that a migration or a first start puts there by itself; those of the source replace them.
SEEDED = frozenset({"key_checks", "audit_heads"})
OWN = frozenset({"alembic_version"})
MODULUS = 2**256
IN_USE = (
    "the database is in use ({}): stop the app everywhere, "
    "or what it still takes in would be left behind"
)


class MoveRefused(Exception):
    """Nothing was moved; the message says why, and names no row."""


@dataclass(frozen=True)
class Tally:
    """Rows of a table and their digest, which depends neither on the engine nor on the order."""

    rows: int = 0
    digest: int = 0

    def plus(self, row: Mapping[str, Any]) -> "Tally":
        said = repr([(name, _plain(row[name])) for name in sorted(row)])
        one = int.from_bytes(hashlib.sha256(said.encode()).digest())
        return Tally(self.rows + 1, (self.digest + one) % MODULUS)


def move(source_url: str, target_url: str, say: Callable[[str, Tally], None]) -> int:
    """How many rows were moved; `say` is told about each table. Raises MoveRefused."""
    if portable_url(source_url) == portable_url(target_url):
        raise MoveRefused("the clinic is at this address already")
    with _locked(source_url) as source, connection_for_migration(target_url) as target:
        _refuse_unless_empty(target)
        command.upgrade(settings(target), "head")
        with guards_down(target):
            return sum(_moved(source, target, table, say) for table in METADATA.sorted_tables)


@contextmanager
def _locked(url: str) -> Iterator[Connection]:
    """The source: at head, in nobody else's use, and closed for writing until the end."""
    engine = engine_for(url).execution_options(**{WRITES: True})
    try:
        with engine.connect() as connection, connection.begin():
            refuse_other_revision(connection)
            others = others_in(connection)
            if others:
                raise MoveRefused(IN_USE.format(f"{others} open elsewhere"))
            # A service in a sandbox of its own may show nobody which files it has open.
            with nobody_serves(engine):
                if engine.dialect.name == "postgresql":
                    names = ", ".join(table.name for table in METADATA.sorted_tables)
                    connection.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))
                yield connection
    except BeingServed as error:
        raise MoveRefused(IN_USE.format("an app serves it")) from error
    finally:
        engine.dispose()


def _refuse_unless_empty(target: Connection) -> None:
    for name in inspect(target).get_table_names():
        if name not in METADATA.tables and name not in OWN:
            raise MoveRefused(f"the target holds a table that is not Prelude's: {name}")
        query = text(f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608 - a name of ours  # nosec B608
        if name not in SEEDED | OWN and target.execute(query).first():
            raise MoveRefused(f"the target is not empty: there are rows in {name}")


def _moved(
    source: Connection, target: Connection, table: Table, say: Callable[[str, Tally], None]
) -> int:
    target.execute(delete(table))
    sent = arrived = Tally()
    for rows in _batches(source, table):
        try:
            target.execute(insert(table), rows)
        except DBAPIError as error:
            raise MoveRefused(
                f"the target refuses a row of {table.name} ({type(error.orig).__name__})"
            ) from None
        for row in rows:
            sent = sent.plus(row)
    for rows in _batches(target, table):
        for row in rows:
            arrived = arrived.plus(row)
    if arrived != sent:
        raise MoveRefused(f"{table.name} did not arrive as it was sent: nothing was moved")
    go_on_counting(target, [table])
    say(table.name, arrived)
    return arrived.rows


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    query = select(table).execution_options(yield_per=AT_ONCE)
    for part in connection.execute(query).mappings().partitions():
        yield [dict(row) for row in part]


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
