"""Move the day of results of a wave that is closed and not computed yet.

Once it is computed, its publication names the day, and a publication never changes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from survey_app.asking.campaigns.queries import WaveRow, find_wave
from survey_app.asking.campaigns.states import State
from survey_app.asking.campaigns.wave_checks import HALF_A_YEAR
from survey_app.asking.errors import DatesRefused
from survey_app.asking.mistakes import Mistake
from survey_app.asking.reasons import Against, Reason
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared.database import Login
from survey_app.waves.move_dates import MovedDates, mistakes_of, move_dates
from survey_app.waves.states import lock_state

MOVABLE: Final = frozenset({State.CLOSED, State.COUNTED})


def mistake_of_results(wave: WaveRow, results_on: date | None, *, today: date) -> Mistake | None:
    """Say what is wrong with another day of results of a closed wave."""
    if results_on is None:
        return Mistake.NEEDED
    if results_on == wave.results_on:
        return None
    if results_on <= today:
        return Mistake.RESULTS_PAST
    if (results_on - wave.closes_on).days > HALF_A_YEAR:
        return Mistake.RESULTS_LATE
    return None


async def move_results(
    wave_key: str, results_on: date, *, now: datetime, today: date, reason: str, actor: str
) -> None:
    """Give a closed wave, or one that is open, another day of results.

    Raises
    ------
    DatesRefused
        If it is computed already, was never opened or was cancelled, or the day does not fit it.
    UnknownWave
        If there is no such wave.
    """
    wave = await find_wave(Login.WORKER, wave_key)
    if wave.state == State.OPEN:
        moved = MovedDates(wave.closes_on, results_on, tuple(wave.reminder_days))
        if results_on <= wave.closes_on or mistakes_of(wave, moved, today=today):
            raise DatesRefused([Reason(Against.DAYS_PASSED)])
        if (results_on - wave.closes_on).days > HALF_A_YEAR:
            raise DatesRefused([Reason(Against.RESULTS_FAR, most=HALF_A_YEAR)])
        await move_dates(wave_key, moved, now=now, today=today, reason=reason, actor=actor)
        return
    async with writing() as link:
        state = await lock_state(link, wave.id)
        wave = await find_wave(Login.WORKER, wave_key)
        if state is State.PUBLISHED:
            raise DatesRefused([Reason(Against.RESULTS_FIXED)])
        if state not in MOVABLE:
            raise DatesRefused([Reason(Against.NOT_OPEN)])
        match mistake_of_results(wave, results_on, today=today):
            case Mistake.RESULTS_LATE:
                raise DatesRefused([Reason(Against.RESULTS_FAR, most=HALF_A_YEAR)])
            case Mistake():
                raise DatesRefused([Reason(Against.DAYS_PASSED)])
        await link.execute(
            "UPDATE asking.wave SET results_on = $2,"
            " results_planned_on = CASE WHEN results_on = $2 THEN results_planned_on END"
            " WHERE id = $1",
            wave.id,
            results_on,
        )
        await record(
            Login.WORKER,
            now=now,
            actor=actor,
            action="dates moved",
            subject=wave_key,
            reason=reason,
            results_on=[wave.results_on, results_on],
        )
