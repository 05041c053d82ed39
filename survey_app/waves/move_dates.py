"""Move the last day, the day of results and the reminders of an open wave.

None of them is bound by what ballots are sealed to, the key list or the plan (docs/adr/0076), and
what a wave is called stays, whatever month it ends in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.asking.campaigns.queries import WaveRow, find_wave
from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import DatesRefused
from survey_app.asking.mistakes import Mistake
from survey_app.asking.reasons import Against, Reason
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared.database import Login
from survey_app.waves.states import lock_state


@dataclass(frozen=True, slots=True)
class MovedDates:
    """The days of an open wave as they are to be; reminders in days after opening."""

    closes_on: date
    results_on: date
    reminder_days: tuple[int, ...]


def mistakes_of(wave: WaveRow, moved: MovedDates, *, today: date) -> list[tuple[str, Mistake]]:
    """Name what the days of an open wave cannot become, each with its field.

    Whoever plans to answer today must find the form, so the last day is never before tomorrow; and
    what was sent cannot be sent otherwise.
    """
    found = []
    if moved.closes_on != wave.closes_on and moved.closes_on <= today:
        found.append(("closes_on", Mistake.CLOSES_BEFORE_TOMORROW))
    if moved.results_on != wave.results_on and moved.results_on <= today:
        found.append(("results_on", Mistake.RESULTS_PAST))
    passed = (today - wave.opens_on).days
    if _until(wave.reminder_days, passed) != _until(moved.reminder_days, passed):
        found.append(("reminder_days", Mistake.REMINDERS_SENT))
    return found


def _until(days: Sequence[int], passed: int) -> list[int]:
    return [day for day in days if day <= passed]


async def move_dates(
    wave_key: str, moved: MovedDates, *, now: datetime, today: date, reason: str, actor: str
) -> None:
    """Give an open wave other days.

    Raises
    ------
    DatesRefused
        If it is not open any more, its last day has passed, or the days do not fit it now.
    UnknownWave
        If there is no such wave.
    """
    async with writing() as link:
        state = await lock_state(link, (await find_wave(Login.WORKER, wave_key)).id)
        wave = await find_wave(Login.WORKER, wave_key)
        if state is not State.OPEN or wave.closes_on < today:
            raise DatesRefused([Reason(Against.NOT_OPEN)])
        if mistakes_of(wave, moved, today=today):
            raise DatesRefused([Reason(Against.DAYS_PASSED)])
        await link.execute(
            "UPDATE asking.wave SET closes_on = $2, results_on = $3, reminder_days = $4,"
            # a day that somebody chose comes back to no other
            " results_planned_on = CASE WHEN results_on = $3 THEN results_planned_on END"
            " WHERE id = $1",
            wave.id,
            moved.closes_on,
            moved.results_on,
            list(moved.reminder_days),
        )
        await record(
            Login.WORKER,
            now=now,
            actor=actor,
            action="dates moved",
            subject=wave_key,
            reason=reason,
            closes_on=[wave.closes_on, moved.closes_on],
            results_on=[wave.results_on, moved.results_on],
            reminder_days=[list(wave.reminder_days), list(moved.reminder_days)],
        )
