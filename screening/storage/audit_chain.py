"""The chain of audit events: each is bound to the one before it by a key that is sealed.

mac(n) = HMAC-SHA-256(key, event n ‖ mac(n-1)). Whoever can write to the database but has not the
master key can neither change an event and mend the chain nor make a key for another one. The chain
has a key of its own, so that a change of the master key leaves every link as it is. It begins with
the database (bringing_up.py), never by itself: where its key is gone, nothing is witnessed.
"""

import hashlib
import hmac
import json
import secrets
from datetime import UTC
from typing import Any, cast

from sqlalchemy import Row, Select, Table, func, insert, select, update
from sqlalchemy.orm import Session

from screening.domain.audit import AuditEvent
from screening.storage.sealing import CannotUnseal, canonical_json, framed, keyring_of
from screening.storage.tables import AuditEventRow, AuditHeadRow

TABLE = cast("Table", AuditEventRow.__table__)
HEAD = cast("Table", AuditHeadRow.__table__)
KEY_PLACE = ("audit_heads", "sealed_key", "1")
FEW_AT_A_TIME = {"yield_per": 500}


class NoChain(CannotUnseal):
    """The chain has no key that can be read: nothing can be witnessed, so nothing can be done."""


NO_KEY = (
    "the audit log has no key, so nothing can be witnessed: a new database gets one from "
    "flask upgrade-database; anywhere else it was taken away (docs/incidents.md, "
    "The chain of the audit log is broken)"
)
CANNOT_OPEN = "the key of the audit log cannot be opened, so nothing can be witnessed: {}"

_PENDING = "audit events to be kept"
_COLUMNS = (
    "at", "actor_kind", "actor_id", "event", "subject_kind", "subject_id", "request_id", "facts",
)  # fmt: skip


def pending(session: Session) -> list[AuditEvent]:
    """The events of this transaction that are not written yet."""
    events: list[AuditEvent] = session.info.setdefault(_PENDING, [])
    return events


def chain_pending(session: Session) -> None:
    """Write them, each linked to the one before; the head is held until the transaction ends."""
    events = session.info.pop(_PENDING, [])
    if not events:
        return
    head, key = _head_and_key(session, select(HEAD).with_for_update())
    mac = head.mac if head.link else head.start
    rows = []
    for link, event in enumerate(events, head.link + 1):
        values = _values(event)
        mac = mac_of(key, mac, link, values)
        rows.append({**values, "link": link, "mac": mac})
    session.execute(insert(TABLE), rows)
    session.execute(update(HEAD).values(link=head.link + len(rows), mac=mac))


def begin(session: Session) -> int:
    """A new key, and the chain's start: all that was witnessed before is held by it as a whole.

    How many events that is. Whoever calls this has made sure that there was no chain before.
    """
    key = secrets.token_bytes(32)
    last = session.scalar(select(func.coalesce(func.max(TABLE.c.seq), 0))) or 0
    start = start_of(session, key, last)
    sealed = keyring_of(session).seal(key, *KEY_PLACE)
    session.execute(update(HEAD).values(sealed_key=sealed, start=start, start_seq=last))
    return session.scalar(select(func.count()).select_from(TABLE)) or 0


def refuse_without_chain(session: Session) -> None:
    """Raises NoChain."""
    _head_and_key(session, select(HEAD))


def key_of(session: Session, head: Row[Any]) -> bytes:
    """The chain's key (32 bytes); raises NoChain."""
    if head.sealed_key is None:
        raise NoChain(NO_KEY, "audit_heads.sealed_key")
    try:
        return keyring_of(session).unseal(head.sealed_key, *KEY_PLACE)
    except CannotUnseal as error:
        raise NoChain(CANNOT_OPEN.format(error), error.place) from None


def mac_of(key: bytes, before: bytes, place: int, values: dict[str, Any]) -> bytes:
    """32 bytes for the event with these values at this place, after `before`."""
    at = values["at"].astimezone(UTC).isoformat(timespec="microseconds")
    said = canonical_json([place, at, *(values[name] for name in _COLUMNS[1:])])
    return hmac.digest(key, framed(said, before), hashlib.sha256)


def start_of(session: Session, key: bytes, last: int) -> bytes:
    """One HMAC over all events from before the chain, up to `last`, in their order."""
    early = TABLE.c.link.is_(None) & (TABLE.c.seq <= last)
    mac = b""
    query = select(TABLE).where(early).order_by(TABLE.c.seq)
    with session.execute(query, execution_options=FEW_AT_A_TIME) as rows:
        for row in rows:
            mac = mac_of(key, mac, row.seq, dict(row._mapping))
    return mac


def mark_of(key: bytes, link: int, seq: int, mac: bytes) -> bytes:
    """What nobody without the key can say: that everything up to this event was taken away."""
    return hmac.digest(key, framed(canonical_json(["trimmed", link, seq]), mac), hashlib.sha256)


def _head_and_key(session: Session, query: Select[Any]) -> tuple[Row[Any], bytes]:
    head = session.execute(query).one_or_none()
    if head is None:
        raise NoChain(NO_KEY, "audit_heads")
    return head, key_of(session, head)


def _values(event: AuditEvent) -> dict[str, Any]:
    return {
        "at": event.at,
        "actor_kind": event.actor.kind,
        "actor_id": event.actor.id,
        "event": event.event,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "request_id": event.actor.request_id,
        "facts": json.dumps(dict(event.facts), sort_keys=True),
    }
