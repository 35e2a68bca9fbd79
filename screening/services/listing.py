"""Who stands in a list: read, and shortened before it leaves; a full name is in no list."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from screening.domain.audit import Actor, AuditEvent
from screening.domain.listed import Listed, age_band, short_name
from screening.protocols.library import NoSuchProtocol, ProtocolLibrary
from screening.services.search_terms import birth_date_in
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.queue import ListedRow, read_listed
from screening.storage.submissions import SubmissionRecord


def people_on(
    session: Session, library: ProtocolLibrary, submission_ids: Iterable[str], today: date
) -> dict[str, Listed]:
    """By submission."""
    return {row.id: _listed(library, row, today) for row in read_listed(session, submission_ids)}


def note_list(session: Session, event: str, count: int, actor: Actor, now: datetime) -> None:
    """So many people stood in a list that is about to be shown.

    In a transaction of its own, after the list was read and before it is sent: reading thousands
    of rows must not keep others from writing, and what cannot be witnessed is not shown.
    """
    append_event(session, AuditEvent(event, now, actor, facts={"count": count}))


def listed_of(library: ProtocolLibrary, record: SubmissionRecord, today: date) -> Listed:
    """One that was read whole."""
    row = ListedRow(record.id, record.protocol, record.identity, record.answers)
    return _listed(library, row, today)


def _listed(library: ProtocolLibrary, row: ListedRow, today: date) -> Listed:
    if row.identity is None or row.answers is None:
        return Listed(None)
    ages = _ages(library, row.protocol, row.answers, today)
    return Listed(short_name(str(row.identity.get("name") or "")), ages)


def _ages(library: ProtocolLibrary, protocol: str, answers: Mapping[str, Any], today: date) -> str:
    with suppress(NoSuchProtocol, ValueError):
        return age_band(date.fromisoformat(birth_date_in(library.get(protocol), answers)), today)
    return ""
