"""Passkeys: the public half of what an authenticator holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Row, delete, insert, select, update
from sqlalchemy.orm import Session

from screening.storage.account_tables import PasskeyRow
from screening.storage.sealing import keyring_of


@dataclass(frozen=True)
class Passkey:
    """``name`` is what its owner calls it; ``public_key`` is a COSE key."""

    id: str
    staff_id: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    name: str
    added_at: datetime
    last_used_at: datetime | None = None


def add_passkey(session: Session, passkey: Passkey) -> None:
    name = keyring_of(session).seal_text(passkey.name, "passkeys", "sealed_name", passkey.id)
    session.execute(
        insert(PasskeyRow).values(
            id=passkey.id,
            staff_id=passkey.staff_id,
            credential_id=passkey.credential_id,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            transports=" ".join(passkey.transports),
            sealed_name=name,
            added_at=passkey.added_at,
        )
    )


def list_passkeys(session: Session, staff_id: str) -> list[Passkey]:
    """In the order in which they were added."""
    query = (
        select(PasskeyRow.__table__)
        .where(PasskeyRow.staff_id == staff_id)
        .order_by(PasskeyRow.added_at, PasskeyRow.id)
    )
    return [_passkey(session, row) for row in session.execute(query)]


def note_use(session: Session, passkey: Passkey, sign_count: int, now: datetime) -> bool:
    """False if it was used or removed meanwhile: of two at once one wins."""
    used = session.execute(
        update(PasskeyRow)
        .where(PasskeyRow.id == passkey.id, PasskeyRow.sign_count == passkey.sign_count)
        .values(sign_count=sign_count, last_used_at=now)
    )
    return cast("CursorResult[Any]", used).rowcount == 1


def delete_passkey(session: Session, staff_id: str, passkey_id: str) -> bool:
    """False if there is none such of this person's."""
    deleted = session.execute(
        delete(PasskeyRow).where(PasskeyRow.id == passkey_id, PasskeyRow.staff_id == staff_id)
    )
    return cast("CursorResult[Any]", deleted).rowcount == 1


def _passkey(session: Session, row: Row[Any]) -> Passkey:
    return Passkey(
        id=row.id,
        staff_id=row.staff_id,
        credential_id=bytes(row.credential_id),
        public_key=bytes(row.public_key),
        sign_count=row.sign_count,
        transports=tuple(row.transports.split()),
        name=keyring_of(session).text_or_so(row.sealed_name, "passkeys", "sealed_name", row.id),
        added_at=row.added_at,
        last_used_at=row.last_used_at,
    )
