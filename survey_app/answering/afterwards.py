"""Where a sent form leads: thanks, or a friendly word. No token is in these addresses."""

from __future__ import annotations

from typing import Any

from litestar import Request, get

from survey_app.answering.arrival import chosen_language
from survey_app.answering.messages import link_page, thanks_page
from survey_app.answering.reply import TYPED, show
from survey_app.answering.results_fate import fate_of
from survey_app.answering.surveys import Survey, find_open_link, seen_survey, survey_of_link
from survey_app.shared.database import Login, connection
from survey_app.shared.finished_reply import Reply
from survey_app.shared.negotiation import accepted_encodings


@get("/answer/thanks")
async def show_thanks(request: Request[Any, Any, Any]) -> Reply:
    """Thank, and say what happens next."""
    survey = await _survey(request)
    fate = await fate_of(survey) if survey else ""
    page = thanks_page(survey, chosen_language(request), request.app.state.settings.demo, fate)
    return show(page, accepted_encodings(request))


@get("/answer/used")
async def show_used(request: Request[Any, Any, Any]) -> Reply:
    """Tell somebody who sent a form twice that nothing is wrong; of a card that it is used up."""
    return await _link_page(request, "card_used" if "card" in request.query_params else "used")


@get("/answer/closed")
async def show_closed(request: Request[Any, Any, Any]) -> Reply:
    """Tell somebody who sent too late, or to a survey that was stopped, that nothing was kept."""
    async with connection(Login.WEB) as link:
        found = await find_open_link(link, request.query_params.get("survey", ""))
    state = "" if found is None else found.state
    # an address that anybody may write: nothing goes from a device while the survey is open
    return await _link_page(
        request, "cancelled" if state == "cancelled" else "closed", over=state != "open"
    )


async def _link_page(request: Request[Any, Any, Any], name: str, *, over: bool = True) -> Reply:
    survey, demo = await _survey(request), request.app.state.settings.demo
    typed = TYPED in request.query_params
    fate = await fate_of(survey) if survey and name == "closed" else ""
    page = link_page(name, survey, chosen_language(request), demo, fate, over=over, typed=typed)
    return show(page, accepted_encodings(request))


async def _survey(request: Request[Any, Any, Any]) -> Survey | None:
    """Return the survey named in the address, for its dates; mostly without asking the database."""
    key = request.query_params.get("survey", "")
    seen = seen_survey(key)
    if seen is not None or not key:
        return seen
    settings = request.app.state.settings
    async with connection(Login.WEB) as link:
        found = await find_open_link(link, key)
        return await survey_of_link(link, settings, found) if found else None
