"""Where the headline index stands over all its waves, from published means alone."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analytics.trend.breaks import find_break
from analytics.trend.describe import describe
from analytics.trend.series import error_of_printed, wave_series
from questionnaires.loader import load_library
from questionnaires.margins import USUAL, Margins
from survey_app.publishing.computing.links import shares_of_units
from survey_app.publishing.inputs.history import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.trend.series import WaveSeries
    from survey_app.publishing.computing.links import Over

_LEVELS: Final = ("agency", "region")
DIGITS_OF_P: Final = 3


def trend_rows(
    history: Sequence[Shown],
    content: Mapping[str, Any],
    over: Over | None = None,
    margins: Margins = USUAL,
) -> list[dict[str, Any]]:
    """Describe the headline index of the agency and of each region that this wave shows.

    Parameters
    ----------
    history : sequence of Shown
        What earlier waves showed, oldest first.
    content : mapping
        The publication, with its protected estimates.
    over : Over, optional
        Links over other words, which the course leads over with their error.
    margins : Margins, optional
        The smallest changes that matter.

    Returns
    -------
    list of dict
        ``measure``, ``level``, ``domain``, ``waves``, ``smoothed``; the level now
        (``estimate``, ``low``, ``high``); ``since`` (the key of a wave) and the ``change`` with
        ``change_low``, ``change_high``, ``direction``, ``under_limit`` and ``margin``;
        ``delta`` and ``delta_se``, what other words did to answers since then, only where they did;
        ``warning``, "too_short" where the waves themselves are compared; ``break``, of the whole
        alone: whether all waves together jump somewhere (`_searched`).

    Notes
    -----
    Errors are without finite population correction, recovered from what was shown as
    se / sqrt(1 - n/N): waves are compared as measurements of a staff whose answers vary from day to
    day (docs/adr/0012). What rounding left out is added.
    """
    measure = load_library().measures.headline(content["campaign"]["population"])
    if not measure:
        return []
    now = _now(content, measure)
    over = over if over and over.rows else None
    history = over.history(history, measure) if over else history
    units = shares_of_units(content["domains"]) if over else {}
    return [_described(measure, one, history, over, units, margins) for one in now]


def _now(content: Mapping[str, Any], measure: str) -> list[Shown]:
    people = {(one["level"], one["code"]): one["population"] for one in content["domains"]}
    wave = content["wave"]
    return [
        Shown(
            wave["key"],
            date.fromisoformat(wave["closed_on"]),
            row["level"],
            row["domain"],
            row["n"],
            people.get((row["level"], row["domain"])),
            row["mean"],
            row["se"],
        )
        for row in content["estimates"]
        if row["measure"] == measure
        and row["statistic"] == "mean"
        and row["level"] in _LEVELS
        and row["status"] == "published"
        and row["se"] is not None
        and row["n"] is not None
    ]


def _described(
    measure: str,
    now: Shown,
    history: Sequence[Shown],
    over: Over | None,
    units: Mapping[tuple[str, str], float],
    margins: Margins,
) -> dict[str, Any]:
    same = [one for one in history if (one.level, one.domain) == (now.level, now.domain)]
    # of waves that closed on one day the later one stands
    waves = {one.closed_on: one for one in (*same, now)}
    series = wave_series(
        list(waves),
        [one.mean for one in waves.values()],
        [error_of_printed(one.se, one.n, one.population) for one in waves.values()],
    )
    if over:
        share = units.get((now.level, now.domain), 1.0)
        of = None if now.level == "agency" else (now.level, share)
        keys = [waves[day].wave for day in series.dates]
        errors = over.shared(measure, keys, series.se, of)
        series = replace(series, se=errors.own, shared=errors.shared)
    found = describe(series, margin=margins.at(now.level))
    change = found.change
    since = waves[change.since].wave if change and change.since else None
    way = over.way(measure, since) if over and since else None
    return {
        "measure": measure,
        "level": now.level,
        "domain": now.domain,
        "waves": found.waves,
        "smoothed": found.smoothed,
        "estimate": _told(found.level.estimate),
        "low": _told(found.level.low),
        "high": _told(found.level.high),
        "since": since,
        "change": _told(change.estimate) if change else None,
        "change_low": _told(change.low) if change else None,
        "change_high": _told(change.high) if change else None,
        "direction": found.direction,
        "under_limit": found.under_limit,
        "margin": found.margin,
        "warning": "" if found.smoothed else "too_short",
        "break": _searched(series, waves) if now.level == "agency" else None,
    } | ({"delta": round(way.delta, 2), "delta_se": round(way.se, 2)} if way and way.links else {})


def _searched(series: WaveSeries, waves: Mapping[date, Shown]) -> dict[str, Any] | None:
    """Search the headline series for a jump at a day that nobody named.

    Returns
    -------
    dict or None
        From eight waves on: whether one is ``found``, how often a series without one shows as much
        (``p``), and the key of the first wave after it (``since``), where it was found.
    """
    broken = find_break(series, np.random.default_rng(_seed(series)))
    if broken.found is None or broken.day is None:
        return None
    return {
        "found": broken.found,
        "p": round(broken.p, DIGITS_OF_P),
        "since": waves[broken.day].wave if broken.found else None,
    }


def _seed(series: WaveSeries) -> int:
    """Hand out chance by what is searched, so that a verifier draws the same."""
    told = [day.isoformat() for day in series.dates]
    figures = [f"{value:.10g}" for value in (*series.estimate, *series.se)]
    name = hashlib.sha256("|".join([*told, *figures]).encode()).digest()
    return int.from_bytes(name[:8])


def _told(value: float) -> float | None:
    return round(value, 1) + 0.0 if math.isfinite(value) else None
