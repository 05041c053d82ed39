"""Who is signed in: a random id in a cookie, the rest in Redis under its hash.

Litestar's own session keeps an id through sign-in and takes unknown ones (``design.md`` 8.11), so
this small one renews the id, refuses unknown ids, and binds the CSRF token to the session. What
somebody may see is asked of the account each time: a role that is taken away is gone at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from redis.exceptions import RedisError

from survey_app.accounts.more_than_a_password import SECOND_STEP
from survey_app.accounts.roles import Role
from survey_app.accounts.tables import Account
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.base64url import from_base64url, to_base64url
from survey_app.shared.database import Login, fetch
from survey_app.shared.hosts import host_in
from survey_app.shared.i18n import Language, as_language
from survey_app.shared.kept import KeptInBytes
from survey_app.shared.queue import redis_client
from survey_app.shared.secret import accepted

_COOKIE = "barometer_session"
SIGN_ON_HOURS = 12  # at most, where a provider vouched for the person
CLOCKS_APART = timedelta(minutes=5)  # at most, of the hosts that take sign-ins
_NONCE = 12
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_EACH = 200  # bytes, about, of what is remembered of a session
# of sessions that were found here: while the database is away nobody else knows it
_languages: KeptInBytes[str, Language] = KeptInBytes(5_000 * _EACH)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a request, as far as pages need to know."""

    account: str
    email: str
    role: Role
    unit: str
    language: Language
    csrf: str
    has_second_step: bool = False
    """Whether more than a password is asked for: here, or by the provider that signed them on."""


def session_name(session_id: str) -> str:
    """Return the name in Redis of a session."""
    return "session:" + hashlib.sha256(session_id.encode()).hexdigest()


def list_of(account: str) -> str:
    """Return the name in Redis of the set of an account's sessions."""
    return f"sessions-of:{account}"


async def begin(
    account: Account,
    settings: Settings,
    *,
    former: str = "",
    browser: str = "",
    id_token: str = "",
) -> str:
    """Start a session under a new id and return the id for the cookie.

    Parameters
    ----------
    former : str
        The id that the browser brings: its session ends, whoever's it is. The cookie is replaced,
        so nobody there could sign out of it any more, and a copy of it would live on.
    browser : str
        What its owner knows it by, as ``browser_family`` gives it.
    id_token : str
        Of the provider that vouched for the person; it is kept sealed, to sign them out there, too.
    """
    session_id = secrets.token_urlsafe(32)
    name = session_name(session_id)
    now = clock.now()
    stored = {
        "account": str(account.id),
        "password": password_mark(account.password),
        "csrf": secrets.token_urlsafe(24),
        "began": now.isoformat(),
        "used": _hour(now),
        "browser": browser,
    }
    if id_token:
        stored["id_token"] = _sealed(id_token, session_id)
    stored["proof"] = _proof(name, stored, settings.secret())
    await redis_client().set(name, json.dumps(stored), ex=settings.session_idle_minutes * 60)
    await _list(stored["account"], name, settings)
    if former:
        await end(former)
    return session_id


async def end(session_id: str) -> str:
    """Forget a session; return the ID token that it began with, or nothing."""
    raw = await redis_client().getdel(session_name(session_id))
    sealed = json.loads(raw).get("id_token", "") if raw else ""
    return _opened(sealed, session_id) if sealed else ""


async def find(session_id: str | None, settings: Settings) -> SignedIn | None:
    """Return who a session id stands for, as the account is now.

    ``None`` for an unknown id or without Redis, for a session that somebody else wrote there, and
    where the account was closed or got another password since. Each use keeps the session for the
    idle limit more, up to the absolute one.
    """
    if not session_id:
        return None
    try:
        stored = await _use(session_name(session_id), settings)
    except (RedisError, OSError):
        return None
    if stored is None or too_old(stored, settings):
        return None
    if not _is_ours(session_name(session_id), stored, settings.secret()):
        return None
    rows = await fetch(
        Login.WEB,
        f"SELECT email, role, unit, language, password,"  # noqa: S608 - ours
        f" {SECOND_STEP.format(account='a.id')} AS second_step"
        f" FROM accounts.account a WHERE id = $1 AND active",
        UUID(stored["account"]),
    )
    if not rows or password_mark(rows[0]["password"]) != stored.get("password"):
        # for good: an account that is opened again is one that nobody is signed in to
        with contextlib.suppress(RedisError, OSError):
            await end(session_id)
        return None
    now = rows[0]
    return SignedIn(
        stored["account"],
        now["email"],
        Role(now["role"]),
        now["unit"],
        as_language(now["language"]),
        stored["csrf"],
        # whom a provider vouches for has no password here, and a second step there or none
        has_second_step=now["second_step"] or not now["password"],
    )


