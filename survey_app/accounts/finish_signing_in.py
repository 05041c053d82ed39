"""The end of every way of signing in here: a session, a line in the log, and on to the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from litestar import Request, Response
from litestar.response import Redirect

from survey_app.accounts import known_browser, sessions
from survey_app.accounts.browser_family import browser_of
from survey_app.accounts.choose_language import choose_language
from survey_app.accounts.errors import SecondStepMeanwhile
from survey_app.accounts.more_than_a_password import has_second_step
from survey_app.accounts.note_signing_in import note_signing_in
from survey_app.accounts.own_page import own_page
from survey_app.accounts.tables import Account
from survey_app.shared import clock
from survey_app.shared.i18n import as_language
from survey_app.shared.pages import page

UNKEPT: Final = {"Cache-Control": "no-store"}  # what somebody wrote stays in no browser


async def begin_session(
    request: Request[Any, Any, Any],
    account: Account,
    reply: Response[Any],
    *,
    password_alone: bool = False,
) -> None:
    """Start a session and put its cookie, and that of a known browser, on the reply.

    Raises
    ------
    SecondStepMeanwhile
        If it was to begin by a password alone, and the account asks for more by now.
    """
    settings = request.app.state.settings
    if asked := request.query_params.get("lang"):
        # chosen on the page of signing in: it would be gone with the next page
        await choose_language(str(account.id), as_language(asked, account.language))
    session = await sessions.begin(
        account, settings, former=sessions.id_in(request), browser=browser_of(request)
    )
    # after it began: whoever turns a second step on later than this ends it, too
    if password_alone and await has_second_step(account.id):
        await sessions.end(session)
        raise SecondStepMeanwhile
    await note_signing_in(account.id, account.email)
    request.state.signed_in = await sessions.find(session, settings)
    secure, today = settings.secure_cookies, clock.today()
    reply.set_cookie(sessions.cookie(session, settings))
    reply.set_cookie(
        known_browser.browser_cookie(settings.secret(), account.email, today=today, secure=secure)
    )


async def finish_signing_in(
    request: Request[Any, Any, Any],
    account: Account,
    data: dict[str, str],
    *,
    password_alone: bool = False,
) -> Response[Any]:
    """Sign somebody in, and lead on to the page that was asked for.

    What they wrote before their session ended is shown instead, to be sent.

    Raises
    ------
    SecondStepMeanwhile
        As `begin_session`.
    """
    target = own_page(data.get("next", "/"))
    signed_in: Response[Any] = Redirect(target, status_code=303)
    await begin_session(request, account, signed_in, password_alone=password_alone)
    fields = parse_qsl(data.get("kept", ""), keep_blank_values=True)
    if not fields:
        return signed_in
    shown = show_kept(request, target, fields)
    for cookie in signed_in.cookies:
        shown.set_cookie(cookie)
    return shown


def show_kept(
    request: Request[Any, Any, Any], target: str, fields: Sequence[tuple[str, str]]
) -> Response[str]:
    """Show what somebody wrote in a session that is over, to be sent in this one."""
    texts = [value for _, value in fields if " " in value.strip()]
    context = {"address": target, "fields": fields, "texts": texts}
    return page(request, "accounts/kept.html", context, headers=UNKEPT)


def known_browser_of(request: Request[Any, Any, Any], email: str) -> str:
    """Return what marks a browser that has signed in to an account before; empty for others."""
    settings = request.app.state.settings
    return known_browser.number_in(
        request.cookies,
        settings.secret(),
        email,
        today=clock.today(),
        secure=settings.secure_cookies,
    )
