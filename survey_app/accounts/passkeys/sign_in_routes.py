"""``/sign-in/passkey``: signing in by a passkey alone, which is two factors."""

from __future__ import annotations

import math
import secrets
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, post
from litestar.exceptions.http_exceptions import NotFoundException
from redis.exceptions import RedisError

from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.finish_signing_in import UNKEPT, finish_signing_in
from survey_app.accounts.own_account import FormFields
from survey_app.accounts.own_page import own_page
from survey_app.accounts.passkeys.challenges import (
    SIGN_IN,
    new_challenge,
    passkey_cookie,
    passkey_cookie_name,
    spend_challenge,
)
from survey_app.accounts.passkeys.keep import find_passkey, use_passkey
from survey_app.accounts.sessions import comes_from_here
from survey_app.accounts.tables import Account
from survey_app.accounts.tries import PASSKEY, Counts, give_back, take_room
from survey_app.shared.clock import today
from survey_app.shared.networks import network_of
from survey_app.shared.pages import page

ADDRESS: Final = "/sign-in/passkey"
LARGEST_FORM: Final = 128 * 1024  # with what somebody wrote before the session ended
WAIT, DOWN = 429, 503  # HTTP's own numbers


@post(f"{ADDRESS}/options")
async def ask_any_passkey(request: Request[Any, Any, Any]) -> Response[Any]:
    """Return what the device is asked, and mark the browser that asks."""
    from survey_app.accounts.passkeys.relying_party import ask_for_any  # noqa: PLC0415 - large, and seldom needed

    settings = _open_to_passkeys(request)
    browser = secrets.token_urlsafe(32)
    try:
        if wait := await take_room(_asked_from(request)):
            retry = {"Retry-After": str(math.ceil(wait))}
            return Response({}, status_code=WAIT, headers=UNKEPT | retry)
        challenge = await new_challenge(SIGN_IN, browser)
    except (RedisError, OSError):
        return Response({}, status_code=DOWN, headers=UNKEPT)
    reply = Response(ask_for_any(settings, challenge=challenge), status_code=200, headers=UNKEPT)
    reply.set_cookie(passkey_cookie(browser, settings))
    return reply


@post(ADDRESS, request_max_body_size=LARGEST_FORM)
async def sign_in_with_passkey(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Sign in whom the device vouches for."""
    from survey_app.accounts.passkeys.relying_party import PasskeyError  # noqa: PLC0415 - large, and seldom needed

    settings = _open_to_passkeys(request)
    try:
        account = await _signed_by(request, data.get("credential", ""))
        await give_back(_asked_from(request))
        reply = await finish_signing_in(request, account, data)
    except PasskeyError:
        return _not_signed_in(request, data)
    except (RedisError, OSError):
        return _not_signed_in(request, data, "down", DOWN)
    reply.set_cookie(passkey_cookie("", settings))
    return reply


async def _signed_by(request: Request[Any, Any, Any], told: str) -> Account:
    from survey_app.accounts.passkeys.relying_party import (  # noqa: PLC0415 - large, and seldom needed
        PasskeyError,
        check_passkey_answer,
        read_passkey_answer,
    )

    settings = request.app.state.settings
    found, challenge = read_passkey_answer(told)
    browser = request.cookies.get(passkey_cookie_name(settings), "")
    if not await spend_challenge(challenge, SIGN_IN, browser):
        raise PasskeyError
    known = await find_passkey(found.raw_id)
    if known is None or _whose(found.response.user_handle) != known.account:
        raise PasskeyError
    signed = check_passkey_answer(
        settings, found, challenge, public_key=known.public_key, sign_count=known.sign_count
    )
    if not await use_passkey(known.id, sign_count=signed.new_sign_count, today=today()):
        raise PasskeyError
    account = await Account.objects().where(Account.id == known.account).first()
    if account is None or not account.active:
        raise PasskeyError
    return account


def _whose(handle: bytes | None) -> UUID | None:
    # what the device kept beside the key when it was made: the account's id
    return UUID(bytes=handle) if handle is not None and len(handle) == 16 else None  # noqa: PLR2004 - of a UUID


def _open_to_passkeys(request: Request[Any, Any, Any]) -> Any:  # noqa: ANN401 - the settings
    settings = request.app.state.settings
    if not comes_from_here(request):
        raise ForeignRequest(ADDRESS)
    if settings.oidc_only:
        raise NotFoundException
    return settings


def _asked_from(request: Request[Any, Any, Any]) -> Counts:
    return [(PASSKEY, network_of(request))]


def _not_signed_in(
    request: Request[Any, Any, Any],
    data: dict[str, str],
    problem: str = "passkey",
    status: int = 401,
) -> Response[str]:
    settings, target = request.app.state.settings, own_page(data.get("next", "/"))
    context = {
        "next": target,
        "problem": problem,
        "email": "",
        "kept": data.get("kept", ""),
        "told": "",
        "sign_on": settings.oidc_issuer is not None,
        "sign_on_name": settings.oidc_name,
        "passwords": True,
        "this_page": f"/sign-in?{urlencode({'next': target})}",
    }
    return page(request, "accounts/sign_in.html", context, status=status, headers=UNKEPT)


HANDLERS: Final = [ask_any_passkey, sign_in_with_passkey]
