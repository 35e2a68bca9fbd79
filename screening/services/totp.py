"""Time-based one-time codes (RFC 6238) as every app has them: six digits, thirty seconds, SHA-1."""

import hmac
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP = 30  # seconds
DIGITS = 6
SEED_BYTES = 20


def new_seed(tokens: Callable[[int], bytes]) -> bytes:
    return tokens(SEED_BYTES)


def step_of(now: datetime) -> int:
    """The number of the half minute that ``now`` lies in."""
    return int(now.timestamp()) // STEP


def code_at(seed: bytes, step: int) -> str:
    return _totp(seed).generate(step * STEP).decode()


def matching_step(seed: bytes, code: str, now: datetime) -> int | None:
    """The time-step whose code this is: the present one, the last or the next."""
    this = step_of(now)
    found = None
    for step in (this - 1, this, this + 1):
        if hmac.compare_digest(code_at(seed, step).encode(), code.encode()):
            found = step
    return found


def address_of(seed: bytes, email: str, issuer: str) -> str:
    """What an authenticator app reads from the QR code."""
    return _totp(seed).get_provisioning_uri(email, issuer)


def spelt(seed: bytes) -> str:
    """The seed as people type it into an app: base32 in groups of four."""
    text = b32encode(seed).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _totp(seed: bytes) -> TOTP:
    return TOTP(seed, DIGITS, SHA1(), STEP)  # noqa: S303 - what authenticator apps understand  # nosec B303
