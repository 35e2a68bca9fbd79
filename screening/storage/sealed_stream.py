"""A stream encrypted in chunks: whatever was cut, moved, swapped or changed by one bit is refused.

Header: magic (8 bytes) ‖ key id (4) ‖ salt (16, random). Then chunks of 64 KiB, each under
AES-256-GCM with the header as associated data. The nonce is the chunk's number (11 bytes) and
whether it is the last one (1 byte), so neither order nor end can be changed: the STREAM
construction (https://eprint.iacr.org/2015/189), as age uses it. The key is derived anew for each
stream from its salt, so no nonce is ever used twice under one key.
"""

import secrets
from collections.abc import Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from screening.storage.keys import KEY_ID_BYTES
from screening.storage.sealing import KeyRing

MAGIC = b"PRELUDE\x01"
SALT_BYTES = 16
HEADER_BYTES = len(MAGIC) + KEY_ID_BYTES + SALT_BYTES
CHUNK = 64 * 1024
TAG_BYTES = 16


class StreamRefused(Exception):
    """Not one of ours, of another key, or not as it was written; says which."""


class Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class SealedWriter:
    """``write`` as often as needed, then ``finish`` once; without it the stream has no end."""

    def __init__(self, sink: Sink, keyring: KeyRing) -> None:
        self._header = MAGIC + keyring.key_id + secrets.token_bytes(SALT_BYTES)
        self._cipher = _cipher(keyring, self._header)
        self._sink = sink
        self._waiting = bytearray()
        self._count = 0
        sink.write(self._header)

    def write(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        self._put(bytes(self._waiting), last=True)

    def _put(self, chunk: bytes, *, last: bool) -> None:
        nonce = _nonce(self._count, last=last)
        self._sink.write(self._cipher.encrypt(nonce, chunk, self._header))
        self._count += 1


def opened_chunks(source: Source, keyring: KeyRing) -> Iterator[bytes]:
    """What was written, chunk by chunk; only when it ends without an error was it whole."""
    header = source.read(HEADER_BYTES)
    cipher = _cipher(keyring, header)
    number, sealed = 0, source.read(CHUNK + TAG_BYTES)
    while True:
        following = source.read(CHUNK + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), sealed, header)
        except InvalidTag:
            raise StreamRefused(
                "the file was damaged, cut or changed, or belongs to another key"
            ) from None
        if not following:
            return
        number, sealed = number + 1, following


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _cipher(keyring: KeyRing, header: bytes) -> AESGCM:
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise StreamRefused("this file is no backup of Prelude")
    key_id, salt = header[len(MAGIC) : -SALT_BYTES], header[-SALT_BYTES:]
    keys = dict(zip(keyring.key_ids, keyring.keys("backup"), strict=True))
    if key_id not in keys:
        given = ", ".join(one.hex() for one in keys)
        raise StreamRefused(f"this file was made with key {key_id.hex()}; the key given is {given}")
    derive = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"prelude/backup-stream")
    return AESGCM(derive.derive(keys[key_id]))
