"""Attempts, counted per keyed bucket; they survive a restart and are shared by all workers."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, text
from sqlalchemy.orm import Session

from screening.storage.tables import ThrottleHitRow

Labels = tuple[str, ...]
"""One bucket under every key of the ring: new hits go under the first, all of them count."""

LASTING = "known:"
"""What a bucket begins with whose hits outlast the others."""

# Any number will do, as long as nothing else in this database uses it.
LOCK = 7_211_942


def hold_throttles(session: Session) -> None:
    """Until the transaction ends, nobody else counts: many at once must not all see room.

    On SQLite the write transaction is that lock already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def add_hit(session: Session, labels: Labels, at: datetime) -> None:
    session.execute(insert(ThrottleHitRow).values(bucket=labels[0], at=at))


def count_hits(session: Session, labels: Labels, since: datetime) -> int:
    """Hits after `since`."""
    query = select(func.count()).where(ThrottleHitRow.bucket.in_(labels), ThrottleHitRow.at > since)
    return session.scalar(query) or 0


def oldest_hit(session: Session, labels: Labels, since: datetime) -> datetime | None:
    """The first hit after `since`: when it grows old, one more attempt is free."""
    query = select(func.min(ThrottleHitRow.at)).where(
        ThrottleHitRow.bucket.in_(labels), ThrottleHitRow.at > since
    )
    return session.scalar(query)


def delete_hits(session: Session, until: datetime, lasting_until: datetime) -> None:
    ended, lasts = ThrottleHitRow.at <= until, ThrottleHitRow.bucket.startswith(LASTING)
    gone = (ended & ~lasts) | (ThrottleHitRow.at <= lasting_until)
    session.execute(delete(ThrottleHitRow).where(gone))


def forget_hits(session: Session, labels: Labels) -> None:
    """Whoever proved to be the right one leaves no attempt behind."""
    session.execute(delete(ThrottleHitRow).where(ThrottleHitRow.bucket.in_(labels)))


def forget_all_hits(connection: Connection) -> None:
    """Those of another time hold nobody back."""
    connection.execute(delete(ThrottleHitRow))
