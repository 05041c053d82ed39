"""Figures rounded so coarsely that nobody can try out the whole numbers behind hidden ones.

A linear programme bounds a hidden figure as if its sums were any number (`bounds`). Answers are
whole persons, though, and persons of different units weigh differently: what two hidden units have
together is then a sum w1 a + w2 b of whole numbers a and b that few pairs fit. Five shares and a
mean of a region at 0.1 % left one fit of hundreds of thousands: in the simulated agencies integer
programming found every second hidden unit mean of an item within 20 points, and every third to
seventh exactly. Where each figure of a parent leaves room for some more or fewer answers, whatever
numbers a linear programme finds can be rounded to whole ones, and nothing is won by trying.

References
----------
Willenborg, L., de Waal, T. (2001). Elements of Statistical Disclosure Control. Springer, chapter 6
(bounds of suppressed cells with and without whole numbers).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.digits import to_digits
from analytics.disclosure.rules.display_limits import (
    BLURRED_ANSWERS,
    BLURRED_MEAN_STEPS,
    BLURRED_MOVES,
    BLURRED_OPTION_ANSWERS,
    BLURRED_STEPS,
    POINTS_OF_A_GRADE,
    SHARE_DIGITS_SMALL,
)
from analytics.disclosure.table.finest_cells import views_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.plan import Plan

# Once the mean is known, each of these is one more sum over the same answers.
_BESIDE: Final = ("df", "deff", "n_eff")
_SIDES: Final = ("agree", "disagree", "")  # sums over options, and balances
_ENDS: Final = {"mean": (0.0, 100.0), "share": (0.0, 1.0), "balance": (-1.0, 1.0)}


def count_in_hidden(grid: Grid, hidden: Booleans, plan: Plan) -> Booleans:
    """Find the figures of staff that count in answers of units whose own figure is hidden.

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
    return np.asarray(grid.collect(shown < grid.n), dtype=bool)


def steps_of(frame: pd.DataFrame, rows: Booleans, plan: Plan) -> Floats:
    """Choose the step that each of some figures is rounded to.

    Parameters
    ----------
    frame : DataFrame
        ``measure``, ``statistic``, ``category`` and ``n``.
    rows : ndarray of bool, shape (n_rows,)
        From `count_in_hidden`.
    plan : Plan

    Returns
    -------
    ndarray of float, shape (n_rows,)
        In the unit of the figure; 0 for other rows, for bands, and for indices made of scales,
        whose sums have so many steps that each sum fits.
    """
    n = np.maximum(frame["n"].to_numpy(dtype=np.float64), 1.0)
    statistic = frame["statistic"].to_numpy(dtype=object)
    points = np.array([_points(measure, plan) for measure in frame["measure"]])
    share = (statistic == "share") | (statistic == "balance")
    whole = frame["category"].isin(_SIDES).to_numpy(dtype=bool)
    mean = (statistic == "mean") & (points > 0)
    steps = np.where(
        share,
        _first(BLURRED_STEPS, np.where(whole, BLURRED_ANSWERS, BLURRED_OPTION_ANSWERS) / n),
        _first(BLURRED_MEAN_STEPS, BLURRED_MOVES * points / n),
    )
    return np.asarray(np.where(rows & (share | mean), steps, 0.0), dtype=np.float64)


def _points(measure: str, plan: Plan) -> float:
    """Say how far one answer, a grade higher, moves a person's score; 0 for a composed index."""
    items = plan.scales.get(measure) or (() if measure in plan.indices else (measure,))
    grades = [POINTS_OF_A_GRADE["balance" in plan.items.get(item, ())] for item in items]
    return max(grades, default=0.0) / max(len(items), 1)


def _first(steps: Sequence[float], least: Floats) -> Floats:
    # the last bit must not make the step of exactly enough answers too coarse
    at = np.searchsorted(steps, least - 1e-9)
    return np.asarray(np.array(steps)[at.clip(max=len(steps) - 1)])


def blur(rounded: pd.DataFrame, exact: pd.DataFrame, rows: Booleans, steps: Floats) -> pd.DataFrame:
    """Round some figures to steps that several counts of answers fit.

    Parameters
    ----------
    rounded : DataFrame
        Published estimates.
    exact : DataFrame
        The same rows before rounding.
    rows : ndarray of bool, shape (n_rows,)
        Figures that count in hidden units: what only repeats their answers is missing.
    steps : ndarray of float, shape (n_rows,)
        From `steps_of`; 0 leaves a figure its digits.

    Returns
    -------
    DataFrame
        The interval is as wide as it was, outwards to whole steps, around the rounded figure:
        around the exact one, its ends would narrow the figure down again. An error is missing, but
        the error of a mean without correction, for colours, is rounded up to a step.
    """
    chosen = steps > 0
    step, statistic = steps[chosen], exact.loc[chosen, "statistic"]
    names = ["mean", "low", "high", "se_model"]
    mean, low, high, model = exact.loc[chosen, names].to_numpy(dtype=np.float64).T
    told = with_reach(mean, mean - low, high - mean, step)
    least, most = np.array([_ENDS[one] for one in statistic]).reshape(-1, 2).T
    result = rounded.copy()
    result.loc[rows, list(_BESIDE)] = np.nan
    result.loc[chosen, "se"] = np.nan
    kept = (statistic == "mean").to_numpy() & rounded.loc[chosen, "se_model"].notna().to_numpy()
    result.loc[chosen, "se_model"] = np.where(kept, np.ceil(model / step) * step, np.nan)
    for name, values in zip(("mean", "low", "high"), told, strict=True):
        there = rounded.loc[chosen, name].notna().to_numpy()
        value = np.round(values.clip(least, most), SHARE_DIGITS_SMALL) + 0.0
        result.loc[chosen, name] = np.where(there, value, np.nan)
    return result


def with_reach(
    figure: Floats, below: Floats, above: Floats, step: Floats
) -> tuple[Floats, Floats, Floats]:
    """Round a figure to its step, and lay its interval around it, outwards to whole steps.

    Parameters
    ----------
    figure : ndarray of float, shape (n,)
    below, above : ndarray of float, shape (n,)
        How far the ends of its interval are away.
    step : ndarray of float, shape (n,)
        Above 0.

    Returns
    -------
    figure, low, high : ndarray of float, shape (n,)
    """
    told = to_digits(figure / step, 0) * step
    # an end that is a whole step away stays there, whatever the last bit says
    low = np.floor((told - below) / step + 1e-9) * step
    high = np.ceil((told + above) / step - 1e-9) * step
    return told, low, high
