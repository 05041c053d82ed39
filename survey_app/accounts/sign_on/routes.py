"""Signing in and out at the provider, and linking an account with a password to it once."""

from __future__ import annotations

import math
import secrets
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.exceptions.http_exceptions import NotFoundException
from litestar.response import Redirect
from redis.exceptions import RedisError

from survey_app.accounts import sessions
from survey_app.accounts.browser_family import browser_of
from survey_app.accounts.create_account import check_password
from survey_app.accounts.errors import ForeignRequest, TooBusy
from survey_app.accounts.note_signing_in import (
    SIGN_IN_REFUSED,
    note_refusal,
    note_signing_in,
    refused_too_often,
)
from survey_app.accounts.own_page import own_page
from survey_app.accounts.second_step.sign_in_routes import check_second_step, needs_second_step
from survey_app.accounts.session_list import end_these, sessions_of
from survey_app.accounts.sign_on import attempts
from survey_app.accounts.sign_on.claims import former_subject_of, read_claims
from survey_app.accounts.sign_on.errors import SignOnError, SignOnProblem
from survey_app.accounts.sign_on.identities import account_of, link_account
from survey_app.accounts.sign_on.provider import Provider
from survey_app.accounts.sign_on.rules import BACK, provider_of, rules_of
from survey_app.accounts.tables import Account
from survey_app.accounts.tries import AT_PROVIDER, Counts, counts_of, give_back, take_room
from survey_app.shared import clock
from survey_app.shared.aside import aside
from survey_app.shared.networks import network_of
from survey_app.shared.pages import language_of, page
from survey_app.shared.secret import Secret

STATUS: Final = {
    SignOnProblem.AWAY: 503,
    SignOnProblem.LOST: 400,
    SignOnProblem.FORGED: 400,
    SignOnProblem.WAIT: 429,
}
FORBIDDEN: Final = 403
A_MOMENT: Final = 5  # seconds, where many sign in at once
UNKEPT: Final = {"Cache-Control": "no-store"}


@get("/sign-in/provider")
async def go_to_provider(request: Request[Any, Any, Any]) -> Response[Any]:
    """Send somebody to the provider; what comes back is held against what is kept here."""
    provider = _provider(request)
    state, browser, attempt = attempts.new_attempt(own_page(request.query_params.get("next", "/")))
    try:
        if wait := await take_room(_at_provider(request)):
            return _refused(request, SignOnProblem.WAIT, attempt.target, wait)
        address = await provider.way_in(
            state=state,
            nonce=attempt.nonce,
            verifier=attempt.verifier,
            language=language_of(request),
        )
        await attempts.keep_attempt(state, browser, attempt, _secret(request))
    except SignOnError as error:
        return _refused(request, error.kind, attempt.target)
    except (RedisError, OSError):
        return _refused(request, SignOnProblem.AWAY, attempt.target)
    reply = Redirect(address, status_code=303, headers=UNKEPT)
    reply.set_cookie(attempts.attempt_cookie(browser, secure=_secure(request)))
    return reply


@get(BACK)
async def come_back(request: Request[Any, Any, Any]) -> Response[Any]:
    """Take the provider's reply, and start a session."""
    provider = _provider(request)
    try:
        return await _take_reply(request, provider)
    except (RedisError, OSError):
        return _refused(request, SignOnProblem.AWAY, "/")


async def _take_reply(request: Request[Any, Any, Any], provider: Provider) -> Response[Any]:
    told = request.query_params
    browser = _browser(request)
    attempt = await attempts.take_attempt(told.get("state", ""), browser, _secret(request))
    if attempt is None:
        return _refused(request, SignOnProblem.LOST, "/")
    await give_back(_at_provider(request))
    if "code" not in told:
        return _refused(request, SignOnProblem.DENIED, attempt.target)
    try:
        claims, id_token = await provider.exchange(
            code=told["code"],
            nonce=attempt.nonce,
            verifier=attempt.verifier,
            issuer=told.get("iss"),
        )
        somebody = read_claims(claims, rules_of(request.app.state.settings))
        account = await account_of(
            somebody,
            former=former_subject_of(claims),
            language=language_of(request),
            now=clock.now(),
        )
    except SignOnError as error:
        return _refused(request, error.kind, attempt.target)
    if account is None:
        token = secrets.token_urlsafe(32)
        linking = attempts.Linking(somebody, id_token, attempt.target)
        await attempts.keep_linking(token, browser, linking, _secret(request))
        return _ask_for_password(request, somebody.email, token)
    return await _begin(request, account, id_token, attempt.target)


@post("/sign-in/link")
async def link(request: Request[Any, Any, Any]) -> Response[Any]:
    """Link an account to whom the provider vouched for, once its password is told."""
    _provider(request)
    if not sessions.comes_from_here(request):
        raise ForeignRequest("/sign-in/link")
    try:
        return await _try_to_link(request)
    except (RedisError, OSError):
        return _refused(request, SignOnProblem.AWAY, "/")


