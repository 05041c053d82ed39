"""What earlier waves of a series showed of its headline index, for the trend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from questionnaires.loader import load_library
from survey_app.shared.database import Link, Row

if TYPE_CHECKING:
    from datetime import date


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


async def read_history(link: Link, row: Row) -> tuple[Shown, ...]:
    """Read the agency's and the regions' means of all earlier waves, oldest first.

    Parameters
    ----------
    link : asyncpg connection
    row : asyncpg record
        The wave: ``population``, ``sequence``.
    """
    # the index that every wave measures; others would cost a model each, at every publishing
    headline = load_library().measures.headline(row["population"])
    if not headline:
        return ()
    rows = await link.fetch(
        "SELECT w.key, w.closes_on, e.level, e.domain, e.n, e.mean, e.se,"
        " (SELECT (d->>'population')::int FROM jsonb_array_elements(p.head->'domains') d"
        "  WHERE d->>'level' = e.level AND d->>'code' = e.domain LIMIT 1) AS population"
        " FROM publications.estimate e JOIN publications.publication p ON p.id = e.publication"
        " JOIN asking.wave w ON w.id = p.wave"
        " WHERE e.measure = $1 AND e.statistic = 'mean' AND e.level IN ('agency', 'region')"
        " AND e.status = 'published' AND e.mean IS NOT NULL AND e.se IS NOT NULL"
        " AND e.n IS NOT NULL AND p.id IN"
        " (SELECT DISTINCT ON (wave) id FROM publications.publication"
        "  WHERE population = $2 AND sequence < $3 ORDER BY wave, version DESC)"
        " ORDER BY p.sequence, e.level, e.domain",
        headline,
        row["population"],
        row["sequence"],
    )
    return tuple(
        Shown(
            one["key"],
            one["closes_on"],
            one["level"],
            one["domain"],
            one["n"],
            one["population"],
            float(one["mean"]),
            float(one["se"]),
        )
        for one in rows
    )
