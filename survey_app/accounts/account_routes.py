"""``/account``: somebody's own account, where they are signed in, and how they sign in."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from survey_app.accounts import sessions
from survey_app.accounts.guards import requires
from survey_app.accounts.offer_new_password import offer_new_password
from survey_app.accounts.own_account import ADDRESS, FormFields, back, own_account
from survey_app.accounts.passkeys.keep import list_passkeys
from survey_app.accounts.queries import has_password
from survey_app.accounts.roles_with_second_step import roles_with_second_step
from survey_app.accounts.second_step.keep import has_app, recovery_codes_left
from survey_app.accounts.session_list import end_all, end_session, list_sessions
from survey_app.accounts.sessions import SignedIn
from survey_app.audit.record import record
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_
from survey_app.shared.pages import page

TOLD: Final = {
    "ended": N_("Innloggingen er avsluttet."),
    "step-off": N_("Totrinnsinnlogging er slått av. Du er logget ut alle andre steder."),
    "passkey": N_("Passnøkkelen er lagt til. Du er logget ut alle andre steder."),
    "passkey-removed": N_("Passnøkkelen er fjernet. Du er logget ut alle andre steder."),
    "others": N_("Du er logget ut alle andre steder."),
    "password": N_(
        "En lenke for nytt passord blir sendt nå, om du ikke nylig fikk en som ennå gjelder. "
        "Den gjelder i to timer."
    ),
}


@get(ADDRESS, guards=[requires()])
async def show_own_account(request: Request[Any, Any, Any]) -> Response[str]:
    """Show one's own account."""
    person, settings = own_account(request), request.app.state.settings
    account = UUID(person.account)
    context = {
        "sessions": await list_sessions(person.account, sessions.id_in(request), settings),
        "idle": settings.session_idle_minutes,
        "hours": settings.session_hours,
        "local": await has_password(account),
        "app": await has_app(account),
        "passkeys": len(await list_passkeys(account)),
        "codes_left": await recovery_codes_left(account),
        "must": person.role in roles_with_second_step(settings),
        "told": TOLD.get(request.query_params.get("told", ""), ""),
    }
    return page(request, "accounts/account.html", context)


@post(f"{ADDRESS}/sessions/{{handle:str}}/end", guards=[requires()])
async def end_one(
    request: Request[Any, Any, Any], handle: FromPath[str], data: FormFields
) -> Response[Any]:
    """Sign out in one other place."""
    person = own_account(request, data)
    if await end_session(person.account, handle):
        await _note(person, "one")
    return back("ended")


@post(f"{ADDRESS}/sessions/end-others", guards=[requires()])
async def end_others(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Sign out everywhere but here."""
    person = own_account(request, data)
    if await end_all(person.account, but=sessions.id_in(request)):
        await _note(person, "others")
    return back("others")


@post(f"{ADDRESS}/password", guards=[requires()])
async def offer_own_password(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Send oneself a link to choose a new password."""
    person = own_account(request, data)
    await offer_new_password(person.email, actor="", now=now())
    return back("password")


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
