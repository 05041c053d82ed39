"""The address that a code leads to on a shared screen: it opens the form once, within a minute.

A browser writes the addresses it was at to its disk, and what was posted to a page that it shows.
So a code is answered with an address, and in it stands a personal link, sealed with the key that is
on no disk (``shared/memory_key.py``). Of what waits to be opened, Redis holds a hash for a minute:
the hosts' own clocks, which may not agree, have no part in it.
"""

from __future__ import annotations

import hashlib
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from redis.exceptions import RedisError

from survey_app.shared.base64url import from_base64url, to_base64url
from survey_app.shared.memory_key import shared_key, shared_keys
from survey_app.shared.queue import redis_client

SECONDS: Final = 60
_NONCE: Final = 12
_PURPOSE: Final = b"verdibarometer/kiosk/1"


async def new_ticket(token: str) -> str:
    """Return what opens the form of a personal link once.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key(await shared_key())).encrypt(nonce, token.encode(), _PURPOSE)
    ticket = to_base64url(nonce + sealed)
    await redis_client().set(_name(ticket), "", ex=SECONDS)
    return ticket


async def open_ticket(ticket: str) -> str | None:
    """Return the token; None for what is none of ours, too old, or was opened before."""
    try:
        sealed = from_base64url(ticket)
        keys = await shared_keys()
        # of all who open it at once, one takes it away
        is_first = bool(await redis_client().delete(_name(ticket)))
    except (ValueError, RedisError, OSError):
        return None
    if not is_first:
        return None
    plain = next((found for key in keys if key and (found := _opened(sealed, key))), b"")
    return plain.decode() or None


def _name(ticket: str) -> str:
    return "kiosk:" + hashlib.sha256(ticket.encode()).hexdigest()


def _opened(sealed: bytes, key: bytes) -> bytes:
    try:
        return AESGCM(_key(key)).decrypt(sealed[:_NONCE], sealed[_NONCE:], _PURPOSE)
    except (InvalidTag, ValueError):
        return b""


def _key(key: bytes) -> bytes:
    return hashlib.sha256(_PURPOSE + key).digest()
