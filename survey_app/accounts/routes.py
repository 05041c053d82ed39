"""Signing in and out with a local account."""

from __future__ import annotations

import contextlib
import math
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions.http_exceptions import NotFoundException, RequestEntityTooLarge
from litestar.params import Body
from litestar.response import Redirect
from redis.exceptions import RedisError

from survey_app.accounts import sessions
from survey_app.accounts.account_routes import HANDLERS as OWN_ACCOUNT
from survey_app.accounts.create_account import check_password
from survey_app.accounts.errors import ForeignRequest, SecondStepMeanwhile, TooBusy
from survey_app.accounts.finish_signing_in import (
    UNKEPT,
    finish_signing_in,
    known_browser_of,
    show_kept,
)
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.note_signing_in import (
    SIGN_IN_REFUSED,
    note_refusal,
    refused_too_often,
)
from survey_app.accounts.own_page import own_page
from survey_app.accounts.passkeys.routes import HANDLERS as OWN_PASSKEYS
from survey_app.accounts.passkeys.sign_in_routes import HANDLERS as PASSKEY
from survey_app.accounts.second_step.routes import HANDLERS as OWN_SECOND_STEP
from survey_app.accounts.second_step.sign_in_routes import HANDLERS as SECOND_STEP
from survey_app.accounts.second_step.sign_in_routes import ask_second_step_of, needs_second_step
from survey_app.accounts.sign_on.routes import SIGN_ON
from survey_app.accounts.sign_on.rules import provider_of
from survey_app.accounts.tries import counts_of, give_back, take_room
from survey_app.shared.aside import aside
from survey_app.shared.networks import network_of
from survey_app.shared.pages import page

# what is the matter, and its status
WRONG, WAIT, BUSY, DOWN = ("wrong", 401), ("wait", 429), ("busy", 503), ("down", 503)
A_MOMENT, A_MINUTE = 5, 60  # seconds
LARGEST_FORM = 128 * 1024  # with what somebody wrote before the session ended
LARGEST_FIELD = 16 * 1024  # of what is looked up and hashed
KEPT = "/sign-in/kept"
FormFields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/sign-in", name="sign-in")
async def show_sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
    """Show the form, or go on when somebody is signed in already."""
    target = own_page(request.query_params.get("next", "/"))
    if signed_in(request):
        return Redirect(target)
    if sessions.id_in(request) and not await sessions.can_be_found():
        # whoever came with a session may well be signed in: a password would not help
        return _again(request, {"next": target}, DOWN, A_MINUTE)
    return page(
        request,
        "accounts/sign_in.html",
        {
            "next": target,
            "problem": "",
            "email": "",
            "kept": "",
            "told": request.query_params.get("told", ""),
            **_sign_on(request),
        },
    )


@post(KEPT, request_max_body_size=LARGEST_FORM)
async def keep_form(request: Request[Any, Any, Any]) -> Response[str]:
    """Carry along what was written in a session that ended; ``app.py`` sends such forms here.

    Whoever has signed in again meanwhile, in another tab, is shown it at once.
    """
    if not sessions.from_here(request, untold=False):
        raise ForeignRequest(KEPT)
    sent = [(name, str(value)) for name, value in (await request.form()).multi_items()]
    fields = [(name, value) for name, value in sent if name != "csrf"]
    target = own_page(request.query_params.get("next", "/"))
    if signed_in(request):
        return show_kept(request, target, fields)
    context = {
        "next": target,
        "problem": "ended",
        "email": "",
        "kept": urlencode(fields),
        "told": "",
        **_sign_on(request),
    }
    return page(request, "accounts/sign_in.html", context, headers=UNKEPT)