async def _try_to_link(request: Request[Any, Any, Any]) -> Response[Any]:
    data = await request.form()
    given = str(data.get("linking", ""))
    linking = await attempts.take_linking(given, _browser(request), _secret(request))
    if linking is None:
        return _refused(request, SignOnProblem.LOST, "/")
    try:
        return await _link_or_ask_again(request, data, linking)
    except SignOnError as error:
        return _refused(request, error.kind, linking.target)


async def _link_or_ask_again(
    request: Request[Any, Any, Any], data: FormMultiDict, linking: attempts.Linking
) -> Response[Any]:
    email = linking.somebody.email
    account, problem, wait = await _whose_proof(request, email, data)
    if problem == "wrong":
        # linked meanwhile, as in another tab, the account has no password any more
        linked = await account_of(linking.somebody, language=language_of(request), now=clock.now())
        if linked is not None:
            return await _begin(request, linked, linking.id_token, linking.target)
    if account is None:
        token = secrets.token_urlsafe(32)
        await attempts.keep_linking(token, _browser(request), linking, _secret(request))
        refused = _ask_for_password(request, email, token, problem, wait)
        if problem == "wrong":
            # as where somebody signs in with a password
            refused.background = aside(note_refusal, email)
        return refused
    former = await sessions_of(str(account.id))
    if await link_account(account, linking.somebody, now=clock.now()):
        # not those of other tabs, which began once it was linked
        await end_these(str(account.id), former)
    return await _begin(request, account, linking.id_token, linking.target)


async def _whose_proof(
    request: Request[Any, Any, Any], email: str, data: FormMultiDict
) -> tuple[Account | None, str, float]:
    """Return the account whose password, and code if it has any, were typed.

    Else the problem, and the seconds to wait where that helps.
    """
    counts = counts_of(network_of(request), email, "")
    if wait := await take_room(counts) or await refused_too_often(SIGN_IN_REFUSED, email):
        return None, "wait", wait
    try:
        account = await check_password(email, str(data.get("password", "")))
    except TooBusy:
        await give_back(counts)
        return None, "busy", A_MOMENT
    if account is None:
        return None, "wrong", 0
    await give_back(counts)
    if await needs_second_step(account):
        taken, wait = await check_second_step(request, account, str(data.get("code", "")))
        if not taken:
            return None, "wait" if wait else "code", wait
    return account, "", 0


async def _begin(
    request: Request[Any, Any, Any], account: Account, id_token: str, target: str
) -> Response[Any]:
    settings = request.app.state.settings
    session = await sessions.begin(
        account,
        settings,
        former=sessions.id_in(request),
        browser=browser_of(request),
        id_token=id_token,
    )
    await note_signing_in(account.id, account.email)
    reply = Redirect(target, status_code=303, headers=UNKEPT)
    reply.set_cookie(sessions.cookie(session, settings))
    reply.set_cookie(attempts.attempt_cookie("", secure=_secure(request)))
    return reply


def _ask_for_password(
    request: Request[Any, Any, Any], email: str, token: str, problem: str = "", wait: float = 0
) -> Response[str]:
    context = {
        "email": email,
        "linking": token,
        "problem": problem,
        "minutes": math.ceil(wait / 60),
        # a reply of the provider is worth one time: another language begins anew
        "this_page": "/sign-in",
    }
    status = {"": 200, "wait": 429, "busy": 503}.get(problem, 401)
    headers = UNKEPT | ({"Retry-After": str(math.ceil(wait))} if wait else {})
    return page(request, "accounts/link.html", context, status=status, headers=headers)


def _at_provider(request: Request[Any, Any, Any]) -> Counts:
    return [(AT_PROVIDER, network_of(request))]


def _refused(
    request: Request[Any, Any, Any], kind: SignOnProblem, target: str, wait: float = 0
) -> Response[str]:
    context = {
        "kind": kind.value,
        "next": target,
        "this_page": f"/sign-in?{urlencode({'next': target})}",
    }
    status = STATUS.get(kind, FORBIDDEN)
    headers = UNKEPT | ({"Retry-After": str(math.ceil(wait))} if wait else {})
    return page(request, "accounts/not_signed_on.html", context, status=status, headers=headers)


def _provider(request: Request[Any, Any, Any]) -> Provider:
    found = provider_of(request.app.state.settings)
    if found is None:
        raise NotFoundException
    return found


def _browser(request: Request[Any, Any, Any]) -> str:
    return request.cookies.get(attempts.attempt_cookie_name(secure=_secure(request)), "")


def _secret(request: Request[Any, Any, Any]) -> Secret:
    found: Secret = request.app.state.settings.secret()
    return found


def _secure(request: Request[Any, Any, Any]) -> bool:
    return bool(request.app.state.settings.secure_cookies)


SIGN_ON: Final = [go_to_provider, come_back, link]
