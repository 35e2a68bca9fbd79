"""Passwords are kept as Argon2id hashes (64 MiB, 3 passes, 4 lanes: RFC 9106, section 4).

A hash takes a tenth of a second and more: never call this inside a write transaction.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from screening.domain.passwords import LONGEST, prepared

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# The hash of random bytes nobody kept: what is compared where there is no password, so that
# an unknown address takes as long as a wrong password.
NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$"
    "ERzkKffVG/PRrJEhJgeWfA$rU3pgZm4JR75UQnTUeBkTCYMjN88GLNCAEIU+SrakC0"
)


def hash_password(password: str) -> str:
    return _HASHER.hash(prepared(password))


def password_matches(password_hash: str | None, password: str) -> bool:
    """False without a hash, after the same time. Too long a password is not even hashed."""
    if len(password) > LONGEST:
        return False
    try:
        _HASHER.verify(password_hash or NOBODY, prepared(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)
