"""Proofs that a process of this installation wrote a row which decides who can open ballots.

Each is made with a key that is derived from the installation's secret, which lies outside the
database: who can only write to the database cannot make one. Who has the secret too, can.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from questionnaires.canonical import canonical_json
from survey_app.shared.base64url import to_base64url
from survey_app.shared.database import Row
from survey_app.shared.secret import Secret, accepted

NOBODY = bytes(16)
SEALING = (
    "w.id, w.key, w.invite, c.population, w.questionnaire, w.plan_hash, w.minimum_group,"
    " w.public_key, w.ballot_size, w.cover_key, w.key_list, w.key_list_hash, w.trustees"
)
"""Columns of a wave, ``w``, and its campaign, ``c``, that a sealing proof is about."""
_NAMES = tuple(name[2:] for name in SEALING.split(", "))


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


def compared_proof(secret: bytes, holder: UUID, own: bytes, other: bytes) -> bytes:
    """Return what proves which two keys a key holder said to agree: 32 bytes.

    Parameters
    ----------
    secret : bytes
    holder : UUID
    own, other : bytes
        The public keys whose fingerprints stood on the holder's page.
    """
    return _proof(secret, b"compared/", holder.bytes + own + other)


def trusted_proof(secret: bytes) -> bytes:
    """Return what proves that waves of before were taken on trust with this secret: 32 bytes."""
    return _proof(secret, b"trusted/", b"")


def is_proven(proof: bytes, secret: bytes, made: Callable[[bytes], bytes]) -> bool:
    """Tell in constant time whether a proof is one that we would have made.

    Parameters
    ----------
    proof : bytes
    secret : bytes
        The installation's; while it is renewed, each that is accepted is tried.
    made : callable
        Makes the proof with a secret.
    """
    return any(hmac.compare_digest(proof, made(one)) for one in accepted(secret))


def sealing_proof(secret: bytes, wave: Row) -> bytes:
    """Sign what a wave's ballots are sealed to, and how: 64 bytes (Ed25519, RFC 8032).

    Parameters
    ----------
    secret : bytes
    wave : mapping
        With the columns of ``SEALING``.
    """
    return _signer(secret).sign(_sealing(wave))


def checking_keys(secret: bytes) -> tuple[bytes, ...]:
    """Return what checks sealing proofs and makes none: 32 bytes for each accepted secret."""
    return tuple(_signer(one).public_key().public_bytes_raw() for one in accepted(secret))


def is_sealing_proven(keys: Iterable[bytes], wave: Row, proof: bytes) -> bool:
    """Tell whether a process of ours opened the wave with exactly this.

    Parameters
    ----------
    keys : iterable of bytes
        ``checking_keys`` of the installation's secret.
    wave : mapping
        With the columns of ``SEALING``.
    proof : bytes
        The wave's ``sealing_proof``; empty for one that was never opened by us.
    """
    return any(_is_signed(key, _sealing(wave), proof) for key in keys)


def _proof(secret: bytes, kind: bytes, message: bytes) -> bytes:
    key = hashlib.sha256(b"verdibarometer/hand-over/" + secret).digest()
    return hmac.digest(key, kind + message, "sha256")


def _is_signed(key: bytes, told: bytes, proof: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(proof, told)
    except InvalidSignature:
        return False
    return True


def _signer(secret: bytes) -> Ed25519PrivateKey:
    seed = hashlib.sha256(b"verdibarometer/sealing/" + secret).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def _sealing(wave: Row) -> bytes:
    # the database writes JSON in an order and with blanks of its own
    told = {name: wave[name] for name in _NAMES} | {"trustees": json.loads(wave["trustees"])}
    return b"verdibarometer/sealing/1/" + canonical_json(
        {
            name: to_base64url(value) if isinstance(value, bytes) else value
            for name, value in (told | {"id": str(wave["id"])}).items()
        }
    )


def rests_on_former_secret(secret: Secret, row: Row) -> bool:
    """Tell whether a wave or pilot is proven by one of the secrets beside the one that makes.

    Parameters
    ----------
    secret : Secret
    row : asyncpg record
        With the columns of `SEALING` and ``sealing_proof``.
    """
    proof = row["sealing_proof"]
    return not is_sealing_proven(checking_keys(bytes(secret)), row, proof) and is_sealing_proven(
        checking_keys(secret), row, proof
    )
