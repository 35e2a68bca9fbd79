"""Staff accounts: created by a command, set up by a one-time link, used by signing in."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from screening.domain.audit import SYSTEM, Actor, AuditEvent, Fact
from screening.domain.staff import Staff
from screening.services.throttle import Bucket, address_block, admit, labelled
from screening.storage.accounts import (
    Account,
    add_account,
    find_account,
    find_account_by_set_up,
    offer_set_up,
    replace_password_hash,
    use_set_up,
)
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.normalising import normalised
from screening.storage.sessions import delete_sessions_of
from screening.storage.throttles import add_hit, count_hits

Tokens = Callable[[int], bytes]

SET_UP_LIFE = timedelta(minutes=60)
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


class EmailTaken(Exception):
    """Somebody has an account with this address already."""


class EmailRefused(ValueError):
    """This is no e-mail address."""


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
    is_demo: bool = False,
) -> str:
    """A new account, and the token of its one-time set-up link (60 minutes).

    Somebody who never set a password gets a new link; the old one dies.
    """
    name, email = name.strip(), email.strip()
    if not name:
        raise ValueError("The name is missing.")
    if not EMAIL.fullmatch(email):
        raise EmailRefused("This is no e-mail address.")
    known = find_account(session, email)
    if known is None:
        staff = Staff(tokens(16).hex(), name, email, frozenset({"clinician"}))
        add_account(session, Account(staff, None, True, tokens(16).hex(), now, is_demo))
        _witness(session, "staff.created", now, actor, staff.id)
    elif known.password_hash is not None:
        raise EmailTaken("There is an account with this e-mail address already.")
    else:
        staff = known.staff
    token = tokens(32).hex()
    offer_set_up(session, staff.id, hashed_token(token), now + SET_UP_LIFE)
    _witness(session, "staff.set-up-offered", now, actor, staff.id)
    return token


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
    staff = account_to_set_up(session, token, now).staff
    if not use_set_up(session, hashed_token(token), password_hash, tokens(16).hex(), now):
        raise LinkGone
    delete_sessions_of(session, staff.id)
    _witness(session, "staff.set-up", now, Actor("staff", staff.id, request_id), staff.id)
    return staff


def admit_sign_in(session: Session, email: str, address: str | None, now: datetime) -> None:
    """Count an attempt before it is judged. Raises TooManyAttempts.

    The account's own hourly limit is not asked where this person signed in during the last
    day: otherwise a stranger could keep them out of their own clinic.
    """
    account, block = normalised("email", email), address_block(address)
    pair = f"{account} {block}"
    buckets = [
        Bucket("account and address", pair, 5, timedelta(minutes=1)),
        Bucket("address", block, 10, timedelta(minutes=5)),
        Bucket("everybody", "", 1000, timedelta(minutes=5)),
    ]
    if not count_hits(session, labelled(session, "known", pair), now - timedelta(hours=24)):
        buckets.append(Bucket("account", account, 20, timedelta(hours=1)))
    admit(session, buckets, now)


def note_sign_in(
    session: Session,
    account: Account,
    address: str | None,
    now: datetime,
    request_id: str | None,
    stronger_hash: str | None = None,
) -> None:
    """The password was right; keep it under today's parameters if it was under weaker ones."""
    staff = account.staff
    pair = f"{normalised('email', staff.email)} {address_block(address)}"
    add_hit(session, labelled(session, "known", pair), now)
    if stronger_hash and account.password_hash:
        replace_password_hash(session, staff.id, account.password_hash, stronger_hash)
    _witness(session, "staff.signed-in", now, Actor("staff", staff.id, request_id), staff.id)


def note_refusal(
    session: Session, account: Account | None, now: datetime, request_id: str | None
) -> None:
    """Whoever tried is not known; whose account was tried is, if there is one."""
    if account is None:
        reason = "unknown-account"
    else:
        reason = "wrong-password" if account.active else "disabled"
    subject = account.staff.id if account else None
    actor = Actor("system", None, request_id)
    _witness(session, "staff.sign-in-refused", now, actor, subject, reason=reason)


def note_sign_out(session: Session, staff: Staff, now: datetime, request_id: str | None) -> None:
    _witness(session, "staff.signed-out", now, Actor("staff", staff.id, request_id), staff.id)


def hashed_token(token: str) -> str:
    """256 random bits need no slow hash."""
    return sha256(token.encode()).hexdigest()


def _witness(
    session: Session, event: str, now: datetime, actor: Actor, staff_id: str | None, **facts: Fact
) -> None:
    kind = "staff" if staff_id else None
    append_event(session, AuditEvent(event, now, actor, kind, staff_id, facts))
