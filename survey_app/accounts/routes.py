"""Signing in and out with a local account."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any
from urllib.parse import urlsplit

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect
from redis.exceptions import RedisError

from survey_app.accounts import sessions
from survey_app.accounts.create_account import check_password
from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.shared.pages import page
from survey_app.shared.queue import redis_client

TRIES_PER_QUARTER = 10
QUARTER = 900  # seconds
FormFields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


def _own_page(address: str) -> str:
    """Return ``address`` if it is a path on this site, else the front page."""
    parts = urlsplit(address)
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and not parts.netloc and not parts.scheme else "/"


def _tries_of(email: str) -> str:
    # counted by account, not by network address: a whole prison shares one, and none is kept
    return "sign-in:" + hashlib.sha256(email.strip().lower().encode()).hexdigest()


async def _too_many_tries(email: str) -> bool:
    try:
        await redis_client().set(_tries_of(email), 0, nx=True, ex=QUARTER)
        tries = int(await redis_client().incr(_tries_of(email)))
    except (RedisError, OSError):
        return False
    return tries > TRIES_PER_QUARTER


@get("/sign-in", name="sign-in")
async def show_sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
    """Show the form, or go on when somebody is signed in already."""
    target = _own_page(request.query_params.get("next", "/"))
    if signed_in(request):
        return Redirect(target)
    return page(request, "accounts/sign_in.html", {"next": target, "problem": "", "email": ""})


@post("/sign-in")
async def sign_in(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Check the password and start a session under a new id."""
    if not sessions.from_here(request):
        raise ForeignRequest("/sign-in")
    email, target = data.get("email", ""), _own_page(data.get("next", "/"))
    problem = "wait" if await _too_many_tries(email) else "wrong"
    account = None if problem == "wait" else await check_password(email, data.get("password", ""))
    if account is None:
        context = {"next": target, "problem": problem, "email": email}
        return page(request, "accounts/sign_in.html", context, status=401)
    await redis_client().delete(_tries_of(email))
    session = await sessions.begin(account)
    secure = request.app.state.settings.secure_cookies
    reply = Redirect(target, status_code=303)
    reply.set_cookie(sessions.cookie(session, secure=secure))
    return reply


@post("/sign-out", guards=[requires()])
async def sign_out(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """End the session; the id is worth nothing afterwards."""
    person = signed_in(request)
    if person is None or not sessions.csrf_is_right(person, data.get("csrf", "")):
        raise ForeignRequest("/sign-out")
    await sessions.end(request.cookies.get(sessions.COOKIE, ""))
    secure = request.app.state.settings.secure_cookies
    reply = Redirect("/sign-in", status_code=303)
    reply.set_cookie(sessions.cookie("", secure=secure))
    return reply


@get("/sign-out", guards=[requires()])
async def ask_sign_out(request: Request[Any, Any, Any]) -> Response[str]:
    """Ask before signing out, for those who typed the address: GET changes nothing."""
    return page(request, "accounts/sign_out.html", {})


HANDLERS = [show_sign_in, sign_in, sign_out, ask_sign_out]
