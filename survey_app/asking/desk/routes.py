"""Campaigns and their waves, for those who run them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from questionnaires.loader import load_library
from survey_app.accounts.errors import ForeignPage
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.queries import address_of_account
from survey_app.asking.campaigns.act_words import PendingAct, standing
from survey_app.asking.campaigns.acts import acts_of
from survey_app.asking.campaigns.campaign_acts import (
    AskedOfCampaign,
    campaign_comes,
    standing_of_campaigns,
)
from survey_app.asking.campaigns.key_holders import holders_of
from survey_app.asking.campaigns.permissions import READERS, populations_for
from survey_app.asking.campaigns.population_names import POPULATION_NAMES
from survey_app.asking.campaigns.queries import WaveRow, find_campaign, list_waves
from survey_app.asking.campaigns.results_told import told_day
from survey_app.asking.campaigns.results_wait import held_results, results_expected
from survey_app.asking.campaigns.states import State
from survey_app.asking.desk.held_up import held_up
from survey_app.asking.desk.overview import (
    campaigns_with_waves,
    open_waves,
    part_waves,
    question_counts,
)
from survey_app.asking.desk.results_cell import results_cell
from survey_app.asking.errors import UnknownWave
from survey_app.asking.mends import mends_of
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login
from survey_app.shared.pages import language_of, page

_TURNS = frozenset({"open", "close", "cancel"})
NAMES = {
    "population_names": POPULATION_NAMES,
}


def _populations(request: Request[Any, Any, Any]) -> tuple[str, ...] | None:
    reader = signed_in(request)
    return populations_for(reader.role) if reader else ()


async def campaigns_page(request: Request[Any, Any, Any]) -> Response[str]:
    """List campaigns with their waves: what runs now, what comes, what has been."""
    campaigns = await campaigns_with_waves(Login.WEB, _populations(request))
    running = sum(wave.state == State.OPEN for entry in campaigns for wave in entry.waves)
    context = {
        "campaigns": campaigns,
        "running": running,
        "year": today().year,
        "held_up": await held_up(Login.WEB),
        "new": await _asked_for(request),
        "coming": await campaign_comes(Login.WEB, _populations(request)),
        "mends_of": lambda act: mends_of(act.outcome, language_of(request)),
        **NAMES,
    }
    return page(request, "asking/campaigns.html", context)


async def _asked_for(request: Request[Any, Any, Any]) -> list[AskedOfCampaign]:
    """Return the campaigns that the reader asked for and that are not there yet, or never will."""
    reader = signed_in(request)
    acts = (await standing_of_campaigns(Login.WEB)).values()
    return [
        one for one in acts if one.act == "new" and reader and one.asked_by == UUID(reader.account)
    ]


@get("/campaigns/{key:str}", guards=[requires(*READERS)])
async def show_campaign(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[str]:
    """Show one campaign: what was promised, its waves, and the counts of those in the field."""
    try:
        campaign = await find_campaign(Login.WEB, key)
    except UnknownWave as error:
        raise NotFoundException from error
    allowed = _populations(request)
    if allowed is not None and campaign.population not in allowed:
        raise ForeignPage(request.url.path)
    waves = await list_waves(Login.WEB, key)
    shown, before = part_waves(waves)
    acts = await acts_of(Login.WEB, [wave.id for wave in waves])
    stands = standing(acts, waves, language_of(request), now=now())
    library, language = load_library(), language_of(request)
    kept = await held_up(Login.WEB)
    held = kept.still_to_come(await held_results(Login.WEB, today=today()))
    holders = await holders_of(Login.WEB, [wave.id for wave in waves])
    context = {
        "campaign": campaign,
        "waves": waves,
        "waves_shown": shown,
        "waves_before": before,
        "running": await open_waves(Login.WEB, waves, now=now()),
        "questions": await question_counts(Login.WEB, waves),
        "held_up": kept,
        "held": [one for one in held if one.wave.campaign == key],
        "promises": {wave.id: library.messages.text(wave.promise, language) for wave in waves},
        "holders": holders,
        "awaits_keys": {
            one.key for one in waves if not all(held.ready for held in holders[one.id])
        },
        "without_holders": _without_holders(waves, holders, stands),
        "outlook": await _outlook(request, campaign.population, waves),
        "standing": stands,
        # nothing else is asked of a wave while the worker carries out one of these
        "under_way": {one.wave for one in stands if one.begun and one.act in _TURNS},
        "said_no": {
            one.declined_by: await address_of_account(Login.WEB, one.declined_by)
            for one in stands
            if one.declined_by
        },
        "today": today(),
        "written": (await standing_of_campaigns(Login.WEB)).get(key),
        "mends_of": lambda act: mends_of(act.outcome, language),
        "forms": library.forms,
        "answering_url": request.app.state.settings.answering_url,
        "told_day": told_day,
        "results_expected": results_expected,
        "results_cell": results_cell,
        **NAMES,
    }
    return page(request, "asking/campaign.html", context)


def _without_holders(
    waves: Sequence[WaveRow], holders: Mapping[UUID, Sequence[Any]], stands: Sequence[PendingAct]
) -> WaveRow | None:
    """Return the next wave to open of which two people could still be asked to hold the keys.

    Not one that was approved as it is, which would have to be approved anew.
    """
    approved = {one.wave for one in stands if one.act == "open" and one.is_approved}
    return min(
        (
            wave
            for wave in waves
            if wave.state == State.DRAFT
            and wave.invite != "open"
            and not (wave.trustees or holders[wave.id] or wave.key in approved)
        ),
        key=lambda wave: wave.opens_on,
        default=None,
    )


async def _outlook(
    request: Request[Any, Any, Any], population: str, waves: Sequence[WaveRow]
) -> object:
    """Ask how exact the next wave will be; ``app.py`` gives the function as ``state.outlook``."""
    ask = request.app.state.get("outlook")
    drafts = [wave for wave in waves if wave.state == State.DRAFT]
    if ask is None or not drafts:
        return None
    coming = min(drafts, key=lambda wave: wave.opens_on)
    found: object = await ask(population, coming.kind, language_of(request))
    return found


HANDLERS = [show_campaign]
