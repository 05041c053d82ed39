"""Who is signed in: a random id in a cookie, the rest in Redis under its hash.

Litestar's own session keeps an id through sign-in and takes unknown ones (``design.md`` 8.11), so
this small one renews the id, refuses unknown ids, and binds the CSRF token to the session. What
somebody may see is asked of the account each time: a role that is taken away is gone at once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from redis.exceptions import RedisError

from survey_app.accounts.roles import Role
from survey_app.accounts.tables import Account
from survey_app.shared import clock
from survey_app.shared.base64url import from_base64url, to_base64url
from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import Language, as_language
from survey_app.shared.queue import redis_client

_COOKIE = "barometer_session"
HOURS = 10  # without use, and a session ends
MOST_DAYS = 7  # since signing in, and it ends although it is used
SIGN_ON_HOURS = 12  # the same where a provider vouched for the person
_NONCE = 12
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a request, as far as pages need to know."""

    account: str
    email: str
    role: Role
    unit: str
    language: Language
    csrf: str


def _key(session_id: str) -> str:
    return "session:" + hashlib.sha256(session_id.encode()).hexdigest()


async def begin(account: Account, *, id_token: str = "") -> str:
    """Start a session under a new id and return the id for the cookie.

    ``id_token``: of the provider that vouched for the person; it is kept sealed, to sign them out
    there, too.
    """
    session_id = secrets.token_urlsafe(32)
    stored = {
        "account": str(account.id),
        "password": _mark(account.password),
        "csrf": secrets.token_urlsafe(24),
        "began": clock.now().isoformat(),
    }
    if id_token:
        stored["id_token"] = _sealed(id_token, session_id)
    await redis_client().set(_key(session_id), json.dumps(stored), ex=HOURS * 3600)
    return session_id


async def end(session_id: str) -> str:
    """Forget a session; return the ID token that it began with, or nothing."""
    raw = await redis_client().getdel(_key(session_id))
    sealed = json.loads(raw).get("id_token", "") if raw else ""
    return _opened(sealed, session_id) if sealed else ""


async def find(session_id: str | None) -> SignedIn | None:
    """Return who a session id stands for, as the account is now.

    ``None`` for an unknown id or without Redis, and where the account was closed or got another
    password since. Each use keeps the session for `HOURS` more, up to `MOST_DAYS` in all.
    """
    if not session_id:
        return None
    try:
        raw = await redis_client().getex(_key(session_id), ex=HOURS * 3600)
    except (RedisError, OSError):
        return None
    if raw is None:
        return None
    stored: dict[str, str] = json.loads(raw)
    if _too_old(stored):
        return None
    rows = await fetch(
        Login.WEB,
        "SELECT email, role, unit, language, password FROM accounts.account"
        " WHERE id = $1 AND active",
        UUID(stored["account"]),
    )
    if not rows or _mark(rows[0]["password"]) != stored.get("password"):
        return None
    now = rows[0]
    return SignedIn(
        stored["account"],
        now["email"],
        Role(now["role"]),
        now["unit"],
        as_language(now["language"]),
        stored["csrf"],
    )


def _too_old(stored: dict[str, str]) -> bool:
    # one from before the upgrade does not say when it began
    began = stored.get("began")
    # whom a directory vouched for, it is asked about anew each day
    longest = timedelta(hours=SIGN_ON_HOURS) if "id_token" in stored else timedelta(days=MOST_DAYS)
    return began is None or clock.now() - datetime.fromisoformat(began) > longest


def _sealed(id_token: str, session_id: str) -> str:
    nonce = secrets.token_bytes(_NONCE)
    # it names the person: Redis alone, on a disk or in a dump, tells nothing of them
    return to_base64url(
        nonce + AESGCM(_token_key(session_id)).encrypt(nonce, id_token.encode(), None)
    )


def _opened(sealed: str, session_id: str) -> str:
    raw = from_base64url(sealed)
    return AESGCM(_token_key(session_id)).decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()


def _token_key(session_id: str) -> bytes:
    return hashlib.sha256(b"verdibarometer/id-token/1/" + session_id.encode()).digest()


def _mark(password: str) -> str:
    # of a hash that is salted and slow already: it tells a new password from the old one
    return hashlib.sha256(password.encode()).hexdigest()


def session_key(connection: ASGIConnection[Any, Any, Any, Any]) -> bytes:
    """Return 32 bytes that this session alone has: they follow from the id in its cookie.

    The server keeps a hash of the id, so what is sealed with it is noise there between requests.
    """
    name = cookie_name(secure=connection.app.state.settings.secure_cookies)
    session_id = connection.cookies.get(name, "")
    return hashlib.sha256(b"verdibarometer/session-key/1/" + session_id.encode()).digest()


def cookie_name(*, secure: bool) -> str:
    """Return the name of the session cookie.

    Over https it is one that browsers take from this very host alone, for all its pages (RFC 6265
    bis, ``__Host-``): no other host of the agency can put a session in place of somebody's own.
    """
    return f"__Host-{_COOKIE}" if secure else _COOKIE


def has_cookie(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Tell whether a browser brings a session's cookie; whether the session lives is not asked."""
    name = cookie_name(secure=connection.app.state.settings.secure_cookies)
    return bool(connection.cookies.get(name))


def cookie(value: str, *, secure: bool) -> Cookie:
    """Return the session cookie; an empty value removes it."""
    return Cookie(
        key=cookie_name(secure=secure),
        value=value,
        path="/",
        httponly=True,
        secure=secure,
        samesite="lax",
        # the server knows when it was used last; a browser would count from signing in
        max_age=MOST_DAYS * 86_400 if value else 0,
    )


def from_here(connection: ASGIConnection[Any, Any, Any, Any], *, untold: bool) -> bool:
    """Tell whether a writing request comes from our own pages, by Sec-Fetch-Site or Origin.

    Parameters
    ----------
    untold : bool
        What to take a request for that has neither. Over https every browser sends one of them.
    """
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = connection.headers.get("origin")
    if origin is None:
        return untold
    return urlsplit(origin).netloc == connection.headers.get("host")


def csrf_is_right(person: SignedIn, sent: str) -> bool:
    """Compare a form's token with the session's, in constant time."""
    # as bytes: of texts it takes ASCII only
    return hmac.compare_digest(person.csrf.encode(), sent.encode(errors="replace"))


class SessionMiddleware:
    """Put ``signed_in`` on the request's state. Never mounted on answering routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look the session up and pass the request on."""
        if scope["type"] == ScopeType.HTTP:
            connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
            name = cookie_name(secure=connection.app.state.settings.secure_cookies)
            scope["state"]["signed_in"] = await find(connection.cookies.get(name))
        await self.app(scope, receive, send)
