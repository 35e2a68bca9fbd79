"""Every page, over one damaged value at a time, of every sealed column of every table.

Whatever is damaged, nobody meets an error of ours: a page says what cannot be read, or shows the
rest. Only the key of the audit chain may stop everything (503): without it nothing is witnessed.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, select, text, update

from bench.faults.results import Found
from bench.faults.visitors import Browser, DoorTried, everybody
from bench.faults.workshop import Workshop, workshop
from screening.storage.inventory import SEALED, row_id, table_of
from screening.storage.sealing import CannotUnseal

ROUNDS = {True: 1, False: 3}
DOORS = {True: 4, False: 1_000}
STOPS_ALL = "audit_heads"
Change = Callable[[bytes, bytes, Random], bytes]


@dataclass(frozen=True)
class Value:
    """One sealed value where it stands."""

    table: Table
    key: tuple[Any, ...]
    column: str
    whole: bytes


def damaged_pages(seed: int, quick: bool) -> Found:
    found, random = Found("damaged pages", seed), Random(seed)  # noqa: S311 to be run again
    with workshop() as shop:
        people = everybody(shop)
        stands = Path(str(shop.database.engine.url.database))
        kept = stands.with_suffix(".kept")
        shop.database.close()
        shutil.copy(stands, kept)
        found.corrupt = sum(_visits(shop, people, random, 5 * DOORS[quick], found))
        for name in [one for one in _columns() for _ in range(ROUNDS[quick])]:
            shop.database.close()
            shutil.copy(kept, stands)
            _one_damaged(shop, found, people, name, random, DOORS[quick])
        found.control = _control(shop, kept, stands, people)
    return found


def _one_damaged(
    shop: Workshop,
    found: Found,
    people: list[Browser],
    name: tuple[str, str],
    random: Random,
    doors: int,
) -> None:
    values = list(_values(shop, *name))
    one = random.choice(values)  # fails where nothing is kept that could be damaged
    other = random.choice([each.whole for each in values if each.whole != one.whole] or [b""])
    _put(shop, one, random.choice(CHANGES)(one.whole, other, random))
    found.faults += 1
    found.lost += _opens(shop, one)
    errors = sum(_visits(shop, people, random, doors, found, stopped=name[0] == STOPS_ALL))
    if errors:
        found.errors += errors
        found.remarks.append(".".join(name))


def _visits(
    shop: Workshop,
    people: list[Browser],
    random: Random,
    doors: int,
    found: Found,
    *,
    stopped: bool = False,
) -> Iterator[bool]:
    """Whether each answer is an error of ours."""
    for who in people:
        for door in random.sample(who.doors, min(doors, len(who.doors))):
            status = who.tries(shop.app, door)
            found.tried += 1
            found.answers[str(status)] = found.answers.get(str(status), 0) + 1
            wrong = status >= 500 and not (stopped and status == 503)
            if wrong:
                found.remarks.append(f"{who.name}: {door.method} {door.route}")
            yield wrong


def _control(shop: Workshop, kept: Path, stands: Path, people: list[Browser]) -> int:
    """A page that fails over a record is counted as an error."""
    shop.database.close()
    shutil.copy(kept, stands)
    door = DoorTried("GET", "/try/fail/<how>", "/try/fail/mistake")
    return int(people[0].tries(shop.with_a_mistake(), door) >= 500)


def _columns() -> list[tuple[str, str]]:
    return [(name, one.column) for name, columns in SEALED.items() for one in columns]


def _values(shop: Workshop, name: str, column: str) -> Iterator[Value]:
    table = table_of(name)
    with shop.database.read() as session:
        rows = session.execute(select(table).where(table.c[column].is_not(None))).mappings().all()
    for row in rows:
        key = tuple(row[one.name] for one in table.primary_key)
        yield Value(table, key, column, bytes(row[column]))


def _is(one: Value) -> ColumnElement[bool]:
    return and_(*(a == b for a, b in zip(one.table.primary_key, one.key, strict=True)))


def _put(shop: Workshop, one: Value, value: bytes) -> None:
    with shop.database.write() as session:
        guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
        for (name,) in session.execute(text(guards), {"table": one.table.name}).all():
            session.execute(text(f"DROP TRIGGER {name}"))  # a failing disk asks no trigger
        session.execute(update(one.table).where(_is(one)).values({one.column: value}))


def _opens(shop: Workshop, one: Value) -> bool:
    """Whether a damaged value is read as if nothing were."""
    (how,) = (each for each in SEALED[one.table.name] if each.column == one.column)
    with shop.database.read() as session:
        row = session.execute(select(one.table).where(_is(one))).mappings().one()
    where = (one.table.name, one.column, row_id(one.table, row))
    try:
        keyring = shop.database.keyring
        keyring.unseal(bytes(row[one.column]), *where, purpose=how.purpose, form=how.form)
    except CannotUnseal:
        return False
    return True


def _bit(whole: bytes, _other: bytes, random: Random) -> bytes:
    place = random.randrange(len(whole))
    return whole[:place] + bytes([whole[place] ^ (1 << random.randrange(8))]) + whole[place + 1 :]


CHANGES: tuple[Change, ...] = (
    _bit,
    lambda whole, _other, random: whole[: random.randrange(len(whole))],
    lambda _whole, other, _random: other,
    lambda whole, _other, _random: bytes(len(whole)),
    lambda whole, _other, random: whole[:1] + random.randbytes(4) + whole[5:],
)
