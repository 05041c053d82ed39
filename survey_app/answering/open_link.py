"""The open link: the same form for whoever comes; nobody was invited and nothing is marked."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath

from survey_app.answering.arrival import STATUS, chosen_language
from survey_app.answering.fields import Fields, read_fields, single
from survey_app.answering.form_page import blank_page, filled_page
from survey_app.answering.messages import link_page
from survey_app.answering.personal import AGAIN, WHERE
from survey_app.answering.reply import Reply, go_to, show
from survey_app.answering.second_look import FOREIGN, Doubt, doubt_about, is_foreign
from survey_app.answering.submit import submit_open
from survey_app.answering.surveys import Survey, find_open_link, survey_of
from survey_app.settings import Settings
from survey_app.shared.database import Link, Login, connection
from survey_app.shared.i18n import as_language, languages


@get("/open/{slug:str}")
async def show_open_form(request: Request[Any, Any, Any], slug: FromPath[str]) -> Reply:
    """Show the form of an open survey."""
    language = chosen_language(request)
    demo = request.app.state.settings.demo
    accepts = request.headers.get("accept-encoding", "")
    async with connection(Login.WEB) as link:
        survey, state = await _survey(link, request.app.state.settings, slug)
    if survey is None:
        return show(link_page("unknown", None, language, demo), accepts, status=404)
    if state != "open":
        name = "cancelled" if state == "cancelled" else "closed"
        return show(link_page(name, survey, language, demo), accepts, status=410)
    if not survey.as_opened:
        return show(link_page("held", survey, language, demo), accepts, status=STATUS["held"])
    return show(blank_page(survey, language, "", demo), accepts)


@post("/open/{slug:str}", status_code=200)
async def hand_in_openly(request: Request[Any, Any, Any], slug: FromPath[str]) -> Reply:
    """Take a form of an open survey, or show it again in another language."""
    fields = await read_fields(request)
    language = as_language(single(fields, "lang"))
    demo = request.app.state.settings.demo
    accepts = request.headers.get("accept-encoding", "")
    async with connection(Login.WEB) as link:
        survey, state = await _survey(link, request.app.state.settings, slug)
        if survey is None:
            return show(link_page("unknown", None, language, demo), accepts, status=404)
        wanted = single(fields, "show_language")
        if wanted in languages() and state == "open":
            page = filled_page(survey, as_language(wanted), "", demo=demo, fields=fields)
            return show(page, accepts)
        if state == "open" and (doubt := _doubt(request, survey, fields)):
            page = filled_page(survey, language, "", demo=demo, fields=fields, doubt=doubt)
            return show(page, accepts, status=doubt.status)
        outcome = await submit_open(link, survey, fields)
    if outcome in AGAIN:
        problem, status = AGAIN[outcome]
        page = filled_page(survey, language, "", demo=demo, fields=fields, problem=problem)
        return show(page, accepts, status=status)
    return go_to(WHERE[outcome], language, survey=survey.key)


def _doubt(request: Request[Any, Any, Any], survey: Survey, fields: Fields) -> Doubt | None:
    if is_foreign(request):
        return Doubt(FOREIGN, status=403)
    return doubt_about(survey, fields)


async def _survey(link: Link, settings: Settings, slug: str) -> tuple[Survey | None, str]:
    found = await find_open_link(link, slug)
    if found is None or found.invite != "open":
        return None, ""
    return await survey_of(link, settings, found.id, found.version), found.state
