"""Queue reminders: rows in the outbox for those whose link is unused, and nobody who said stop."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from survey_app.asking.campaigns.queries import WaveRow, find_wave, list_waves
from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import WrongState
from survey_app.asking.writing import writing
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login

MORNING = time(9)
MOST = 3

# the choice is made once, in the database: nobody's mark travels to a program and back
_QUEUE = """
INSERT INTO asking.outbox (id, invitation, kind, state, due_at, attempts, problem)
SELECT gen_random_uuid(), i.id, $2::varchar, 'due', $3, 0, ''
FROM asking.invitation i
JOIN asking.wave w ON w.id = i.wave
JOIN asking.campaign c ON c.id = w.campaign
WHERE i.wave = $1 AND i.channel = 'email' AND NOT i.opted_out AND NOT i.withdrawn
  AND (c.remind_everybody OR NOT i.marked)
  AND EXISTS (SELECT FROM asking.outbox o
              WHERE o.invitation = i.id AND o.kind = 'invitation' AND o.state = 'sent')
ON CONFLICT (invitation, kind) DO NOTHING
"""


async def remind_wave(key: str, *, now: datetime) -> int:
    """Queue the next reminder of an open wave at once.

    Returns
    -------
    int
        How many were queued.

    Raises
    ------
    UnknownWave
        If there is no such wave.
    WrongState
        If the wave is not open, or three reminders have gone out.
    """
    async with writing() as link:
        wave = await find_wave(Login.WORKER, key)
        if wave.state != State.OPEN:
            raise WrongState(key, wave.state, "reminded of: only an open wave can")
        used = await link.fetchval(
            "SELECT count(DISTINCT o.kind) FROM asking.outbox o"
            " JOIN asking.invitation i ON i.id = o.invitation"
            " WHERE i.wave = $1 AND o.kind <> 'invitation'",
            wave.id,
        )
        if used >= MOST:
            raise WrongState(key, f"{wave.state} and had {MOST} reminders", "reminded of once more")
        told = await link.execute(_QUEUE, wave.id, f"reminder-{used + 1}", now)
    return int(told.rsplit(" ", 1)[1])


async def queue_due_reminders(*, today: date, now: datetime) -> dict[str, int]:
    """Queue the reminders whose day has come; running twice changes nothing.

    A day that was missed while the worker stood still is not made up for beside the next one.

    Returns
    -------
    dict of str to int
        How many were queued, by wave key.
    """
    queued = {}
    for wave in await list_waves(Login.WORKER):
        number = _number_due(wave, today)
        if wave.state != State.OPEN or number == 0 or wave.closes_on < today:
            continue
        day = wave.opens_on + timedelta(days=wave.reminder_days[number - 1])
        due_at = max(now, datetime.combine(day, MORNING, OSLO))
        async with writing() as link:
            started = await link.fetchval(
                "SELECT EXISTS (SELECT FROM asking.outbox o"
                " JOIN asking.invitation i ON i.id = o.invitation"
                " WHERE i.wave = $1 AND o.kind = $2)",
                wave.id,
                f"reminder-{number}",
            )
            if not started:
                told = await link.execute(_QUEUE, wave.id, f"reminder-{number}", due_at)
                queued[wave.key] = int(told.rsplit(" ", 1)[1])
    return queued


def _number_due(wave: WaveRow, today: date) -> int:
    """Return the number of the latest reminder whose day has come; 0 before the first."""
    passed = (today - wave.opens_on).days
    return sum(day <= passed for day in wave.reminder_days)
