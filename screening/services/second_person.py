"""One person asks, another confirms: erasure, the copy of everything, and switching this off.

Every step holds the clinic's settings until its transaction ends: so of two who confirm together
one comes too late, and nothing is asked or confirmed beside the rule being switched off.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from screening.domain.audit import Actor
from screening.domain.clinic import Clinic
from screening.domain.mail import MailKind
from screening.domain.second_person import Act, NotWaiting, Reason, Request, Stage, ask
from screening.protocols.library import ProtocolLibrary
from screening.services.notices import tell
from screening.services.retention import erase
from screening.services.subject_access import NothingHeld, everything_about
from screening.services.switching_two import switch_off, witness_request
from screening.services.two_people import could_confirm, entitled, one_hand
from screening.storage.clinic import hold_clinic
from screening.storage.database import Session
from screening.storage.erasing import episode_exists
from screening.storage.second_person import add_request, keep_request, list_requests, read_request
from screening.storage.submissions import hold_episode

Tokens = Callable[[int], bytes]


class NoSuchRequest(LookupError):
    """Nobody asked for this, or what it was about has gone."""


class NotAnother(Exception):
    """Both accounts may be in one hand: one of them let the other in lately."""


class NotEntitled(Exception):
    """Whoever asked, or whoever confirms, may not do this any more."""


def ask_where_needed(
    session: Session, act: Act, episode_id: str | None, actor: Actor, now: datetime, tokens: Tokens
) -> Request | None:
    """The request that waits for a second person, an earlier one for the same as well.

    None where nobody else is needed. Raises NothingHeld, NotEntitled.
    """
    if not hold_clinic(session).second_person:
        return None
    _check_entitled(session, str(actor.id))
    if episode_id is not None:
        hold_episode(session, episode_id)
        if not episode_exists(session, episode_id):
            raise NothingHeld
    for one in list_requests(session, episode_id):
        same = (one.act, one.episode_id) == (act, episode_id)
        if same and (one.stage(now) is Stage.WAITING or one.ready_for(str(actor.id), now)):
            return one
    asked = ask(tokens(16).hex(), act, episode_id, str(actor.id), now)
    add_request(session, asked)
    witness_request(session, "second-person.asked", asked, actor, now)
    for other in could_confirm(session, asked.staff_id, now):
        tell(session, other.id, MailKind.SECOND_PERSON_ASKED, now, tokens)
    return asked


def withdraw(session: Session, request_id: str, actor: Actor, now: datetime) -> None:
    """Raises NoSuchRequest, NotWaiting, NotTheirs; so do the other steps."""
    request, _ = _held(session, request_id)
    withdrawn = request.withdrawn(str(actor.id), now)
    keep_request(session, withdrawn)
    witness_request(session, "second-person.withdrawn", withdrawn, actor, now)


def refuse(
    session: Session, request_id: str, reason: Reason, actor: Actor, now: datetime, tokens: Tokens
) -> None:
    request, _ = _held(session, request_id)
    refused = request.refused(str(actor.id), reason, now)
    _check_entitled(session, str(actor.id))
    keep_request(session, refused)
    witness_request(session, "second-person.refused", refused, actor, now, reason=reason.value)
    _tell_asker(session, refused, now, tokens)


def confirm(
    session: Session, request_id: str, actor: Actor, now: datetime, tokens: Tokens
) -> Request:
    """It is done now, or the copy may be fetched. Raises NotAnother, NotEntitled as well."""
    request, clinic = _held(session, request_id)
    confirmed = request.confirmed(str(actor.id), now)
    _check_entitled(session, request.staff_id, str(actor.id))
    if actor.id in one_hand(session, request.staff_id, now):
        raise NotAnother
    witness_request(
        session, "second-person.confirmed", confirmed, actor, now, asked_by=request.staff_id
    )
    keep_request(session, confirmed)
    if confirmed.act is Act.ERASE:
        erase(session, str(confirmed.episode_id), "request", actor, now, confirmed)
    elif confirmed.act is Act.SWITCH_OFF:
        switch_off(session, clinic, actor, now)
    _tell_asker(session, confirmed, now, tokens)
    return confirmed


def fetch(
    session: Session, library: ProtocolLibrary, request_id: str, actor: Actor, now: datetime
) -> dict[str, Any]:
    """The copy that was confirmed, once, for whoever asked; see everything_about."""
    request, _ = _held(session, request_id)
    fetched = request.fetched(str(actor.id), now)
    _check_entitled(session, str(actor.id))
    keep_request(session, fetched)
    witness_request(session, "second-person.fetched", fetched, actor, now)
    return everything_about(session, library, str(fetched.episode_id), actor, now, fetched)


def note_not_another(session: Session, request_id: str, actor: Actor, now: datetime) -> None:
    """Somebody tried to confirm whose account may be in one hand with the asker's."""
    request = read_request(session, request_id)
    if request is not None:
        witness_request(session, "second-person.not-another", request, actor, now)


def _held(session: Session, request_id: str) -> tuple[Request, Clinic]:
    """As it is once nobody else can change it."""
    clinic = hold_clinic(session)
    request = read_request(session, request_id)
    if request is None:
        raise NoSuchRequest
    if not clinic.second_person:
        raise NotWaiting
    return request, clinic


def _tell_asker(session: Session, answered: Request, now: datetime, tokens: Tokens) -> None:
    tell(session, answered.staff_id, MailKind.SECOND_PERSON_ANSWERED, now, tokens)


def _check_entitled(session: Session, *staff_ids: str) -> None:
    if not {*staff_ids} <= {one.id for one in entitled(session)}:
        raise NotEntitled
