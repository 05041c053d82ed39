"""Who counts or publishes a wave: one process at a time, on whatever host, and not without end.

A claim is kept alive by its holder's heartbeat, in the database's time. What went wrong stands
beside it, for `doctor` and for the page, and says when the wave is tried again.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from survey_app.asking.writing import writing
from survey_app.publishing.releasing.made_by import code_version, lock_hash
from survey_app.shared.database import Login, fetch

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

BEAT_SECONDS: Final = 10
# a holder that has not been heard of for so long is gone
SILENCE: Final = timedelta(seconds=60)
# A wave of 100,000 answers of the public takes five minutes on a busy machine with two processors.
LEAST_SECONDS: Final = 600
SECONDS_A_BALLOT: Final = 0.05
MOST_DOUBLINGS: Final = 6
RETRY_AFTER: Final = timedelta(hours=1)
STOPPED: Final = "stopped"
"""Kind of a trouble: it took longer than it may. Tried again at once, with twice the time."""
REFUSED: Final = "refused"
"""Kind of a trouble: it would end the same way. Tried again after an hour, or for new inputs."""
INCOMPLETE: Final = "incomplete"
"""Kind of a trouble: key holders handed over something else than was sealed, and begin again."""

# closed waves with trustees wait until these have handed over, a wave that too few answered has
# nothing to publish, and one whose forms did not come as from people waits for a decision
_DUE: Final = """
SELECT w.id, w.key, k.kind, k.inputs, k.tried_at,
       clock_timestamp() AS now, w.state <> 'counted' AND w.trustees = '[]'::jsonb AS needs_key,
       o.counter,
       coalesce(k.claim IS NOT NULL AND k.beat_at > clock_timestamp() - $2::interval, false) AS held
FROM asking.wave w LEFT JOIN asking.wave_work k ON k.wave = w.id
LEFT JOIN counting.wave_record r ON r.wave = w.id
LEFT JOIN asking.arrival_alarm a ON a.id = w.id
LEFT JOIN counting.hand_over o ON o.wave = w.id AND o.counter IS NOT NULL AND w.state = 'closed'
WHERE (w.state = 'open' AND w.closes_on < $1)
   OR (w.state = 'closed' AND (w.trustees = '[]'::jsonb OR o.counter IS NOT NULL))
   OR (w.state = 'counted' AND NOT coalesce((r.content->>'too_few')::boolean, false)
       AND coalesce(a.decision, 'publish') = 'publish')
ORDER BY w.closes_on, w.sequence
"""
_OVERDUE: Final = """
SELECT w.key, w.state, w.trustees <> '[]'::jsonb AS holders
FROM asking.wave w LEFT JOIN counting.wave_record r ON r.wave = w.id
LEFT JOIN asking.arrival_alarm a ON a.id = w.id
LEFT JOIN asking.wave_work k ON k.wave = w.id AND k.claim IS NOT NULL
WHERE k.wave IS NULL AND (
    (w.state = 'open' AND w.closes_on < ($1::timestamptz AT TIME ZONE 'Europe/Oslo')::date)
    OR (w.state = 'closed' AND w.closed_at
        < CASE WHEN w.trustees = '[]'::jsonb THEN $1::timestamptz ELSE $2::timestamptz END)
    OR (w.state = 'counted' AND w.closed_at < $1::timestamptz
        AND NOT coalesce((r.content->>'too_few')::boolean, false)
        AND coalesce(a.decision, 'publish') = 'publish'))
ORDER BY w.key
"""
_ONE_AT_A_TIME: Final = "LOCK TABLE asking.wave_work IN SHARE ROW EXCLUSIVE MODE"
_CLAIM: Final = """
INSERT INTO asking.wave_work AS k (wave, claim, host, started_at, beat_at, seconds, kind, problem)
SELECT w.id, $2, $3, clock_timestamp(), clock_timestamp(),
       $4::double precision * power(2, least($6, coalesce(before.doublings, 0))), '', ''
FROM asking.wave w LEFT JOIN asking.wave_work before ON before.wave = w.id
WHERE w.key = $1 AND NOT EXISTS (
    SELECT FROM asking.wave_work o
    WHERE o.claim IS NOT NULL AND o.beat_at > clock_timestamp() - $5::interval)
ON CONFLICT (wave) DO UPDATE
    SET claim = excluded.claim, host = excluded.host, started_at = excluded.started_at,
        beat_at = excluded.beat_at, seconds = excluded.seconds
RETURNING wave, seconds
"""


@dataclass(frozen=True, slots=True)
class WaveClaim:
    """The right to count or publish one wave, for so many seconds."""

    wave: UUID
    key: str
    token: UUID
    seconds: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a wave is not counted or published yet: for `doctor`, and without words for the page."""

    wave: UUID
    key: str
    sentence: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DueWave:
    """A wave whose turn it is, and who alone can finish it.

    Attributes
    ----------
    wave : UUID
    key : str
    needs_key : bool
        Only the host where its key lies.
    counter : UUID or None
        Only the worker that its key holders sealed the ballots to.
    """

    wave: UUID
    key: str
    needs_key: bool
    counter: UUID | None


async def due_waves(day: date) -> list[DueWave]:
    """Return waves whose turn it is, oldest first.

    Parameters
    ----------
    day : date
        Today, by the database.
    """
    rows = await fetch(Login.WORKER, _DUE, day, SILENCE)
    return [
        DueWave(row["id"], row["key"], row["needs_key"], row["counter"])
        for row in rows
        if not row["held"] and not await _waits(row)
    ]


async def _waits(row: dict[str, Any]) -> bool:
    if row["kind"] != REFUSED:
        return False
    same = row["inputs"] == await _inputs(row["id"])
    return bool(same and row["now"] < row["tried_at"] + RETRY_AFTER)


