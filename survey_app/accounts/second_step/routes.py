"""``/account/second-step``: somebody turns their second step on and off, and prints codes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from survey_app.accounts import sessions
from survey_app.accounts.errors import AccountError
from survey_app.accounts.guards import requires
from survey_app.accounts.own_account import ADDRESS as OWN
from survey_app.accounts.own_account import FormFields, back, own_account
from survey_app.accounts.own_password import own_password_problem
from survey_app.accounts.queries import has_password
from survey_app.accounts.roles_with_second_step import roles_with_second_step
from survey_app.accounts.second_step.codes import app_address, new_secret, step_of_code, unspaced
from survey_app.accounts.second_step.keep import (
    has_app,
    recovery_codes_left,
    renew_codes,
    turn_off,
    turn_on,
)
from survey_app.accounts.second_step.own_proof import asks_for_code, both_problem, owner_problem
from survey_app.accounts.second_step.page_seal import opened_from_a_page, sealed_for_a_page
from survey_app.accounts.second_step.show_codes import SECRET, show_codes
from survey_app.accounts.session_list import end_all
from survey_app.accounts.sessions import SignedIn
from survey_app.shared.clock import now
from survey_app.shared.i18n import N_
from survey_app.shared.pages import page
from survey_app.shared.qr import qr_drawing

ADDRESS: Final = f"{OWN}/second-step"
LASTS: Final = timedelta(minutes=30)  # between the picture and the code that is typed back
_PURPOSE: Final = b"second-step"
WRONG: Final = 422
WRONG_CODE: Final = N_(
    "Koden stemmer ikke. Skriv den som står i appen nå, og se at klokken på telefonen går riktig."
)


@get(ADDRESS, guards=[requires()])
async def show_second_step(request: Request[Any, Any, Any]) -> Response[Any]:
    """Show what it is to somebody who has none, and what can be changed to who has."""
    person = own_account(request)
    if not await has_password(UUID(person.account)):
        return Redirect(OWN, status_code=303)
    if await has_app(UUID(person.account)):
        return await _change(request, person)
    must = person.role in roles_with_second_step(request.app.state.settings)
    return page(request, "accounts/no_second_step.html", {"must": must})


@post(f"{ADDRESS}/begin", guards=[requires()])
async def show_secret(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Show a new secret to be put in an app; it counts once a code was typed back."""
    person = own_account(request, data)
    account = UUID(person.account)
    if not await has_password(account) or await has_app(account):
        return Redirect(ADDRESS, status_code=303)
    return await _enrol(request, person, new_secret())


@post(ADDRESS, guards=[requires()])
async def take_up(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Turn it on, once the password and a code of the app were typed."""
    person = own_account(request, data)
    secret = _secret_in(request, person, data.get("pending", ""))
    account = UUID(person.account)
    if secret is None or not await has_password(account) or await has_app(account):
        return Redirect(ADDRESS, status_code=303)
    step = step_of_code(secret, unspaced(data.get("code", "")), now())
    problem = await own_password_problem(person, data) or (WRONG_CODE if step is None else "")
    # last, since a code on paper is worth one time
    problem = problem or await owner_problem(request, person, data)
    if step is None or problem:
        return await _enrol(request, person, secret, problem)
    key = request.app.state.settings.secret()
    try:
        codes = await turn_on(account, person.email, secret, step=step, key=key, now=now())
    except AccountError:
        return Redirect(ADDRESS, status_code=303)
    await end_all(person.account, but=sessions.id_in(request))
    return show_codes(request, codes, begun="app")


@post(f"{ADDRESS}/off", guards=[requires()])
async def take_second_step_down(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Turn it off, with the password and a code."""
    person = own_account(request, data)
    if problem := await both_problem(request, person, data):
        return await _change(request, person, problem)
    await turn_off(UUID(person.account), person.email, now=now())
    await end_all(person.account, but=sessions.id_in(request))
    return back("step-off")


@post(f"{ADDRESS}/codes", guards=[requires()])
async def print_anew(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Make new codes for paper, with the password and a code."""
    person = own_account(request, data)
    if problem := await both_problem(request, person, data):
        return await _change(request, person, problem)
    key = request.app.state.settings.secret()
    codes = await renew_codes(UUID(person.account), person.email, key=key, now=now())
    return show_codes(request, codes)


async def _enrol(
    request: Request[Any, Any, Any], person: SignedIn, secret: str, problem: str = ""
) -> Response[str]:
    key = request.app.state.settings.secret()
    told = [person.account, secret, (now() + LASTS).isoformat()]
    context = {
        "drawing": qr_drawing(app_address(secret, person.email)),
        "address": app_address(secret, person.email),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "pending": sealed_for_a_page(told, _PURPOSE, key),
        "this_page": ADDRESS,
        "asks_for_code": await asks_for_code(request, person),
        "problem": problem,
    }
    status = WRONG if problem else 200
    return page(request, "accounts/enrol.html", context, status=status, headers=SECRET)


def _secret_in(request: Request[Any, Any, Any], person: SignedIn, pending: str) -> str | None:
    told = opened_from_a_page(pending, _PURPOSE, request.app.state.settings.secret())
    if told is None or told[0] != person.account or now() > datetime.fromisoformat(told[2]):
        return None
    return told[1]


async def _change(
    request: Request[Any, Any, Any], person: SignedIn, problem: str = ""
) -> Response[Any]:
    if not await has_app(UUID(person.account)):
        return Redirect(ADDRESS, status_code=303)
    context = {
        "left": await recovery_codes_left(UUID(person.account)),
        "must": person.role in roles_with_second_step(request.app.state.settings),
        "problem": problem,
    }
    status = WRONG if problem else 200
    return page(request, "accounts/change_second_step.html", context, status=status)


HANDLERS: Final = [show_second_step, show_secret, take_up, take_second_step_down, print_anew]
