"""One figure a year for units that are too small in each pulse.

A pulse asks a part of the staff, so small units have too few answers in every single one. Over
the pulses of a calendar year, where each asks other people, they have several times as many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.estimation.intervals import mean_interval
from analytics.tables import YEARLY_COLUMNS, YearlyTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tables import EstimateTable
    from analytics.waves import WaveMeta

FEWEST_WAVES: Final = 2
_KEY: Final = ["measure", "kind", "domain"]


def may_be_pooled(waves: Sequence[WaveMeta]) -> bool:
    """Say whether waves are pulses that asked different people.

    The same people twice would count a few as many.
    """
    groups = [one.groups for one in waves]
    return (
        len(waves) >= FEWEST_WAVES
        and all(one.kind == "pulse" and one.population == "staff" for one in waves)
        and not any(one.invited_everybody for one in waves)
        and all(groups)
        and len(frozenset[int]().union(*groups)) == sum(map(len, groups))
    )


def pool_year(waves: Sequence[tuple[WaveMeta, EstimateTable]]) -> YearlyTable:
    """Average the means of units over the pulses of a year.

    Parameters
    ----------
    waves : sequence of tuple of WaveMeta and EstimateTable
        All pulses of one calendar year, each with its exact figures.

    Returns
    -------
    YearlyTable
        Units with an answer in every pulse, for each index and scale that every pulse has; empty
        where a panel was asked twice. ``n`` counts different people.

    Notes
    -----
    Each wave counts for the persons that the unit had then: M = sum(N_w M_w) / sum(N_w), so an
    index stays the weighted mean of its parts. Var(M) = sum((N_w / sum N)^2 Var(M_w)), with the
    finite population corrections of the waves. Panels that do not overlap have a negative
    covariance, which is left out: the error is, if anything, too large (design.md 8.5).
    Degrees of freedom after Satterthwaite.
    """
    if not may_be_pooled([meta for meta, _ in waves]):
        return YearlyTable.empty()
    parts = [_unit_means(table).assign(wave=at) for at, (_, table) in enumerate(waves)]
    every = pd.concat(parts, ignore_index=True)
    whole = every.groupby(_KEY)["wave"].transform("size") == len(waves)
    found = every[whole]
    if found.empty:
        return YearlyTable.empty()
    persons = found["population"].astype("float64")
    share = persons / persons.groupby([found[name] for name in _KEY]).transform("sum")
    variance = (share * found["se"]) ** 2
    terms = found.assign(
        mean=share * found["mean"],
        variance=variance,
        below=variance**2 / found["df"].where(found["df"] > 0),
    )
    sums = terms.groupby(_KEY, as_index=False, sort=True).agg(
        n=("n", "sum"),
        population=("population", "min"),
        mean=("mean", "sum"),
        variance=("variance", "sum"),
        below=("below", "sum"),
        # an error or degrees of freedom that one wave lacks leave the year without
        known=("below", "count"),
        all_equal=("all_equal", "all"),
    )
    return YearlyTable(_with_interval(sums, len(waves)))


def _unit_means(table: EstimateTable) -> pd.DataFrame:
    frame = table.frame
    rows = (
        (frame["level"] == "unit")
        & (frame["statistic"] == "mean")
        & frame["kind"].isin(["index", "scale"])
        & (frame["n"] > 0)
        & frame["population"].notna()
    )
    # a scale that is an index of the same code stands twice with the same figures
    return frame[rows].drop_duplicates(["measure", "domain"])


def _with_interval(sums: pd.DataFrame, waves: int) -> pd.DataFrame:
    variance = sums["variance"].to_numpy(dtype=np.float64)
    below = sums["below"].to_numpy(dtype=np.float64)
    complete = (sums["known"] == waves).to_numpy(dtype=bool)
    df = np.divide(variance**2, below, out=np.full(len(sums), np.inf), where=below > 0)
    df = np.where(complete, df, np.nan)
    se = np.where(complete, np.sqrt(variance), np.nan)
    mean = sums["mean"].to_numpy(dtype=np.float64)
    low, high = mean_interval(mean, se, df)
    columns = sums.rename(columns={"domain": "unit"}).assign(
        waves=waves, se=se, df=df, low=np.maximum(low, 0.0), high=np.minimum(high, 100.0)
    )
    return columns[list(YEARLY_COLUMNS)]
