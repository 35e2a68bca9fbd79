"""Attempts, counted per keyed bucket; they survive a restart and are shared by all workers."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from screening.storage.tables import ThrottleHitRow


def add_hit(session: Session, bucket: str, at: datetime) -> None:
    session.execute(insert(ThrottleHitRow).values(bucket=bucket, at=at))


def count_hits(session: Session, bucket: str, since: datetime) -> int:
    """Hits after `since`."""
    query = select(func.count()).where(ThrottleHitRow.bucket == bucket, ThrottleHitRow.at > since)
    return session.scalar(query) or 0


def oldest_hit(session: Session, bucket: str, since: datetime) -> datetime | None:
    """The first hit after `since`: when it grows old, one more attempt is free."""
    query = select(func.min(ThrottleHitRow.at)).where(
        ThrottleHitRow.bucket == bucket, ThrottleHitRow.at > since
    )
    return session.scalar(query)


def delete_hits(session: Session, until: datetime) -> None:
    session.execute(delete(ThrottleHitRow).where(ThrottleHitRow.at <= until))
