"""The audit log: appended to in the transaction it witnesses, never changed."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from screening.domain.audit import Actor, AuditEvent
from screening.storage.audit_chain import pending
from screening.storage.tables import AuditEventRow


class NotWriting(RuntimeError):
    """An event was appended where nothing can be kept; it would be lost without a word."""


def append_event(session: Session, event: AuditEvent) -> None:
    """It is written when the transaction ends: the chain is held for that moment only.

    Two transactions that wait for one another's rows can so never wait for the chain as well.
    """
    if not session.info["writes"]:
        raise NotWriting("an audit event needs a transaction that writes")
    pending(session).append(event)


def list_events(session: Session, subject_kind: str, *subject_ids: str) -> list[AuditEvent]:
    """What happened to these things, in the order in which it was witnessed.

    What this transaction has appended comes last, as yet without `seq`.
    """
    wanted = {(subject_kind, one) for one in subject_ids}
    query = (
        select(AuditEventRow.__table__)
        .where(
            AuditEventRow.subject_kind == subject_kind, AuditEventRow.subject_id.in_(subject_ids)
        )
        .order_by(AuditEventRow.seq)
    )
    kept = [_event(row) for row in session.execute(query)]
    here = [e for e in pending(session) if (e.subject_kind, e.subject_id) in wanted]
    return [*kept, *here]


def list_all(session: Session) -> Iterator[dict[str, Any]]:
    """Every event that is kept, as it is kept, in the order of its number."""
    query = select(AuditEventRow.__table__).order_by(AuditEventRow.seq)
    for row in session.execute(query, execution_options={"yield_per": 500}):
        kept = dict(row._mapping)
        yield {
            **kept,
            "at": kept["at"].isoformat(timespec="microseconds"),
            "mac": kept["mac"].hex() if kept["mac"] else None,
        }


def last_event(
    session: Session, event: str, subject_kind: str, subject_id: str
) -> AuditEvent | None:
    """The last time this happened to this thing."""
    query = (
        select(AuditEventRow.__table__)
        .where(
            AuditEventRow.subject_kind == subject_kind,
            AuditEventRow.subject_id == subject_id,
            AuditEventRow.event == event,
        )
        .order_by(AuditEventRow.seq.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else _event(row)


def latest(session: Session, event: str, subject_kind: str) -> dict[str, datetime]:
    """When this last happened, to each thing of this kind."""
    query = (
        select(AuditEventRow.subject_id, func.max(AuditEventRow.at))
        .where(AuditEventRow.subject_kind == subject_kind, AuditEventRow.event == event)
        .group_by(AuditEventRow.subject_id)
    )
    return {subject: at for subject, at in session.execute(query) if subject is not None}


def list_since(session: Session, since: datetime, *names: str) -> list[AuditEvent]:
    """What happened under these names after that moment, in the order in which it was kept."""
    query = (
        select(AuditEventRow.__table__)
        .where(AuditEventRow.event.in_(names), AuditEventRow.at > since)
        .order_by(AuditEventRow.seq)
    )
    return [_event(row) for row in session.execute(query)]


def last_event_at(session: Session, event: str | None = None) -> datetime | None:
    """When the latest event, or the latest of this name, was witnessed, as the clock then stood."""
    query = select(AuditEventRow.at).order_by(AuditEventRow.seq.desc()).limit(1)
    return session.scalar(query if event is None else query.where(AuditEventRow.event == event))


def _event(row: Row[Any]) -> AuditEvent:
    return AuditEvent(
        event=row.event,
        at=row.at,
        actor=Actor(row.actor_kind, row.actor_id, row.request_id),
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        facts=json.loads(row.facts),
        seq=row.seq,
    )
