"""The keys of two trustees: their public ones seal the urn, their private ones open it together.

Each opens the own seal in the own browser, and hands over ballots; or both bring their keys, which
are held in memory only (``anonymity-design.md`` 6). ``docs/trustees.md`` is the procedure for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from survey_app.shared.trustees import NUMBER, Trustee, TrusteeError


@dataclass(frozen=True, slots=True)
class TrusteePair:
    """The private keys of a wave's two trustees: what opens the outer seal, and the inner."""

    outer: X25519PrivateKey
    inner: X25519PrivateKey
    cover_key: bytes = b""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What the two took their seals off: each ballot under its cover, in an order of theirs."""

    ballots: tuple[bytes, ...]
    cover_key: bytes


type UrnOpener = X25519PrivateKey | TrusteePair | HandedOver


def joint_key(trustees: Sequence[Trustee]) -> bytes:
    """Return the public key of a wave with these trustees: 64 bytes, the outer one first.

    Raises
    ------
    TrusteeError
        If ballots could not be sealed to one of them: better now than at the first answer.
    """
    for trustee in trustees:
        key = X25519PublicKey.from_public_bytes(trustee.public_key)
        try:
            X25519PrivateKey.generate().exchange(key)
        except ValueError:
            raise TrusteeError(
                f"nothing can be sealed to the key of «{trustee.name}»: make a new pair of keys"
            ) from None
    return b"".join(trustee.public_key for trustee in trustees)


def pair_of(
    trustees: Sequence[Trustee], brought: Sequence[X25519PrivateKey], cover_key: bytes = b""
) -> TrusteePair:
    """Put the keys that were brought in the order of the wave's trustees.

    Raises
    ------
    TrusteeError
        If one is missing, brought twice, or belongs to nobody of this wave; nothing is touched.
    """
    by_public = {key.public_key().public_bytes_raw(): key for key in brought}
    expected = " and ".join(f"«{trustee.name}» ({trustee.fingerprint})" for trustee in trustees)
    known = {trustee.public_key for trustee in trustees}
    for public in by_public:
        if public not in known:
            stray = Trustee("", public).fingerprint
            raise TrusteeError(
                f"the key {stray} is none of this wave's: it is opened by those of {expected}"
            )
    if len(brought) != len(by_public):
        publics = [key.public_key().public_bytes_raw() for key in brought]
        twice = " and of ".join(
            f"«{trustee.name}»" for trustee in trustees if publics.count(trustee.public_key) > 1
        )
        raise TrusteeError(
            f"the same key was brought twice, that of {twice}: each is needed once, of {expected}"
        )
    missing = [trustee for trustee in trustees if trustee.public_key not in by_public]
    if missing or len(trustees) != NUMBER:
        names = " and ".join(f"«{trustee.name}» ({trustee.fingerprint})" for trustee in missing)
        raise TrusteeError(f"the key of {names} is missing: nothing can be opened without it")
    outer, inner = (by_public[trustee.public_key] for trustee in trustees)
    return TrusteePair(outer, inner, cover_key)
