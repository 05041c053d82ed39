"""A browser that has signed in to an account before carries a cookie that says so.

It opens nothing: it only keeps a way to the password open while others guess (``tries.py``). It is
signed, holds a random number and its last day, and goes to the sign-in page alone. Neither its name
nor its value tells whose it is, since the next person at a shared PC can read it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import date, timedelta

from litestar.datastructures import Cookie

from survey_app.accounts.addresses import known_as
from survey_app.shared.secret import accepted

DAYS = 180
PATH = "/sign-in"


def _sign(secret: bytes, *parts: str) -> str:
    told = "\0".join(("known browser", *parts)).encode()
    return hmac.new(secret, told, hashlib.sha256).hexdigest()


def _account(email: str) -> str:
    return known_as(email)


def browser_cookie_name(secret: bytes, email: str, *, secure: bool) -> str:
    """Return the name of the cookie: another for each account, so that many may share a PC."""
    prefix = "__Secure-" if secure else ""
    return f"{prefix}barometer_browser_{_sign(secret, 'name', _account(email))[:12]}"


def browser_cookie(secret: bytes, email: str, *, today: date, secure: bool) -> Cookie:
    """Return a fresh cookie for a browser in which somebody has just signed in."""
    number, last = secrets.token_urlsafe(12), (today + timedelta(days=DAYS)).isoformat()
    return Cookie(
        key=browser_cookie_name(secret, email, secure=secure),
        value=f"{number}.{last}.{_sign(secret, _account(email), number, last)}",
        path=PATH,
        httponly=True,
        secure=secure,
        samesite="strict",
        max_age=DAYS * 24 * 3600,
    )


def number_in(
    cookies: Mapping[str, str], secret: bytes, email: str, *, today: date, secure: bool
) -> str:
    """Return the number of a browser that has signed in to this account; empty for others."""
    found = [_number(cookies, one, email, today, secure=secure) for one in accepted(secret)]
    return next(filter(None, found), "")


def _number(
    cookies: Mapping[str, str], secret: bytes, email: str, today: date, *, secure: bool
) -> str:
    name = browser_cookie_name(secret, email, secure=secure)
    number, _, rest = cookies.get(name, "").partition(".")
    last, _, signature = rest.partition(".")
    right = _sign(secret, _account(email), number, last)
    genuine = hmac.compare_digest(right.encode(), signature.encode(errors="replace"))
    return number if genuine and last >= today.isoformat() else ""
