"""How far a wave's counting and publication are: noted by the worker, told to who waits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from survey_app.asking.campaigns.queries import RETRACTED
from survey_app.shared.database import Link, Login, fetch

# what the worker notes, to the steps that a reader is told of: opening the answers, working out
# the figures, checking that nobody can be recognised, laying them out
STEPS: Final = {
    "emptying": 1,
    "counted": 1,
    "reading": 2,
    "estimating": 2,
    "protecting": 3,
    "storing": 4,
}
PUBLISHED: Final = "published"


@dataclass(frozen=True, slots=True)
class InProgress:
    """A wave that is counted or computed just now; ``step`` goes from 1 to 4."""

    name: dict[str, str]
    step: int


async def note_progress(link: Link, wave_key: str, step: str, percent: int) -> None:
    """Note how far a wave is, in the caller's transaction or for everybody at once.

    That its figures were taken back stands until others are published.
    """
    await link.execute(
        "UPDATE asking.wave SET progress_step = $2, progress_percent = $3 WHERE key = $1"
        " AND (progress_step <> $4 OR $2 = $5)",
        wave_key,
        step,
        percent,
        RETRACTED,
        PUBLISHED,
    )


async def being_computed(login: Login) -> int:
    """Count the waves that are counted or computed just now."""
    [row] = await fetch(
        login,
        "SELECT count(*) FROM asking.wave WHERE state IN ('closed', 'counted')"
        " AND progress_step = ANY($1::text[])",
        list(STEPS),
    )
    return int(row["count"])


async def days_of_open_keys(login: Login, today: date) -> dict[str, float]:
    """Return for how many days each wave has been open, or closed and not counted, by its key.

    ``today`` is the day in Norway: the database's own may be another, after midnight.
    """
    rows = await fetch(
        login,
        "SELECT key, greatest($1::date - opens_on, 0) AS days FROM asking.wave"
        " WHERE state IN ('open', 'closed') ORDER BY key",
        today,
    )
    return {row["key"]: float(row["days"]) for row in rows}


async def in_progress(population: str) -> InProgress | None:
    """Return the newest wave of a population whose results are on their way, as ``web``."""
    rows = await fetch(
        Login.WEB,
        "SELECT w.labels, w.progress_step FROM asking.wave w"
        " JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.population = $1 AND w.state IN ('closed', 'counted')"
        " AND w.progress_step = ANY($2::text[]) ORDER BY w.sequence DESC LIMIT 1",
        population,
        list(STEPS),
    )
    if not rows:
        return None
    return InProgress(json.loads(rows[0]["labels"])["name"], STEPS[rows[0]["progress_step"]])