async def can_be_found() -> bool:
    """Tell whether Redis answers: without it nobody is found, signed in or not."""
    try:
        return bool(await redis_client().ping())
    except (RedisError, OSError):
        return False


async def _use(key: str, settings: Settings) -> dict[str, str] | None:
    raw = await redis_client().getex(key, ex=settings.session_idle_minutes * 60)
    if raw is None:
        return None
    stored: dict[str, str] = json.loads(raw)
    hour = _hour(clock.now())
    if stored.get("used") != hour:
        stored["used"] = hour
        # only if it is still there: one that was ended a moment ago does not come back
        await redis_client().set(key, json.dumps(stored), xx=True, keepttl=True)
        await _list(stored["account"], key, settings)
    return stored


async def _list(account: str, key: str, settings: Settings) -> None:
    async with redis_client().pipeline(transaction=True) as both:
        both.sadd(list_of(account), key)
        both.expire(list_of(account), settings.session_hours * 3600)
        await both.execute()


def _proof(name: str, stored: dict[str, str], secret: bytes) -> str:
    """Return what nobody makes who writes to Redis alone: of all that is said but the last use."""
    said = sorted(one for one in stored.items() if one[0] not in {"used", "proof"})
    told = json.dumps([name, said]).encode()
    return hmac.digest(secret, b"verdibarometer/session/1/" + told, "sha256").hex()


def _is_ours(name: str, stored: dict[str, str], secret: bytes) -> bool:
    # one from before the upgrade has no proof: its owner signs in anew
    sent = stored.get("proof", "")
    return any(hmac.compare_digest(_proof(name, stored, one), sent) for one in accepted(secret))


def _hour(moment: datetime) -> str:
    # no finer: the list of sessions is no record of somebody's working day
    return moment.replace(minute=0, second=0, microsecond=0).isoformat()


def too_old(stored: dict[str, str], settings: Settings) -> bool:
    """Tell whether a session has lasted as long as any may, or began in time to come."""
    # one from before the upgrade does not say when it began
    began = stored.get("began")
    # whom a directory vouched for, it is asked about anew each day
    most = SIGN_ON_HOURS if "id_token" in stored else settings.session_hours
    longest = timedelta(hours=min(most, settings.session_hours))
    if began is None:
        return True
    # begun while a clock was ahead, it would last that much longer once the clock is right
    return not -CLOCKS_APART <= clock.now() - datetime.fromisoformat(began) <= longest


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


def password_mark(password: str) -> str:
    """Return what a session keeps of a stored password: a new one ends it."""
    # of a hash that is salted and slow already: it tells a new password from the old one
    return hashlib.sha256(password.encode()).hexdigest()


def session_key(connection: ASGIConnection[Any, Any, Any, Any]) -> bytes:
    """Return 32 bytes that this session alone has: they follow from the id in its cookie.

    The server keeps a hash of the id, so what is sealed with it is noise there between requests.
    """
    return hashlib.sha256(b"verdibarometer/session-key/1/" + id_in(connection).encode()).digest()


def cookie_name(*, secure: bool) -> str:
    """Return the name of the session cookie.

    Over https it is one that browsers take from this very host alone, for all its pages (RFC 6265
    bis, ``__Host-``): no other host of the agency can put a session in place of somebody's own.
    """
    return f"__Host-{_COOKIE}" if secure else _COOKIE


def has_cookie(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Tell whether a browser brings a session's cookie; whether the session lives is not asked."""
    return bool(id_in(connection))


def cookie(value: str, settings: Settings) -> Cookie:
    """Return the session cookie; an empty value removes it."""
    return Cookie(
        key=cookie_name(secure=settings.secure_cookies),
        value=value,
        path="/",
        httponly=True,
        secure=settings.secure_cookies,
        samesite="lax",
        # the server knows when it was used last; a browser would count from signing in
        max_age=settings.session_hours * 3600 if value else 0,
    )


def id_in(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the session id that a browser brings; empty without one."""
    name = cookie_name(secure=connection.app.state.settings.secure_cookies)
    return connection.cookies.get(name, "")


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
    return bool(host := host_in(origin)) and host == connection.headers.get("host")


def comes_from_here(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Tell whether a writing request comes from our own pages.

    Over plain http, in a demo, an old browser may tell nothing, and is believed; over https every
    browser tells, so what tells nothing is refused.
    """
    return from_here(connection, untold=not connection.app.state.settings.secure_cookies)


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
            name = session_name(id_in(connection))
            scope["state"]["language"] = _languages.find(name)
            reader = await find(id_in(connection), connection.app.state.settings)
            if reader:
                _languages.keep(name, reader.language, _EACH)
            scope["state"]["signed_in"] = reader
        await self.app(scope, receive, send)
