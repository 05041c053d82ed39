"""Residuals from a calibration that each respondent's own answer had no part in.

With few rows for each margin category the fit bends towards every row, so that residuals are too
small and so are the errors made of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.estimation.grouping import runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats, Integers
    from analytics.estimation.calibration import Calibrated

ALONE: Final = 1e-8  # 1 - h of a row that some coefficient hangs on alone


def left_out_residual(
    design: Calibrated, fitted: Callable[[Floats, Integers], Floats]
) -> Callable[[Floats, Integers], Floats]:
    r"""Prepare residuals from the regression without a row's own cluster.

    Parameters
    ----------
    design : Calibrated
        With calibration columns.
    fitted : callable
        Ordinary residuals, from `analytics.estimation.calibration.calibration_residual`.

    Returns
    -------
    callable
        As ``fitted``: takes u = w z, shape (n_respondents, n_columns), and the rows of a domain.

    Notes
    -----
    Where respondents were drawn themselves, :math:`w_i e_i (1 - 1/n_h) / (1 - h_i)` with the
    leverage :math:`h_i = d_i x_i' (X'DX)^{-1} x_i`: e over 1 - h is the residual from the fit of
    all others, and :math:`1 - 1/n_h` makes of the usual variance that of the jackknife. Without
    margins, when the fit is the mean, this is the usual variance exactly. In clusters, and for a
    row that is alone in a category, the fit is made without the cluster or the row; what nobody
    else tells of is then taken as 0 (minimum norm).

    References
    ----------
    Valliant, R. (2002). Variance estimation for the general regression estimator. Survey
    Methodology 28, 103-114.
    """
    x, weight, stage = design.calibration, design.weight, design.stages[0]
    assert x is not None
    base = weight if design.base is None else design.base
    n = stage.size.astype(np.float64)
    shrink = np.where(n > 1, 1.0 - 1.0 / np.maximum(n, 1.0), 1.0)[stage.stratum[stage.cluster]]
    weighted = base[:, None] * x
    gram = weighted.T @ x
    factor, apart = np.ones(len(weight)), np.arange(len(stage.stratum))
    if stage.drawn_themselves:
        spare = 1.0 - np.einsum("ij,jk,ik->i", weighted, inverse(gram), x)
        apart = np.flatnonzero(spare < ALONE)
        factor = 1.0 / np.maximum(spare, ALONE)
    order, bounds = runs(stage.cluster, len(stage.stratum))
    places = [order[bounds[number] : bounds[number + 1]] for number in apart]
    without = [inverse(gram - weighted[own].T @ x[own]) for own in places]

    def residual(influence: Floats, rows: Integers) -> Floats:
        left = fitted(influence, rows) * factor[:, None]
        if places:
            outcome = np.zeros_like(influence)
            outcome[rows] = influence[rows] / weight[rows, None]
            moment = weighted.T @ outcome
            for own, solve in zip(places, without, strict=True):
                slope = solve @ (moment - weighted[own].T @ outcome[own])
                left[own] = weight[own, None] * (outcome[own] - x[own] @ slope)
        return np.asarray(left * shrink[:, None], dtype=np.float64)

    return residual


def inverse(gram: Floats) -> Floats:
    """Invert as far as possible: the margins' columns are dependent, each margin sums to one."""
    return np.asarray(np.linalg.pinv(gram, rcond=1e-10, hermitian=True), dtype=np.float64)
