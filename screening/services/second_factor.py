"""The second factor by code: an authenticator app, or one of ten recovery codes."""

import re
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from screening.domain.audit import Actor
from screening.domain.mail import MailKind
from screening.services.notices import tell
from screening.services.staff_events import witness
from screening.services.throttle import Bucket, admit
from screening.services.totp import DIGITS, matching_step
from screening.storage.database import Session
from screening.storage.second_factors import (
    TotpSeed,
    advance_step,
    put_recovery_codes,
    put_seed,
    read_seed,
    use_recovery_code,
)

Tokens = Callable[[int], bytes]

CODES = 10
CODE_BYTES = 15  # 120 bits: 24 letters of base32
_FILLING = re.compile(r"[\s-]+")


def admit_factor(session: Session, staff_id: str, now: datetime) -> None:
    """Count an attempt before it is judged, in buckets of its own. Raises TooManyAttempts."""
    buckets = (
        Bucket("second factor", staff_id, 5, timedelta(minutes=5)),
        Bucket("second factor by the hour", staff_id, 20, timedelta(hours=1)),
    )
    admit(session, buckets, now)


def accept_code(session: Session, staff_id: str, typed: str, now: datetime) -> str | None:
    """Which factor this code is ("totp", "recovery"), used up from now on; None if it is none."""
    code = _FILLING.sub("", typed).lower()
    if len(code) == DIGITS and code.isdecimal() and code.isascii():
        return "totp" if _accept_totp(session, staff_id, code, now) else None
    found = use_recovery_code(session, staff_id, hashed_code(code), now)
    return "recovery" if found else None


def _accept_totp(session: Session, staff_id: str, code: str, now: datetime) -> bool:
    totp = read_seed(session, staff_id)
    step = matching_step(totp.seed, code, now) if totp and totp.seed else None
    return step is not None and advance_step(session, staff_id, step)


def note_refused_code(
    session: Session, staff_id: str, now: datetime, request_id: str | None
) -> None:
    witness(session, "staff.code-refused", now, Actor("system", None, request_id), staff_id)


def enrol_totp(
    session: Session, seed: bytes, typed: str, now: datetime, tokens: Tokens, actor: Actor
) -> bool:
    """The app proves that it holds the seed; False, and nothing kept, if the code is wrong."""
    step = matching_step(seed, _FILLING.sub("", typed), now)
    if step is None:
        return False
    put_seed(session, str(actor.id), TotpSeed(seed, step, now))
    witness(session, "staff.factor-added", now, actor, actor.id, factor="totp")
    tell(session, str(actor.id), MailKind.FACTOR_ADDED, now, tokens)
    return True


def make_recovery_codes(
    session: Session, now: datetime, tokens: Tokens, actor: Actor
) -> tuple[str, ...]:
    """Ten new codes, to be shown once; all older ones are worth nothing from now on."""
    codes = tuple(b32encode(tokens(CODE_BYTES)).decode().lower() for _ in range(CODES))
    put_recovery_codes(session, str(actor.id), map(hashed_code, codes), now)
    witness(session, "staff.recovery-codes-made", now, actor, actor.id, count=CODES)
    tell(session, str(actor.id), MailKind.FACTOR_ADDED, now, tokens)
    return tuple("-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes)


def hashed_code(code: str) -> str:
    """120 random bits need no slow hash."""
    return sha256(code.encode()).hexdigest()
