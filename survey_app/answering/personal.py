"""The personal link: GET shows the form and changes nothing, POST hands it in."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath

from survey_app.answering.arrival import STATUS, Arrival, arrive, chosen_language, secret_of
from survey_app.answering.fields import Fields, read_fields, single
from survey_app.answering.form_page import (
    BALLOTS,
    HELD,
    NOT_TAKEN,
    UNREADABLE,
    blank_page,
    filled_page,
)
from survey_app.answering.limit import guesses_too_much
from survey_app.answering.messages import link_page
from survey_app.answering.reply import TYPED, Page, go_after, in_a_minute, show
from survey_app.answering.results_fate import fate_of
from survey_app.answering.second_look import Doubt, doubt_about
from survey_app.answering.submit import Outcome, submit_personal, submit_told
from survey_app.answering.surveys import Survey
from survey_app.answering.told_form import told_form
from survey_app.answering.trouble import TROUBLE, tell_log
from survey_app.answering.unsent import sealing_key
from survey_app.shared.away import is_away
from survey_app.shared.database import Link, Login, connection
from survey_app.shared.finished_reply import Reply
from survey_app.shared.i18n import Language, as_language, languages
from survey_app.shared.negotiation import accepted_encodings
from survey_app.shared.networks import network_of

TOO_MANY = 429
WHERE = {
    Outcome.ACCEPTED: "/answer/thanks",
    Outcome.USED: "/answer/used",
    Outcome.CLOSED: "/answer/closed",
}
# the form comes back with what was filled in: nobody fills it in twice for a fault of ours
AGAIN = {
    Outcome.UNREADABLE: (UNREADABLE, 422),
    Outcome.FAILED: (NOT_TAKEN, 503),
    Outcome.HELD: (HELD, 503),
}


@get("/answer/{token:str}")
async def show_form(request: Request[Any, Any, Any], token: FromPath[str]) -> Reply:
    """Show the form, or why the link opens none."""
    async with connection(Login.WEB) as link:
        found = await arrive(link, request.app.state.settings, token)
    if found is None:
        return await unknown_link(request, chosen_language(request))
    language = chosen_language(request, found.invitation.language)
    if found.standing != "open":
        return await _no_form(request, found, language)
    survey, domain = _shown(found)
    demo = request.app.state.settings.demo
    page = blank_page(survey, language, domain, demo, _ballots(request), await _unsent(survey))
    return _show(request, page)


@post("/answer/{token:str}", status_code=200)
async def hand_in(request: Request[Any, Any, Any], token: FromPath[str]) -> Reply:
    """Take the form, show it again in another language, or say why it cannot be taken."""
    fields = await read_fields(request)
    try:
        async with connection(Login.WEB) as link:
            reply = await _take_as_told(request, link, token, fields)
            return await _look_up(request, link, token, fields) if reply is None else reply
    except TROUBLE as error:
        told = told_form(secret_of(request.app.state.settings), token, fields)
        if told is None or not is_away(error):
            raise
        tell_log("an answer was not taken", error)
    language = as_language(single(fields, "lang"))
    domain = told.survey.domain_of(told.domain or "")
    return await _again(request, told.survey, domain, language, fields, Outcome.FAILED)


async def _look_up(
    request: Request[Any, Any, Any], link: Link, token: str, fields: Fields
) -> Reply:
    found = await arrive(link, request.app.state.settings, token)
    if found is None:
        return await unknown_link(request, as_language(single(fields, "lang")))
    language = as_language(single(fields, "lang"), found.invitation.language)
    if found.standing == "withdrawn":
        return await _no_form(request, found, language)
    if found.standing == "held":
        return await _again(request, *_shown(found), language, fields, Outcome.HELD)
    if found.standing != "open":
        outcome = Outcome.USED if found.standing == "used" else Outcome.CLOSED
        return _go(request, found, outcome, language)
    wanted = single(fields, "show_language")
    if wanted and wanted in languages():
        return await _again(request, *_shown(found), as_language(wanted), fields)
    return await _take(request, link, found, language, fields)


async def _take_as_told(
    request: Request[Any, Any, Any], link: Link, token: str, fields: Fields
) -> Reply | None:
    """Take a form that tells what it is of; None where it is to be looked up."""
    language = single(fields, "lang")
    if language not in languages() or "show_language" in fields:
        return None
    told = told_form(secret_of(request.app.state.settings), token, fields)
    if told is None or doubt_about(told.survey, fields):
        return None
    outcome = await submit_told(link, told, fields)
    if outcome is Outcome.FAILED:
        domain = told.survey.domain_of(told.domain or "")
        return await _again(request, told.survey, domain, as_language(language), fields, outcome)
    if outcome is None:
        return None
    typed = _typed(request, outcome)
    return go_after(WHERE[outcome], as_language(language), told.survey.key, typed=typed)


async def _take(
    request: Request[Any, Any, Any],
    link: Link,
    found: Arrival,
    language: Language,
    fields: Fields,
) -> Reply:
    if doubt := doubt_about(found.survey, fields):
        return await _again(request, *_shown(found), language, fields, doubt=doubt)
    outcome = await submit_personal(link, found.survey, found.invitation, fields)
    if outcome in AGAIN:
        return await _again(request, *_shown(found), language, fields, outcome)
    return _go(request, found, outcome, language)


def _shown(found: Arrival) -> tuple[Survey, str]:
    return found.survey, found.survey.domain_of(found.invitation.domain)


def _go(
    request: Request[Any, Any, Any], found: Arrival, outcome: Outcome, language: Language
) -> Reply:
    card = outcome is Outcome.USED and found.invitation.card
    typed = _typed(request, outcome)
    return go_after(WHERE[outcome], language, found.survey.key, card=card, typed=typed)


def _typed(request: Request[Any, Any, Any], outcome: Outcome) -> bool:
    """Whether the page that comes next speaks of a code: whoever typed one saw no link."""
    return outcome is Outcome.USED and TYPED in request.query_params


async def _again(
    request: Request[Any, Any, Any],
    survey: Survey,
    domain: str,
    language: Language,
    fields: Fields,
    outcome: Outcome | None = None,
    doubt: Doubt | None = None,
) -> Reply:
    problem, status = AGAIN[outcome] if outcome else ("", doubt.status if doubt else 200)
    page = filled_page(
        survey,
        language,
        domain,
        demo=request.app.state.settings.demo,
        fields=fields,
        problem=problem,
        doubt=doubt,
        ballots=_ballots(request),
        unsent=await _unsent(survey),
    )
    reply = _show(request, page, status)
    return in_a_minute(reply) if outcome is Outcome.FAILED else reply


async def _no_form(request: Request[Any, Any, Any], found: Arrival, language: Language) -> Reply:
    demo = request.app.state.settings.demo
    typed = TYPED in request.query_params
    fate = await fate_of(found.survey) if found.standing == "closed" else ""
    page = link_page(found.standing, found.survey, language, demo, fate, typed=typed)
    return _show(request, page, STATUS[found.standing])


def _show(request: Request[Any, Any, Any], page: Page, status: int = 200) -> Reply:
    accepts = accepted_encodings(request)
    return show(page, accepts, status=status, ballots=_ballots(request))


def _ballots(request: Request[Any, Any, Any]) -> str:
    """Return the address that takes ballots of grade A."""
    settings = request.app.state.settings
    return f"{settings.balloting_url}{BALLOTS}"


async def _unsent(survey: Survey) -> str:
    """Return what a ballot that does not arrive is sealed to; nothing where forms are plain."""
    return await sealing_key() if survey.group_keys else ""


async def unknown_link(request: Request[Any, Any, Any], language: Language) -> Reply:
    """Say that we do not know the link; slow down those who try many."""
    demo = request.app.state.settings.demo
    accepts = accepted_encodings(request)
    if await guesses_too_much(network_of(request)):
        return in_a_minute(show(link_page("busy", None, language, demo), accepts, status=TOO_MANY))
    return show(link_page("unknown", None, language, demo), accepts, status=STATUS["unknown"])
