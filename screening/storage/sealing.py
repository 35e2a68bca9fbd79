"""Encryption before the driver: every sealed value is bound to its table, column and row.

Envelope: version (1 byte) ‖ key id (4) ‖ nonce (12, random) ‖ ciphertext and tag, AES-256-GCM.
The associated data name application, table, column, row and format, so a ciphertext that was
moved, swapped, cut or changed by one bit is refused.
"""

import hashlib
import hmac
import json
import secrets
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from screening.storage.normalising import normalised

Purpose = Literal["data", "index", "session", "audit", "csrf", "backup"]
Format = Literal["bytes", "json", "text"]

APP = b"prelude"
VERSION = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12
HEADER_BYTES = len(VERSION) + KEY_ID_BYTES + NONCE_BYTES
# Lengths must not tell how many conditions were ticked, nor how long a name is.
JSON_STEP = 1024
TEXT_STEP = 64


class CannotUnseal(Exception):
    """A stored value is damaged, was moved, or belongs to another key; never says which value."""


class KeyRing:
    """The keys of one clinic: one 32-byte master key, one derived key per purpose."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != 32:
            raise ValueError("the master key must have 32 bytes")
        self._master = master_key
        self._keys: dict[str, bytes] = {}
        self._ciphers: dict[str, AESGCM] = {}
        self.key_id = self._derive("key-id")[:KEY_ID_BYTES]

    def __repr__(self) -> str:
        return f"KeyRing(key_id={self.key_id.hex()})"

    def key(self, purpose: Purpose) -> bytes:
        """32 bytes for this purpose only (HKDF-SHA-256)."""
        if purpose not in self._keys:
            self._keys[purpose] = self._derive(purpose)
        return self._keys[purpose]

    def _derive(self, purpose: str) -> bytes:
        info = APP + b"/" + purpose.encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._master)

    def _cipher(self, purpose: Purpose) -> AESGCM:
        if purpose not in self._ciphers:
            self._ciphers[purpose] = AESGCM(self.key(purpose))
        return self._ciphers[purpose]

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
        nonce = secrets.token_bytes(NONCE_BYTES)
        bound_to = associated_data(table, column, row_id, form)
        return VERSION + self.key_id + nonce + self._cipher(purpose).encrypt(nonce, value, bound_to)

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
        if not sealed.startswith(VERSION + self.key_id):
            raise CannotUnseal(f"{table}.{column}: unknown key or format")
        nonce, body = sealed[HEADER_BYTES - NONCE_BYTES : HEADER_BYTES], sealed[HEADER_BYTES:]
        bound_to = associated_data(table, column, row_id, form)
        try:
            return self._cipher(purpose).decrypt(nonce, body, bound_to)
        except (InvalidTag, ValueError):
            raise CannotUnseal(f"{table}.{column}: damaged or moved") from None

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
            raise CannotUnseal(f"{table}.{column}: not an object")
        return value

    def seal_text(self, text: str, table: str, column: str, row_id: str) -> bytes:
        return self.seal(pad(text.encode(), TEXT_STEP), table, column, row_id, form="text")

    def unseal_text(self, sealed: bytes, table: str, column: str, row_id: str) -> str:
        return unpad(self.unseal(sealed, table, column, row_id, form="text")).decode()

    def blind_index(self, field: str, text: str) -> bytes:
        """16 bytes that are equal for equal (normalised) texts of one field; equality only."""
        message = framed(APP, field.encode(), normalised(field, text).encode())
        return hmac.digest(self.key("index"), message, hashlib.sha256)[:16]

    def mac(self, purpose: Purpose, label: str, value: bytes) -> bytes:
        """A keyed digest (32 bytes) for comparing without keeping the value itself."""
        return hmac.digest(self.key(purpose), framed(label.encode(), value), hashlib.sha256)


def keyring_of(session: Session) -> KeyRing:
    """The keys of the database that this session belongs to."""
    keyring: KeyRing = session.info["keyring"]
    return keyring


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
