"""Whether a second person is needed, and who could be one."""

from datetime import datetime

from screening.domain.audit import Actor, AuditEvent
from screening.domain.second_person import ONE_HAND, RIGHT, Act, Answer, Request, in_one_hand
from screening.domain.staff import RIGHTS, Staff
from screening.storage.accounts import list_accounts
from screening.storage.audit import list_since
from screening.storage.clinic import ClinicNotSet, read_clinic
from screening.storage.database import Session

LET_IN = (
    "staff.created",
    "staff.set-up-offered",
    "staff.reset-offered",
    "staff.factors-reset",
    "staff.switched-on",
)
"""After each of these, whoever did it may hold what the other signs in with."""
ROLES_CHANGED = "staff.roles-changed"


class SecondPersonNeeded(Exception):
    """One person alone may not do this here; it was not done."""


class TooFew(Exception):
    """Fewer than two people would be left of whom one could ask and another confirm."""


def is_on(session: Session) -> bool:
    try:
        return read_clinic(session).second_person
    except ClinicNotSet:
        return False


def refuse_alone(
    session: Session, actor: Actor, act: Act, episode_id: str, confirmed: Request | None
) -> None:
    """Raises SecondPersonNeeded where a member of staff has nobody's confirmation of exactly this.

    The command line and the daily job are nobody's: whoever has the server holds everything.
    """
    if actor.kind != "staff" or not is_on(session):
        return
    wanted = (act, episode_id, Answer.CONFIRMED)
    if confirmed is None or (confirmed.act, confirmed.episode_id, confirmed.answer) != wanted:
        raise SecondPersonNeeded


def entitled(session: Session) -> list[Staff]:
    """Whoever can sign in and has the right: an invitation not yet taken does not count."""
    accounts = (one for one in list_accounts(session) if one.active and one.password_hash)
    return [one.staff for one in accounts if one.staff.may(RIGHT)]


def refuse_too_few(session: Session) -> None:
    """Raises TooFew while a second person is needed; the caller holds the accounts."""
    if is_on(session) and len(entitled(session)) < 2:
        raise TooFew


def one_hand(session: Session, staff_id: str, now: datetime) -> frozenset[str]:
    """The accounts that may be in the hands of this person too, by what was witnessed lately."""
    events = list_since(session, now - ONE_HAND, *LET_IN, ROLES_CHANGED)
    pairs = ((str(one.actor.id), str(one.subject_id)) for one in events if _lets_in(one))
    return in_one_hand(pairs, staff_id)


def could_confirm(session: Session, staff_id: str, now: datetime) -> list[Staff]:
    """Who could be the second person for what this one asks."""
    held = one_hand(session, staff_id, now)
    return [one for one in entitled(session) if one.id not in held]


def _lets_in(event: AuditEvent) -> bool:
    """By a colleague; a change of roles where it gave the right, maybe to an account of many."""
    if event.actor.kind != "staff":
        return False
    if event.event != ROLES_CHANGED:
        return True
    before, after = (str(event.facts[name]).split(",") for name in ("before", "after"))
    return _gives_right(after) and not _gives_right(before)


def _gives_right(roles: list[str]) -> bool:
    return any(RIGHT in RIGHTS.get(role, ()) for role in roles)
