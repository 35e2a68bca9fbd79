"""Browser sessions: what a visitor's cookie stands for, sealed, under the hash of its id."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Connection, CursorResult, delete, insert, select, update
from sqlalchemy.orm import Session

from screening.storage.sealing import keyring_of
from screening.storage.tables import SessionRow

SessionKind = Literal["patient", "staff"]


@dataclass(frozen=True)
class SessionRecord:
    """One session; `id_hash` is the SHA-256 (hex) of what the cookie holds."""

    id_hash: str
    kind: SessionKind
    staff_id: str | None
    data: Mapping[str, object]
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


def add_session(session: Session, record: SessionRecord) -> None:
    session.execute(
        insert(SessionRow).values(
            id_hash=record.id_hash,
            kind=record.kind,
            created_at=record.created_at,
            **_changing(session, record),
        )
    )


def read_session(
    session: Session, id_hash: str, kind: SessionKind, now: datetime
) -> SessionRecord | None:
    """None if there is none, if it is of the other kind, or if its time is over."""
    row = session.execute(
        select(SessionRow.__table__).where(
            SessionRow.id_hash == id_hash, SessionRow.kind == kind, SessionRow.expires_at > now
        )
    ).one_or_none()
    if row is None:
        return None
    return SessionRecord(
        id_hash=row.id_hash,
        kind=row.kind,
        staff_id=row.staff_id,
        data=keyring_of(session).unseal_json(
            row.sealed, "sessions", "sealed", row.id_hash, purpose="session"
        ),
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
    )


def update_session(session: Session, record: SessionRecord) -> bool:
    """False if the row was deleted meanwhile: an ended session is never brought back."""
    changed = session.execute(
        update(SessionRow)
        .where(SessionRow.id_hash == record.id_hash)
        .values(**_changing(session, record))
    )
    return cast("CursorResult[Any]", changed).rowcount == 1


def delete_session(session: Session, id_hash: str) -> None:
    session.execute(delete(SessionRow).where(SessionRow.id_hash == id_hash))


def delete_sessions_of(session: Session, staff_id: str) -> None:
    session.execute(delete(SessionRow).where(SessionRow.staff_id == staff_id))


def end_all_sessions(connection: Connection) -> None:
    """Everybody signs in anew."""
    connection.execute(delete(SessionRow))


def list_sessions_of(session: Session, staff_id: str, now: datetime) -> list[SessionRecord]:
    """This person's open sessions without what they hold, the last used first."""
    query = (
        select(SessionRow.__table__)
        .where(SessionRow.staff_id == staff_id, SessionRow.expires_at > now)
        .order_by(SessionRow.last_seen_at.desc(), SessionRow.id_hash)
    )
    return [
        SessionRecord(
            id_hash=row.id_hash,
            kind=row.kind,
            staff_id=row.staff_id,
            data={},
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
        )
        for row in session.execute(query)
    ]


def delete_expired_sessions(session: Session, now: datetime) -> None:
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))


def _changing(session: Session, record: SessionRecord) -> dict[str, object]:
    return {
        "staff_id": record.staff_id,
        "sealed": keyring_of(session).seal_json(
            dict(record.data), "sessions", "sealed", record.id_hash, purpose="session"
        ),
        "last_seen_at": record.last_seen_at,
        "expires_at": record.expires_at,
    }
