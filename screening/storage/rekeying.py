"""Sealing anew with the current key what an older one sealed, a few rows at a time.

How far it got is what the rows themselves say: a run that was killed is simply begun again. A
row is read and sealed without a lock, and written only where it still is as it was read.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    RowMapping,
    Table,
    and_,
    func,
    or_,
    select,
    tuple_,
    update,
)  # fmt: skip
from sqlalchemy.orm import Session

from screening.storage.inventory import SEALED, envelope_head, row_id, table_of
from screening.storage.sealing import (
    VERSION,
    CannotUnseal,
    KeyRing,
    canonical_json,
    key_id_of,
    keyring_of,
    unpad,
)  # fmt: skip

Opened = Mapping[str, bytes]
AT_ONCE = 25  # rows that are written in one transaction: others wait for milliseconds


@dataclass(frozen=True)
class Renewed:
    """A row to be written: how it was found, what is sealed anew, and what follows from that.

    `damaged` counts its older values that no key opens; they stay as they are.
    """

    id: str
    found: RowMapping
    sealed: Mapping[str, bytes]
    following: Mapping[str, bytes]
    damaged: int


def count_by_key(session: Session) -> dict[str, Counter[bytes | None]]:
    """For each sealed column, how many values each key has sealed; None: no envelope of ours."""
    found = {}
    for name, columns in SEALED.items():
        for one in columns:
            head = envelope_head(table_of(name), one.column)
            query = select(head, func.count()).where(head.is_not(None)).group_by(head)
            counts: Counter[bytes | None] = Counter()
            for begins, count in session.execute(query):
                counts[key_id_of(bytes(begins))] += count
            found[f"{name}.{one.column}"] = counts
    return found


def read_older(session: Session, name: str, after: RowMapping | None) -> list[Renewed]:
    """The next rows of this table with a value that is not under the current key."""
    table, keyring = table_of(name), keyring_of(session)
    current = VERSION + keyring.key_id
    heads = [envelope_head(table, one.column) for one in SEALED[name]]
    query = select(table).where(or_(*(head != current for head in heads)))
    if after is not None:
        query = query.where(tuple_(*table.primary_key) > tuple(_key(table, after)))
    rows = session.execute(query.order_by(*table.primary_key).limit(AT_ONCE)).mappings()
    return [_renewed(keyring, table, row) for row in rows]


def keep_renewed(session: Session, name: str, rows: list[Renewed]) -> list[Renewed]:
    """Those that were written; one that somebody else holds or has changed is left alone."""
    table = table_of(name)
    if not rows:
        return []
    # Never wait for a row while holding others: on PostgreSQL two who do that wait for ever.
    which = tuple_(*table.primary_key).in_([tuple(_key(table, row.found)) for row in rows])
    held = select(*table.primary_key).where(which)
    locked = session.execute(held.with_for_update(key_share=True, skip_locked=True))
    free = {tuple(row) for row in locked}
    return [
        row
        for row in rows
        if row.sealed and tuple(_key(table, row.found)) in free and _written(session, table, row)
    ]


def codes_without_seal(session: Session) -> tuple[int, Any]:
    """Codes given out before they were sealed: how many, and when the last of them ends."""
    drafts = table_of("drafts").c
    query = select(func.count(), func.max(drafts.expires_at)).where(
        drafts.resume_code_index.is_not(None), drafts.sealed_resume_code.is_(None)
    )
    count, last = session.execute(query).one()
    return count, last


def _renewed(keyring: KeyRing, table: Table, row: RowMapping) -> Renewed:
    place, opened, sealed, damaged = row_id(table, row), {}, {}, 0
    for one in SEALED[table.name]:
        if row[one.column] is None:
            continue
        where = (table.name, one.column, place)
        older = key_id_of(row[one.column]) != keyring.key_id
        try:
            value = keyring.unseal(row[one.column], *where, purpose=one.purpose, form=one.form)
        except CannotUnseal:
            damaged += older
            continue
        opened[one.column] = value
        if older:
            sealed[one.column] = keyring.seal(value, *where, purpose=one.purpose, form=one.form)
    following = FOLLOWING.get(table.name, _nothing)(keyring, opened)
    return Renewed(place, row, sealed, following, damaged)


def _written(session: Session, table: Table, row: Renewed) -> bool:
    as_found = [
        table.c[one.column].is_not_distinct_from(row.found[one.column])
        for one in SEALED[table.name]
    ]
    change = (
        update(table).where(_is(table, row.found), *as_found).values(**row.sealed, **row.following)
    )
    return cast("CursorResult[Any]", session.execute(change)).rowcount == 1


def _is(table: Table, row: RowMapping) -> ColumnElement[bool]:
    return and_(*(column == row[column.name] for column in table.primary_key))


def _key(table: Table, row: RowMapping) -> list[Any]:
    return [row[column.name] for column in table.primary_key]


def _nothing(_keyring: KeyRing, _opened: Opened) -> dict[str, bytes]:
    return {}


def _email_index(keyring: KeyRing, opened: Opened) -> dict[str, bytes]:
    if "sealed_email" not in opened:
        return {}
    return {"email_index": keyring.blind_index("email", unpad(opened["sealed_email"]).decode())}


def _code_index(keyring: KeyRing, opened: Opened) -> dict[str, bytes]:
    if "sealed_resume_code" not in opened:
        return {}
    code = unpad(opened["sealed_resume_code"]).decode()
    return {"resume_code_index": keyring.blind_index("resume-code", code)}


def _body_mac(keyring: KeyRing, opened: Opened) -> dict[str, bytes]:
    if not {"sealed_answers", "sealed_identity"} <= opened.keys():
        return {}
    parts = [json.loads(unpad(opened[f"sealed_{name}"])) for name in ("answers", "identity")]
    return {"body_mac": keyring.mac("data", "submission", canonical_json(parts))}


FOLLOWING: Mapping[str, Callable[[KeyRing, Opened], dict[str, bytes]]] = {
    "staff": _email_index,
    "drafts": _code_index,
    "submissions": _body_mac,
}
"""What stands in the same row and is made with a key as well."""
