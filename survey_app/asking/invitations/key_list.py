"""The key list of a wave: everything that a browser, and anybody, must know to check it.

It is written once, before the wave opens, and served as these bytes. Its hash stands in the
invitation, on the page and in the wave record: two lists for one wave would show.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from questionnaires.canonical import canonical_json
from survey_app.asking.invitations.blind_signing import SUITE
from survey_app.asking.invitations.credential_keys import GroupKey
from survey_app.shared.base64url import to_base64url

FORMAT = 1
URN_SUITE = "DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM"


def write_key_list(
    *,
    wave: str,
    questionnaire: str,
    plan: str,
    urn_keys: Sequence[bytes],
    group_keys: Iterable[GroupKey],
) -> bytes:
    """Write the list; equal content gives equal bytes.

    Parameters
    ----------
    wave : str
        The wave's key.
    questionnaire, plan : str
        Hashes of what is asked and of the tables that will be published.
    urn_keys : sequence of bytes
        Public keys that seal the ballots, the outer one first.
    group_keys : iterable of GroupKey
        Keys that sign credentials; none for an open link.
    """
    groups = [_group(key) for key in sorted(group_keys, key=lambda one: one.group)]
    return canonical_json(
        {
            "format": FORMAT,
            "wave": wave,
            "questionnaire": questionnaire,
            "plan": plan,
            "suite": SUITE,
            "urn": {"suite": URN_SUITE, "keys": [to_base64url(key) for key in urn_keys]},
            "groups": groups,
        }
    )


def hash_of_key_list(key_list: bytes) -> str:
    """Return what names the list in mails: its SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(key_list).hexdigest()


def moduli(key_list: Mapping[str, Any]) -> dict[str, str]:
    """Return ``n`` of every key group, base64url, from a list that was parsed."""
    return {one["group"]: one["n"] for one in key_list["groups"]}


def _group(key: GroupKey) -> dict[str, str]:
    public = load_der_public_key(key.public_key)
    assert isinstance(public, RSAPublicKey)
    numbers = public.public_numbers()
    return {
        "group": key.group,
        "key_id": hashlib.sha256(key.public_key).hexdigest(),
        "n": _integer(numbers.n),
        "e": _integer(numbers.e),
    }


def _integer(number: int) -> str:
    return to_base64url(number.to_bytes((number.bit_length() + 7) // 8))
