"""What a page carries that must not be read or changed on the way back: nothing is kept here."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from survey_app.shared.base64url import from_base64url, to_base64url
from survey_app.shared.secret import accepted

_NONCE: Final = 12


def sealed_for_a_page(told: list[str], purpose: bytes, key: bytes) -> str:
    """Return texts as a page carries them that must not be read or changed on the way."""
    nonce = os.urandom(_NONCE)
    sealed = _lock(purpose, key).encrypt(nonce, json.dumps(told).encode(), purpose)
    return to_base64url(nonce + sealed)


def opened_from_a_page(token: str, purpose: bytes, key: bytes) -> list[str] | None:
    """Return them; None for what is none of ours."""
    try:
        raw = from_base64url(token)
    except ValueError:
        return None
    for one in accepted(key):
        with contextlib.suppress(ValueError, InvalidTag):
            opened = _lock(purpose, one).decrypt(raw[:_NONCE], raw[_NONCE:], purpose)
            found: list[str] = json.loads(opened)
            return found
    return None


def _lock(purpose: bytes, key: bytes) -> AESGCM:
    return AESGCM(hashlib.sha256(b"verdibarometer/" + purpose + b"/1/" + key).digest())
