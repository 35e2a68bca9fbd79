"""What a backup holds, as lines of JSON: where it comes from, every row, and what there must be.

{"archive": 1, "revision": "0004", …}       where it comes from
{"table": "staff", "columns": ["id", …]}    then one array for each row, for each table
{"end": {"tables": {"staff": {"rows": 4, "sha256": "…"}, …}, "audit_head": 17}}
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Table, func, select

from screening import VERSION
from screening.storage.guards import guards_down
from screening.storage.migrate import current
from screening.storage.sealed_stream import SealedWriter
from screening.storage.table_copy import (
    Counting,
    Tally,
    add_lines,
    empty_seeded,
    go_on_counting,
    lines_of,
    tables_in,
    tallies,
)

FORMAT = 1
AUDIT_TABLE, AUDIT_NUMBER = "audit_events", "seq"


class ArchiveRefused(Exception):
    """It must not be used, or could not be made; the message says why."""


@dataclass(frozen=True)
class Origin:
    """Where the rows come from; `revision` is that of their tables."""

    revision: str
    version: str
    engine: str
    made_at: str


@dataclass(frozen=True)
class Manifest:
    """What is in the archive; `audit_head` is the number of the last audit event."""

    origin: Origin
    tables: Mapping[str, Tally]
    audit_head: int

    @property
    def rows(self) -> int:
        return sum(tally.rows for tally in self.tables.values())


def write_archive(connection: Connection, out: SealedWriter, now: datetime) -> Manifest:
    """Everything that this transaction sees."""
    revision = current(connection)
    if revision is None:
        raise ArchiveRefused("the database is empty: there is nothing to keep")
    origin = Origin(revision, VERSION, connection.dialect.name, now.isoformat())
    _put(out, {"archive": FORMAT, **asdict(origin)})
    tables = tables_in(connection)
    found = {table.name: _put_table(connection, out, table) for table in tables}
    manifest = Manifest(origin, found, _audit_head(connection, tables))
    ends = {name: asdict(tally) for name, tally in found.items()}
    _put(out, {"end": {"tables": ends, "audit_head": manifest.audit_head}})
    return manifest


def read_origin(lines: Iterator[bytes]) -> Origin:
    """The first line; what follows is for ``load_tables``."""
    first = json.loads(next(lines))
    if first.pop("archive", None) != FORMAT:
        raise ArchiveRefused("this backup was made by a newer Prelude: update the program first")
    return Origin(**first)


def load_tables(connection: Connection, lines: Iterator[bytes], origin: Origin) -> Manifest:
    """Into tables of the revision it comes from; refused unless they then hold what they held."""
    tables = {table.name: table for table in tables_in(connection)}
    empty_seeded(connection, list(tables.values()))
    mark = json.loads(next(lines))
    # An answer event is added to an open draft only, and these drafts have long been sent.
    with guards_down(connection):
        while "table" in mark:
            mark = _load_table(connection, _fitting(tables, mark), lines)
    manifest = _manifest(origin, mark["end"])
    if manifest.tables != tallies(connection, list(tables.values())):
        raise ArchiveRefused("what was restored is not what was kept: nothing was restored")
    go_on_counting(connection, list(tables.values()))
    return manifest


def lines_in(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole


def _load_table(connection: Connection, table: Table, lines: Iterator[bytes]) -> dict[str, Any]:
    """Up to the next mark, which is returned."""
    marks: list[bytes] = []

    def is_row(line: bytes) -> bool:
        if not line.startswith(b"["):
            marks.append(line)
        return not marks

    add_lines(connection, table, takewhile(is_row, lines))
    if not marks:
        raise ArchiveRefused("this backup has no end: it cannot be relied on")
    mark: dict[str, Any] = json.loads(marks[0])
    return mark


def _fitting(tables: Mapping[str, Table], mark: Mapping[str, Any]) -> Table:
    table = tables.get(mark["table"])
    if table is None or [column.name for column in table.columns] != mark["columns"]:
        raise ArchiveRefused(f"the table {mark['table']} has another shape in this program")
    return table


def _manifest(origin: Origin, end: Mapping[str, Any]) -> Manifest:
    found = {name: Tally(**tally) for name, tally in end["tables"].items()}
    return Manifest(origin, found, end["audit_head"])


def _put(out: SealedWriter, mark: Mapping[str, object]) -> None:
    out.write(json.dumps(mark).encode() + b"\n")


def _put_table(connection: Connection, out: SealedWriter, table: Table) -> Tally:
    _put(out, {"table": table.name, "columns": [column.name for column in table.columns]})
    counting = Counting()
    for line in counting.over(lines_of(connection, table)):
        out.write(line + b"\n")
    return counting.tally


def _audit_head(connection: Connection, tables: Iterable[Table]) -> int:
    log = next((table for table in tables if table.name == AUDIT_TABLE), None)
    if log is None:
        return 0
    return connection.execute(select(func.max(log.c[AUDIT_NUMBER]))).scalar() or 0
