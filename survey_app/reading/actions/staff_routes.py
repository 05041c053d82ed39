"""«Du sa – vi gjorde»: what a leader shows to staff, readable without an account.

Respondents have none. The addresses name a unit that the reader chose, nothing is set in the
browser, and a figure stands here only where its campaign shows it to everybody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from survey_app.accounts.guards import signed_in
from survey_app.actions.queries import count_visible, list_visible
from survey_app.reading.actions.follow_up import Opened
from survey_app.reading.actions.overview import above, cases, tree
from survey_app.reading.actions.permissions import READERS, may_write, visible_places
from survey_app.reading.names import place_name
from survey_app.reading.nothing_yet import nothing_yet
from survey_app.reading.open_to_all import is_open
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.scope import home_of, stored_codes
from survey_app.reading.waves import waves
from survey_app.shared import clock
from survey_app.shared.i18n import N_, Language
from survey_app.shared.pages import language_of, page

LONGEST = 100  # characters of a unit's name that are looked for
# for the staff, not for search engines
NO_INDEX = {"X-Robots-Tag": "noindex"}


async def _opened(request: Request[Any, Any, Any]) -> Opened | None:
    at = clock.now()
    series = await waves("staff", at)
    units_from = request.app.state.settings.open_units_from
    return Opened(series, at, units_from) if series else None


async def _places(opened: Opened) -> tuple[Domain, ...]:
    newest = await opened.content(opened.series[-1])
    return tuple(one for one in newest.domains if one.level in {AGENCY, "region", "unit"})


@get("/actions/unit")
async def choose_unit(request: Request[Any, Any, Any], find: FromQuery[str] = "") -> Response[str]:
    """List units, so that staff find their own; the address says nothing of who asks."""
    find = find.strip()[:LONGEST]
    opened, lang = await _opened(request), language_of(request)
    if opened is None:
        return await nothing_yet(request, "staff", N_("Du sa – vi gjorde"), "/actions/unit")
    newest = await opened.content(opened.series[-1])
    places = await _places(opened)
    whole = await cases(
        await list_visible([""]), places, opened, lang, today=clock.today(), open_only=True
    )
    context = {
        "tree": tree(newest, await count_visible(), lang, find),
        "find": find,
        "whole": whole,
        "next_results": await _next_results(request),
    }
    return page(request, "actions/units.html", context, headers=NO_INDEX)


@get("/actions/unit/{code:str}")
async def show_unit(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """Show what the leader of a unit, its region and the agency have chosen to show."""
    opened, lang = await _opened(request), language_of(request)
    if opened is None:
        raise NotFoundException
    places = await _places(opened)
    place = home_of(code, places)
    if place is None:
        raise NotFoundException
    parts = []
    for one in (place, *above(place, places)):
        rows = await list_visible(stored_codes((one,)))
        found = await cases(rows, places, opened, lang, today=clock.today(), open_only=True)
        parts.append((one, place_name(one, lang), found))
    reader = signed_in(request)
    mine = visible_places(reader, await opened.content(opened.series[-1])) if reader else ()
    context = {
        "place": place,
        "name": place_name(place, lang),
        "own": parts[0][2],
        "above": [part for part in parts[1:] if part[2]],
        "edits": may_write(reader) and place in mine,
        "reads": reader is not None and reader.role in READERS and place in mine,
        "figures": place.level == "unit"
        and any(is_open(wave, place, opened.units_from) for wave in opened.series),
        "next_results": await _next_results(request),
    }
    return page(request, "actions/unit.html", context, headers=NO_INDEX)


async def _next_results(request: Request[Any, Any, Any]) -> str:
    ask: Callable[[Language], Awaitable[str]] | None = request.app.state.get("next_results")
    return await ask(language_of(request)) if ask else ""


HANDLERS = [choose_unit, show_unit]
