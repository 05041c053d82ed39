"""All that earlier waves of a series showed, which changes are judged by."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from analytics.comparison.margins import WAVES_READ
from survey_app.publications.lineage import LineageStep, WaveUnit, steps_in, units_in
from survey_app.publications.regrouped import GROUP, variable_of
from survey_app.publications.series import domains_shown, means_of, published_waves
from survey_app.publishing.inputs.wave_meta import meta_of
from survey_app.shared.database import Link, Row
from survey_app.waves.stored import StoredWave, waves_before

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from analytics.waves import WaveMeta
    from survey_app.publishing.inputs.asked import AskedSeries

COLUMNS: Final = ("wave", "measure", "level", "domain", "mean", "low", "high", "n", "population")
RATE_COLUMNS: Final = ("wave", "level", "domain", "parent", "answered", "invited")
_KEY: Final = ["level", "domain"]


@dataclass(frozen=True, slots=True)
class UnitsThen:
    """The units of a wave, and the steps of the crosswalk that were taken before it opened."""

    places: tuple[WaveUnit, ...]
    steps: tuple[LineageStep, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Published means of earlier waves.

    ``waves`` are in order, oldest first; ``shown`` has ``COLUMNS``, ``rates`` has ``RATE_COLUMNS``
    of the places whose number of answers was told; both of the latest version of each. ``labels``
    has the words for each wave, ``closed_on`` its last day; ``units`` what its units were, and the
    crosswalk that it knew.
    """

    waves: tuple[WaveMeta, ...] = ()
    shown: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))
    rates: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(RATE_COLUMNS)))
    labels: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    closed_on: Mapping[str, date] = field(default_factory=dict)
    units: Mapping[str, UnitsThen] = field(default_factory=dict)


async def read_past(
    link: Link, wave: StoredWave, compared: Collection[str], series: AskedSeries
) -> Past:
    """Read what the last waves before this showed, and those that changes are measured from.

    Parameters
    ----------
    link : asyncpg connection
    wave : StoredWave
    compared : collection of str
        Keys of the waves that it is compared with.
    series : AskedSeries

    Notes
    -----
    Left out are places whose figures hold answers from elsewhere, groups that were other people,
    and measures that were asked otherwise than they are now, without a link: nothing is compared
    with them, and no course leads across. Figures stand as they were published; `computing.links`
    brings them to the words of now.
    """
    published = await published_waves(link, wave.population)
    waves = [one for one in await waves_before(link, wave) if one.id in published]
    kept = [
        one for at, one in enumerate(waves) if at >= len(waves) - WAVES_READ or one.key in compared
    ]
    keys = [one.key for one in kept]
    figures = await means_of(link, wave.population, keys)
    people = await domains_shown(link, wave.population, keys)
    others = {key: series.regrouped(key) for key in keys}
    alike = [
        dict(one)
        for one in figures
        if series.reaches(one["measure"], one["wave"])
        and not (one["level"] == GROUP and variable_of(one["domain"]) in others[one["wave"]])
    ]
    shown = pd.DataFrame(alike, columns=list(COLUMNS[:-1]))
    known = pd.DataFrame([dict(one) for one in people], columns=["wave", *_KEY, "population"])
    rates = [
        (one["wave"], *rate)
        for one in people
        if (rate := told_rate(dict(one) | {"code": one["domain"]}, json.loads(one["response"])))
    ]
    return Past(
        tuple(meta_of(one) for one in kept),
        shown.merge(known, on=["wave", *_KEY], how="left", validate="many_to_one"),
        pd.DataFrame(rates, columns=list(RATE_COLUMNS)),
        {one.key: one.labels for one in kept},
        {one.key: one.last_day for one in kept},
        _units_then(people),
    )


def _units_then(rows: Sequence[Row]) -> dict[str, UnitsThen]:
    """Lay out what the domains of earlier waves tell of their units."""
    heads: dict[str, dict[str, Any]] = {}
    for row in rows:
        head = heads.setdefault(
            row["wave"], {"domains": [], "lineage": json.loads(row["lineage"] or "[]")}
        )
        head["domains"].append(
            {
                "level": row["level"],
                "code": row["domain"],
                "members": json.loads(row["members"] or "[]"),
                "population": row["population"],
            }
        )
    return {wave: UnitsThen(units_in(head), steps_in(head)) for wave, head in heads.items()}


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
