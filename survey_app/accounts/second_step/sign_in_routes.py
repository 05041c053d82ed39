"""``/sign-in/second-step``: the code after the password."""

from __future__ import annotations

import asyncio
import math
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from weakref import WeakValueDictionary

from litestar import Request, Response, get, post
from litestar.exceptions.http_exceptions import NotFoundException, RequestEntityTooLarge
from litestar.response import Redirect
from redis.exceptions import RedisError

from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.finish_signing_in import UNKEPT, finish_signing_in, known_browser_of
from survey_app.accounts.more_than_a_password import has_passkey, has_second_step
from survey_app.accounts.note_signing_in import CODE_REFUSED, refused_too_often
from survey_app.accounts.notices import AccountEvent, tell_owner
from survey_app.accounts.own_account import FormFields
from survey_app.accounts.own_page import own_page
from survey_app.accounts.second_step.half_way import (
    account_half_way,
    half_way_token,
    read_half_way,
)
from survey_app.accounts.second_step.keep import Taken, accept_code, has_app, log_and_tell
from survey_app.accounts.sessions import comes_from_here
from survey_app.accounts.tables import Account
from survey_app.accounts.tries import give_back, second_step_counts, take_room
from survey_app.audit.record import record
from survey_app.shared import clock
from survey_app.shared.database import Login
from survey_app.shared.pages import page

ADDRESS: Final = "/sign-in/second-step"
LARGEST_FORM: Final = 128 * 1024  # with what somebody wrote before the session ended
LARGEST_FIELD: Final = 16 * 1024
# by account: of many codes that come at once, all would be looked at before one is counted
_turns: Final[WeakValueDictionary[UUID, asyncio.Lock]] = WeakValueDictionary()


@get(ADDRESS)
async def begin_anew(request: Request[Any, Any, Any]) -> Redirect:
    """Lead to the password, for who typed the address or came back to it."""
    del request
    return Redirect("/sign-in", status_code=303)


@post(ADDRESS, request_max_body_size=LARGEST_FORM)
async def take_second_step(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Take the code, and sign in."""
    settings = request.app.state.settings
    if not comes_from_here(request):
        raise ForeignRequest(ADDRESS)
    if settings.oidc_only:
        raise NotFoundException
    if any(len(value) > LARGEST_FIELD for name, value in data.items() if name != "kept"):
        raise RequestEntityTooLarge
    found = read_half_way(data.get("half", ""), key=settings.secret(), now=clock.now())
    account = await account_half_way(found) if found else None
    if account is None:
        target = own_page(data.get("next", "/"))
        return Redirect("/sign-in", query_params={"next": target}, status_code=303)
    try:
        return await _try(request, account, data)
    except (RedisError, OSError):
        return await ask_for_second_step(
            request, account, data, data["half"], problem="down", status=503
        )


async def ask_second_step_of(
    request: Request[Any, Any, Any], account: Account, data: dict[str, str]
) -> Response[str]:
    """Ask an account whose password was right for its second step."""
    settings = request.app.state.settings
    token = half_way_token(account, key=settings.secret(), now=clock.now())
    return await ask_for_second_step(request, account, data, token)


async def ask_for_second_step(
    request: Request[Any, Any, Any],
    account: Account,
    data: dict[str, str],
    half: str,
    *,
    problem: str = "",
    status: int = 200,
    wait: float = 0,
) -> Response[str]:
    """Show the form for the code; ``half`` says whose password was right."""
    target = own_page(data.get("next", "/"))
    context = {
        "half": half,
        "app": await has_app(account.id),
        "passkeys": await has_passkey(account.id),
        "next": target,
        "kept": data.get("kept", ""),
        "problem": problem,
        "minutes": math.ceil(wait / 60),
        "this_page": f"/sign-in?{urlencode({'next': target})}",
    }
    headers = UNKEPT | ({"Retry-After": str(math.ceil(wait))} if wait else {})
    return page(request, "accounts/second_step.html", context, status=status, headers=headers)


async def check_second_step(
    request: Request[Any, Any, Any], account: Account, typed: str
) -> tuple[Taken, float]:
    """Take a code at signing in; return what it was, and the seconds to wait if too many.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    async with _turns.setdefault(account.id, asyncio.Lock()):
        return await _check(request, account, typed)


async def _check(
    request: Request[Any, Any, Any], account: Account, typed: str
) -> tuple[Taken, float]:
    key, now = request.app.state.settings.secret(), clock.now()
    counts = second_step_counts(str(account.id), known_browser_of(request, account.email))
    wait = await take_room(counts) or await refused_too_often(CODE_REFUSED, account.email)
    if wait:
        # somebody knows the password, and guesses
        await tell_owner(account.email, AccountEvent.GUESSED, now=now, seldom=True)
        return Taken.NONE, wait
    taken = await accept_code(account.id, typed, key=key, now=now)
    if taken is Taken.NONE:
        await record(Login.WEB, now=now, actor="system", action=CODE_REFUSED, subject=account.email)
        return taken, 0
    await give_back(counts)
    if taken is Taken.RECOVERY:
        await log_and_tell(account.email, "recovery code used", AccountEvent.RECOVERY, now)
    return taken, 0


async def needs_second_step(account: Account) -> bool:
    """Tell whether the password alone does not open an account."""
    return await has_second_step(account.id)


async def _try(
    request: Request[Any, Any, Any], account: Account, data: dict[str, str]
) -> Response[Any]:
    taken, wait = await check_second_step(request, account, data.get("code", ""))
    if wait:
        return await ask_for_second_step(
            request, account, data, data["half"], problem="wait", status=429, wait=wait
        )
    if taken is Taken.NONE:
        return await ask_for_second_step(
            request, account, data, data["half"], problem="wrong", status=401
        )
    return await finish_signing_in(request, account, data)


HANDLERS: Final = [begin_anew, take_second_step]
