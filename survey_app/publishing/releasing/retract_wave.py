"""Take back figures that are known to be wrong, before right ones are there."""

from __future__ import annotations

import uuid
from datetime import datetime
from uuid import UUID

from survey_app.asking.campaigns.queries import RETRACTED, find_wave
from survey_app.asking.campaigns.states import State
from survey_app.asking.writing import writing
from survey_app.audit.record import COMMAND_LINE, record
from survey_app.publications.store import lock_shelf, put_retraction
from survey_app.publications.told_reason import reason_told
from survey_app.publishing.errors import NothingStandsError
from survey_app.shared.database import Login
from survey_app.waves.progress import note_progress
from survey_app.waves.states import lock_state


async def retract_wave(
    wave_key: str, *, now: datetime, reason: str, actor: str = COMMAND_LINE
) -> UUID:
    """Take back what a wave shows, from now on and for everybody; a correction alone ends it.

    Parameters
    ----------
    wave_key : str
        Key of a published wave, whether its figures are released or wait for their day.
    now : datetime
        When, with a zone.
    reason : str
        Told wherever the figures would be, and in the audit log.
    actor : str
        Who stands in the audit log.

    Returns
    -------
    UUID
        The publication that was taken back.

    Raises
    ------
    UntellableError
        If the reason is none that readers can be told.
    NothingStandsError
        If the wave is not published, or its figures were taken back before.
    """
    said = reason_told(reason)
    wave = await find_wave(Login.WORKER, wave_key)
    async with writing() as link:
        # a correction that is stored meanwhile comes before or after, and not between
        state = await lock_state(link, wave.id)
        await lock_shelf(link)
        back = (
            await put_retraction(link, uuid.uuid4(), wave_key, now=now, reason=said)
            if state is State.PUBLISHED
            else None
        )
        if back is None:
            raise NothingStandsError(wave_key)
        await note_progress(link, wave_key, RETRACTED, 100)
        await record(
            Login.WORKER, now=now, actor=actor, action="wave retracted", subject=wave_key,
            publication=str(back), reason=said,
        )  # fmt: skip
    return back