@post("/sign-in", request_max_body_size=LARGEST_FORM)
async def sign_in(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Check the password and start a session under a new id."""
    if not sessions.comes_from_here(request):
        raise ForeignRequest("/sign-in")
    if request.app.state.settings.oidc_only:
        raise NotFoundException
    if any(len(value) > LARGEST_FIELD for name, value in data.items() if name != "kept"):
        raise RequestEntityTooLarge
    try:
        return await _try(request, data)
    except (RedisError, OSError):
        return _again(request, data, DOWN, A_MINUTE)


async def _try(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    email = data.get("email", "")
    browser = known_browser_of(request, email)
    counts = counts_of(network_of(request), email, browser)
    wait = await take_room(counts)
    if not browser:
        wait = wait or await refused_too_often(SIGN_IN_REFUSED, email)
    if wait:
        return _again(request, data, WAIT, wait)
    try:
        account = await check_password(email, data.get("password", ""))
    except TooBusy:
        await give_back(counts)
        return _again(request, data, BUSY, A_MOMENT)
    if account is None:
        refused = _again(request, data, WRONG)
        # no time tells whether there is such an account, neither of this reply nor of the next
        refused.background = aside(note_refusal, email)
        return refused
    await give_back(counts)
    if not await needs_second_step(account):
        with contextlib.suppress(SecondStepMeanwhile):
            return await finish_signing_in(request, account, data, password_alone=True)
    return await ask_second_step_of(request, account, data)


def _sign_on(request: Request[Any, Any, Any]) -> dict[str, object]:
    """Say whether people sign in at a provider, and whether with a password as well."""
    settings = request.app.state.settings
    return {
        "sign_on": settings.oidc_issuer is not None,
        "sign_on_name": settings.oidc_name,
        "passwords": not settings.oidc_only,
    }


def _again(
    request: Request[Any, Any, Any],
    data: FormFields,
    problem: tuple[str, int],
    wait: float = 0,
) -> Response[str]:
    name, status = problem
    context = {
        "next": own_page(data.get("next", "/")),
        "problem": name,
        "minutes": math.ceil(wait / 60),
        "email": data.get("email", ""),
        "kept": data.get("kept", ""),
        "told": "",
        **_sign_on(request),
    }
    headers = {"Retry-After": str(math.ceil(wait))} if wait else {}
    if context["kept"]:
        headers |= UNKEPT
    else:
        # the switch of languages asks for the form once more, and must not lose where it leads
        context["this_page"] = f"/sign-in?{urlencode({'next': context['next']})}"
    return page(request, "accounts/sign_in.html", context, status=status, headers=headers)


@post("/sign-out", guards=[requires()])
async def sign_out(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """End the session; the id is worth nothing afterwards."""
    person = signed_in(request)
    if person is None or not sessions.csrf_is_right(person, data.get("csrf", "")):
        raise ForeignRequest("/sign-out")
    ended = sessions.cookie("", request.app.state.settings)
    id_token = await sessions.end(sessions.id_in(request))
    if id_token and (out := await _way_out(request, id_token)):
        request.state.signed_in = None
        # no redirect: the policy lets a form lead to pages of ours alone
        page_of_it = page(
            request,
            "accounts/signed_out.html",
            {"out": out},
            headers=UNKEPT | {"Refresh": f"0; url={out}"},
        )
        page_of_it.set_cookie(ended)
        return page_of_it
    reply = Redirect("/sign-in", status_code=303)
    reply.set_cookie(ended)
    return reply


async def _way_out(request: Request[Any, Any, Any], id_token: str) -> str | None:
    settings = request.app.state.settings
    provider = provider_of(settings)
    return await provider.way_out(id_token, f"{settings.base_url}/sign-in") if provider else None


@get("/sign-out", guards=[requires()])
async def ask_sign_out(request: Request[Any, Any, Any]) -> Response[str]:
    """Ask before signing out, for those who typed the address: GET changes nothing."""
    return page(request, "accounts/sign_out.html", {})


HANDLERS = [
    show_sign_in,
    sign_in,
    keep_form,
    sign_out,
    ask_sign_out,
    *SIGN_ON,
    *SECOND_STEP,
    *PASSKEY,
    *OWN_ACCOUNT,
    *OWN_SECOND_STEP,
    *OWN_PASSKEYS,
]
