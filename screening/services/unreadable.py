"""A visit whose record cannot be read: what can still be told of it, so that staff can help."""

from dataclasses import dataclass
from datetime import date, datetime

from screening.domain.audit import Actor, AuditEvent
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import SUBMISSION
from screening.services.search_terms import birth_date_in
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.submissions import Remains, latest_edition, read_remains


@dataclass(frozen=True, slots=True)
class Left:
    """Of person and visit; None is what cannot be read, an empty text what was not given."""

    submission_id: str
    episode_id: str
    reference: str
    visit: date | None
    received_at: datetime
    level: str
    name: str | None
    phone: str | None
    email: str | None
    born: str | None


def what_is_left(
    session: Session,
    library: ProtocolLibrary,
    place: str,
    actor: Actor,
    now: datetime,
    *,
    submission_id: str = "",
    episode_id: str = "",
) -> Left | None:
    """Witnessed, as it may name the person. None if there is no such visit."""
    asked = submission_id or latest_edition(session, episode_id)
    remains = read_remains(session, asked) if asked else None
    if remains is None:
        return None
    facts = {"place": place}
    append_event(
        session, AuditEvent("submission.unreadable", now, actor, SUBMISSION, remains.id, facts)
    )
    return left_of(remains, library)


def left_of(remains: Remains, library: ProtocolLibrary) -> Left:
    told = {
        name: None if remains.identity is None else str(remains.identity.get(name) or "")
        for name in ("name", "phone", "email")
    }
    answers = remains.answers
    return Left(
        submission_id=remains.id,
        episode_id=remains.episode_id,
        reference=remains.reference,
        visit=remains.treatment_date,
        received_at=remains.received_at,
        level=remains.level,
        born=None if answers is None else birth_date_in(library.get(remains.protocol), answers),
        **told,
    )
