"""Close a wave to answers; its urn is emptied afterwards, or waits for its key holders."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from survey_app.asking.campaigns.field_days import last_day
from survey_app.asking.campaigns.nights import note_night
from survey_app.asking.campaigns.states import State
from survey_app.asking.reasons import Against, Reason
from survey_app.asking.writing import writing
from survey_app.counting.urn.lock import lock_for_emptying
from survey_app.shared.trustees import trustees_of
from survey_app.waves.errors import ClosingError
from survey_app.waves.progress import note_progress
from survey_app.waves.states import change_state, lock_state


async def stop_answers(wave_key: str, *, now: datetime) -> UUID | None:
    """Close an open wave; one that is closed stays so.

    Parameters
    ----------
    wave_key : str
        Key of the wave.
    now : datetime
        When, with a zone.

    Returns
    -------
    UUID or None
        The wave; None when it was counted before.

    Raises
    ------
    ClosingError
        If there is no such wave, or it has not opened.
    """
    async with writing() as link:
        row = await link.fetchrow(
            "SELECT id, trustees, closes_on, minimum_group FROM asking.wave WHERE key = $1",
            wave_key,
        )
        if row is None:
            raise ClosingError(f"there is no wave «{wave_key}»; `barometer wave list` shows them")
        wave: UUID = row["id"]
        # whoever is sending finishes first
        await lock_for_emptying(link, wave)
        state = await lock_state(link, wave)
        if state in {State.COUNTED, State.PUBLISHED}:
            return None
        if state not in {State.OPEN, State.CLOSED}:
            raise ClosingError(
                f"the wave «{wave_key}» is {state}; only an open wave is closed",
                Reason(Against.STATE, state=state.value),
            )
        if state is State.OPEN:
            # the marks are gone before the next night
            last = last_day(row["closes_on"], now)
            await note_night(link, wave, last, row["minimum_group"])
            await change_state(link, wave, wave_key, State.CLOSED, at=now)
        await note_progress(link, wave_key, "" if trustees_of(row["trustees"]) else "emptying", 0)
        return wave
