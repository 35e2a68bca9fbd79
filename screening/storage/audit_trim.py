"""Taking away the oldest part of the chain of audit events, whole, when its time is over."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Row, delete, func, select, update
from sqlalchemy.orm import Session

from screening.storage.audit_chain import HEAD, TABLE, key_of, mark_of
from screening.storage.tables import SubmissionRow

MOST_AT_ONCE = 10_000
"""So many in one transaction: others wait for it."""


def count_due(session: Session, moment: datetime) -> int:
    """Events from before `moment` that nothing kept needs any more."""
    return _count(session, _last_due(session, moment))


def trim(session: Session, moment: datetime) -> tuple[int, int]:
    """The link up to which the log is gone now, and how many events that were; none: (0, 0).

    The mark left behind is made with the chain's key: who has not got it can neither cut the log
    off here nor move the mark.
    """
    head = session.execute(select(HEAD).with_for_update()).one()
    last = _last_due(session, moment, MOST_AT_ONCE)
    if last is None:
        return 0, 0
    gone = {"trimmed_link": last.link, "trimmed_seq": last.seq, "trimmed_mac": last.mac}
    mark = mark_of(key_of(session, head), last.link, last.seq, last.mac)
    session.execute(update(HEAD).values(**gone, start=mark, start_seq=last.seq))
    done = cast("CursorResult[Any]", session.execute(delete(TABLE).where(TABLE.c.seq <= last.seq)))
    return last.link, done.rowcount


def _last_due(session: Session, moment: datetime, most: int = 2**62) -> Row[Any] | None:
    """The last link before the first event that is still needed."""
    needed = session.scalar(select(func.min(TABLE.c.seq)).where(_is_needed(moment)))
    first = session.scalar(select(func.min(TABLE.c.link))) or 0
    query = select(TABLE).where(TABLE.c.link < first + most)
    if needed is not None:
        query = query.where(TABLE.c.seq < needed)
    return session.execute(query.order_by(TABLE.c.link.desc()).limit(1)).one_or_none()


def _is_needed(moment: datetime) -> ColumnElement[bool]:
    """Young, or about something that is still kept."""
    kept = select(SubmissionRow.id).scalar_subquery()
    return (TABLE.c.at >= moment) | (
        TABLE.c.subject_kind.in_(("submission", "episode")) & TABLE.c.subject_id.in_(kept)
    )


def _count(session: Session, last: Row[Any] | None) -> int:
    if last is None:
        return 0
    return session.scalar(select(func.count()).where(TABLE.c.seq <= last.seq)) or 0
