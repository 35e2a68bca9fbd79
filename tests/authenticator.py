"""A security key in software, which can be told to lie about where it was asked."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One key for one site; ``count`` rises with every signature, if it counts at all."""

    origin: str = "http://localhost:8000"
    host: str = "localhost"
    credential: bytes = field(default_factory=lambda: token_bytes(32))
    count: int = 0
    counts: bool = True
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def makes(self, options: str) -> str:
        """What the browser hands over after navigator.credentials.create."""
        client = self._client("webauthn.create", options)
        length = len(self.credential).to_bytes(2, "big")
        made = self._data(NEW) + bytes(16) + length + self.credential + self._public_key()
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": made})
        return self._said({"clientDataJSON": client, "attestationObject": statement})

    def signs(self, options: str) -> str:
        """What the browser hands over after navigator.credentials.get."""
        self.count += self.counts
        client, data = self._client("webauthn.get", options), self._data(0)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._said(
            {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        )

    def _client(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, more: int) -> bytes:
        flags = bytes([PRESENT | VERIFIED | more])
        return sha256(self.host.encode()).digest() + flags + self.count.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _said(self, response: dict[str, bytes]) -> str:
        name = _text(self.credential)
        parts = {key: _text(value) for key, value in response.items()}
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": parts,
             "clientExtensionResults": {}}
        )  # fmt: skip


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
