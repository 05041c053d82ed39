"""Proofs that a process of this installation put something there for key holders to use.

Each is an HMAC under a key that is derived from the installation's secret, which lies outside the
database: who can only write to the database cannot make one. Who has the secret too, can.
"""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

NOBODY = bytes(16)


def counter_proof(secret: bytes, counter: UUID, public_key: bytes) -> bytes:
    """Return what proves that a worker of ours announced this key: 32 bytes."""
    return _proof(secret, b"counter/", counter.bytes + public_key)


def step_proof(secret: bytes, wave: UUID, step: int, counter: UUID | None, digest: bytes) -> bytes:
    """Return what proves that a process of ours took in what lies ready at a step: 32 bytes.

    Parameters
    ----------
    secret : bytes
        The installation's, ``settings.secret()``.
    wave : UUID
    step : int
    counter : UUID or None
        To whose key it is sealed, if to a worker's.
    digest : bytes
        SHA-256 of the content.
    """
    to = counter.bytes if counter else NOBODY
    return _proof(secret, b"step/", wave.bytes + bytes([step]) + to + digest)


def is_proven(proof: bytes, expected: bytes) -> bool:
    """Tell in constant time whether a proof is the one that we would have made."""
    return hmac.compare_digest(proof, expected)


def _proof(secret: bytes, kind: bytes, message: bytes) -> bytes:
    key = hashlib.sha256(b"verdibarometer/hand-over/" + secret).digest()
    return hmac.digest(key, kind + message, "sha256")
