"""What is held about a person: one document with everything, for the person who asked."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from screening.domain.audit import Actor, AuditEvent
from screening.domain.second_person import Act, Request
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import OpenedSubmission, name_of, read_opened
from screening.services.invitation_course import INVITATION
from screening.services.retention import EPISODE
from screening.services.two_people import refuse_alone
from screening.storage.audit import append_event, list_events
from screening.storage.database import Session
from screening.storage.drafts import DraftRecord, list_following
from screening.storage.kept_forms import list_kept_of_episode
from screening.storage.outbox_lists import list_of_episode
from screening.storage.page_links import list_page_links
from screening.storage.second_person import list_requests
from screening.storage.submissions import SubmissionRecord, latest_edition

NOT_THE_PERSONS = ("body_mac", "digest", "holder")
"""Check values that are made from what stands beside them, and which session has a draft."""


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
    append_event(session, AuditEvent("episode.exported", now, actor, EPISODE, episode_id, facts))
    events = _all_events(session, opened, episode_id)
    typed = list_kept_of_episode(session, episode_id)
    staff = {str(one.actor.id) for one in events if one.actor.kind == "staff"}
    staff = (staff | {one.staff_id for one in typed}) - opened.names.keys()
    names = {**opened.names, **{one: name_of(session, one) for one in sorted(staff)}}
    return {
        "what_this_is": "Everything held about one visit, as it is kept.",
        "made_at": plain(now),
        "submissions": [_submission(one, library) for one in opened.editions],
        "editions_that_cannot_be_read": list(opened.unread),
        "how_the_answers_came_about": plain(opened.said),
        "corrections_not_sent": [
            _of_the_person(one) for one in list_following(session, *opened.numbers)
        ],
        "decisions": [_named(plain(one), names) for one in opened.reviews],
        "questions_from_the_clinic": [_named(plain(one), names) for one in opened.questions],
        "identity_check": _named(plain(opened.identity_check), names),
        "invitation": _named(plain(opened.invitation), names),
        "being_worked_on": _named(plain(opened.claim), names),
        "links": [plain(one) for one in list_page_links(session, episode_id)],
        "asked_of_a_second_person": [
            _named(plain(one), names) for one in list_requests(session, episode_id)
        ],
        "typed_by_staff_and_not_sent": [_named(plain(one), names) for one in typed],
        "messages": plain(list_of_episode(session, episode_id)),
        "who_looked_and_what_happened": [_named(_of_this_visit(one), names) for one in events],
    }


def _all_events(session: Session, opened: OpenedSubmission, episode_id: str) -> list[AuditEvent]:
    """Also those of the visit as a whole and of its invitation: who looked at that, say."""
    of_visit = list_events(session, EPISODE, episode_id)
    of_invitation = (
        list_events(session, INVITATION, opened.invitation.id) if opened.invitation else []
    )
    return sorted([*opened.events, *of_visit, *of_invitation], key=lambda one: one.at)


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
    return {
        **_of_the_person(record),
        "questions": {item.id: item.wording for item in asked.items.values()},
    }


def _of_this_visit(event: AuditEvent) -> dict[str, Any]:
    """Beside which visit it was shown is left out: that may be another person's."""
    told: dict[str, Any] = plain(event)
    facts = {name: one for name, one in told["facts"].items() if name != "beside"}
    return {**told, "facts": facts}


def _of_the_person(record: SubmissionRecord | DraftRecord) -> dict[str, Any]:
    return {name: one for name, one in plain(record).items() if name not in NOT_THE_PERSONS}


def _named(kept: Any, names: Mapping[str, str]) -> Any:
    """Staff by their names: who looked is part of what a person may know."""
    if not isinstance(kept, dict):
        return kept
    actor = kept.get("actor") or {}
    staff_id = kept.get("staff_id") or (actor.get("id") if actor.get("kind") == "staff" else None)
    name = names.get(str(staff_id))
    return {**kept, "by": name} if name else kept
