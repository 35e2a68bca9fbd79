"""Taking an episode out of the database: its rows in every table; a tombstone stays."""

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.orm import Session

from screening.storage.metadata import METADATA
from screening.storage.tables import ReviewRow, SubmissionRow, TombstoneRow

SUBMISSIONS = cast("Table", SubmissionRow.__table__)


def erase_rows(session: Session, episode_id: str) -> dict[str, int]:
    """How many rows of each table are gone: all that lead to the episode through foreign keys.

    A table that is added later is found by its keys; nothing must be listed here.
    """
    gone: dict[str, int] = {}
    for table in reversed(METADATA.sorted_tables):
        which = belonging(table, episode_id)
        if which is not None:
            done = cast("CursorResult[Any]", session.execute(delete(table).where(which)))
            gone[table.name] = done.rowcount
    return gone


def belonging(table: Table, episode_id: str) -> ColumnElement[bool] | None:
    """The rows of this table that belong to the episode; None where a table has none ever."""
    if table is SUBMISSIONS:
        return table.c.episode_id == episode_id
    ways: list[ColumnElement[bool]] = []
    for key in table.foreign_keys:
        target = key.column
        theirs = belonging(target.table, episode_id) if target.table is not table else None
        if theirs is not None:
            ways.append(key.parent.in_(select(target).where(theirs)))
    return or_(*ways) if ways else None


def add_tombstone(session: Session, episode_id: str, reason: str, now: datetime) -> None:
    values = {"episode_id": episode_id, "reason": reason, "erased_at": now}
    session.execute(insert(TombstoneRow).values(**values))


def list_tombstones(session: Session) -> list[str]:
    return list(session.scalars(select(TombstoneRow.episode_id).order_by(TombstoneRow.erased_at)))


def is_erased(session: Session, episode_id: str) -> bool:
    query = select(TombstoneRow.episode_id).where(TombstoneRow.episode_id == episode_id)
    return session.scalar(query) is not None


def episode_exists(session: Session, episode_id: str) -> bool:
    query = select(SubmissionRow.id).where(SubmissionRow.episode_id == episode_id).limit(1)
    return session.scalar(query) is not None


def quiet_since(session: Session, moment: datetime, day: date) -> list[str]:
    """Episodes without anything received or decided after `moment`, or a visit after `day`."""
    received = func.max(SubmissionRow.received_at)
    visit = func.max(SubmissionRow.treatment_date)
    decided = (
        select(SubmissionRow.episode_id)
        .join(ReviewRow, ReviewRow.submission_id == SubmissionRow.id)
        .where(ReviewRow.decided_at > moment)
    )
    query = (
        select(SubmissionRow.episode_id)
        .where(SubmissionRow.episode_id.not_in(decided))
        .group_by(SubmissionRow.episode_id)
        .having(received <= moment, func.coalesce(visit, day) <= day)
        .order_by(SubmissionRow.episode_id)
    )
    return list(session.scalars(query))
