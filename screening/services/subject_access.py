"""What is held about a person: one document with everything, for the person who asked."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from screening.domain.audit import Actor, AuditEvent
from screening.domain.second_person import Act, Request
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import OpenedSubmission, read_opened
from screening.services.two_people import refuse_alone
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.page_links import list_page_links
from screening.storage.second_person import list_requests
from screening.storage.submissions import SubmissionRecord, latest_edition

NOT_THE_PERSONS = ("body_mac", "digest")
"""Check values that are made from what stands beside them."""


class NothingHeld(LookupError):
    """There is no such episode."""


def everything_about(
    session: Session,
    library: ProtocolLibrary,
    episode_id: str,
    actor: Actor,
    now: datetime,
    confirmed: Request | None = None,
) -> dict[str, Any]:
    """Plain JSON values; raises NothingHeld, and CannotUnseal where a record is damaged.

    Raises SecondPersonNeeded where staff need what another has confirmed.
    """
    refuse_alone(session, actor, Act.COPY, episode_id, confirmed)
    latest = latest_edition(session, episode_id)
    if latest is None:
        raise NothingHeld
    opened = read_opened(session, latest, now)
    facts = {"editions": len(opened.editions)}
    append_event(session, AuditEvent("episode.exported", now, actor, "episode", episode_id, facts))
    return {
        "what_this_is": "Everything held about one visit, as it is kept.",
        "made_at": plain(now),
        "submissions": [_submission(one, library) for one in opened.editions],
        "how_the_answers_came_about": plain(opened.said),
        "decisions": [_named(plain(one), opened) for one in opened.reviews],
        "questions_from_the_clinic": [_named(plain(one), opened) for one in opened.questions],
        "identity_check": _named(plain(opened.identity_check), opened),
        "invitation": _named(plain(opened.invitation), opened),
        "being_worked_on": _named(plain(opened.claim), opened),
        "links": [plain(one) for one in list_page_links(session, episode_id)],
        "asked_of_a_second_person": [
            _named(plain(one), opened) for one in list_requests(session, episode_id)
        ],
        "who_looked_and_what_happened": [_named(plain(one), opened) for one in opened.events],
    }


def plain(value: object) -> Any:
    """The value as JSON can hold it, with all its fields."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, date | datetime) else value


def _submission(record: SubmissionRecord, library: ProtocolLibrary) -> dict[str, Any]:
    """With the words of every question that was answered."""
    asked = library.get(record.protocol)
    kept = {name: one for name, one in plain(record).items() if name not in NOT_THE_PERSONS}
    return {**kept, "questions": {item.id: item.wording for item in asked.items.values()}}


def _named(kept: Any, opened: OpenedSubmission) -> Any:
    """Staff by their names: who looked is part of what a person may know."""
    if not isinstance(kept, dict):
        return kept
    actor = kept.get("actor") or {}
    staff_id = kept.get("staff_id") or (actor.get("id") if actor.get("kind") == "staff" else None)
    name = opened.names.get(str(staff_id))
    return {**kept, "by": name} if name else kept
