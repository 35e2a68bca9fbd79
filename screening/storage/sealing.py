"""Encryption before the driver: every sealed value is bound to its table, column and row.

Envelope: version (1 byte) ‖ key id (4) ‖ nonce (12, random) ‖ ciphertext and tag, AES-256-GCM.
The associated data name application, table, column, row and format, so a ciphertext that was
moved, swapped, cut or changed by one bit is refused.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from typing import Literal

from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from screening.storage.keys import APP, KEY_ID_BYTES, MasterKey, Purpose, Sealings
from screening.storage.normalising import normalised

Format = Literal["bytes", "json", "text"]

VERSION = b"\x01"
NONCE_BYTES = 12
HEADER_BYTES = len(VERSION) + KEY_ID_BYTES + NONCE_BYTES
# Lengths must not tell how many conditions were ticked, nor how long a name is.
JSON_STEP = 1024
TEXT_STEP = 64


DAMAGED = "(This text is damaged and cannot be read.)"
"""Stands where a text beside a record would: it must not keep anybody from the record."""


class CannotUnseal(Exception):
    """A stored value is damaged, was moved, or belongs to another key; never says which value.

    ``place`` is its table and column.
    """

    def __init__(self, why: str, place: str = "") -> None:
        super().__init__(why)
        self.place = place


class KeyRing:
    """The keys of one clinic: the current one seals, older ones still open what they sealed."""

    def __init__(self, current: bytes, *older: bytes) -> None:
        keys = [MasterKey(secret) for secret in dict.fromkeys((current, *older))]
        self._keys = {key.id: key for key in keys}
        if len(self._keys) < len(keys):
            raise ValueError("two keys have the same id: make another new one")
        self._current = keys[0]
        self.sealings = Sealings()
        self.notice: Callable[[str], None] = _unheard
        """Told the place of whatever could not be opened."""

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(key_id.hex() for key_id in self._keys)})"

    @property
    def key_id(self) -> bytes:
        """Of the key that seals."""
        return self._current.id

    @property
    def key_ids(self) -> tuple[bytes, ...]:
        """Of all keys, the current one first."""
        return tuple(self._keys)

    def key(self, purpose: Purpose) -> bytes:
        """32 bytes for this purpose only (HKDF-SHA-256)."""
        return self._current.key(purpose)

    def keys(self, purpose: Purpose) -> tuple[bytes, ...]:
        """The current one first; what an older one made is still known by it."""
        return tuple(key.key(purpose) for key in self._keys.values())

    def seal(
        self,
        value: bytes,
        table: str,
        column: str,
        row_id: str,
        *,
        purpose: Purpose = "data",
        form: Format = "bytes",
    ) -> bytes:
        self.sealings.note()
        nonce = secrets.token_bytes(NONCE_BYTES)
        bound_to = associated_data(table, column, row_id, form)
        cipher = self._current.cipher(purpose)
        return VERSION + self.key_id + nonce + cipher.encrypt(nonce, value, bound_to)

    def unseal(
        self,
        sealed: bytes,
        table: str,
        column: str,
        row_id: str,
        *,
        purpose: Purpose = "data",
        form: Format = "bytes",
    ) -> bytes:
        key = self._keys.get(key_id_of(sealed) or b"")
        if key is None:
            raise self._noticed(table, column, "unknown key or format")
        nonce, body = sealed[HEADER_BYTES - NONCE_BYTES : HEADER_BYTES], sealed[HEADER_BYTES:]
        bound_to = associated_data(table, column, row_id, form)
        try:
            return key.cipher(purpose).decrypt(nonce, body, bound_to)
        except (InvalidTag, ValueError):
            raise self._noticed(table, column, "damaged or moved") from None

    def _noticed(self, table: str, column: str, why: str) -> CannotUnseal:
        place = f"{table}.{column}"
        self.notice(place)
        return CannotUnseal(f"{place}: {why}", place)

    def seal_json(
        self, value: object, table: str, column: str, row_id: str, *, purpose: Purpose = "data"
    ) -> bytes:
        padded = pad(canonical_json(value), JSON_STEP)
        return self.seal(padded, table, column, row_id, purpose=purpose, form="json")

    def unseal_json(
        self, sealed: bytes, table: str, column: str, row_id: str, *, purpose: Purpose = "data"
    ) -> dict[str, object]:
        """The JSON object that was sealed; only objects are ever kept."""
        padded = self.unseal(sealed, table, column, row_id, purpose=purpose, form="json")
        value = json.loads(unpad(padded))
        if not isinstance(value, dict):
            raise self._noticed(table, column, "not an object")
        return value

    def seal_text(self, text: str, table: str, column: str, row_id: str) -> bytes:
        return self.seal(pad(text.encode(), TEXT_STEP), table, column, row_id, form="text")

    def unseal_text(self, sealed: bytes, table: str, column: str, row_id: str) -> str:
        return unpad(self.unseal(sealed, table, column, row_id, form="text")).decode()

    def text_or_so(
        self, sealed: bytes, table: str, column: str, row_id: str, instead: str = DAMAGED
    ) -> str:
        """For a text beside a record: words that say so where it cannot be read."""
        try:
            return self.unseal_text(sealed, table, column, row_id)
        except CannotUnseal:
            return instead

    def blind_index(self, field: str, text: str) -> bytes:
        """16 bytes that are equal for equal (normalised) texts of one field; equality only."""
        return self.blind_indexes(field, text)[0]

    def blind_indexes(self, field: str, text: str) -> tuple[bytes, ...]:
        """What to look for: an index may still be the one that an older key made."""
        message = framed(APP, field.encode(), normalised(field, text).encode())
        return tuple(hmac.digest(key, message, hashlib.sha256)[:16] for key in self.keys("index"))

    def mac(self, purpose: Purpose, label: str, value: bytes) -> bytes:
        """A keyed digest (32 bytes) for comparing without keeping the value itself."""
        return self.macs(purpose, label, value)[0]

    def macs(self, purpose: Purpose, label: str, value: bytes) -> tuple[bytes, ...]:
        """What to compare with: the current key's first."""
        message = framed(label.encode(), value)
        return tuple(hmac.digest(key, message, hashlib.sha256) for key in self.keys(purpose))


def _unheard(_place: str) -> None:
    """On the command line the exception is enough."""


def keyring_of(session: Session) -> KeyRing:
    """The keys of the database that this session belongs to."""
    keyring: KeyRing = session.info["keyring"]
    return keyring


def key_id_of(sealed: bytes) -> bytes | None:
    """Which key sealed this; None where it is no envelope of ours."""
    return sealed[1 : 1 + KEY_ID_BYTES] if sealed.startswith(VERSION) else None


def associated_data(table: str, column: str, row_id: str, form: Format) -> bytes:
    return framed(APP, table.encode(), column.encode(), row_id.encode(), form.encode())


def framed(*parts: bytes) -> bytes:
    """Parts with their lengths: no two different lists give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def canonical_json(value: object) -> bytes:
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def pad(value: bytes, step: int) -> bytes:
    """ISO/IEC 7816-4: a marker byte, then zeros up to the next step."""
    return (value + b"\x80").ljust(-(-(len(value) + 1) // step) * step, b"\0")


def unpad(padded: bytes) -> bytes:
    return padded.rstrip(b"\0")[:-1]
