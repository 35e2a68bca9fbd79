"""A master key, and the keys that are derived from it: one for each purpose (docs/keys.md)."""

from threading import Lock
from typing import Literal, get_args

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Purpose = Literal["data", "index", "session", "audit", "csrf", "backup"]

APP = b"prelude"
KEY_BYTES = 32
KEY_ID_BYTES = 4


class MasterKey:
    """32 random bytes; its id is derived like the other keys and tells nothing about it."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("the master key must have 32 bytes")
        self._keys = {purpose: derived(secret, purpose) for purpose in get_args(Purpose)}
        self._ciphers = {purpose: AESGCM(key) for purpose, key in self._keys.items()}
        self.id = derived(secret, "key-id")[:KEY_ID_BYTES]

    def __repr__(self) -> str:
        return f"MasterKey({self.id.hex()})"

    def key(self, purpose: Purpose) -> bytes:
        """32 bytes for this purpose only (HKDF-SHA-256)."""
        return self._keys[purpose]

    def cipher(self, purpose: Purpose) -> AESGCM:
        return self._ciphers[purpose]


def derived(secret: bytes, purpose: str) -> bytes:
    info = APP + b"/" + purpose.encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)


def number_of(key_id: bytes) -> int:
    """The row of a key among the key checks; 1 is that of the first key of an older database."""
    return int.from_bytes(key_id) >> 1


class Sealings:
    """What this process may still seal from the block that it has set aside."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._left = 0
        self.remembered = True
        """Whether the key has a row to be counted in; a database is new before that."""

    def note(self) -> None:
        with self._lock:
            self._left -= 1

    @property
    def lacking(self) -> int:
        """How many were made that no block has room for."""
        return max(0, -self._left) if self.remembered else 0

    def add(self, block: int) -> None:
        with self._lock:
            self._left += block