async def claim_wave(wave_key: str) -> WaveClaim | None:
    """Take a wave, unless somebody counts or publishes one just now.

    Returns
    -------
    WaveClaim or None
    """
    token = uuid.uuid4()
    seconds = LEAST_SECONDS + SECONDS_A_BALLOT * await _ballots(wave_key)
    by = f"{socket.gethostname()}, process {os.getpid()}"
    async with writing() as link:
        # whoever comes in the same moment waits here, and then sees who holds one
        await link.execute(_ONE_AT_A_TIME)
        rows = await link.fetch(_CLAIM, wave_key, token, by, seconds, SILENCE, MOST_DOUBLINGS)
    if not rows:
        return None
    return WaveClaim(rows[0]["wave"], wave_key, token, rows[0]["seconds"])


async def _ballots(wave_key: str) -> int:
    rows = await fetch(
        Login.WORKER,
        "SELECT (SELECT count(*) FROM counting.urn u WHERE u.wave = w.id)"
        " + (SELECT count(*) FROM counting.response r WHERE r.wave = w.id) AS n"
        " FROM asking.wave w WHERE w.key = $1",
        wave_key,
    )
    return int(rows[0]["n"]) if rows else 0


async def beat(claim: WaveClaim) -> bool:
    """Say that the holder lives; False when the claim is another's by now."""
    rows = await fetch(
        Login.WORKER,
        "UPDATE asking.wave_work SET beat_at = clock_timestamp() WHERE wave = $1 AND claim = $2"
        " RETURNING 1 AS still",
        claim.wave,
        claim.token,
    )
    return bool(rows)


async def release(claim: WaveClaim, *, done: bool) -> None:
    """Give a claim back; when all is done, nothing of it stays."""
    if done:
        sql = "DELETE FROM asking.wave_work WHERE wave = $1 AND claim = $2"
    else:
        sql = "UPDATE asking.wave_work SET claim = NULL WHERE wave = $1 AND claim = $2"
    await fetch(Login.WORKER, sql, claim.wave, claim.token)


async def give_up(claim: WaveClaim, kind: str, sentence: str) -> None:
    """Give a claim back, and remember what went wrong and with which inputs."""
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave_work SET claim = NULL, kind = $3::varchar, problem = $4, inputs = $5,"
        " tried_at = clock_timestamp(),"
        " doublings = CASE $3::varchar WHEN 'stopped' THEN doublings + 1 ELSE doublings END"
        " WHERE wave = $1 AND claim = $2",
        claim.wave,
        claim.token,
        kind,
        sentence,
        await _inputs(claim.wave),
    )


async def troubles(login: Login) -> list[Trouble]:
    """Say of each wave that is held up why, oldest first."""
    rows = await fetch(
        login,
        "SELECT w.id, w.key, k.host, k.problem, k.tried_at, k.started_at, k.claim IS NOT NULL"
        " AND k.beat_at < clock_timestamp() - $1::interval AS silent"
        " FROM asking.wave_work k JOIN asking.wave w ON w.id = k.wave ORDER BY w.closes_on, w.key",
        SILENCE,
    )
    found = []
    for row in rows:
        if row["silent"]:
            sentence = f"{row['host']} took it and has not been heard of since: it is taken over"
            found.append(Trouble(row["id"], row["key"], sentence, row["started_at"]))
        elif row["problem"]:
            found.append(Trouble(row["id"], row["key"], row["problem"], row["tried_at"]))
    return found


@dataclass(frozen=True, slots=True)
class OverdueWave:
    """A wave that nobody works on although its time is past; ``holders``: two have its keys."""

    key: str
    state: str
    holders: bool


async def overdue_waves(*, counting: datetime, holders: datetime) -> list[OverdueWave]:
    """Return waves that should have been closed, counted or published by now.

    Parameters
    ----------
    counting : datetime
        What ended before it should be counted and published; a wave's last day ends at its
        midnight in Norway.
    holders : datetime
        What was closed before it should have been opened by its key holders.
    """
    rows = await fetch(Login.WORKER, _OVERDUE, counting, holders)
    return [OverdueWave(row["key"], row["state"], row["holders"]) for row in rows]


async def claimed_by(wave_key: str) -> str:
    """Say who counts or publishes a wave just now, or which other wave is; empty for nobody."""
    rows = await fetch(
        Login.WORKER,
        "SELECT w.key, k.host, k.started_at FROM asking.wave_work k"
        " JOIN asking.wave w ON w.id = k.wave"
        " WHERE k.claim IS NOT NULL AND k.beat_at > clock_timestamp() - $1::interval"
        " ORDER BY w.key = $2 DESC LIMIT 1",
        SILENCE,
        wave_key,
    )
    if not rows:
        return ""
    one = rows[0]
    by = f"by {one['host']} since {one['started_at']:%Y-%m-%d %H:%M} UTC"
    return f"«{one['key']}» is being counted or published just now, {by}"


async def _inputs(wave: UUID) -> str:
    """Name what a wave is computed from, as far as it can change while it waits."""
    rows = await fetch(
        Login.WORKER,
        "SELECT w.labels, (SELECT r.response_set_hash FROM counting.wave_record r"
        " WHERE r.wave = w.id) AS responses,"
        " (SELECT o.id::text FROM counting.hand_over o WHERE o.wave = w.id"
        " AND o.counter IS NOT NULL) AS handed_over,"
        " (SELECT count(*) FROM publications.publication p WHERE p.population = c.population)"
        " AS shown FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign WHERE w.id = $1",
        wave,
    )
    parts = [code_version(), lock_hash(), *rows[0].values()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
