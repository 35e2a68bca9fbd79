"""A draft is kept whole, and what changed in its answers beside it, in the same transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from screening.domain.answer_events import AnswerEvent
from screening.storage.answer_events import add_answer_events
from screening.storage.database import Session
from screening.storage.drafts import DraftRecord, add_draft, save_draft

MOST_PAGES = 1000
"""So often may a form be saved; nobody does by hand. It bounds what one draft can leave behind."""

Events = Sequence[AnswerEvent]


class TooManyPages(Exception):
    """The draft was saved so often that no more answers are taken; it can still be sent."""


def refuse_endless(record: DraftRecord) -> None:
    """Raises TooManyPages. Not asked where an urgent sign was ticked: help comes first."""
    if record.version >= MOST_PAGES:
        raise TooManyPages


def begin(session: Session, record: DraftRecord, events: Events) -> None:
    """A new draft, with what its first page said."""
    add_draft(session, record)
    _append(session, record, events)


def save(
    session: Session,
    record: DraftRecord,
    body: dict[str, object],
    events: Events,
    now: datetime,
    life: timedelta,
) -> DraftRecord:
    """The record as it is from then on."""
    save_draft(session, record.id, body, now, now + life)
    saved = replace(
        record, body=body, version=record.version + 1, updated_at=now, expires_at=now + life
    )
    _append(session, saved, events)
    return saved


def _append(session: Session, record: DraftRecord, events: Events) -> None:
    """The version is the number: two pages at once cannot both have it. Nothing changed: no row."""
    if events:
        add_answer_events(session, record.id, record.version, record.updated_at, events)
