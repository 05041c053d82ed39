"""``barometer wave carry-out``: what was asked for on a page, in a process of its own."""

from __future__ import annotations

from uuid import UUID

from survey_app.asking.campaigns.acts import running_act
from survey_app.asking.clock_watch import trusted_now
from survey_app.asking.writing import writing
from survey_app.installation.family import follow_parent
from survey_app.running.carry_out import carry_out


async def carry_out_for_worker(act: UUID) -> None:
    """Do what the worker took, and note what came of it; nothing where it was done meanwhile."""
    follow_parent()
    now = await trusted_now()
    async with writing() as link:
        taken = await running_act(link, act)
    if taken is not None:
        await carry_out(taken, now)
