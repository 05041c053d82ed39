"""Lock a ballot so that only the wave's private key opens it.

HPKE in base mode (RFC 9180): X25519, HKDF-SHA256, AES-256-GCM. A fresh ephemeral key for every
ballot, so two equal ballots look different. The wave is part of the key schedule: a ballot carried
over to another wave's urn does not open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NewType
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from survey_app.counting.urn.ballot import Ballot, pack

SealedBallot = NewType("SealedBallot", bytes)

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
OVERHEAD = 32 + 16
"""Bytes that sealing adds: the ephemeral public key and the authentication tag."""


def purpose(wave: UUID) -> bytes:
    """Return the ``info`` of the key schedule: what the key is for, and which wave."""
    return b"verdibarometer/urn/1/" + wave.bytes


def sealed_size(size: int) -> int:
    """Return the bytes of a sealed ballot of ``size`` bytes."""
    return size + OVERHEAD


@lru_cache(maxsize=64)
def _public_key(raw: bytes) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(raw)


def seal(ballot: Ballot, *, wave: UUID, public_key: bytes, size: int) -> SealedBallot:
    """Pad and lock one ballot.

    Parameters
    ----------
    ballot : Ballot
    wave : UUID
        Whose urn it goes into.
    public_key : bytes
        The wave's, 32 bytes.
    size : int
        The wave's ballot size; the result has ``sealed_size(size)`` bytes, always.
    """
    plain = pack(ballot, size)
    return SealedBallot(SUITE.encrypt(plain, _public_key(public_key), purpose(wave)))


def seal_all(
    ballots: Iterable[Ballot], *, wave: UUID, public_key: bytes, size: int
) -> Iterator[SealedBallot]:
    """Seal many ballots (simulations); about 70 microseconds each."""
    for ballot in ballots:
        yield seal(ballot, wave=wave, public_key=public_key, size=size)
