"""The year of measuring on a page; last year's waves copied to it, and a proposal taken away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from questionnaires.loader import load_library
from survey_app.accounts.errors import ForeignPage
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.acts import acts_of
from survey_app.asking.campaigns.limits import limits_in_force
from survey_app.asking.campaigns.permissions import READERS, populations_for
from survey_app.asking.campaigns.proposals import (
    ProposedWave,
    drop,
    find_proposal,
    propose_waves,
    waves_proposed,
)
from survey_app.asking.campaigns.queries import WaveRow, list_campaigns, list_waves
from survey_app.asking.campaigns.results_told import told_day, told_in_year
from survey_app.asking.campaigns.results_wait import HeldResults, held_results
from survey_app.asking.campaigns.states import PROPOSED, State
from survey_app.asking.desk.held_up import HeldUp, held_up
from survey_app.asking.desk.results_cell import results_cell
from survey_app.asking.desk.routes import campaigns_page
from survey_app.audit.record import record
from survey_app.running.asking import reader_of
from survey_app.running.copy_year import YearCopy, copy_of_year
from survey_app.running.plan_routes import INVITE_NAMES
from survey_app.running.year import (
    APPROVED,
    WAITS,
    WORDS,
    YearLine,
    lines_of,
    panels_of,
    proposal_name,
    staff_periods,
)
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login
from survey_app.shared.i18n import Language, translator
from survey_app.shared.numbers import listed, month_name
from survey_app.shared.pages import language_of, page

AHEAD: Final = 3
"""So many years ahead can be looked at."""
FIRST: Final = 2000


@get("/campaigns", guards=[requires(*READERS)])
async def show_measuring(
    request: Request[Any, Any, Any], year: FromQuery[int | None] = None
) -> Response[str]:
    """List campaigns with their waves; of a year, what it holds by month."""
    if year is None:
        return await campaigns_page(request)
    _check(year)
    language, moment = language_of(request), now()
    waves, _ = await _waves(request)
    proposed = await waves_proposed(Login.WEB, year)
    campaigns = {one.key: one for one in await list_campaigns(Login.WEB)}
    acts = await acts_of(Login.WEB, [one.id for one in waves if one.state == State.DRAFT])
    limits = (await limits_in_force(Login.WEB)).burden
    lines = lines_of(year, waves, proposed, campaigns, acts, language, now=moment, limits=limits)
    words = Counter(one.word for one in lines)
    kept, held = await held_up(Login.WEB), await held_results(Login.WEB, today=today())
    sees_staff = populations_for(reader_of(request).role) is None
    context = {
        "year": year,
        "years": _years(waves, year),
        "months": [
            (_month(first, year, language), list(found))
            for first, found in groupby(lines, key=lambda one: one.opens_on.replace(day=1))
        ],
        "lines": lines,
        "summary": _summary(words, language),
        "proposed": words[PROPOSED],
        "words": WORDS,
        "whom": _whom,
        "held_up": kept,
        "results_of": _results_of(year, kept, held, language),
        "panels": [
            {
                "letter": one.letter,
                "share": one.share,
                "times": len(one.days),
                "months": listed([month_name(day.month, language) for day in one.days], language),
            }
            for one in (panels_of(year, staff_periods(waves, proposed)) if sees_staff else ())
        ],
        "limits": limits,
        "can_copy": bool((await _copy(year, waves)).copied),
    }
    return page(request, "running/year.html", context)


@get("/years/{year:int}/copy", guards=[requires(*READERS)])
async def look_at_copy(request: Request[Any, Any, Any], year: FromPath[int]) -> Response[str]:
    """Say which waves of last year would be proposed, on what days, and what stands already."""
    _check(year)
    language = language_of(request)
    waves, titles = await _waves(request)
    found = await _copy(year, waves)
    context = {
        "year": year,
        "copy": found,
        "told_day": told_day,
        "titles": titles,
        "names": {one.id: in_language(one.labels["name"], language) for one in waves},
        "unfit": [(one, say_reasons([reason], language)[0]) for one, reason in found.unfit],
    }
    return page(request, "running/copy_year.html", context)


@post("/years/{year:int}/copy", guards=[requires(*READERS)])
async def copy_year(request: Request[Any, Any, Any], year: FromPath[int]) -> Response[Any]:
    """Propose the waves that were chosen, on the days that fit now; none stands twice."""
    _check(year)
    form = await request.form()
    reader = reader_of(request, str(form.get("csrf", "")))
    chosen = set(form.getall("wave", []))
    waves, _ = await _waves(request)
    days = [
        (one.source.id, one.days)
        for one in (await _copy(year, waves)).copied
        if one.source.key in chosen
    ]
    at = now()
    made = await propose_waves(year, days, account=reader.account, actor=reader.email, now=at)
    if made:
        await record(
            Login.WEB,
            now=at,
            actor=reader.email,
            action="year copied",
            subject=str(year),
            waves=made,
        )
    return Redirect(f"/campaigns?year={year}", status_code=303)


@get("/proposals/{number:uuid}/drop", guards=[requires(*READERS)])
async def look_at_proposal(
    request: Request[Any, Any, Any], number: FromPath[UUID]
) -> Response[Any]:
    """Ask whether a proposal is to be taken away, and say what follows."""
    found = await _allowed(request, number)
    if found is None:
        return Redirect("/campaigns", status_code=303)
    proposal, source = found
    language = language_of(request)
    _, titles = await _waves(request)
    context = {
        "proposal": proposal,
        "source": source,
        "name": proposal_name(proposal, source, language),
        "title": titles[source.campaign],
    }
    return page(request, "running/drop_proposal.html", context)


@post("/proposals/{number:uuid}/drop", guards=[requires(*READERS)])
async def drop_proposal(request: Request[Any, Any, Any], number: FromPath[UUID]) -> Response[Any]:
    """Take a proposal away; where somebody planned it meanwhile, nothing happens."""
    form = await request.form()
    reader = reader_of(request, str(form.get("csrf", "")))
    found = await _allowed(request, number)
    if found is None:
        return Redirect("/campaigns", status_code=303)
    proposal, source = found
    if await drop(proposal.id):
        day = proposal.opens_on.isoformat()
        await record(
            Login.WEB,
            now=now(),
            actor=reader.email,
            action="proposal dropped",
            subject=source.campaign,
            opens_on=day,
        )
    return Redirect(f"/campaigns?year={proposal.year}", status_code=303)


def _check(year: int) -> None:
    if not FIRST <= year <= today().year + AHEAD:
        raise NotFoundException


async def _waves(request: Request[Any, Any, Any]) -> tuple[list[WaveRow], dict[str, str]]:
    """Return the waves that the reader may run, and titles of their campaigns by key."""
    language = language_of(request)
    allowed = populations_for(reader_of(request).role)
    titles = {
        one.key: in_language(one.title, language)
        for one in await list_campaigns(Login.WEB, allowed)
    }
    return [one for one in await list_waves(Login.WEB) if one.campaign in titles], titles


async def _copy(year: int, waves: list[WaveRow]) -> YearCopy:
    proposed = await waves_proposed(Login.WEB, year)
    return copy_of_year(
        year,
        waves,
        proposed,
        # whoever does not see waves of staff copies none
        list(staff_periods(waves, proposed).values()),
        forms=load_library().forms,
        today=today(),
        limits=(await limits_in_force(Login.WEB)).burden,
    )


async def _allowed(
    request: Request[Any, Any, Any], number: UUID
) -> tuple[ProposedWave, WaveRow] | None:
    """Return a proposal that nobody planned, and the wave it is like, if the reader may run it."""
    proposal = await find_proposal(Login.WEB, number)
    if proposal is None:
        return None
    source = next(one for one in await list_waves(Login.WEB) if one.id == proposal.source)
    allowed = populations_for(reader_of(request).role)
    if allowed is not None and source.population not in allowed:
        raise ForeignPage(request.url.path)
    return proposal, source


def _results_of(
    year: int, kept: HeldUp, held: Sequence[HeldResults], language: Language
) -> Callable[[YearLine], str]:
    """Say of each line of a year when its results come, or what else becomes of them."""

    def told(line: YearLine) -> str:
        if line.proposal:
            return told_in_year(line.results_on, line.wave.release, language, year=year)
        return results_cell(line.wave, kept, held, language, year=year)

    return told


def _years(waves: list[WaveRow], year: int) -> list[int]:
    known = {one.opens_on.year for one in waves}
    return sorted({*known, year, today().year, today().year + 1})


def _summary(words: Counter[str], language: Language) -> str:
    text, running, proposed = translator(language), words[State.OPEN], words[PROPOSED]
    planned = words[State.DRAFT] + words[WAITS] + words[APPROVED]
    parts = [
        (running, text.ngettext("%(n)s er åpen", "%(n)s er åpne", running)),
        (planned, text.ngettext("%(n)s er planlagt", "%(n)s er planlagte", planned)),
        (proposed, text.ngettext("%(n)s er et forslag", "%(n)s er forslag", proposed)),
    ]
    return listed([said % {"n": n} for n, said in parts if n], language)


def _month(first: date, year: int, language: Language) -> str:
    name = month_name(first.month, language)
    return name if first.year == year else f"{name} {first.year}"


def _whom(wave: WaveRow) -> str:
    return INVITE_NAMES.get(wave.invite.partition(":")[0], INVITE_NAMES.get(wave.invite, ""))


HANDLERS = [show_measuring, look_at_copy, copy_year, look_at_proposal, drop_proposal]
