"""``/account``: somebody's own account, where they are signed in, and how they sign in."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from survey_app.accounts import sessions
from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.invitations import offer_new_password
from survey_app.accounts.queries import has_password
from survey_app.accounts.session_list import end_all, end_session, list_sessions
from survey_app.accounts.sessions import SignedIn, csrf_is_right
from survey_app.audit.record import record
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_
from survey_app.shared.pages import page

ADDRESS: Final = "/account"
FormFields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
TOLD: Final = {
    "ended": N_("Innloggingen er avsluttet."),
    "others": N_("Du er logget ut alle andre steder."),
    "password": N_("En lenke for nytt passord blir sendt nå. Den gjelder i to timer."),
}


@get(ADDRESS, guards=[requires()])
async def show_own_account(request: Request[Any, Any, Any]) -> Response[str]:
    """Show one's own account."""
    person, settings = own(request), request.app.state.settings
    context = {
        "sessions": await list_sessions(person.account, sessions.id_in(request), settings),
        "idle": settings.session_idle_minutes,
        "hours": settings.session_hours,
        "local": await has_password(UUID(person.account)),
        "told": TOLD.get(request.query_params.get("told", ""), ""),
    }
    return page(request, "accounts/account.html", context)


@post(f"{ADDRESS}/sessions/{{handle:str}}/end", guards=[requires()])
async def end_one(
    request: Request[Any, Any, Any], handle: FromPath[str], data: FormFields
) -> Response[Any]:
    """Sign out in one other place."""
    person = own(request, data)
    if await end_session(person.account, handle):
        await _note(person, "one")
    return told("ended")


@post(f"{ADDRESS}/sessions/end-others", guards=[requires()])
async def end_others(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Sign out everywhere but here."""
    person = own(request, data)
    if await end_all(person.account, but=sessions.id_in(request)):
        await _note(person, "others")
    return told("others")


@post(f"{ADDRESS}/password", guards=[requires()])
async def offer_own_password(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Send oneself a link to choose a new password."""
    person = own(request, data)
    await offer_new_password(person.email, actor="", now=now())
    return told("password")


def own(request: Request[Any, Any, Any], data: dict[str, str] | None = None) -> SignedIn:
    """Return who is signed in.

    Raises
    ------
    ForeignRequest
        If a form was sent without the session's token.
    """
    person = signed_in(request)
    assert person is not None  # the guard has seen to it
    if data is not None and not csrf_is_right(person, data.get("csrf", "")):
        raise ForeignRequest(request.url.path)
    return person


def told(what: str) -> Redirect:
    """Lead back to the page, which says what was done."""
    return Redirect(ADDRESS, query_params={"told": what}, status_code=303)


async def _note(person: SignedIn, which: str) -> None:
    await record(
        Login.WEB,
        now=now(),
        actor=person.email,
        action="sessions ended",
        subject=person.email,
        which=which,
    )


HANDLERS: Final = [show_own_account, end_one, end_others, offer_own_password]
