"""The dominance rule: distributions that are nearly those of one group too small for a mean.

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

from analytics.disclosure.rules.display_limits import DOMINANCE_SHARE
from analytics.disclosure.table.finest_cells import partitions_of

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Booleans
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.plan import Plan


def dominated_distributions(
    frame: pd.DataFrame, grid: Grid, plan: Plan, hidden: Booleans
) -> Booleans:
    """Find shares and balances of staff in which one suppressed group has most of the weight.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`.
    grid : Grid
        The same rows laid out.
    plan : Plan
    hidden : ndarray of bool, shape (n_cells, n_figures)
        What is suppressed for its own sake.

    Returns
    -------
    ndarray of bool, shape (n_cells, n_figures)
        Nothing in waves of the public, whose groups nobody can list.
    """
    dominated = np.zeros_like(hidden)
    if plan.population != "staff":
        return dominated
    weight = np.zeros(grid.n.shape)
    known = grid.cell >= 0
    exact = np.nan_to_num(frame["weight"].to_numpy(dtype=np.float64))
    weight[grid.cell[known], grid.figure[known]] = exact[known]
    within = _within(plan)
    measure, statistic = (
        grid.figures[name].to_numpy(dtype=object) for name in ("measure", "statistic")
    )
    for mean in np.flatnonzero(statistic == "mean"):
        distribution = np.flatnonzero(
            (measure == measure[mean]) & np.isin(statistic, ["share", "balance"])
        )
        suppressed = np.where(hidden[:, mean], weight[:, mean], 0.0)
        largest = (within * suppressed).max(axis=1)
        above = largest > DOMINANCE_SHARE * weight[:, mean]
        dominated[:, distribution] |= above[:, np.newaxis]
    return dominated


def _within(plan: Plan) -> Booleans:
    """Say of each cell which others lie within it, shape (n_cells, n_cells)."""
    members = partitions_of(plan.tree)[0].members
    cells = [members.get(key, frozenset()) for key in plan.tree.keys]
    return np.array([[part < whole and bool(part) for part in cells] for whole in cells])
