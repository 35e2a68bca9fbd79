"""The outbox: messages that wait, each tried by one worker at a time, by a lease that ends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Update,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from screening.domain.mail import Mail, MailFailure, MailKind
from screening.storage.outbox_tables import OutboxRow
from screening.storage.sealing import keyring_of

TABLE = "outbox"
WAITING = and_(OutboxRow.sent_at.is_(None), OutboxRow.given_up_at.is_(None))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker, and no other, may try now; sealed as it lies there."""

    id: str
    kind: MailKind
    message_id: str
    attempts: int
    sealed_recipient: bytes = field(repr=False)
    sealed_params: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    recipient: str = field(repr=False)
    parameters: Mapping[str, str] = field(repr=False)


def mail_is_on(session: Session) -> bool:
    """Whether anybody would ever send what is posted here."""
    return bool(session.info.get("mail", False))


def is_posted(session: Session, once: str) -> bool:
    return session.scalar(select(OutboxRow.id).where(OutboxRow.once == once)) is not None


def add_message(session: Session, message_id: str, mail: Mail, now: datetime) -> None:
    keyring = keyring_of(session)
    params = dict(mail.parameters)
    session.execute(
        insert(OutboxRow).values(
            id=message_id,
            kind=mail.kind.value,
            sealed_recipient=keyring.seal_text(
                mail.recipient, TABLE, "sealed_recipient", message_id
            ),
            sealed_params=keyring.seal_json(params, TABLE, "sealed_params", message_id),
            episode_id=mail.episode_id,
            draft_id=mail.draft_id,
            invitation_id=mail.invitation_id,
            staff_id=mail.staff_id,
            once=mail.once,
            posted_at=now,
            due=now,
            attempts=0,
        )
    )


def any_due(session: Session, now: datetime) -> bool:
    return session.scalar(select(OutboxRow.id).where(_free(now)).limit(1)) is not None


def claim_next(
    session: Session, worker: str, domain: str, now: datetime, until: datetime
) -> Claimed | None:
    """The one that has been due longest; on PostgreSQL whoever is held by another is passed over.

    On SQLite the write transaction is the lock already.
    """
    row = session.execute(
        select(OutboxRow.__table__)
        .where(_free(now))
        .order_by(OutboxRow.due, OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    message_id = row.message_id or f"<{row.id}@{domain}>"
    session.execute(
        _of(row.id).values(
            lease_by=worker, lease_until=until, attempts=row.attempts + 1, message_id=message_id
        )
    )
    return Claimed(
        id=row.id,
        kind=MailKind(row.kind),
        message_id=message_id,
        attempts=row.attempts + 1,
        sealed_recipient=row.sealed_recipient,
        sealed_params=row.sealed_params,
    )


def open_message(session: Session, claimed: Claimed) -> Opened:
    """Raises CannotUnseal."""
    return unsealed(session, claimed.id, claimed.sealed_recipient, claimed.sealed_params)


def unsealed(session: Session, message_id: str, recipient: bytes, params: bytes) -> Opened:
    keyring = keyring_of(session)
    opened = keyring.unseal_json(params, TABLE, "sealed_params", message_id)
    return Opened(
        keyring.unseal_text(recipient, TABLE, "sealed_recipient", message_id),
        {name: str(value) for name, value in opened.items()},
    )


def mark_sent(session: Session, message_id: str, now: datetime, *, keep: bool) -> None:
    """It got through, whoever holds it now; address and link are not needed any more."""
    emptied: dict[str, None] = {} if keep else {"sealed_recipient": None, "sealed_params": None}
    session.execute(
        _of(message_id).values(
            sent_at=now, given_up_at=None, failure=None, lease_by=None, lease_until=None, **emptied
        )
    )


def mark_failed(
    session: Session, message_id: str, worker: str, failure: MailFailure, due: datetime
) -> None:
    """To be tried again; nothing if the lease had ended and another worker has it by now."""
    session.execute(
        _held(message_id, worker).values(
            due=due, failure=failure.value, lease_by=None, lease_until=None
        )
    )


def mark_given_up(
    session: Session, message_id: str, worker: str, failure: MailFailure, now: datetime
) -> None:
    session.execute(
        _held(message_id, worker).values(
            given_up_at=now, failure=failure.value, lease_by=None, lease_until=None
        )
    )


def mark_due_again(session: Session, message_id: str, now: datetime) -> bool:
    """As if it were posted now; False unless it waits or was given up."""
    which = OutboxRow.sent_at.is_(None), OutboxRow.lease_by.is_(None)
    again = {"posted_at": now, "due": now, "attempts": 0, "given_up_at": None}
    done = session.execute(_of(message_id).where(*which).values(**again))
    return cast("CursorResult[Any]", done).rowcount == 1


def drop_unsent(session: Session, staff_id: str, kinds: Collection[MailKind]) -> None:
    """What waits for this colleague, of these kinds, or was given up and could be tried again."""
    which = OutboxRow.staff_id == staff_id, OutboxRow.kind.in_(kind.value for kind in kinds)
    session.execute(delete(OutboxRow).where(*which, OutboxRow.sent_at.is_(None)))


def delete_done(session: Session, until: datetime) -> int:
    """Those that were sent or given up by then."""
    over = or_(OutboxRow.sent_at <= until, OutboxRow.given_up_at <= until)
    return cast("CursorResult[Any]", session.execute(delete(OutboxRow).where(over))).rowcount


def _free(now: datetime) -> ColumnElement[bool]:
    nobodys = or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until <= now)
    return and_(WAITING, OutboxRow.due <= now, nobodys)


def _of(message_id: str) -> Update:
    return update(OutboxRow).where(OutboxRow.id == message_id)


def _held(message_id: str, worker: str) -> Update:
    return _of(message_id).where(OutboxRow.lease_by == worker, OutboxRow.sent_at.is_(None))
