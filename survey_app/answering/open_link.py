"""The open link: the same form for whoever comes; nobody was invited and nothing is marked."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from litestar import Request, get, post
from litestar.params import FromPath

from survey_app.answering.arrival import STATUS, chosen_language
from survey_app.answering.fields import Fields, read_fields, single
from survey_app.answering.form_page import TRAP, blank_page, filled_page, with_token
from survey_app.answering.form_token import FIELD as TOKEN
from survey_app.answering.form_token import (
    LONGEST,
    age_of,
    new_token,
    note_sent,
    receipt_of_page,
)
from survey_app.answering.messages import link_page
from survey_app.answering.personal import AGAIN, WHERE
from survey_app.answering.reply import go_after, go_to, in_a_minute, show
from survey_app.answering.results_fate import fate_of
from survey_app.answering.rush import TOO_MANY, rush
from survey_app.answering.second_look import (
    FOREIGN,
    STALE,
    TRAPPED,
    Doubt,
    doubt_about,
    is_foreign,
)
from survey_app.answering.submit import Outcome, submit_open
from survey_app.answering.surveys import (
    Survey,
    find_open_link,
    last_seen_survey,
    survey_of_link,
)
from survey_app.answering.trouble import TROUBLE, tell_log
from survey_app.answering.unsent import sealing_key
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.away import is_away
from survey_app.shared.database import Link, Login, connection
from survey_app.shared.finished_reply import Reply
from survey_app.shared.i18n import Language, as_language, languages
from survey_app.shared.negotiation import accepted_encodings
from survey_app.waves.arrivals import arrivals_of


@get("/open/{slug:str}")
async def show_open_form(request: Request[Any, Any, Any], slug: FromPath[str]) -> Reply:
    """Show the form of an open survey."""
    language = chosen_language(request)
    settings = request.app.state.settings
    accepts = accepted_encodings(request)
    async with connection(Login.WEB) as link:
        survey, state = await _survey(link, settings, slug)
    if survey is None:
        return show(link_page("unknown", None, language, settings.demo), accepts, status=404)
    if state != "open":
        name = "cancelled" if state == "cancelled" else "closed"
        page = link_page(name, survey, language, settings.demo, await fate_of(survey))
        return show(page, accepts, status=410)
    if not survey.as_opened:
        page = link_page("held", survey, language, settings.demo)
        return show(page, accepts, status=STATUS["held"])
    level = (await arrivals_of(survey.id, now=clock.now())).level
    unsent = await sealing_key()
    page = blank_page(survey, language, "", settings.demo, unsent=unsent, level=level)
    return show(with_token(page, new_token(_secret(settings), survey.id, clock.now())), accepts)


@get("/open/{slug:str}/{language:str}")
async def show_open_form_in(slug: FromPath[str], language: FromPath[str]) -> Reply:
    """Lead on from the address that posters in a language have people type."""
    return go_to(f"/open/{quote(slug, safe='')}", language if language in languages() else None)


@post("/open/{slug:str}", status_code=200)
async def hand_in_openly(request: Request[Any, Any, Any], slug: FromPath[str]) -> Reply:
    """Take a form of an open survey, or show it again in another language."""
    fields = await read_fields(request)
    try:
        return await _hand_in(request, slug, fields)
    except TROUBLE as error:
        survey = last_seen_survey(slug)
        if survey is None or survey.invited or not is_away(error):
            raise
        tell_log("an answer was not taken", error)
    problem, status = AGAIN[Outcome.FAILED]
    language = as_language(single(fields, "lang"))
    return await _again(request, survey, language, fields, Doubt("", status=status), problem)


async def _hand_in(request: Request[Any, Any, Any], slug: str, fields: Fields) -> Reply:
    language = as_language(single(fields, "lang"))
    demo = request.app.state.settings.demo
    accepts = accepted_encodings(request)
    async with connection(Login.WEB) as link:
        survey, state = await _survey(link, request.app.state.settings, slug)
        if survey is None:
            return show(link_page("unknown", None, language, demo), accepts, status=404)
        wanted = single(fields, "show_language")
        if wanted in languages() and state == "open":
            return await _again(request, survey, as_language(wanted), fields)
        if state == "open" and (doubt := await _doubt(request, survey, fields)):
            return await _again(request, survey, language, fields, doubt)
        outcome = Outcome.CLOSED
        if state == "open":
            outcome = await _taken(request, link, survey, fields)
    if outcome in AGAIN:
        problem, status = AGAIN[outcome]
        return await _again(request, survey, language, fields, Doubt("", status=status), problem)
    return go_after(WHERE[outcome], language, survey.key)


async def _taken(
    request: Request[Any, Any, Any], link: Link, survey: Survey, fields: Fields
) -> Outcome:
    """Hand in a form once: the same page sent again is thanked for, and not counted."""
    token, age = single(fields, TOKEN), _age(request, survey, fields)
    outcome = await submit_open(link, survey, fields, receipt_of_page(token))
    if outcome is Outcome.ACCEPTED and age is not None:
        await note_sent(token, age)
    return outcome


async def _doubt(request: Request[Any, Any, Any], survey: Survey, fields: Fields) -> Doubt | None:
    if is_foreign(request):
        return Doubt(FOREIGN, status=403)
    if single(fields, TRAP):
        return Doubt(TRAPPED)
    if doubt := doubt_about(survey, fields):
        return doubt
    age = _age(request, survey, fields)
    if age is None or age > LONGEST:
        return Doubt(STALE)
    return await rush(request, survey.id, fields, age)


def _age(request: Request[Any, Any, Any], survey: Survey, fields: Fields) -> float | None:
    secret = _secret(request.app.state.settings)
    return age_of(secret, survey.id, single(fields, TOKEN), clock.now())


async def _again(
    request: Request[Any, Any, Any],
    survey: Survey,
    language: Language,
    fields: Fields,
    doubt: Doubt | None = None,
    problem: str = "",
) -> Reply:
    """Show the form with what was filled in, and the token that it came with while that holds."""
    settings = request.app.state.settings
    asked = doubt if doubt and doubt.sentence else None
    page = filled_page(
        survey,
        language,
        "",
        demo=settings.demo,
        fields=fields,
        problem=problem,
        doubt=asked,
        unsent=await sealing_key(),
        level=(await arrivals_of(survey.id, now=clock.now())).level,
    )
    age = _age(request, survey, fields)
    kept = single(fields, TOKEN) if age is not None and age <= LONGEST else ""
    token = kept or new_token(_secret(settings), survey.id, clock.now())
    status = doubt.status if doubt else 200
    reply = show(with_token(page, token), accepted_encodings(request), status=status)
    return in_a_minute(reply) if status in {TOO_MANY, AGAIN[Outcome.FAILED][1]} else reply


@cache
def _secret(settings: Settings) -> bytes:
    return settings.secret()


async def _survey(link: Link, settings: Settings, slug: str) -> tuple[Survey | None, str]:
    found = await find_open_link(link, slug)
    if found is None or found.invite != "open":
        return None, ""
    return await survey_of_link(link, settings, found), found.state
