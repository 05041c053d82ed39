"""The browser's part of RFC 9474 in plain Python, written from the RFC alone.

It answers as a browser with script does, so that the server is tested by something that shares no
line with it; ``tests/reference/test_rfc9474.py`` checks it against the RFC's own vectors.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

HASH_BYTES = 48  # SHA-384
SALT_BYTES = 48
PREFIX_BYTES = 32
MESSAGE_BYTES = 32


def b64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def unb64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def prepare(message: bytes, prefix: bytes | None = None) -> bytes:
    """PrepareRandomize (4.1)."""
    return (secrets.token_bytes(PREFIX_BYTES) if prefix is None else prefix) + message


def mgf1(seed: bytes, length: int) -> bytes:
    """RFC 8017, B.2.1, with SHA-384."""
    blocks = -(-length // HASH_BYTES)
    mask = b"".join(
        hashlib.sha384(seed + counter.to_bytes(4)).digest() for counter in range(blocks)
    )
    return mask[:length]


def emsa_pss_encode(message: bytes, bits: int, salt: bytes) -> bytes:
    """RFC 8017, 9.1.1, with SHA-384; ``bits`` is one fewer than the modulus has."""
    size = -(-bits // 8)
    digest = hashlib.sha384(message).digest()
    h = hashlib.sha384(bytes(8) + digest + salt).digest()
    block = bytes(size - len(salt) - HASH_BYTES - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, mgf1(h, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + h + b"\xbc"


@dataclass(frozen=True)
class Blinded:
    """What the browser keeps (``message``, ``inverse``) and what it sends (``blinded``)."""

    n: int
    e: int
    message: bytes
    blinded: bytes
    inverse: int


def blind(
    n: int, message: bytes, *, e: int = 65537, salt: bytes | None = None, r: int | None = None
) -> Blinded:
    """Blind (4.2) a prepared message."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    m = int.from_bytes(emsa_pss_encode(message, n.bit_length() - 1, salt))
    r = secrets.randbelow(n - 1) + 1 if r is None else r
    z = m * pow(r, e, n) % n
    return Blinded(n, e, message, z.to_bytes(-(-n.bit_length() // 8)), pow(r, -1, n))


def finalize(kept: Blinded, blind_signature: bytes) -> bytes:
    """Finalize (4.4): unblind, and check by recovering the encoded message."""
    s = int.from_bytes(blind_signature) * kept.inverse % kept.n
    assert emsa_pss_is(pow(s, kept.e, kept.n), kept.n, kept.message), "invalid signature"
    return s.to_bytes(-(-kept.n.bit_length() // 8))


def emsa_pss_is(recovered: int, n: int, message: bytes, salt_bytes: int = SALT_BYTES) -> bool:
    """RFC 8017, 9.1.2: read the salt out of the encoding, and encode again."""
    bits = n.bit_length() - 1
    size = -(-bits // 8)
    encoded = recovered.to_bytes(size + 1)[1:]
    masked, h = encoded[: size - HASH_BYTES - 1], encoded[size - HASH_BYTES - 1 : -1]
    block = bytes(a ^ b for a, b in zip(masked, mgf1(h, len(masked)), strict=True))
    salt = block[len(block) - salt_bytes :] if salt_bytes else b""
    return emsa_pss_encode(message, bits, salt) == encoded


@dataclass(frozen=True)
class Credential:
    """The right to send one ballot, with nobody's name on it."""

    wave: str
    group: str
    message: bytes
    signature: bytes

    @property
    def receipt(self) -> str:
        return hashlib.sha256(self.message).hexdigest()

    def ballot(self, answers: dict[str, object]) -> bytes:
        """The body of ``POST /ballot``."""
        return json.dumps(
            {
                "wave": self.wave,
                "group": self.group,
                "message": b64url(self.message),
                "signature": b64url(self.signature),
                "answers": answers,
                "pad": "",
            }
        ).encode()


def fresh(n: str) -> Blinded:
    """32 new random bytes, prepared and blinded to the key with this modulus (base64url)."""
    return blind(int.from_bytes(unb64url(n)), prepare(secrets.token_bytes(MESSAGE_BYTES)))


async def group_key(web: Any, wave: str, group: str) -> str:
    """The modulus of a key group, from the published list."""
    published = (await web.get(f"/keys/{wave}.json")).json()
    [found] = [one["n"] for one in published["groups"] if one["group"] == group]
    return found


async def ask_to_sign(web: Any, token: str, kept: Blinded) -> Any:
    """Send a blinded message to be signed; returns the reply, whatever it is."""
    body = json.dumps({"blinded": b64url(kept.blinded)})
    return await web.post(
        f"/answer/{token}/credential", content=body, headers={"content-type": "text/plain"}
    )


async def get_credential(web: Any, wave: str, group: str, token: str) -> Credential:
    """Do what a browser does before it sends its answers."""
    kept = fresh(await group_key(web, wave, group))
    reply = await ask_to_sign(web, token, kept)
    assert reply.status_code == 200, reply.text
    signature = finalize(kept, unb64url(reply.json()["signature"]))
    return Credential(wave, group, kept.message, signature)


async def send_ballot(web: Any, credential: Credential, answers: dict[str, object]) -> Any:
    """Send the answers with a credential; returns the reply, whatever it is."""
    return await web.post(
        "/ballot", content=credential.ballot(answers), headers={"content-type": "text/plain"}
    )
