"""An attempt to sign in at the provider, until it comes back to the same browser: ten minutes.

Redis holds it sealed to what the provider carries and what the browser keeps, so that neither a
forged reply nor who reads Redis makes anything of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from litestar.datastructures import Cookie

from survey_app.accounts.roles import Role
from survey_app.accounts.sign_on.claims import Somebody
from survey_app.shared.queue import redis_client

_COOKIE = "barometer_sign_on"
SECONDS = 600
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the reply of the provider is held against.

    Attributes
    ----------
    nonce, verifier : str
    target : str
        Page that was asked for.
    """

    nonce: str
    verifier: str
    target: str


@dataclass(frozen=True, slots=True)
class Linking:
    """Somebody the provider vouches for, who has an account with a password here already."""

    somebody: Somebody
    id_token: str
    target: str


def new_attempt(target: str) -> tuple[str, str, Attempt]:
    """Return the state of a new attempt, what the browser keeps, and the attempt."""
    return (
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(32),
        Attempt(secrets.token_urlsafe(32), secrets.token_urlsafe(48), target),
    )


async def keep_attempt(state: str, browser: str, attempt: Attempt) -> None:
    """Keep an attempt for ten minutes."""
    await _keep("sign-on", state, browser, asdict(attempt))


async def take_attempt(state: str, browser: str) -> Attempt | None:
    """Return an attempt of this browser, once."""
    found = await _take("sign-on", state, browser)
    return Attempt(**found) if found else None


async def keep_linking(token: str, browser: str, linking: Linking) -> None:
    """Keep whom the provider vouched for until they have proved whose account it is."""
    await _keep("sign-on-link", token, browser, asdict(linking))


async def take_linking(token: str, browser: str) -> Linking | None:
    """Return whom the provider vouched for in this browser, once."""
    found = await _take("sign-on-link", token, browser)
    if found is None:
        return None
    told = found["somebody"]
    role = Role(told["role"]) if told["role"] else None
    return Linking(Somebody(**{**told, "role": role}), found["id_token"], found["target"])


def attempt_cookie_name(*, secure: bool) -> str:
    """Return the name of the cookie that ties an attempt to its browser."""
    return f"__Host-{_COOKIE}" if secure else _COOKIE


def attempt_cookie(value: str, *, secure: bool) -> Cookie:
    """Return that cookie; an empty value removes it."""
    return Cookie(
        key=attempt_cookie_name(secure=secure),
        value=value,
        path="/",
        httponly=True,
        secure=secure,
        samesite="lax",
        max_age=SECONDS if value else 0,
    )


async def _keep(kind: str, token: str, browser: str, told: dict[str, Any]) -> None:
    nonce = os.urandom(_NONCE)
    sealed = _lock(kind, token, browser).encrypt(nonce, json.dumps(told).encode(), None)
    await redis_client().set(_place(kind, token, browser), nonce + sealed, ex=SECONDS)


async def _take(kind: str, token: str, browser: str) -> dict[str, Any] | None:
    if not token or not browser:
        return None
    # taken away as it is read: a reply that is sent twice finds nothing
    raw = await redis_client().getdel(_place(kind, token, browser))
    if not isinstance(raw, bytes):
        return None
    opened = _lock(kind, token, browser).decrypt(raw[:_NONCE], raw[_NONCE:], None)
    found: dict[str, Any] = json.loads(opened)
    return found


def _place(kind: str, token: str, browser: str) -> str:
    return f"{kind}:{_digest('place', kind, token, browser).hex()}"


def _lock(kind: str, token: str, browser: str) -> AESGCM:
    return AESGCM(_digest("key", kind, token, browser))


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(("verdibarometer/sign-on/1", *parts)).encode()).digest()
