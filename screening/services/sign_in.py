"""Signing in: attempts counted before they are judged, and what is witnessed of them."""

from datetime import datetime, timedelta

from screening.domain.audit import Actor
from screening.domain.staff import Staff
from screening.services.staff_events import by, witness
from screening.services.throttle import (
    Bucket,
    address_block,
    admit,
    is_known,
    note_known,
)
from screening.storage.accounts import Account, replace_password_hash
from screening.storage.claims import drop_claims_of
from screening.storage.database import Session
from screening.storage.normalising import normalised


def admit_sign_in(session: Session, email: str, address: str | None, now: datetime) -> None:
    """Count an attempt before it is judged. Raises TooManyAttempts.

    The limits that others can use up, the address's, the account's and everybody's, are not asked
    where this person signed in from here lately: otherwise strangers, or guests behind the
    clinic's own address, could keep them out. Their own, five a minute, holds for them too.
    """
    account, block = normalised("email", email), address_block(address)
    pair = _pair(email, address)
    buckets = [Bucket("account and address", pair, 5, timedelta(minutes=1))]
    if not is_known(session, pair, now):
        buckets.append(Bucket("address", block, 10, timedelta(minutes=5)))
        buckets.append(Bucket("everybody", "", 1000, timedelta(minutes=5)))
        buckets.append(Bucket("account", account, 20, timedelta(hours=1)))
    admit(session, buckets, now)


def _pair(email: str, address: str | None) -> str:
    return f"{normalised('email', email)} {address_block(address)}"


def accept_password(
    session: Session,
    account: Account,
    now: datetime,
    request_id: str | None,
    stronger_hash: str | None = None,
) -> None:
    """The password was right; keep it under today's parameters if it was under others."""
    if stronger_hash and account.password_hash:
        replace_password_hash(session, account.staff.id, account.password_hash, stronger_hash)
    staff = account.staff
    witness(session, "staff.password-accepted", now, by(staff, request_id), staff.id)


def note_sign_in(
    session: Session,
    staff: Staff,
    factor: str,
    address: str | None,
    now: datetime,
    request_id: str | None,
) -> None:
    """Everything was right. ``factor``: totp, passkey, recovery, or none where none is asked."""
    note_known(session, _pair(staff.email, address), now)
    witness(session, "staff.signed-in", now, by(staff, request_id), staff.id, factor=factor)


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
    witness(session, "staff.sign-in-refused", now, actor, subject, reason=reason)


def note_sign_out(session: Session, staff: Staff, now: datetime, request_id: str | None) -> None:
    drop_claims_of(session, staff.id)  # whoever leaves holds nobody up
    witness(session, "staff.signed-out", now, by(staff, request_id), staff.id)
