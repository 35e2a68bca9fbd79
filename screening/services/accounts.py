"""Staff accounts: made by the lead or by a command, set up by a one-time link."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from screening.domain.audit import SYSTEM, Actor
from screening.domain.mail import MailKind
from screening.domain.staff import ROLES, Staff
from screening.services.notices import tell
from screening.services.staff_events import witness
from screening.storage.accounts import (
    Account,
    add_account,
    find_account,
    find_account_by_set_up,
    hold_accounts,
    list_accounts,
    offer_set_up,
    set_roles,
    use_set_up,
)
from screening.storage.database import Session
from screening.storage.sessions import delete_sessions_of

Tokens = Callable[[int], bytes]

SET_UP_LIFE = timedelta(minutes=60)
CLINICIAN = frozenset({"clinician"})
LONGEST_NAME = 100
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


class EmailTaken(Exception):
    """Somebody has an account with this address already."""


class StaffRefused(ValueError):
    """Something is missing or wrong; ``errors`` says what, by the name of the field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class LinkGone(LookupError):
    """A set-up link that is unknown, used, replaced or too old; never says which."""


def create_staff(
    session: Session,
    name: str,
    email: str,
    now: datetime,
    tokens: Tokens,
    actor: Actor = SYSTEM,
    *,
    roles: frozenset[str] = CLINICIAN,
    life: timedelta = SET_UP_LIFE,
    is_demo: bool = False,
) -> str:
    """A new account, and the token of its one-time set-up link, which lives so long.

    Somebody who never set a password gets these roles and a new link; the old one dies.
    """
    name, email = name.strip(), email.strip()
    errors = faults(name, email, roles)
    if errors:
        raise StaffRefused(errors)
    hold_accounts(session)
    known = find_account(session, email)
    if known is None:
        staff = Staff(tokens(16).hex(), name, email, roles)
        add_account(session, Account(staff, None, True, tokens(16).hex(), now, is_demo))
        witness(session, "staff.created", now, actor, staff.id, roles=listed(roles))
    elif known.password_hash is not None:
        raise EmailTaken("There is an account with this e-mail address already.")
    else:
        staff = known.staff
        give_roles(session, staff, roles, now, actor)
    return offer_link(session, staff.id, now, tokens, actor, life, "staff.set-up-offered")


def give_roles(
    session: Session, staff: Staff, roles: frozenset[str], now: datetime, actor: Actor
) -> None:
    """Witnessed with those from before; whether others remain is for the caller to ask."""
    set_roles(session, staff.id, roles)
    if roles != staff.roles:
        facts = {"before": listed(staff.roles), "after": listed(roles)}
        witness(session, "staff.roles-changed", now, actor, staff.id, **facts)


def listed(roles: frozenset[str]) -> str:
    return ",".join(sorted(roles))


def faults(name: str, email: str, roles: frozenset[str]) -> dict[str, str]:
    """Everything that keeps this from being an account, by field."""
    errors = {}
    if not name:
        errors["name"] = "The name is missing."
    elif len(name) > LONGEST_NAME:
        errors["name"] = f"Use no more than {LONGEST_NAME} characters for the name."
    if not EMAIL.fullmatch(email):
        errors["email"] = "This is no e-mail address."
    if not roles or not roles <= set(ROLES):
        errors["roles"] = "Choose at least one role."
    return errors


def offer_link(
    session: Session,
    staff_id: str,
    now: datetime,
    tokens: Tokens,
    actor: Actor,
    life: timedelta,
    event: str,
) -> str:
    """The token of a link that lets this person choose a password, once; an older one dies."""
    token = tokens(32).hex()
    offer_set_up(session, staff_id, hashed_token(token), now + life)
    witness(session, event, now, actor, staff_id)
    return token


def first_roles(session: Session) -> frozenset[str]:
    """What a person is who was given no role: as long as nobody is the lead, that as well."""
    leads = [one for one in list_accounts(session) if one.active and "lead" in one.staff.roles]
    return CLINICIAN if leads else CLINICIAN | {"lead"}


def account_to_set_up(session: Session, token: str, now: datetime) -> Account:
    """Whose link this is; looking changes nothing. Raises LinkGone."""
    account = find_account_by_set_up(session, hashed_token(token), now)
    if account is None or not account.active:
        raise LinkGone
    return account


def set_up(
    session: Session,
    token: str,
    password_hash: str,
    now: datetime,
    tokens: Tokens,
    request_id: str | None = None,
) -> Staff:
    """Use the link: a password is set and every earlier sign-in ends. Raises LinkGone."""
    account = account_to_set_up(session, token, now)
    staff = account.staff
    if not use_set_up(session, hashed_token(token), password_hash, tokens(16).hex(), now):
        raise LinkGone
    delete_sessions_of(session, staff.id)
    witness(session, "staff.set-up", now, Actor("staff", staff.id, request_id), staff.id)
    if account.password_hash is not None:  # they had one: this was a reset
        tell(session, staff.id, MailKind.PASSWORD_RESET, now, tokens)
    return staff


def hashed_token(token: str) -> str:
    """256 random bits need no slow hash."""
    return sha256(token.encode()).hexdigest()
