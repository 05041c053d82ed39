"""What the publications of earlier waves showed, for the next one to be compared with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from survey_app.publications.store import stands
from survey_app.shared.database import Link, Row


async def published_waves(link: Link, population: str) -> set[UUID]:
    """Return the waves of a population that have a publication which was not taken back."""
    rows = await link.fetch(
        "SELECT DISTINCT p.wave FROM publications.publication p"  # noqa: S608 - our own columns
        f" WHERE p.population = $1 AND {stands('p')}",
        population,
    )
    return {row["wave"] for row in rows}


async def links_told(link: Link, population: str, sequence: int) -> list[dict[str, Any]]:
    """Return what the newest publication of each earlier wave tells of other words, oldest first.

    A later one carries on what those before it told; of a corrected wave its own word stands, and
    of one that was taken back none.
    """
    rows = await link.fetch(
        "SELECT wave_key, head->>'links' AS links FROM publications.publication WHERE id IN"  # noqa: S608 - ours
        " (SELECT DISTINCT ON (p.wave) p.id FROM publications.publication p"
        f"  WHERE p.population = $1 AND p.sequence < $2 AND {stands('p')}"
        "  ORDER BY p.wave, p.version DESC) AND head ? 'links' ORDER BY sequence",
        population,
        sequence,
    )
    told = [(row["wave_key"], one) for row in rows for one in json.loads(row["links"])]
    return [one for wave, one in told if one["wave"] == wave]


async def foreign_places(link: Link, wave: UUID) -> frozenset[tuple[str, str]]:
    """Name the places of a wave of the first days whose figures hold answers from elsewhere."""
    rows = await link.fetch(
        "SELECT level, domain FROM publications.foreign_answers WHERE wave = $1", wave
    )
    return frozenset((row["level"], row["domain"]) for row in rows)


async def was_corrected(link: Link, wave_key: str) -> bool:
    """Tell whether a wave's publication has more than one version."""
    found: bool = await link.fetchval(
        "SELECT EXISTS (SELECT FROM publications.publication WHERE wave_key = $1 AND version > 1)",
        wave_key,
    )
    return found


async def means_before(link: Link, measure: str, population: str, sequence: int) -> Sequence[Row]:
    """Return the means of a measure that earlier waves show of the agency and its regions.

    Returns
    -------
    list of rows
        ``wave``, ``level``, ``domain``, ``n``, ``mean``, ``se``, and ``population`` as the head
        tells it; of the newest version of each, oldest wave first.
    """
    return await link.fetch(
        "SELECT p.wave, e.level, e.domain, e.n, e.mean, e.se,"
        " (SELECT (d->>'population')::int FROM jsonb_array_elements(p.head->'domains') d"
        "  WHERE d->>'level' = e.level AND d->>'code' = e.domain LIMIT 1) AS population"
        " FROM publications.estimate e JOIN publications.publication p ON p.id = e.publication"
        " WHERE e.measure = $1 AND e.statistic = 'mean' AND e.level IN ('agency', 'region')"
        " AND e.status = 'published' AND e.mean IS NOT NULL AND e.se IS NOT NULL"
        " AND e.n IS NOT NULL AND p.id IN"
        " (SELECT DISTINCT ON (wave) id FROM publications.publication"
        "  WHERE population = $2 AND sequence < $3 ORDER BY wave, version DESC)"
        " ORDER BY p.sequence, e.level, e.domain",
        measure,
        population,
        sequence,
    )


async def means_of(link: Link, population: str, wave_keys: Sequence[str]) -> Sequence[Row]:
    """Return all means that waves show, without places whose figures hold answers from elsewhere.

    Returns
    -------
    list of rows
        ``wave`` (its key), ``measure``, ``level``, ``domain``, ``mean``, ``low``, ``high``, ``n``.
    """
    return await link.fetch(
        "WITH latest AS (SELECT DISTINCT ON (wave) id, wave, wave_key, head"
        " FROM publications.publication WHERE population = $1 AND wave_key = ANY($2)"
        " ORDER BY wave, version DESC)"
        " SELECT p.wave_key AS wave, e.measure, e.level, e.domain, e.mean, e.low, e.high, e.n"
        " FROM publications.estimate e JOIN latest p ON p.id = e.publication"
        " WHERE e.statistic = 'mean' AND e.status = 'published' AND e.low IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM publications.foreign_answers f WHERE f.wave = p.wave"
        "  AND f.level = e.level AND f.domain = e.domain)"
        " ORDER BY p.wave_key, e.measure, e.level, e.domain",
        population,
        list(wave_keys),
    )


async def domains_shown(link: Link, population: str, wave_keys: Sequence[str]) -> Sequence[Row]:
    """Return what waves tell of their domains.

    Returns
    -------
    list of rows
        ``wave`` (its key), ``level``, ``domain``, ``population``, ``parent``, ``bound``,
        ``answered``, ``invited``; and as JSON ``members``, ``response`` (facts about the whole) and
        ``lineage`` (the crosswalk that it knew), None of an older one.
    """
    return await link.fetch(
        "SELECT p.wave_key AS wave, d->>'level' AS level, d->>'code' AS domain,"
        " (d->>'population')::int AS population, d->>'parent' AS parent, d->>'bound' AS bound,"
        " (d->>'answered')::int AS answered, (d->>'invited')::int AS invited,"
        " d->>'members' AS members, p.head->>'response' AS response,"
        " p.head->>'lineage' AS lineage"
        " FROM (SELECT DISTINCT ON (wave) wave_key, head FROM publications.publication"
        "  WHERE population = $1 AND wave_key = ANY($2) ORDER BY wave, version DESC) p,"
        " jsonb_array_elements(p.head->'domains') d",
        population,
        list(wave_keys),
    )


async def contents_pooling(
    link: Link, wave_key: str, population: str, sequence: int
) -> list[bytes]:
    """Return later publications with a figure for the year that a wave's answers are part of."""
    rows = await link.fetch(
        "SELECT content FROM publications.publication WHERE population = $1 AND sequence > $2"
        " AND convert_from(content, 'UTF8')::jsonb -> 'yearly' -> 0 -> 'waves' @> $3::jsonb",
        population,
        sequence,
        json.dumps([{"key": wave_key}]),
    )
    return [row["content"] for row in rows]
