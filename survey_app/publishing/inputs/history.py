"""What earlier waves of a series showed of its headline index, for the trend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from questionnaires.loader import load_library
from survey_app.publications.series import means_before
from survey_app.shared.database import Link
from survey_app.waves.stored import StoredWave, waves_by_id

if TYPE_CHECKING:
    from datetime import date

    from survey_app.publishing.inputs.asked import AskedSeries


@dataclass(frozen=True, slots=True)
class Shown:
    """A mean as a publication showed it; ``population`` is None where nobody counted it."""

    wave: str
    closed_on: date
    level: str
    domain: str
    n: int
    population: int | None
    mean: float
    se: float


async def read_history(link: Link, wave: StoredWave, series: AskedSeries) -> tuple[Shown, ...]:
    """Read the agency's and the regions' means, oldest first.

    Of the waves that asked it alike, or in words that are linked to those of now.
    """
    # the index that every wave measures; others would cost a model each, at every publishing
    headline = load_library().measures.headline(wave.population)
    if not headline:
        return ()
    rows = await means_before(link, headline, wave.population, wave.sequence)
    waves = await waves_by_id(link, {row["wave"] for row in rows})
    return tuple(
        Shown(
            waves[row["wave"]].key,
            waves[row["wave"]].last_day,
            row["level"],
            row["domain"],
            row["n"],
            row["population"],
            float(row["mean"]),
            float(row["se"]),
        )
        for row in rows
        if waves[row["wave"]].key in series.before
        and series.reaches(headline, waves[row["wave"]].key)
    )
