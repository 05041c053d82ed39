"""Rounding to a base, so coarse that integer programming finds no more than linear programming.

A linear programme bounds a suppressed figure as if its totals were any number
(`suppression.feasibility_interval`). Answers are whole persons, though, and persons of different
units weigh differently: what two suppressed units have together is then a sum w1 a + w2 b of whole
numbers a and b that few pairs fit. Five shares and a mean of a region at 0.1 % left one fit of
hundreds of thousands: in the simulated agencies integer programming found every second suppressed
unit mean of an item within 20 points, and every third to seventh exactly. Where each figure of a
parent is rounded to a base that some more or fewer answers fit, whatever a linear programme finds
can be rounded to whole numbers, and integer programming adds nothing.

This is conventional rounding, each figure to its own base. It is not controlled rounding, which
chooses the rounded figures so that they still add up: means and shares of a published table do not.

References
----------
Willenborg, L., de Waal, T. (2001). Elements of Statistical Disclosure Control. Springer, chapter 6
(bounds of suppressed cells with and without whole numbers).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.digits import round_interval_outwards
from analytics.disclosure.rules.display_limits import (
    BASE_ANSWERS,
    BASE_MOVES,
    BASE_OPTION_ANSWERS,
    MEAN_BASES,
    POINTS_OF_A_GRADE,
    SHARE_BASES,
    SHARE_DIGITS_SMALL,
    STEPS_OF_AN_INDEX,
)
from analytics.disclosure.table.finest_cells import partitions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.plan import Plan

# Once the mean is known, each of these is one more sum over the same answers.
_BESIDE: Final = ("df", "deff", "n_eff")
_SUMS_OF_OPTIONS: Final = ("agree", "disagree", "")  # "": balances
_ENDS: Final = {"mean": (0.0, 100.0), "share": (0.0, 1.0), "balance": (-1.0, 1.0)}


def includes_suppressed_units(grid: Grid, hidden: Booleans, plan: Plan) -> Booleans:
    """Find the figures of staff that include answers of units whose own figure is suppressed.

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
    row = {key: number for number, key in enumerate(keys)}
    within = np.zeros((len(keys), len(keys)))
    for key, finest in partitions_of(plan.tree)[0].members.items():
        within[row[key], [row[cell] for cell in finest if cell in row]] = 1.0
    shown = within @ np.where(hidden, 0.0, grid.n)
    return np.asarray(grid.to_rows(shown < grid.n), dtype=bool)


def rounding_bases(frame: pd.DataFrame, rows: Booleans, plan: Plan) -> Floats:
    """Choose the base that each of some figures is rounded to.

    Parameters
    ----------
    frame : DataFrame
        ``measure``, ``statistic``, ``category`` and ``n``.
    rows : ndarray of bool, shape (n_rows,)
        From `includes_suppressed_units`.
    plan : Plan

    Returns
    -------
    ndarray of float, shape (n_rows,)
        In the unit of the figure; 0 for other rows, for bands, and for indices made of many
        answers, whose totals can take so many values that each fits.
    """
    n = np.maximum(frame["n"].to_numpy(dtype=np.float64), 1.0)
    statistic = frame["statistic"].to_numpy(dtype=object)
    of_measure = {measure: _points(measure, plan) for measure in frame["measure"].unique()}
    points = np.array([of_measure[measure] for measure in frame["measure"].tolist()])
    share = (statistic == "share") | (statistic == "balance")
    of_options = frame["category"].isin(_SUMS_OF_OPTIONS).to_numpy(dtype=bool)
    mean = (statistic == "mean") & (points > 0)
    bases = np.where(
        share,
        _smallest_base(SHARE_BASES, np.where(of_options, BASE_ANSWERS, BASE_OPTION_ANSWERS) / n),
        _smallest_base(MEAN_BASES, BASE_MOVES * points / n),
    )
    return np.asarray(np.where(rows & (share | mean), bases, 0.0), dtype=np.float64)


def _points(measure: str, plan: Plan) -> float:
    """Say how far one answer, a grade higher, moves a person's score; 0 for an index of many."""
    parts = () if measure in plan.scales else plan.indices.get(measure, ())
    if parts:
        items = [item for part in parts for item in plan.scales.get(part, ())]
        few = sum(100.0 / _grade(item, plan) for item in items) <= STEPS_OF_AN_INDEX
        return max(_points(part, plan) for part in parts) / len(parts) if few else 0.0
    own = plan.scales.get(measure, (measure,))
    return max((_grade(item, plan) for item in own), default=0.0) / max(len(own), 1)


def _grade(item: str, plan: Plan) -> float:
    known = POINTS_OF_A_GRADE["balance" in plan.items.get(item, ())]
    return max(known, plan.grades.get(item, 0.0))


def _smallest_base(bases: Sequence[float], least: Floats) -> Floats:
    # the last bit must not make the base of exactly enough answers too coarse
    position = np.searchsorted(bases, least - 1e-9)
    return np.asarray(np.array(bases)[position.clip(max=len(bases) - 1)])


def round_to_bases(
    rounded: pd.DataFrame, exact: pd.DataFrame, rows: Booleans, bases: Floats
) -> pd.DataFrame:
    """Round some figures to bases that several counts of answers fit.

    Parameters
    ----------
    rounded : DataFrame
        Published estimates.
    exact : DataFrame
        The same rows before rounding.
    rows : ndarray of bool, shape (n_rows,)
        Figures that include suppressed units: what only repeats their answers is missing.
    bases : ndarray of float, shape (n_rows,)
        From `rounding_bases`; 0 leaves a figure its digits.

    Returns
    -------
    DataFrame
        The interval is as wide as it was, outwards to multiples of the base, around the rounded
        figure: around the exact one, its ends would narrow the figure down again. An error is
        missing, but the error of a mean without correction, for colours, is rounded up to the base.
    """
    chosen = bases > 0
    base, statistic = bases[chosen], exact.loc[chosen, "statistic"]
    names = ["mean", "low", "high", "se_model"]
    mean, low, high, model = exact.loc[chosen, names].to_numpy(dtype=np.float64).T
    figures = round_interval_outwards(mean, mean - low, high - mean, base)
    least, most = np.array([_ENDS[name] for name in statistic]).reshape(-1, 2).T
    result = rounded.copy()
    result.loc[rows, list(_BESIDE)] = np.nan
    result.loc[chosen, "se"] = np.nan
    kept = (statistic == "mean").to_numpy() & rounded.loc[chosen, "se_model"].notna().to_numpy()
    result.loc[chosen, "se_model"] = np.where(kept, np.ceil(model / base) * base, np.nan)
    for name, values in zip(("mean", "low", "high"), figures, strict=True):
        present = rounded.loc[chosen, name].notna().to_numpy()
        value = np.round(values.clip(least, most), SHARE_DIGITS_SMALL) + 0.0
        result.loc[chosen, name] = np.where(present, value, np.nan)
    return result
