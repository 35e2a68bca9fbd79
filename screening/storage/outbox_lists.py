"""What lies in the outbox, for whoever looks after it: counts, what waits, what was given up."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from screening.domain.mail import MailFailure, MailKind, hinted
from screening.storage.outbox import TABLE, WAITING, Opened, unsealed
from screening.storage.outbox_tables import OutboxRow
from screening.storage.sealing import CannotUnseal, keyring_of


def count_messages(session: Session) -> Counter[str]:
    """How many are "sent", "given up" or still "waiting"."""
    sent, given_up = OutboxRow.sent_at.is_not(None), OutboxRow.given_up_at.is_not(None)
    counts: Counter[str] = Counter()
    for name, which in (("sent", sent), ("given up", given_up), ("waiting", WAITING)):
        counts[name] = session.scalar(select(func.count()).where(which)) or 0
    return counts


def oldest_waiting(session: Session) -> datetime | None:
    """When the message was posted that has waited longest."""
    return session.scalar(select(func.min(OutboxRow.posted_at)).where(WAITING))


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as it may be shown to whoever looks after the outbox."""

    id: str
    kind: MailKind
    hint: str
    posted_at: datetime
    due: datetime
    attempts: int
    failure: MailFailure | None
    given_up_at: datetime | None


def list_unsent(session: Session, most: int) -> list[Listed]:
    """What was given up and what waits, the latest first."""
    query = select(OutboxRow.__table__).where(OutboxRow.sent_at.is_(None))
    rows = session.execute(query.order_by(OutboxRow.posted_at.desc(), OutboxRow.id).limit(most))
    return [
        Listed(
            id=row.id,
            kind=MailKind(row.kind),
            hint=_hint(session, row),
            posted_at=row.posted_at,
            due=row.due,
            attempts=row.attempts,
            failure=MailFailure(row.failure) if row.failure else None,
            given_up_at=row.given_up_at,
        )
        for row in rows
    ]


def list_kept(session: Session, most: int) -> list[tuple[MailKind, datetime, Opened]]:
    """What a demonstration would have sent, the latest first; elsewhere nothing is kept."""
    query = select(OutboxRow.__table__).where(
        OutboxRow.sent_at.is_not(None), OutboxRow.sealed_params.is_not(None)
    )
    rows = session.execute(query.order_by(OutboxRow.sent_at.desc(), OutboxRow.id).limit(most))
    return [
        (
            MailKind(row.kind),
            row.sent_at,
            unsealed(session, row.id, row.sealed_recipient, row.sealed_params),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Posted:
    """A message to the person of an episode; its link is left out, for it opens something."""

    kind: MailKind
    recipient: str = field(repr=False)
    posted_at: datetime
    sent_at: datetime | None
    given_up_at: datetime | None


def list_of_episode(session: Session, episode_id: str) -> list[Posted]:
    """Raises CannotUnseal. Once a message has gone out, the address is empty."""
    query = select(OutboxRow.__table__).where(OutboxRow.episode_id == episode_id)
    rows = session.execute(query.order_by(OutboxRow.posted_at, OutboxRow.id)).all()
    return [
        Posted(
            MailKind(row.kind), _recipient(session, row), row.posted_at, row.sent_at,
            row.given_up_at,
        )
        for row in rows
    ]  # fmt: skip


def given_up_ids(session: Session) -> list[str]:
    query = select(OutboxRow.id).where(OutboxRow.given_up_at.is_not(None))
    return list(session.scalars(query.order_by(OutboxRow.posted_at, OutboxRow.id)))


def _hint(session: Session, row: Row[Any]) -> str:
    try:
        return hinted(_recipient(session, row))
    except CannotUnseal:
        return "cannot be read"


def _recipient(session: Session, row: Row[Any]) -> str:
    sealed, place = row.sealed_recipient, (TABLE, "sealed_recipient", row.id)
    return keyring_of(session).unseal_text(sealed, *place) if sealed is not None else ""
