"""Calibration: weights that reproduce known totals and stay near the base weights.

Linear calibration is the generalised regression (GREG) estimator; raking to totals gives what
`analytics.weighting.rake` finds cell by cell; logit keeps every factor within bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import WeightError
from analytics.weighting.diagnostics import check_weights
from analytics.weighting.distance import distance as distance_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats
    from analytics.weighting.distance import Bounds, Distance, DistanceName

ROUNDS: Final = 100
TOLERANCE: Final = 1e-9
HALVINGS: Final = 40  # a step 2^-40 of Newton's is none


@dataclass(frozen=True, slots=True)
class CalibratedWeights:
    """Calibrated weights and how the search ended.

    ``factor`` is weight / base weight, ``miss`` the largest distance from a total, as a share of
    the size of what is added up there, and ``worst`` the name of that total. ``negative`` counts
    weights below zero, which linear calibration without bounds can give. ``bounded`` counts
    factors that stand at a bound.
    """

    weight: pd.Series
    factor: Floats
    converged: bool
    iterations: int
    miss: float
    worst: str
    negative: int
    bounded: int


def calibrate(
    base: pd.Series,
    columns: Floats,
    totals: Floats,
    *,
    names: Sequence[str] | None = None,
    distance: DistanceName = "linear",
    bounds: Bounds | None = None,
) -> CalibratedWeights:
    r"""Fit base weights to known totals.

    Parameters
    ----------
    base : Series of float, shape (n_respondents,)
        Persons per respondent, each above zero.
    columns : ndarray of float, shape (n_respondents, n_totals)
        x, finite; a column of ones fixes the number of persons. Columns may depend on each other
        as the categories of several margins do, if their totals agree.
    totals : ndarray of float, shape (n_totals,)
        What each column adds up to in the population, in its own unit.
    names : sequence of str, shape (n_totals,), optional
        For messages.
    distance : {"linear", "raking", "logit"}
        Linear is the GREG; raking keeps weights above zero; logit keeps factors inside bounds.
    bounds : pair of float, or of ndarray of float, shape (n_respondents,), optional
        Lowest and highest factor; the logit needs them.

    Returns
    -------
    CalibratedWeights
        ``converged`` is false where no weights within the bounds reproduce the totals; the
        weights are then as near as the search came.

    Raises
    ------
    WeightError
        If a weight, column or total cannot be used, or nobody has a value in a column whose total
        is not zero.

    Notes
    -----
    :math:`w_i = d_i F(x_i'\lambda)` with :math:`\sum_i w_i x_i = t`, by Newton's method with step
    halving on the convex :math:`\sum_i d_i \int F - t'\lambda`; within bounds, where that does not
    arrive, in damped steps. Standard errors: put ``columns`` and ``base`` into the `Design`;
    linear, raking and logit have the same asymptotic variance.

    References
    ----------
    Deville, J.-C., Sarndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of
    the American Statistical Association 87, 376-382.

    Levenberg, K. (1944). A method for the solution of certain non-linear problems in least
    squares. Quarterly of Applied Mathematics 2, 164-168.
    """
    check_weights(base)
    labels = [str(n) for n in names] if names else [f"column {n + 1}" for n in range(len(totals))]
    _check(base, columns, totals, labels)
    start = base.to_numpy(dtype=np.float64)
    curve = distance_named(distance, bounds)
    # Columns of like size, so that the rank of the normal equations does not hang on their units.
    size = np.maximum(start @ np.abs(columns), np.abs(totals))
    size = np.where(size > 0, size, 1.0)
    factor, iterations, gap = _search(start, columns / size, totals / size, curve)
    if bounds is not None and not (gap <= TOLERANCE).all():
        # With most factors at a bound little is left to see where totals lie: short steps get there
        again = _search(start, columns / size, totals / size, curve, damped=True)
        if (again[2] <= TOLERANCE).all():
            factor, iterations, gap = again[0], iterations + again[1], again[2]
    worst = int(np.argmax(gap)) if len(gap) else -1
    ends = (-np.inf, np.inf) if bounds is None else bounds
    return CalibratedWeights(
        weight=pd.Series(start * factor, index=base.index),
        factor=factor,
        converged=bool((gap <= TOLERANCE).all()),
        iterations=iterations,
        miss=float(gap[worst]) if worst >= 0 else 0.0,
        worst=labels[worst] if worst >= 0 else "",
        negative=int((factor < 0).sum()),
        bounded=int(((factor <= ends[0]) | (factor >= ends[1])).sum()),
    )


def _check(base: pd.Series, columns: Floats, totals: Floats, labels: Sequence[str]) -> None:
    if columns.shape != (len(base), len(totals)) or len(labels) != len(totals):
        raise WeightError(
            f"calibration has {len(base)} weights, columns of shape {columns.shape} and "
            f"{len(totals)} totals: give a column per total and a row per weight"
        )
    bad = ~(np.isfinite(columns).all(axis=0) & np.isfinite(totals))
    if bad.any():
        raise WeightError(
            f"calibration on {labels[int(np.argmax(bad))]}: every value and the total must be known"
        )
    empty = (columns == 0).all(axis=0) & (totals != 0)
    if empty.any():
        raise WeightError(
            f"calibration on {labels[int(np.argmax(empty))]}: nobody in the data has any of it, "
            "so no weights give its total"
        )


def _search(
    base: Floats, x: Floats, totals: Floats, curve: Distance, *, damped: bool = False
) -> tuple[Floats, int, Floats]:
    """Go down the dual; also give the number of steps and the distance from each total.

    Damped, all factors count in the curvature by as much as the totals are off, those at a bound
    too (Levenberg 1944).
    """
    everybody = (x * base[:, None]).T @ x
    place = np.zeros(x.shape[1])
    linear = np.zeros(len(base))
    for iterations in range(ROUNDS + 1):
        left = totals - (base * curve.factor(linear)) @ x
        if (np.abs(left) <= TOLERANCE / 10).all() or iterations == ROUNDS:
            break
        curvature = (x * (base * curve.slope(linear))[:, None]).T @ x
        if damped:
            curvature += min(1.0, float(np.abs(left).max())) * everybody
        step = np.linalg.pinv(curvature, rcond=1e-12, hermitian=True) @ left
        moved = _descend(base, x, totals, curve, place, step)
        if moved is None:
            break
        place, linear = moved
    return curve.factor(linear), iterations, np.abs(left)


def _descend(
    base: Floats, x: Floats, totals: Floats, curve: Distance, place: Floats, step: Floats
) -> tuple[Floats, Floats] | None:
    """Halve the step until it leads downhill; None where no step does."""

    def height(at: Floats) -> float:
        return float(base @ curve.integral(x @ at) - totals @ at)

    here = height(place)
    slope = float(((base * curve.factor(x @ place)) @ x - totals) @ step)
    for _ in range(HALVINGS):
        there = place + step
        if height(there) <= here + 1e-4 * slope + 1e-15 * abs(here):
            return (there, x @ there) if (there != place).any() else None
        step, slope = step / 2, slope / 2
    return None
