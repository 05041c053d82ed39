"""An attempt to sign in at the provider, until it comes back to the same browser: ten minutes.

Redis holds it sealed to what the provider carries, what the browser keeps and the installation's
secret, so that neither a forged reply nor who reads or writes Redis makes anything of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from litestar.datastructures import Cookie

from survey_app.accounts.roles import Role
from survey_app.accounts.sign_on.claims import Somebody
from survey_app.shared.queue import redis_client
from survey_app.shared.secret import accepted

_COOKIE = "barometer_sign_on"
SECONDS = 600
_NONCE = 12
type _Place = tuple[str, str, str]
"""What is kept, for which token of the provider or page, in which browser."""


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


async def keep_attempt(state: str, browser: str, attempt: Attempt, secret: bytes) -> None:
    """Keep an attempt for ten minutes."""
    await _keep(("sign-on", state, browser), asdict(attempt), secret)


async def take_attempt(state: str, browser: str, secret: bytes) -> Attempt | None:
    """Return an attempt of this browser, once."""
    found = await _take(("sign-on", state, browser), secret)
    return Attempt(**found) if found else None


async def keep_linking(token: str, browser: str, linking: Linking, secret: bytes) -> None:
    """Keep whom the provider vouched for until they have proved whose account it is."""
    await _keep(("sign-on-link", token, browser), asdict(linking), secret)


async def take_linking(token: str, browser: str, secret: bytes) -> Linking | None:
    """Return whom the provider vouched for in this browser, once."""
    found = await _take(("sign-on-link", token, browser), secret)
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


async def _keep(place: _Place, told: dict[str, Any], secret: bytes) -> None:
    nonce = os.urandom(_NONCE)
    sealed = _lock(place, secret).encrypt(nonce, json.dumps(told).encode(), None)
    await redis_client().set(_name(place), nonce + sealed, ex=SECONDS)


async def _take(place: _Place, secret: bytes) -> dict[str, Any] | None:
    if not all(place):
        return None
    # taken away as it is read: a reply that is sent twice finds nothing
    raw = await redis_client().getdel(_name(place))
    if not isinstance(raw, bytes):
        return None
    for one in accepted(secret):
        with contextlib.suppress(InvalidTag, ValueError):
            opened = _lock(place, one).decrypt(raw[:_NONCE], raw[_NONCE:], None)
            found: dict[str, Any] = json.loads(opened)
            return found
    return None


def _name(place: _Place) -> str:
    return f"{place[0]}:{_digest('place', *place).hex()}"


def _lock(place: _Place, secret: bytes) -> AESGCM:
    return AESGCM(hmac.digest(secret, _digest("key", *place), "sha256"))


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(("verdibarometer/sign-on/1", *parts)).encode()).digest()
