"""Save and come back: a link and a short code, opened by the date of birth."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from screening.domain.audit import Actor, AuditEvent
from screening.domain.codes import RESUME_CODE, new_code, read_code
from screening.domain.draft import Draft
from screening.domain.mail import Mail, MailKind
from screening.domain.protocol import ItemKind, ScreeningProtocol
from screening.services.outbox import post
from screening.services.throttle import Bucket, address_block, admit
from screening.storage import drafts
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.drafts import DraftRecord
from screening.storage.normalising import normalised

MOST_FAILURES = 5
Find = Callable[[str], ScreeningProtocol]


@dataclass(frozen=True)
class WayBack:
    """What the patient takes along; neither part is kept here in readable form."""

    token: str
    code: str


def offer(
    session: Session, draft_id: str, actor: Actor, now: datetime, tokens: Callable[[int], bytes]
) -> WayBack:
    """A new link and code for this draft; earlier ones stop working."""
    way = WayBack(tokens(32).hex(), new_code(tokens, RESUME_CODE))
    drafts.set_resume(session, draft_id, _hash(way.token), way.code)
    append_event(session, AuditEvent("draft.resume-offered", now, actor, "draft", draft_id))
    return way


def admit_sending(
    session: Session, draft_id: str, recipient: str, address: str | None, now: datetime
) -> None:
    """Nobody floods a stranger's letterbox from here. Raises TooManyAttempts."""
    day, hour = timedelta(days=1), timedelta(hours=1)
    buckets = [
        Bucket("saved form mail", draft_id, 3, hour),
        Bucket("saved form mail to one", normalised("email", recipient), 5, day),
        Bucket("saved form mail from one", address_block(address), 10, hour),
    ]
    admit(session, buckets, now)


def send_link(
    session: Session,
    draft_id: str,
    token: str,
    recipient: str,
    actor: Actor,
    now: datetime,
    tokens: Callable[[int], bytes],
) -> bool:
    """The link that was just shown goes to this address too; False if it opens nothing any more.

    Raises RecipientRefused.
    """
    found = by_token(session, token, now)
    if found is None or found.id != draft_id:
        return False
    path = {"path": f"/resume/{token}"}
    post(session, Mail(MailKind.SAVED_FORM, recipient, path, draft_id=draft_id), now, tokens)
    append_event(session, AuditEvent("draft.link-sent", now, actor, "draft", draft_id))
    return True


def by_token(session: Session, token: str, now: datetime) -> DraftRecord | None:
    return drafts.find_by_resume_token(session, _hash(token), now)


def by_code(session: Session, typed: str, now: datetime) -> DraftRecord | None:
    code = read_code(typed, RESUME_CODE)
    return None if code is None else drafts.find_by_resume_code(session, code, now)


def resume(
    session: Session,
    found: DraftRecord | None,
    born: date | None,
    find: Find,
    actor: Actor,
    now: datetime,
) -> str | None:
    """The draft's id if the date of birth is right; None for every other reason alike."""
    if found is None or found.locked_at is not None:
        return None
    if born is not None and _is_birth_date(found, born, find):
        append_event(session, AuditEvent("draft.resumed", now, actor, "draft", found.id))
        return found.id
    failures = drafts.count_resume_failure(session, found.id)
    facts = {"failures": failures}
    refused = AuditEvent("draft.resume-refused", now, actor, "draft", found.id, facts)
    append_event(session, refused)
    if failures >= MOST_FAILURES:
        drafts.lock_draft(session, found.id, now)
        append_event(session, AuditEvent("draft.locked", now, actor, "draft", found.id, facts))
    return None


def _is_birth_date(found: DraftRecord, born: date, find: Find) -> bool:
    items = find(found.protocol).items.values()
    item = next(item for item in items if item.kind is ItemKind.BIRTH_DATE)
    told = str(Draft.from_json(found.body).answers.get(item.id, ""))
    return hmac.compare_digest(told, born.isoformat())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
