"""Telling staff by e-mail what happened to their own account, so that they notice a stranger, and
what two people are needed for.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from screening.domain.mail import Mail, MailKind, is_address
from screening.services.outbox import mail_is_on, post
from screening.services.throttle import labelled
from screening.storage.accounts import Account, find_account, read_account
from screening.storage.database import Session
from screening.storage.normalising import normalised
from screening.storage.throttles import add_hit, count_hits, hold_throttles

Tokens = Callable[[int], bytes]
ABOUT_ONE = frozenset(
    {"account and address", "account", "second factor", "second factor by the hour"}
)
"""Full buckets that say something about one account; the others are about an address."""
TOLD_FOR = timedelta(hours=24)
HOURLY = frozenset({MailKind.SECOND_PERSON_ASKED})
"""Whoever asks and withdraws over and over must not bury what else somebody is told."""


def tell(session: Session, staff_id: str, kind: MailKind, now: datetime, tokens: Tokens) -> None:
    """Where mail is on. What happens within one minute is told once; see HOURLY."""
    if mail_is_on(session):
        _tell(session, read_account(session, staff_id), kind, now, tokens)


def tell_stopped(session: Session, email: str, bucket: str, now: datetime, tokens: Tokens) -> None:
    """Somebody was stopped at this account: told once a day, or a stranger could flood them.

    Of an address without an account as much is written, so that the answer takes as long.
    """
    if not mail_is_on(session) or bucket not in ABOUT_ONE:
        return
    hold_throttles(session)
    labels = labelled(session, "stopped told", normalised("email", email))
    if count_hits(session, labels, now - TOLD_FOR):
        return
    add_hit(session, labels, now)
    _tell(session, find_account(session, email), MailKind.SIGN_IN_STOPPED, now, tokens)


def _tell(
    session: Session, account: Account | None, kind: MailKind, now: datetime, tokens: Tokens
) -> None:
    if account is None or not account.active or not is_address(account.staff.email):
        return
    staff = account.staff
    within = f"{now:%Y%m%d%H}" if kind in HOURLY else f"{now:%Y%m%d%H%M}"
    once = f"{kind.value}/{staff.id}/{within}"
    post(session, Mail(kind, staff.email, staff_id=staff.id, once=once), now, tokens)
