"""A cover around each ballot that two people hold the keys of, under both of their seals.

Key holders take off their seals on their own computers. Without the cover's key, which lies in the
database, they can neither read what they hand over nor change, make up or double it: whatever was
not put under cover when it was sent is told from what was, and what they leave out is missed
(docs/adr/0035). Those who run the system it does not hinder: for them there are the seals.

AES-256-GCM under a key of the wave: 12 random bytes, and the ballot with its tag.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from survey_app.counting.urn.errors import BallotError

KEY_BYTES = 32
_NONCE_BYTES = 12
COVER_BYTES = _NONCE_BYTES + 16


def make_cover_key() -> bytes:
    """Return a new key for the covers of one wave, 32 bytes."""
    return secrets.token_bytes(KEY_BYTES)


def covered(plain: bytes, *, wave: UUID, key: bytes) -> bytes:
    """Return a packed ballot under cover, no two alike."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, wave.bytes)


def uncovered(content: bytes, *, wave: UUID, key: bytes) -> bytes:
    """Return the packed ballot that was put under cover.

    Raises
    ------
    BallotError
        If it was not covered with this key for this wave.
    """
    nonce, sealed = content[:_NONCE_BYTES], content[_NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, sealed, wave.bytes)
    except (InvalidTag, ValueError):
        raise BallotError("the ballot is none that was sent") from None
