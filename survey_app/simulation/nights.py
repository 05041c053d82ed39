"""When simulated people answered: made up by day for a whole wave, since nobody waited for them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from survey_app.asking.campaigns.nights import NightCount, step_count, write_nights
from survey_app.asking.writing import writing
from survey_app.shared.database import fetch_one

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from analytics.arrays import Floats

FADES: Final = 3.5  # days until a third of the first day's answers still come, by mail
FADES_BY_LETTER: Final = 9.0
REMINDER: Final = 0.5  # of the first day's answers come on the day of a reminder
WEEKEND: Final = 0.35  # of a working day
SATURDAY: Final = 5
SPREAD: Final = 0.12  # of one day against another, on the log scale


def arrivals(
    opens_on: date, days: int, reminders: Sequence[int], fades: float, rng: np.random.Generator
) -> Floats:
    """Draw which share of a wave's answers had come by the end of each day.

    Parameters
    ----------
    opens_on : date
    days : int
        From the first to the last one.
    reminders : sequence of int
        Days after the first.
    fades : float
        Days after which answers come e times slower.
    rng : Generator

    Returns
    -------
    ndarray of float, shape (days,)
        Rising to 1.
    """
    day = np.arange(days)
    coming = np.exp(-day / fades)
    for reminder in reminders:
        coming += np.where(day >= reminder, REMINDER * np.exp(-(day - reminder) / fades), 0.0)
    weekday = (opens_on.weekday() + day) % 7
    coming *= np.where(weekday >= SATURDAY, WEEKEND, 1.0) * rng.lognormal(0, SPREAD, days)
    risen: Floats = np.cumsum(coming) / coming.sum()
    return risen


async def record_nights(wave: UUID, rng: np.random.Generator, until: date | None = None) -> None:
    """Write the nights but the last of a wave whose marks are set, as if its people came by day.

    Parameters
    ----------
    wave : UUID
        Of the wave.
    rng : Generator
    until : date, optional
        The last day that has ended; without it, the last day of the wave.
    """
    async with writing() as link:
        row = await fetch_one(
            link,
            "SELECT w.opens_on, w.closes_on, w.reminder_days, w.invite, w.minimum_group,"
            " count(*) AS invited, count(*) FILTER (WHERE i.marked) AS answered"
            " FROM asking.wave w JOIN asking.invitation i ON i.wave = w.id WHERE w.id = $1"
            " GROUP BY w.id",
            wave,
        )
        days = (row["closes_on"] - row["opens_on"]).days + 1
        fades = FADES_BY_LETTER if row["invite"] == "sample" else FADES
        risen = arrivals(row["opens_on"], days, row["reminder_days"], fades, rng)
        over = days if until is None else max(1, min(days, (until - row["opens_on"]).days + 1))
        told, nights = 0, []
        # the last one is counted as in earnest, at closing or with the units
        for at, share in enumerate(risen[: over - 1] / risen[over - 1]):
            came = round(share * row["answered"])
            told = step_count(told, came, row["invited"], row["minimum_group"])
            if told:
                nights.append(NightCount(row["opens_on"] + timedelta(days=at), told))
        await write_nights(link, wave, nights)
