"""What the command line does for campaigns and waves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from questionnaires.loader import load_library
from survey_app.asking.campaigns import queries
from survey_app.asking.campaigns.import_campaign import (
    apply_campaign,
    closed_waves,
    plan_campaign,
    read_campaign,
)
from survey_app.asking.errors import CampaignProblems, Problem
from survey_app.audit.record import COMMAND_LINE
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import first_language

ANSWERS_GONE: Final = "its answers are deleted, as was promised: nothing can be computed anew"


async def import_file(path: Path, *, dry_run: bool, echo: Callable[[str], None]) -> None:
    """Import a campaign and its waves; show the differences first.

    Raises
    ------
    CampaignProblems
        With every mistake of the file; nothing is written then.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # noqa: ASYNC240 - a command has nothing else to do
    except UnicodeDecodeError as error:
        raise CampaignProblems([Problem(0, "", "the file is not UTF-8")]) from error
    plan = await plan_campaign(read_campaign(text, load_library(), over=await closed_waves()))
    for line in plan.lines():
        echo(line)
    if dry_run:
        echo("dry run: nothing was written")
    elif plan.is_new or plan.fields or plan.waves:
        await apply_campaign(plan, now=now(), actor=COMMAND_LINE)
        echo("imported")


async def list_waves(echo: Callable[[str], None]) -> None:
    """List the waves with their state and dates, the newest first."""
    waves = await queries.list_waves(Login.WORKER)
    if not waves:
        echo("there is no wave yet; import a campaign first")
        return
    width = max(len(wave.key) for wave in waves)
    for wave in waves:
        echo(
            f"{wave.key:<{width}}  {wave.state:<9}  {wave.opens_on} to {wave.last_day}"
            f"  results {wave.results_on}  {wave.invite:<9}"
            f"  {in_language(wave.labels['name'], first_language())}{_waits(wave)}"
        )


def _waits(wave: queries.WaveRow) -> str:
    if wave.taken_back:
        how = (
            ANSWERS_GONE
            if wave.answers_gone(now())
            else f"wave publish {wave.key} --correct REASON"
        )
        return f"  its figures are taken back: {how}"
    if not wave.waits_for_trustees:
        return ""
    return f"  waits for {' and '.join(holder.name for holder in wave.trustees)}: wave count"
