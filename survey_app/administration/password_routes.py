"""Choose a password by a mail's link, and ask for such a mail; nobody is signed in here."""

from __future__ import annotations

import contextlib
import functools
import math
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect
from redis.exceptions import RedisError

from survey_app.accounts import sessions
from survey_app.accounts.addresses import known_as
from survey_app.accounts.create_account import SHORTEST_PASSWORD
from survey_app.accounts.errors import AccountError, ForeignRequest, TooBusy
from survey_app.accounts.guessable import is_guessable
from survey_app.accounts.hashing import beside_the_pages
from survey_app.accounts.invitation_link import PATH, invitation_of
from survey_app.accounts.invitations import (
    StoredLink,
    choose_password,
    find_link,
)
from survey_app.accounts.offer_new_password import offer_new_password
from survey_app.accounts.queries import active_accounts
from survey_app.accounts.roles import ROLE_NAMES, Role
from survey_app.accounts.session_list import end_all
from survey_app.accounts.tries import take_room
from survey_app.shared.agency import agency_name
from survey_app.shared.aside import aside
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_, as_language, languages
from survey_app.shared.limits import Bucket
from survey_app.shared.mail_address import LONGEST_ADDRESS
from survey_app.shared.networks import network_of
from survey_app.shared.pages import page
from survey_app.shared.unseen import without_unseen

FORGOTTEN: Final = "/sign-in/forgotten"
LONGEST: Final = 1024  # characters of a password: hashing more costs the server alone
ASKED_FROM: Final = Bucket("forgotten-network", most=10, each=60)
ASKED_FOR: Final = Bucket("forgotten-account", most=3, each=200)
# the address is the key: it goes to nobody, and stays in no cache
SECRET: Final = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
FormFields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
TOO_SHORT: Final = N_("Passordet må ha minst %(least)s tegn.")
TOO_EASY: Final = N_(
    "Passordet er for lett å gjette. Velg et lengre, for eksempel fire ord som ikke har noe med"
    " hverandre å gjøre."
)
TOO_LONG: Final = N_("Passordet er for langt.")
NOT_ALIKE: Final = N_("De to passordene er ikke like. Skriv det samme to ganger.")
BUSY: Final = N_("Mange velger passord akkurat nå. Vent noen sekunder og prøv igjen.")
DOWN: Final = N_("Vi får ikke sendt e-posten akkurat nå. Feilen er vår. Prøv igjen om litt.")
WAIT: Final = N_("Det er bedt om mange lenker på kort tid. Vent noen minutter og prøv igjen.")
WRONG, GONE, MANY, AWAY = 422, 410, 429, 503  # HTTP's own numbers


@get(f"{PATH}/{{token:str}}")
async def ask_password(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
    """Show the form, as often as the link is opened: programs that read mail open it, too."""
    found = await _found(request, token)
    return _form(request, found) if found else _gone(request)


@post(f"{PATH}/{{token:str}}")
async def take_password(
    request: Request[Any, Any, Any], token: FromPath[str], data: FormFields
) -> Response[Any]:
    """Make the account, or give it the new password, and lead on to signing in."""
    if not sessions.comes_from_here(request):
        raise ForeignRequest(PATH)
    found = await _found(request, token)
    if found is None:
        return _gone(request)
    password = data.get("password", "")
    try:
        problem = await _problem(password, data.get("again", ""), found.email)
        if problem:
            return _form(request, found, problem)
        email = await choose_password(found.id, password, now=now())
    except TooBusy:
        return _form(request, found, BUSY, status=AWAY)
    except AccountError:
        return _gone(request)
    for account in (await active_accounts(Login.WEB, [email])).values():
        # the new password has ended them; without Redis, where they lie, they end by themselves
        with contextlib.suppress(RedisError, OSError):
            await end_all(str(account.id))
    return Redirect("/sign-in", query_params={"told": "password"}, status_code=303)


async def _problem(password: str, again: str, email: str) -> str:
    if len(password) > LONGEST:
        return TOO_LONG
    if password != again:
        return NOT_ALIKE
    if len(password) < SHORTEST_PASSWORD:
        return TOO_SHORT
    known = [email, *(agency_name(language) for language in languages())]
    easy = await beside_the_pages(functools.partial(is_guessable, password, *known))
    return TOO_EASY if easy else ""


@get(FORGOTTEN)
async def ask_for_link(request: Request[Any, Any, Any]) -> Response[str]:
    """Ask for the address of the account."""
    return page(request, "administration/forgotten.html", {"asked": False, "problem": ""})


@post(FORGOTTEN)
async def offer_link(request: Request[Any, Any, Any], data: FormFields) -> Response[str]:
    """Send a link where there is an account; the reply is the same where there is none."""
    if not sessions.comes_from_here(request):
        raise ForeignRequest(FORGOTTEN)
    # as it looks: a sign that nobody sees, copied along, is no part of an address
    email = known_as(without_unseen(data.get("email", "")))[:LONGEST_ADDRESS]
    try:
        wait = await take_room([(ASKED_FROM, network_of(request)), (ASKED_FOR, email)])
    except (RedisError, OSError):
        return _forgotten(request, DOWN, AWAY)
    if wait:
        return _forgotten(request, WAIT, MANY, wait)
    reply = page(request, "administration/forgotten.html", {"asked": True, "problem": ""})
    # no time tells whether there is such an account, neither of this reply nor of the next
    reply.background = aside(offer_new_password, email, actor="", now=now())
    return reply


def _forgotten(
    request: Request[Any, Any, Any], problem: str, status: int, wait: float = 60
) -> Response[str]:
    return page(
        request,
        "administration/forgotten.html",
        {"asked": False, "problem": problem},
        status=status,
        headers={"Retry-After": str(math.ceil(wait))},
    )


async def _found(request: Request[Any, Any, Any], token: str) -> StoredLink | None:
    number: UUID | None = invitation_of(token, request.app.state.settings.secret())
    return await find_link(number, now=now()) if number else None


def _form(
    request: Request[Any, Any, Any], found: StoredLink, problem: str = "", *, status: int = WRONG
) -> Response[str]:
    context = {
        "invitation": found,
        "role": ROLE_NAMES[Role(found.role)],
        "least": SHORTEST_PASSWORD,
        "problem": problem,
    }
    asked = request.query_params.get("lang")
    return page(
        request,
        "administration/password.html",
        context,
        language=as_language(asked, found.language),
        status=status if problem else 200,
        headers=SECRET,
    )


def _gone(request: Request[Any, Any, Any]) -> Response[str]:
    return page(request, "administration/link_gone.html", {}, status=GONE, headers=SECRET)


HANDLERS = [ask_password, take_password, ask_for_link, offer_link]
