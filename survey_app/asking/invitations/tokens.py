"""The secret in a link: derived when a mail is sent or a link is opened, never stored.

``anonymity-design.md`` 5: ``b64url(pid ‖ HMAC-SHA256(K, wave ‖ pid ‖ generation)[0:16])``. The
key K lives outside the database, so a stolen dump cannot answer for anybody.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

PID_BYTES = 9
CODE_BYTES = 16
TOKEN_CHARACTERS = 34  # 25 bytes in base64 without padding


def new_pid() -> bytes:
    """Draw the public half of a token: 9 random bytes, which find the invitation."""
    return secrets.token_bytes(PID_BYTES)


@lru_cache(maxsize=8)
def _key(secret: bytes) -> bytes:
    return hashlib.sha256(b"verdibarometer/token/" + secret).digest()


def _code(secret: bytes, wave: UUID, pid: bytes, generation: int) -> bytes:
    message = wave.bytes + pid + generation.to_bytes(2, "big")
    return hmac.digest(_key(secret), message, "sha256")[:CODE_BYTES]


def token_for(secret: bytes, wave: UUID, pid: bytes, generation: int) -> str:
    """Return the token of an invitation, 34 characters of the URL-safe alphabet."""
    raw = pid + _code(secret, wave, pid, generation)
    return urlsafe_b64encode(raw).decode().rstrip("=")


def split_token(token: str) -> tuple[bytes, bytes] | None:
    """Return pid and code of a token as it stands in an address; ``None`` if it is none."""
    if len(token) != TOKEN_CHARACTERS or not token.isascii():
        return None
    try:
        raw = urlsafe_b64decode(token + "==")
    except ValueError:
        return None
    if len(raw) != PID_BYTES + CODE_BYTES:
        return None
    return raw[:PID_BYTES], raw[PID_BYTES:]


def arm_for(secret: bytes, wave: UUID, pid: bytes, arms: Sequence[int]) -> int:
    """Draw which half or module somebody gets where not everybody is asked the same.

    It follows from the link, so that the same one always shows the same, and from what stays when
    a link is replaced. Who has the database alone cannot tell it.

    Parameters
    ----------
    arms : sequence of int
        `questionnaires.parts.part_numbers` of what the wave asks.

    Returns
    -------
    int
        One of them, each with the same chance, whoever else is asked.
    """
    key = hashlib.sha256(b"verdibarometer/arm/" + secret).digest()
    # the whole digest: with one byte the first of three would come in 86 of 256
    drawn = int.from_bytes(hmac.digest(key, wave.bytes + pid, "sha256"), "little")
    return arms[drawn % len(arms)]


def is_genuine(secret: bytes, wave: UUID, pid: bytes, generation: int, code: bytes) -> bool:
    """Tell, in constant time, whether ``code`` is the one that we would have sent."""
    return hmac.compare_digest(_code(secret, wave, pid, generation), code)
