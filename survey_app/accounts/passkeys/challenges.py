"""Challenges that a device signs: each for one browser, one purpose, once, and for five minutes."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from litestar.datastructures import Cookie

from survey_app.settings import Settings
from survey_app.shared.queue import redis_client

_COOKIE: Final = "barometer_passkey"
SECONDS: Final = 300
SIGN_IN: Final = "sign-in"


async def new_challenge(purpose: str, browser: str) -> bytes:
    """Return a challenge, and keep for five minutes that it was given.

    Parameters
    ----------
    purpose : str
        ``SIGN_IN``, or the account that a passkey is added to.
    browser : str
        A secret of the browser that asks: its session's id, or the value of a cookie.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    challenge = secrets.token_bytes(32)
    await redis_client().set(_place(challenge, purpose, browser), b"", ex=SECONDS)
    return challenge


async def spend_challenge(challenge: bytes, purpose: str, browser: str) -> bool:
    """Tell whether a challenge was given to this browser for this, and was not spent.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    if not browser:
        return False
    return bool(await redis_client().delete(_place(challenge, purpose, browser)))


def passkey_cookie_name(settings: Settings) -> str:
    """Return the name of the cookie that ties a challenge to its browser before signing in."""
    return f"__Host-{_COOKIE}" if settings.secure_cookies else _COOKIE


def passkey_cookie(value: str, settings: Settings) -> Cookie:
    """Return that cookie; an empty value removes it."""
    return Cookie(
        key=passkey_cookie_name(settings),
        value=value,
        path="/",
        httponly=True,
        secure=settings.secure_cookies,
        samesite="strict",
        max_age=SECONDS if value else 0,
    )


def _place(challenge: bytes, purpose: str, browser: str) -> str:
    told = b"\0".join((b"verdibarometer/passkey/1", purpose.encode(), browser.encode(), challenge))
    return f"passkey:{hashlib.sha256(told).hexdigest()}"
