"""An open form is sent once, from the page that it came with, and not faster than anybody reads.

Each page carries a number drawn for it, with the time, signed. With the ballot goes a hash of it,
in one transaction (``counting/urn/cast_ballot.py``), so that it is counted once. Redis holds
another hash, until the number would be too old anyway, to know a form that comes again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

from redis.exceptions import RedisError

from survey_app.shared.base64url import from_base64url, to_base64url
from survey_app.shared.queue import redis_client
from survey_app.shared.secret import accepted

FIELD = "form"
LEAST = 3.0  # seconds from opening to sending: nobody reads the first question in fewer
KEPT = 24  # hours that a form may wait on the device of whoever asks for it
LONGEST = (
    KEPT + 1
) * 3600.0  # so long it is taken: device clocks and the last reading need the hour
_NUMBER, _TIME, _CODE = 9, 5, 16


def new_token(secret: bytes, wave: UUID, now: datetime) -> str:
    """Return a token for one page of a wave's form, always as long."""
    told = secrets.token_bytes(_NUMBER) + int(now.timestamp()).to_bytes(_TIME)
    return to_base64url(told + _code(secret, wave, told))


TOKEN_LENGTH = len(to_base64url(bytes(_NUMBER + _TIME + _CODE)))


def age_of(secret: bytes, wave: UUID, token: str, now: datetime) -> float | None:
    """Return the seconds since the page with ``token`` was served; None when we served none."""
    try:
        raw = from_base64url(token)
    except ValueError:
        return None
    told, code = raw[: _NUMBER + _TIME], raw[_NUMBER + _TIME :]
    ours = [hmac.compare_digest(code, _code(one, wave, told)) for one in accepted(secret)]
    if len(raw) != _NUMBER + _TIME + _CODE or not any(ours):
        return None
    return now.timestamp() - int.from_bytes(told[_NUMBER:])


async def was_sent(token: str) -> bool:
    """Tell whether a form was taken before; without Redis nobody knows."""
    try:
        return bool(await redis_client().exists(_name(token)))
    except (RedisError, OSError):
        return False


async def note_sent(token: str, age: float) -> None:
    """Note that a form is in the urn, to know it when it comes again; without Redis nobody does.

    What is noted goes when the token is too old: how long it still lives tells when the page was
    served, and not when it was sent.
    """
    left = max(1, int(LONGEST - age))
    try:
        await redis_client().set(_name(token), "", ex=left)
    except (RedisError, OSError):
        return


def receipt_of_page(token: str) -> bytes:
    """Return the 32 bytes that stand for a page beside the urn.

    Another hash than Redis holds: there the name's end tells when the page was served, and that
    must not meet a ballot.
    """
    return hashlib.sha256(b"open form receipt" + token.encode()).digest()


def _name(token: str) -> str:
    return "form:" + hashlib.sha256(token.encode()).hexdigest()


def _code(secret: bytes, wave: UUID, told: bytes) -> bytes:
    return hmac.new(secret, b"open form" + wave.bytes + told, hashlib.sha256).digest()[:_CODE]
