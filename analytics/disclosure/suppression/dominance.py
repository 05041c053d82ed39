"""Distributions of staff that are nearly those of one group inside, which is too small for a mean.

Answers of a unit where few answered weigh much. In a pulse of a small agency 8 of 43 answers may
stand for seven of ten people: what options the agency chose then bounds the mean of these 8 within
15 points, however many options its hidden siblings have. The agency's mean alone does not.

References
----------
Hundepool, A. and others (2012). Statistical Disclosure Control. Wiley, section 4.2 (dominance).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.rules.display_limits import DOMINANT
from analytics.disclosure.table.finest_cells import views_of

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Booleans
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.plan import Plan


def mostly_of_one(frame: pd.DataFrame, grid: Grid, plan: Plan, hidden: Booleans) -> Booleans:
    """Find shares and balances of groups in which one that is hidden has most of the weight.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`.
    grid : Grid
        The same rows laid out.
    plan : Plan
    hidden : ndarray of bool, shape (n_cells, n_figures)
        What is too small by itself.

    Returns
    -------
    ndarray of bool, shape (n_cells, n_figures)
        Nothing in waves of the public, whose groups nobody can list.
    """
    found = np.zeros_like(hidden)
    if plan.population != "staff":
        return found
    weight = np.zeros(grid.n.shape)
    known = grid.cell >= 0
    exact = np.nan_to_num(frame["weight"].to_numpy(dtype=np.float64))
    weight[grid.cell[known], grid.figure[known]] = exact[known]
    within = _within(plan)
    measure, statistic = (
        grid.figures[name].to_numpy(dtype=object) for name in ("measure", "statistic")
    )
    for mean in np.flatnonzero(statistic == "mean"):
        cut = np.flatnonzero((measure == measure[mean]) & np.isin(statistic, ["share", "balance"]))
        small = np.where(hidden[:, mean], weight[:, mean], 0.0)
        most = (within * small).max(axis=1)
        found[:, cut] |= (most > DOMINANT * weight[:, mean])[:, np.newaxis]
    return found


def _within(plan: Plan) -> Booleans:
    """Say of each cell which others lie within it, shape (n_cells, n_cells)."""
    members = views_of(plan.tree)[0].members
    inside = [members.get(key, frozenset()) for key in plan.tree.keys]
    return np.array([[one < whole and bool(one) for one in inside] for whole in inside])
