"""The audit log: appended to in the transaction it witnesses, never changed."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.orm import Session

from screening.domain.audit import Actor, AuditEvent
from screening.storage.tables import AuditEventRow


def append_event(session: Session, event: AuditEvent) -> None:
    session.execute(
        insert(AuditEventRow).values(
            at=event.at,
            actor_kind=event.actor.kind,
            actor_id=event.actor.id,
            event=event.event,
            subject_kind=event.subject_kind,
            subject_id=event.subject_id,
            request_id=event.actor.request_id,
            facts=json.dumps(dict(event.facts), sort_keys=True),
        )
    )


def list_events(session: Session, subject_kind: str, *subject_ids: str) -> list[AuditEvent]:
    """What happened to these things, in the order in which it was witnessed."""
    query = (
        select(AuditEventRow.__table__)
        .where(
            AuditEventRow.subject_kind == subject_kind, AuditEventRow.subject_id.in_(subject_ids)
        )
        .order_by(AuditEventRow.seq)
    )
    return [_event(row) for row in session.execute(query)]


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
