"""No more reminders: GET asks, since mail scanners fetch links; POST stops them."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath

from survey_app.answering.arrival import arrive, chosen_language
from survey_app.answering.fields import read_fields, single
from survey_app.answering.messages import stop_page
from survey_app.answering.personal import unknown_link
from survey_app.answering.reply import go_to, show
from survey_app.asking.invitations.queries import opt_out
from survey_app.shared.database import Login, connection
from survey_app.shared.finished_reply import Reply
from survey_app.shared.i18n import as_language, languages
from survey_app.shared.negotiation import accepted_encodings


@get("/stop/{token:str}")
async def ask_to_stop(request: Request[Any, Any, Any], token: FromPath[str]) -> Reply:
    """Ask whether to stop; whether the link was used is not told here."""
    if token in languages():
        # no link, but the address that letters in a language have people type
        return go_to("/stop", token)
    async with connection(Login.WEB) as link:
        found = await arrive(link, request.app.state.settings, token)
    if found is None:
        return await unknown_link(request, chosen_language(request))
    language = chosen_language(request, found.invitation.language)
    demo = request.app.state.settings.demo or found.survey.demo
    page = stop_page(language, demo=demo, already=found.invitation.opted_out)
    return show(page, accepted_encodings(request))


@post("/stop/{token:str}", status_code=200)
async def stop_reminders(request: Request[Any, Any, Any], token: FromPath[str]) -> Reply:
    """Opt the invitation out of reminders."""
    fields = await read_fields(request)
    language = as_language(single(fields, "lang"))
    async with connection(Login.WEB) as link:
        found = await arrive(link, request.app.state.settings, token)
        if found is None:
            return await unknown_link(request, language)
        await opt_out(link, found.invitation)
    return go_to("/stop/done", language)


@get("/stop/done")
async def show_stopped(request: Request[Any, Any, Any]) -> Reply:
    """Say that reminders have stopped."""
    demo = request.app.state.settings.demo
    page = stop_page(chosen_language(request), demo=demo, already=True)
    return show(page, accepted_encodings(request))
