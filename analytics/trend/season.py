"""A seasonal pattern, where the waves can carry one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import SpecificationError

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.trend.series import WaveSeries

DIVISIONS: Final = (2, 3, 4, 6, 12)
FULL_CYCLES: Final = 2
TOO_FEW: Final = (
    "Too few waves for a season: each part of the year must have been measured in at least 2 "
    "years. The season is left out."
)
ONE_PART: Final = "All waves lie in the same part of the year: there is no season to estimate."


def season_of(series: WaveSeries, parts: int) -> Integers:
    """Tell which part of the year each wave lies in, from 0.

    Raises
    ------
    SpecificationError
        If the year is not divided into 2, 3, 4, 6 or 12 parts.
    """
    if parts not in DIVISIONS:
        raise SpecificationError(
            f"a season divides the year into {', '.join(map(str, DIVISIONS))} parts, not {parts}"
        )
    months = np.array([day.month - 1 for day in series.dates], dtype=np.int64)
    return np.asarray(months * parts // 12, dtype=np.int64)


def without_season(series: WaveSeries, parts: int, effect: Floats, se: Floats) -> WaveSeries:
    r"""Take an estimated season out of a series and carry its error on.

    Parameters
    ----------
    series : WaveSeries
    parts : int
        Of the year, as in `season_of`.
    effect, se : ndarray of float, shape (parts,)
        Of each part, NaN where it was not measured; the effects sum to 0.

    Returns
    -------
    WaveSeries
        The error of the season is shared by all waves of a part. Effects that sum to 0 are taken as
        equally correlated, with :math:`-1/(m - 1)` for m parts, which two are exactly.
    """
    there = np.flatnonzero(np.isfinite(effect))
    m = len(there)
    loading = np.sqrt(m / (m - 1)) * (np.eye(m) - 1 / m) * se[there][:, None]
    at = np.searchsorted(there, season_of(series, parts))
    return replace(
        series,
        estimate=series.estimate - effect[there][at],
        shared=np.hstack([series.shared, loading[at]]),
    )


def seasonal_pattern(series: WaveSeries, parts: int) -> tuple[Floats, tuple[int, ...], str]:
    """Code the season so that its parts sum to 0.

    Parameters
    ----------
    series : WaveSeries
    parts : int
        2 for half-years, 4 for quarters.

    Returns
    -------
    pattern : ndarray of float, shape (n_waves, n_present - 1)
        No column where the data cannot carry a season.
    present : tuple of int
        The parts of the year that have waves; the last one is minus the sum of the others.
    warning : str
        Why there is none; empty where there is one.

    Notes
    -----
    The pattern is the same every year: a pattern that moves needs more years than a survey of
    some waves a year will have for a long time. It is estimated only where each part of the year
    has figures from at least 2 calendar years, and more waves than 2 per part's effect remain.
    """
    season = season_of(series, parts)
    known = series.known
    present = tuple(int(part) for part in np.unique(season[known]))
    empty = np.zeros((len(season), 0))
    if len(present) < FULL_CYCLES:
        return empty, present, ONE_PART
    years = np.array([day.year for day in series.dates])
    cycles = [len(set(years[known & (season == part)])) for part in present]
    if min(cycles) < FULL_CYCLES or known.sum() < FULL_CYCLES * len(present):
        return empty, present, TOO_FEW
    columns = [
        (season == part).astype(np.float64) - (season == present[-1]) for part in present[:-1]
    ]
    return np.column_stack(columns), present, ""
