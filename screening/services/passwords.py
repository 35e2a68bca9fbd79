"""Passwords are kept as Argon2id hashes (64 MiB, 3 passes, 4 lanes: RFC 9106, section 4).

A hash takes a tenth of a second and more: never compute one inside a write transaction.
"""

from dataclasses import dataclass
from functools import cache
from secrets import token_hex
from typing import Self

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

from screening.domain.passwords import LONGEST, prepared


@dataclass(frozen=True)
class Passwords:
    """Hashing at one cost; ``nobody`` is the hash of random bytes that nobody kept.

    It is compared where there is no password, so that an unknown address takes as long as a
    wrong password.
    """

    hasher: PasswordHasher
    nobody: str

    @classmethod
    def costing(cls, parameters: Parameters) -> Self:
        hasher = PasswordHasher.from_parameters(parameters)
        return cls(hasher, hasher.hash(token_hex(16)))

    def hash(self, password: str) -> str:
        return self.hasher.hash(prepared(password))

    def match(self, password_hash: str | None, password: str) -> bool:
        """False without a hash, after the same time. Too long a password is not even hashed."""
        if len(password) > LONGEST:
            return False
        try:
            self.hasher.verify(password_hash or self.nobody, prepared(password))
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether it was made with other parameters than today's."""
        return self.hasher.check_needs_rehash(password_hash)


@cache
def passwords_for(environment: str) -> Passwords:
    """At full cost everywhere but where tests run, which sign in hundreds of times."""
    return Passwords.costing(CHEAPEST if environment == "test" else RFC_9106_LOW_MEMORY)
