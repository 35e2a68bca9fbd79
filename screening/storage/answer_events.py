"""Answer events: one sealed row for all that one accepted page changed, never edited.

One row, not one for each item: the number of rows must not tell how many questions were asked,
and so what was answered. Triggers erase the rows when their draft goes without becoming a
submission, and when the submission goes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from screening.domain.answer_events import AnswerEvent
from screening.storage.answer_tables import AnswerEventRow
from screening.storage.sealing import keyring_of

_EVENTS = cast("Table", AnswerEventRow.__table__)


def add_answer_events(
    session: Session, draft_id: str, seq: int, at: datetime, events: Sequence[AnswerEvent]
) -> None:
    """The draft must be there still. ``seq`` is new for it: its version after the page."""
    body = {"events": [event.to_json() for event in events]}
    sealed = keyring_of(session).seal_json(body, "answer_events", "sealed", _row_id(draft_id, seq))
    session.execute(insert(_EVENTS), {"draft_id": draft_id, "seq": seq, "at": at, "sealed": sealed})


def list_answer_events(
    session: Session, draft_ids: Iterable[str]
) -> dict[str, tuple[AnswerEvent, ...]]:
    """In order, by draft; nothing for a draft from before they were kept. Raises CannotUnseal."""
    query = (
        select(_EVENTS)
        .where(_EVENTS.c.draft_id.in_(tuple(draft_ids)))
        .order_by(_EVENTS.c.draft_id, _EVENTS.c.seq)
    )
    keyring = keyring_of(session)
    found: dict[str, tuple[AnswerEvent, ...]] = {}
    for row in session.execute(query):
        row_id = _row_id(row.draft_id, row.seq)
        body: Any = keyring.unseal_json(row.sealed, "answer_events", "sealed", row_id)
        events = (AnswerEvent.from_json(one, row.at) for one in body["events"])
        found[row.draft_id] = (*found.get(row.draft_id, ()), *events)
    return found


def _row_id(draft_id: str, seq: int) -> str:
    return f"{draft_id}/{seq}"
