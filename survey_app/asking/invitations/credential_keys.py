"""The keys that sign the credentials of a wave, one pair for each key group.

Private keys are rows, since every web process signs, but sealed under a key that is derived from
the installation's secret and is not in the database: a stolen dump cannot sign.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from survey_app.asking.errors import ForeignSecret
from survey_app.asking.invitations.blind_signing import SigningKey, make_key, signing_key
from survey_app.shared.database import Link
from survey_app.shared.secret import accepted

PURPOSE = b"verdibarometer/credential-key/1"
NONCE_BYTES = 12
MOST_KEPT = 512


@dataclass(frozen=True, slots=True)
class GroupKey:
    """The public half of a key group's pair, as SubjectPublicKeyInfo in DER."""

    group: str
    public_key: bytes


async def make_keys(
    link: Link,  # as `worker`, in a transaction
    wave: UUID,
    groups: Sequence[str],
    secret: bytes,
) -> list[GroupKey]:
    """Make and store a pair for each group, in the transaction that opens the wave.

    Parameters
    ----------
    groups : sequence of str
        Domains that invitations carry; the empty one for the public.
    secret : bytes
        The installation's, ``settings.secret()``.

    Notes
    -----
    Some tens of milliseconds each; the library lets other threads run meanwhile, so the processors
    share them.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        pairs = await asyncio.gather(*(loop.run_in_executor(threads, make_key) for _ in groups))
    made = [
        (GroupKey(group, _public(pair)), _seal(pair, wave, group, secret))
        for group, pair in zip(groups, pairs, strict=True)
    ]
    await link.copy_records_to_table(
        "credential_key",
        schema_name="asking",
        columns=["id", "wave", "key_group", "public_key", "sealed_private"],
        records=[(uuid.uuid4(), wave, key.group, key.public_key, sealed) for key, sealed in made],
    )
    return [key for key, _ in made]


class KeyRing:
    """The signing keys of open waves that this process has used, taken apart and ready."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._kept: dict[tuple[UUID, str], SigningKey] = {}

    async def key(self, link: Link, wave: UUID, group: str) -> SigningKey | None:
        """Return the signing key of a group; None if the wave has none for it.

        Raises
        ------
        ForeignSecret
            If it was sealed under another secret.
        """
        found = self._kept.get((wave, group))
        if found is None:
            sealed = await link.fetchval(
                "SELECT sealed_private FROM asking.credential_key"
                " WHERE wave = $1 AND key_group = $2",
                wave,
                group,
            )
            if sealed is None:
                return None
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            found = self._kept[wave, group] = _unseal(sealed, wave, group, self._secret)
        return found

    def forget(self, wave: UUID) -> None:
        """Let go of the keys of a wave that is no longer open."""
        for one in [one for one in self._kept if one[0] == wave]:
            del self._kept[one]


async def secret_of_wave(link: Link, wave: UUID, secret: bytes) -> bytes:
    """Return which accepted secret a wave was opened under: its links, codes and cards follow.

    Its signing keys tell: they are sealed under it, and bound to the wave. A wave that has none
    (not opened yet, or counted), or whose secret is lost, is taken to be of the one that makes.
    """
    return await sealed_under(link, wave, secret) or accepted(secret)[0]


async def sealed_under(link: Link, wave: UUID, secret: bytes) -> bytes | None:
    """Return the accepted secret that a wave's signing keys are sealed under; None: not told."""
    if len(accepted(secret)) == 1:
        return secret
    row = await link.fetchrow(
        "SELECT key_group, sealed_private FROM asking.credential_key WHERE wave = $1 LIMIT 1", wave
    )
    with contextlib.suppress(ForeignSecret):
        if row is not None:
            return _opened(row["sealed_private"], wave, row["key_group"], secret)[1]
    return None


async def forget_credential_keys(link: Link, wave: UUID) -> None:
    """Delete the keys of ``wave``, in the transaction that empties its urn."""
    await link.execute("DELETE FROM asking.credential_key WHERE wave = $1", wave)


def _public(pair: RSAPrivateKey) -> bytes:
    return pair.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@lru_cache(maxsize=8)
def _sealer(secret: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret))


def _place(wave: UUID, group: str) -> bytes:
    """Return what a sealed key is bound to: moved to another row, it does not open."""
    return wave.bytes + group.encode()


def _seal(pair: RSAPrivateKey, wave: UUID, group: str, secret: bytes) -> bytes:
    plain = pair.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _sealer(secret).encrypt(nonce, plain, _place(wave, group))


def _opened(sealed: bytes, wave: UUID, group: str, secret: bytes) -> tuple[bytes, bytes]:
    """Return what was sealed, and under which of the accepted secrets."""
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    for one in accepted(secret):
        with contextlib.suppress(InvalidTag):
            return _sealer(one).decrypt(nonce, body, _place(wave, group)), one
    raise ForeignSecret


def _unseal(sealed: bytes, wave: UUID, group: str, secret: bytes) -> SigningKey:
    plain, _ = _opened(sealed, wave, group, secret)
    # it was made here and could not be changed unseen: no need to test its primes again
    private = load_der_private_key(plain, password=None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(private, RSAPrivateKey)
    return signing_key(private)
