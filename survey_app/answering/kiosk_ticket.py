"""The address that a code leads to on a shared screen: it opens the form once, within a minute.

A browser writes the addresses it was at to its disk, and what was posted to a page that it shows.
So a code is answered with an address, and in it stands a personal link, sealed with the key that is
on no disk (``shared/memory_key.py``). Of what was opened, Redis holds a hash for a minute.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from redis.exceptions import RedisError

from survey_app.shared.base64url import from_base64url, to_base64url
from survey_app.shared.memory_key import shared_key, shared_keys
from survey_app.shared.queue import redis_client

SECONDS: Final = 60
_NONCE, _TIME = 12, 5
_PURPOSE: Final = b"verdibarometer/kiosk/1"


async def new_ticket(token: str, now: datetime) -> str:
    """Return what opens the form of a personal link once.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    nonce = os.urandom(_NONCE)
    plain = int(now.timestamp()).to_bytes(_TIME) + token.encode()
    return to_base64url(nonce + AESGCM(_key(await shared_key())).encrypt(nonce, plain, _PURPOSE))


async def open_ticket(ticket: str, now: datetime) -> str | None:
    """Return the token; None for what is none of ours, too old, or was opened before."""
    try:
        sealed = from_base64url(ticket)
        keys = await shared_keys()
    except (ValueError, RedisError, OSError):
        return None
    plain = next((found for key in keys if key and (found := _opened(sealed, key))), b"")
    age = now.timestamp() - int.from_bytes(plain[:_TIME])
    if not plain or not -1 <= age <= SECONDS or not await _is_first(ticket):
        return None
    return plain[_TIME:].decode()


async def _is_first(ticket: str) -> bool:
    name = "kiosk:" + hashlib.sha256(ticket.encode()).hexdigest()
    try:
        return bool(await redis_client().set(name, "", nx=True, ex=2 * SECONDS))
    except (RedisError, OSError):
        return False


def _opened(sealed: bytes, key: bytes) -> bytes:
    try:
        return AESGCM(_key(key)).decrypt(sealed[:_NONCE], sealed[_NONCE:], _PURPOSE)
    except (InvalidTag, ValueError):
        return b""


def _key(key: bytes) -> bytes:
    return hashlib.sha256(_PURPOSE + key).digest()
