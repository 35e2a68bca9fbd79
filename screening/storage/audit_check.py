"""Looking through the chain of audit events for the first place where it does not hold."""

import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from screening.domain.witness import Beginning, Break, Checkpoint, Witnessed
from screening.storage.audit_chain import (
    FEW_AT_A_TIME,
    HEAD,
    TABLE,
    key_of,
    mac_of,
    mark_of,
    start_of,
)
from screening.storage.sealing import CannotUnseal

Known = Mapping[int, set[str]]
"""The MACs that were written down of each link: more than one where two were."""


def check_chain(session: Session, checkpoints: Iterable[Checkpoint] = ()) -> Witnessed:
    """All events, in their order; `checkpoints`: ends of the chain that were written down before.

    Nothing is locked: what others append meanwhile is left for the next look.
    """
    early = session.scalar(select(func.count()).where(TABLE.c.link.is_(None))) or 0
    head = session.execute(select(HEAD)).one_or_none()
    if head is None:
        return Witnessed(0, early, Break("head", 0), Checkpoint(0, ""))
    known: dict[int, set[str]] = {}
    for one in checkpoints:
        known.setdefault(one.link, set()).add(one.mac)
    links, mac, broken = _walked(session, head, known)
    end = Checkpoint(head.link, (mac or b"").hex())
    return Witnessed(
        max(links - head.trimmed_link, 0),
        early,
        broken,
        end,
        head.trimmed_link,
        _beginning(session) if early else None,
    )


def _beginning(session: Session) -> Beginning | None:
    first = session.execute(select(TABLE.c.seq, TABLE.c.at).where(TABLE.c.link == 1)).one_or_none()
    return first and Beginning(first.seq, first.at)


def _walked(
    session: Session, head: Row[Any], known: Known
) -> tuple[int, bytes | None, Break | None]:
    """How many links hold, the MAC of the last, and what is wrong with the next."""
    if head.sealed_key is None:
        return 0, None, Break("head", 0)
    try:
        key = key_of(session, head)
    except CannotUnseal:
        return 0, None, Break("key", 0)
    broken = _before_the_first(session, head, key, known)
    return (0, None, broken) if broken else _links(session, head, key, known)


def _before_the_first(session: Session, head: Row[Any], key: bytes, known: Known) -> Break | None:
    """What stands, or stood, before the first event that the chain still has."""
    link, seq, mac = head.trimmed_link, head.trimmed_seq, head.trimmed_mac or b""
    if not link:
        start = start_of(session, key, head.start_seq)
        if not hmac.compare_digest(start, head.start or b""):
            return Break("early", 0)
        return Break("checkpoint", 0) if _differs(known, 0, start) else None
    back = session.scalar(select(func.min(TABLE.c.seq)).where(TABLE.c.seq <= seq))
    if back or not hmac.compare_digest(mark_of(key, link, seq, mac), head.start or b""):
        return Break("trimmed", link, back)
    return Break("checkpoint", link) if _differs(known, link, mac) else None


def _differs(known: Known, link: int, mac: bytes) -> bool:
    """Whether anything else was written down of this link."""
    return not known.get(link, set()) <= {mac.hex()}


def _links(
    session: Session, head: Row[Any], key: bytes, known: Known
) -> tuple[int, bytes | None, Break | None]:
    held = head.trimmed_link
    mac, seq = (head.trimmed_mac, head.trimmed_seq) if held else (head.start, head.start_seq)
    query = select(TABLE).where(TABLE.c.link <= head.link).order_by(TABLE.c.link)
    with session.execute(query, execution_options=FEW_AT_A_TIME) as rows:
        for row in rows:
            broken = _wrong(row, key, mac, held, seq)
            if broken:
                return held, mac, broken
            mac, seq, held = row.mac, row.seq, row.link
            if _differs(known, held, mac):
                return held, mac, Break("checkpoint", held, seq)
    return held, mac, _at_the_end(session, head, held, mac, known)


def _wrong(row: Row[Any], key: bytes, before: bytes, held: int, seq: int) -> Break | None:
    if row.link != held + 1:
        return Break("missing", held + 1)
    if not hmac.compare_digest(mac_of(key, before, row.link, dict(row._mapping)), row.mac or b""):
        return Break("changed", row.link, row.seq)
    return Break("out of order", row.link, row.seq) if row.seq <= seq else None


def _at_the_end(
    session: Session, head: Row[Any], held: int, mac: bytes, known: Known
) -> Break | None:
    if held < head.link:
        return Break("cut off", held)
    if mac != (head.mac if held else head.start) or _goes_on(session):
        return Break("head", held)
    if any(link > held for link in known):
        return Break("cut off", held)
    outside = session.scalar(
        select(func.min(TABLE.c.seq)).where(TABLE.c.link.is_(None), TABLE.c.seq > head.start_seq)
    )
    return Break("added", held, outside) if outside else None


def _goes_on(session: Session) -> bool:
    """Whether a link stands behind the head. An event is never seen before the head it moved."""
    last = session.scalar(select(func.max(TABLE.c.link))) or 0
    return last > (session.scalar(select(HEAD.c.link)) or 0)
