"""All that earlier waves of a series showed, which changes are judged by."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from analytics.courses.findings import LONGEST
from survey_app.publishing.inputs.wave_meta import meta_of
from survey_app.shared.database import Link, Row

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from analytics.waves import WaveMeta

COLUMNS: Final = ("wave", "measure", "level", "domain", "mean", "low", "high", "n", "population")
RATE_COLUMNS: Final = ("wave", "level", "domain", "parent", "answered", "invited")
_KEY: Final = ["level", "domain"]


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Published means of earlier waves.

    ``waves`` are in order, oldest first; ``shown`` has ``COLUMNS``, ``rates`` has ``RATE_COLUMNS``
    of the places whose number of answers was told; both of the latest version of each.
    """

    waves: tuple[WaveMeta, ...] = ()
    shown: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))
    rates: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(RATE_COLUMNS)))


async def read_past(link: Link, row: Row, compared: Collection[str]) -> Past:
    """Read what the last waves showed, and those that changes are measured from.

    Parameters
    ----------
    link : asyncpg connection
    row : asyncpg record
        The wave: ``population``, ``sequence``.
    compared : collection of str
        Keys of the waves that it is compared with.

    Notes
    -----
    Places whose figures hold answers from elsewhere are left out: nothing is compared with them.
    """
    waves = await link.fetch(
        "SELECT w.key, w.kind, w.invite, w.opens_on, c.population FROM asking.wave w"
        " JOIN asking.campaign c ON c.id = w.campaign WHERE c.population = $1 AND w.sequence < $2"
        " AND EXISTS (SELECT 1 FROM publications.publication p WHERE p.wave = w.id)"
        " ORDER BY w.sequence",
        row["population"],
        row["sequence"],
    )
    kept = [
        wave
        for at, wave in enumerate(waves)
        if at >= len(waves) - LONGEST or wave["key"] in compared
    ]
    figures = await link.fetch(
        "WITH latest AS (SELECT DISTINCT ON (wave) id, wave, wave_key, head"
        " FROM publications.publication WHERE population = $1 AND wave_key = ANY($2)"
        " ORDER BY wave, version DESC)"
        " SELECT p.wave_key AS wave, e.measure, e.level, e.domain, e.mean, e.low, e.high, e.n"
        " FROM publications.estimate e JOIN latest p ON p.id = e.publication"
        " WHERE e.statistic = 'mean' AND e.status = 'published' AND e.low IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM publications.foreign_answers f WHERE f.wave = p.wave"
        "  AND f.level = e.level AND f.domain = e.domain)"
        " ORDER BY p.wave_key, e.measure, e.level, e.domain",
        row["population"],
        [wave["key"] for wave in kept],
    )
    people = await link.fetch(
        "SELECT p.wave_key AS wave, d->>'level' AS level, d->>'code' AS domain,"
        " (d->>'population')::int AS population, d->>'parent' AS parent, d->>'bound' AS bound,"
        " (d->>'answered')::int AS answered, (d->>'invited')::int AS invited,"
        " p.head->>'response' AS response"
        " FROM (SELECT DISTINCT ON (wave) wave_key, head FROM publications.publication"
        "  WHERE population = $1 AND wave_key = ANY($2) ORDER BY wave, version DESC) p,"
        " jsonb_array_elements(p.head->'domains') d",
        row["population"],
        [wave["key"] for wave in kept],
    )
    shown = pd.DataFrame([dict(one) for one in figures], columns=list(COLUMNS[:-1]))
    known = pd.DataFrame([dict(one) for one in people], columns=["wave", *_KEY, "population"])
    rates = [
        (one["wave"], *rate)
        for one in people
        if (rate := told_rate(dict(one) | {"code": one["domain"]}, json.loads(one["response"])))
    ]
    return Past(
        tuple(meta_of(wave) for wave in kept),
        shown.merge(known, on=["wave", *_KEY], how="left", validate="many_to_one"),
        pd.DataFrame(rates, columns=list(RATE_COLUMNS)),
    )


def told_rate(
    row: Mapping[str, Any], response: Mapping[str, Any]
) -> tuple[str, str, str, int, int] | None:
    """Read how many of a place answered, of how many, where a publication tells it exactly.

    Parameters
    ----------
    row : mapping
        Of ``domains``: ``level``, ``code``, ``parent``, ``answered``, ``invited``, ``bound``.
    response : mapping
        Facts about the whole, which tell it of the agency and of everybody outside.

    Returns
    -------
    level, domain, parent, answered, invited
        Those screened out count as never invited.
    """
    answered, invited = row["answered"], row["invited"]
    if row["level"] == "agency":
        answered, invited = response.get("answers"), response.get("invited")
        invited = invited and invited - (response.get("screened_out") or 0)
    elif row["bound"]:
        return None
    if answered is None or not invited:
        return None
    return row["level"], row["code"], row["parent"] or "", answered, invited
