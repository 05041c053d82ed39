"""Shares rounded so coarsely that nobody can try out the whole numbers behind hidden ones.

A linear programme bounds a hidden figure as if its sums were any number (`bounds`). Answers are
whole persons, though, and persons of different units weigh differently: what two hidden units have
together is then a sum w1 a + w2 b of whole numbers a and b that few pairs fit. Five shares and a
mean of a region at 0.1 % left one fit of hundreds of thousands: in the simulated agencies integer
programming found every second hidden unit mean of an item within 20 points, and every third to
seventh exactly.

References
----------
Willenborg, L., de Waal, T. (2001). Elements of Statistical Disclosure Control. Springer, chapter 6
(bounds of suppressed cells with and without whole numbers).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.atoms import views_of
from analytics.disclosure.display_limits import (
    BLURRED_ANSWERS,
    BLURRED_STEPS,
    SHARE_DIGITS_SMALL,
)

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Booleans
    from analytics.disclosure.grid import Grid
    from analytics.disclosure.plan import Plan

_TOLD_BESIDE = ("se", "se_model", "df", "deff", "n_eff")


def count_in_hidden(grid: Grid, hidden: Booleans, plan: Plan) -> Booleans:
    """Find the shares of staff that count in answers of units whose own share is hidden.

    Parameters
    ----------
    grid : Grid
    hidden : ndarray of bool, shape (n_cells, n_figures)
    plan : Plan

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        The weights of the public differ from person to person, and none is published.
    """
    if plan.population != "staff":
        return np.zeros(len(grid.cell), dtype=bool)
    keys = plan.tree.keys
    place = {key: at for at, key in enumerate(keys)}
    inside = np.zeros((len(keys), len(keys)))
    for key, atoms in views_of(plan.tree)[0].members.items():
        inside[place[key], [place[atom] for atom in atoms if atom in place]] = 1.0
    shown = inside @ np.where(hidden, 0.0, grid.n)
    share = (grid.figures["statistic"] == "share").to_numpy(dtype=bool)
    found = grid.collect((shown < grid.n) & share)
    return np.asarray(found, dtype=bool)


def blur(rounded: pd.DataFrame, exact: pd.DataFrame, rows: Booleans) -> pd.DataFrame:
    """Round some shares to steps that several counts of answers fit.

    Parameters
    ----------
    rounded : DataFrame
        Published estimates.
    exact : DataFrame
        The same rows before rounding.
    rows : ndarray of bool, shape (n_rows,)

    Returns
    -------
    DataFrame
        The interval is as wide as it was, outwards to whole steps, around the rounded share: around
        the exact one, its ends would narrow the share down again. What else is made of the exact
        share is missing.
    """
    chosen = exact.loc[rows, ["n", "mean", "low", "high"]].to_numpy(dtype=np.float64)
    n, mean, low, high = chosen.T
    # the last bit must not make the step of exactly enough answers too coarse
    at = np.searchsorted(BLURRED_STEPS, BLURRED_ANSWERS / np.maximum(n, 1.0) - 1e-9)
    step = np.array(BLURRED_STEPS)[at.clip(max=len(BLURRED_STEPS) - 1)]
    share = np.round(mean / step) * step
    told = {
        "mean": share,
        "low": np.floor((share - (mean - low)) / step) * step,
        "high": np.ceil((share + (high - mean)) / step) * step,
    }
    result = rounded.copy()
    result.loc[rows, list(_TOLD_BESIDE)] = np.nan
    for name, values in told.items():
        result.loc[rows, name] = np.round(values.clip(0.0, 1.0), SHARE_DIGITS_SMALL) + 0.0
    return result
