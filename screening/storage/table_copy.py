"""Rows of every table, read from and added to a database of either engine, in the same words.

The tables are those that the database has, not those that this program knows: so an older
revision is copied like the newest one, and a new table needs no line here.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    collate,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.types import String

REVISION_TABLE = "alembic_version"
AT_ONCE = 500  # rows


@dataclass(frozen=True)
class Tally:
    """How many rows a table has, and the SHA-256 (hex) over them in the order of their keys."""

    rows: int
    sha256: str


class Counting:
    """Counts lines and digests them as they go by."""

    def __init__(self) -> None:
        self._rows, self._digest = 0, hashlib.sha256()

    def over(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self._rows += 1
            self._digest.update(line + b"\n")
            yield line

    @property
    def tally(self) -> Tally:
        return Tally(self._rows, self._digest.hexdigest())


def is_empty(connection: Connection) -> bool:
    """No table at all, not even one without rows."""
    return not inspect(connection).get_table_names()


def tables_in(connection: Connection) -> list[Table]:
    """Those that hold the clinic's data, each after the ones that its foreign keys point at."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != REVISION_TABLE]


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row as a line of JSON, in an order that is the same on every engine."""
    query = select(table).order_by(*(_bytewise(connection, key) for key in table.primary_key))
    for row in connection.execute(query.execution_options(yield_per=AT_ONCE)):
        yield json.dumps([_plain(value) for value in row], separators=(",", ":")).encode()


def add_lines(connection: Connection, table: Table, lines: Iterable[bytes]) -> None:
    """What ``lines_of`` gave, as rows again."""
    names, aware = [column.name for column in table.columns], connection.dialect.name != "sqlite"
    remaining = iter(lines)
    while batch := list(islice(remaining, AT_ONCE)):
        rows = [[_value(plain, aware=aware) for plain in json.loads(line)] for line in batch]
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def tallies(connection: Connection, tables: Sequence[Table]) -> dict[str, Tally]:
    return {table.name: _tally(connection, table) for table in tables}


def empty_seeded(connection: Connection, tables: Sequence[Table]) -> None:
    """A migration may have put rows into a new table; those that are added take their place."""
    for table in reversed(tables):
        if connection.execute(select(func.count()).select_from(table)).scalar():
            connection.execute(delete(table))


def go_on_counting(connection: Connection, tables: Sequence[Table]) -> None:
    """PostgreSQL's counters know nothing of numbers that were given; SQLite's do."""
    if connection.dialect.name != "postgresql":
        return
    find = text("SELECT pg_get_serial_sequence(:table, :column)")
    for column in (column for table in tables for column in table.primary_key):
        where = {"table": f'"{column.table.name}"', "column": column.name}
        counter = connection.execute(find, where).scalar()
        last = connection.execute(select(func.max(column))).scalar() if counter else None
        if last is not None:
            connection.execute(select(func.setval(counter, last)))


def _tally(connection: Connection, table: Table) -> Tally:
    counting = Counting()
    for _ in counting.over(lines_of(connection, table)):
        pass
    return counting.tally


def _bytewise(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """PostgreSQL orders text as people of some country do; SQLite by its bytes."""
    is_text = isinstance(column.type, String)
    return collate(column, "C") if is_text and connection.dialect.name != "sqlite" else column


def _plain(value: object) -> object:
    """Dates, times and bytes as JSON objects with one key; anything else as it is."""
    if isinstance(value, bytes | memoryview):
        return {"bytes": b64encode(value).decode()}
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return {"time": aware.isoformat(timespec="microseconds")}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"no way to copy a {type(value).__name__}")


def _value(plain: object, *, aware: bool) -> object:
    if not isinstance(plain, dict):
        return plain
    ((kind, said),) = plain.items()
    if kind == "bytes":
        return b64decode(said)
    if kind == "date":
        return date.fromisoformat(said)
    time = datetime.fromisoformat(said)
    return time if aware else time.replace(tzinfo=None)
