"""A device of a test: it makes passkeys and signs with them (WebAuthn, ES256), or lies about it."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

from survey_app.shared.base64url import to_base64url

PRESENT, ASKED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class SoftPasskey:
    """One key pair; ``origin`` and ``host`` are those of the page that it believes it is on."""

    origin: str
    host: str
    flags: int = PRESENT | ASKED
    count: int = 0
    handle: bytes = b""
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def made(self, options: dict) -> str:
        """Answer what a page asks for a new passkey."""
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        about = bytes(16) + len(self.credential).to_bytes(2) + self.credential + encode_cbor(cose)
        data = self._data(WITH_KEY) + about
        client = self._client("webauthn.create", options["challenge"])
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        self.handle = _bytes(options["user"]["id"])
        return self._told(clientDataJSON=client, attestationObject=attestation)

    def signed(self, options: dict) -> str:
        """Answer what a page asks to sign somebody in."""
        self.count += 1
        client, data = self._client("webauthn.get", options["challenge"]), self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        told = {"authenticatorData": data, "signature": signature, "userHandle": self.handle}
        return self._told(clientDataJSON=client, **told)

    def _data(self, more: int = 0) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more]) + self.count.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _told(self, **response: bytes) -> str:
        name = to_base64url(self.credential)
        parts = {key: to_base64url(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})


def _bytes(text: str) -> bytes:
    from survey_app.shared.base64url import from_base64url

    return from_base64url(text)
