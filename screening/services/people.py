"""What the lead does about the people: inviting, roles, switching off, ways back in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from screening.domain.audit import Actor
from screening.domain.mail import OF_COLLEAGUES, MailKind
from screening.domain.staff import ROLES, Staff
from screening.services.accounts import SET_UP_LIFE, create_staff, give_roles, offer_link
from screening.services.notices import tell
from screening.services.own_account import renew_sign_in
from screening.services.staff_events import witness
from screening.services.two_people import refuse_too_few
from screening.storage.accounts import (
    Account,
    hold_accounts,
    links_offered,
    list_accounts,
    read_account,
    set_active,
)
from screening.storage.audit import latest
from screening.storage.claims import drop_claims_of
from screening.storage.database import Session
from screening.storage.outbox import drop_unsent
from screening.storage.second_factors import delete_second_factors, has_second_factor

Tokens = Callable[[int], bytes]

INVITATION_LIFE = timedelta(days=7)


class LastLead(Exception):
    """Nobody would be left who can let people in."""


class NoSuchPerson(LookupError):
    """There is no account of this id."""


class OwnAccount(Exception):
    """A way back in is made for somebody else: whoever finds a screen open could keep it."""


class NoRole(ValueError):
    """Somebody without a role could do nothing at all."""


@dataclass(frozen=True)
class Person:
    """One line of the list. ``link_until``: how long a link that was made for them is good."""

    staff: Staff
    active: bool
    joined: bool
    has_factor: bool
    link_until: datetime | None
    last_sign_in: datetime | None


def people(session: Session, now: datetime) -> list[Person]:
    """Everybody, those who are switched off last."""
    links, seen = links_offered(session, now), latest(session, "staff.signed-in", "staff")
    found = [
        Person(
            staff=one.staff,
            active=one.active,
            joined=one.password_hash is not None,
            has_factor=has_second_factor(session, one.staff.id),
            link_until=links.get(one.staff.id),
            last_sign_in=seen.get(one.staff.id),
        )
        for one in list_accounts(session)
    ]
    return sorted(found, key=lambda one: (not one.active, one.staff.name.casefold()))


def person(session: Session, staff_id: str, now: datetime) -> Person:
    for one in people(session, now):
        if one.staff.id == staff_id:
            return one
    raise NoSuchPerson


def invite(
    session: Session,
    name: str,
    email: str,
    roles: frozenset[str],
    now: datetime,
    tokens: Tokens,
    actor: Actor,
) -> str:
    """The token of an invitation; see create_staff for what is refused."""
    return create_staff(session, name, email, now, tokens, actor, roles=roles, life=INVITATION_LIFE)


def change_roles(
    session: Session, staff_id: str, roles: frozenset[str], now: datetime, actor: Actor
) -> None:
    """In force at their next request. Raises NoRole, LastLead, TooFew."""
    if not roles or not roles <= set(ROLES):
        raise NoRole
    account = _held(session, staff_id)
    if roles == account.staff.roles:
        return
    give_roles(session, account.staff, roles, now, actor)
    _refuse_without_lead(session)
    refuse_too_few(session)
    drop_claims_of(session, staff_id)


def switch(
    session: Session, staff_id: str, *, on: bool, now: datetime, tokens: Tokens, actor: Actor
) -> None:
    """Off: out at their next request, and no way in. Raises LastLead, TooFew."""
    if _held(session, staff_id).active == on:
        return
    set_active(session, staff_id, on)
    drop_claims_of(session, staff_id)
    drop_unsent(session, staff_id, OF_COLLEAGUES)  # of their own account they may still hear
    _refuse_without_lead(session)
    refuse_too_few(session)
    renew_sign_in(session, staff_id, tokens)
    witness(session, "staff.switched-on" if on else "staff.switched-off", now, actor, staff_id)


def make_link(
    session: Session, staff_id: str, now: datetime, tokens: Tokens, actor: Actor
) -> tuple[str, timedelta]:
    """A one-time link to choose a password, and how long it is good.

    For somebody who never joined it is a new invitation. A reset does not skip the second
    factor: whoever has one is asked for it when they sign in (AN-10). Raises OwnAccount.
    """
    _refuse_own(staff_id, actor)
    joined = _held(session, staff_id).password_hash is not None
    life = SET_UP_LIFE if joined else INVITATION_LIFE
    event = "staff.reset-offered" if joined else "staff.set-up-offered"
    return offer_link(session, staff_id, now, tokens, actor, life, event), life


def reset_factors(
    session: Session, staff_id: str, now: datetime, tokens: Tokens, actor: Actor
) -> None:
    """The second factor was lost: all of it goes, all sessions end, they must enrol again.

    Raises OwnAccount.
    """
    _refuse_own(staff_id, actor)
    _held(session, staff_id)
    delete_second_factors(session, staff_id)
    renew_sign_in(session, staff_id, tokens)
    witness(session, "staff.factors-reset", now, actor, staff_id)
    tell(session, staff_id, MailKind.FACTORS_RESET, now, tokens)


def _refuse_own(staff_id: str, actor: Actor) -> None:
    if actor.id == staff_id:
        raise OwnAccount


def _held(session: Session, staff_id: str) -> Account:
    hold_accounts(session)
    account = read_account(session, staff_id)
    if account is None:
        raise NoSuchPerson
    return account


def _refuse_without_lead(session: Session) -> None:
    """Somebody must be able to sign in as the lead: an invitation not yet taken does not count."""
    accounts = list_accounts(session)
    if not any(one.active and one.password_hash and "lead" in one.staff.roles for one in accounts):
        raise LastLead
