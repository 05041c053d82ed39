"""Forget: responses, and every exact figure made of them, as long after closing as was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.asking.invitations.counts import forget_sampled
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.counting.responses.store import drop_responses, has_responses
from survey_app.shared.database import Login
from survey_app.waves.stored import past_retention

if TYPE_CHECKING:
    from datetime import datetime


async def forget_responses(*, now: datetime) -> int:
    """Delete the answers of waves whose campaign promised to keep them no longer.

    Parameters
    ----------
    now : datetime
        With a zone; a wave is due ``retention_days`` after it closed.

    Returns
    -------
    int
        Waves whose answers were deleted. Their publications stay and cannot be made again.
    """
    async with writing() as link:
        over = await past_retention(link, now)
        await forget_sampled(link, list(over))
        due = {wave: key for wave, key in over.items() if await has_responses(link, wave)}
        for wave, key in due.items():
            await drop_responses(link, wave)
            await record(
                Login.WORKER, now=now, actor="system", action="responses deleted", subject=key
            )
    return len(due)
