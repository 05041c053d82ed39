"""Carry out what was written of campaigns on pages, by the reader and the door of their files."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from questionnaires.loader import load_library
from questionnaires.toml_text import read_toml_text
from survey_app.asking.campaigns.campaign_acts import AskedOfCampaign, note_campaign_act, take_asked
from survey_app.asking.campaigns.campaign_file import CampaignFile, read_campaign, read_texts
from survey_app.asking.campaigns.campaign_toml import campaign_file_of
from survey_app.asking.campaigns.import_campaign import apply_campaign, plan_campaign
from survey_app.asking.campaigns.in_use import wave_in_use
from survey_app.asking.campaigns.queries import CampaignRow, find_campaign, list_waves
from survey_app.asking.clock_watch import trusted_now
from survey_app.asking.errors import CampaignProblems, problem
from survey_app.asking.mistakes import Mistake
from survey_app.asking.writing import writing
from survey_app.settings import settings
from survey_app.shared.database import Login
from survey_app.shared.faults import places_of

log = logging.getLogger("barometer.running")


async def carry_out_campaign_acts(_context: dict[str, Any]) -> None:
    """Make or change campaigns as people wrote them, the oldest first; each with its outcome."""
    while True:
        at = await trusted_now()
        async with writing() as link:
            act = await take_asked(link)
            if act is None:
                return
            try:
                async with link.transaction():
                    await _carry_out(act, at)
            except CampaignProblems as found:
                await note_campaign_act(link, act.id, found.problems)
            except Exception as error:  # noqa: BLE001 - or it would hold up all that came after it
                log.error(  # noqa: TRY400 - a traceback's text may hold a row
                    "campaign act: unexpected %s at %s", type(error).__name__, places_of(error)
                )
                await note_campaign_act(link, act.id, [problem(0, "", Mistake.NOT_DONE)])
            else:
                await note_campaign_act(link, act.id)
        log.info("campaign %s: %s looked at", act.campaign, act.act)


async def _carry_out(act: AskedOfCampaign, at: datetime) -> None:
    if act.act == "new":
        plan = await plan_campaign(read_campaign(act.content, load_library()))
        if not plan.is_new:
            raise CampaignProblems([problem(0, "key", Mistake.CAMPAIGN_TAKEN, key=act.campaign)])
        await apply_campaign(plan, now=at, actor=act.actor, demo=settings().demo)
        return
    row = await find_campaign(Login.WORKER, act.campaign)
    plan = await plan_campaign(await _with_texts(act, row))
    if plan.fields or plan.waves:
        await apply_campaign(plan, now=at, actor=act.actor, demo=row.demo)


async def _with_texts(act: AskedOfCampaign, row: CampaignRow) -> CampaignFile:
    """Read the texts over the campaign as it stands now."""
    waves = await list_waves(Login.WORKER, act.campaign)
    if (used := await wave_in_use(Login.WORKER, waves)) is not None:
        raise CampaignProblems([problem(0, "", Mistake.IN_USE, key=used.key)])
    standing = campaign_file_of(row, waves)
    return read_texts(read_toml_text(act.content), load_library(), standing)
