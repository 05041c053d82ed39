"""Residuals from a calibration that each respondent's own answer had no part in.

With few rows for each margin category the fit bends towards every row, so that residuals are too
small and so are the errors made of them.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.estimation.grouping import runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats, Integers
    from analytics.estimation.calibrated import Calibrated

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
    leverage :math:`h_i` of the base-weighted regression on the margins and the strata: in one
    stratum e over 1 - h is the residual from the fit of all others, and :math:`1 - 1/n_h` makes of
    the usual variance that of the jackknife. Strata are in h since the variance takes their means
    out and pays for it already: without margins this is the usual variance exactly. In clusters
    :math:`(I - H_{gg})^{-1} e_g` stands for it. What a row or cluster alone is in a category of
    cannot be told from others: its residual is that of their fit, with 0 for what none of them
    tells of (minimum norm).

    References
    ----------
    Valliant, R. (2002). Variance estimation for the general regression estimator. Survey
    Methodology 28, 103-114.
    """
    x, weight, stage = design.calibration, design.weight, design.stages[0]
    assert x is not None
    base = weight if design.base is None else design.base
    n = stage.size.astype(np.float64)
    home = stage.stratum[stage.cluster]
    shrink = np.where(n > 1, 1.0 - 1.0 / np.maximum(n, 1.0), 1.0)[home]
    # A lonely stratum would explain its own row whole.
    full = np.concatenate([x, home[:, None] == np.flatnonzero(n > 1)], axis=1)
    weighted, both = base[:, None] * x, base[:, None] * full
    gram, whole = weighted.T @ x, both.T @ full
    order, bounds = runs(stage.cluster, len(stage.stratum))
    places = [order[a:b] for a, b in itertools.pairwise(bounds)]
    factor = np.ones(len(weight))
    if stage.drawn_themselves:
        alone = _spare(weighted, gram, x) < ALONE
        spare = _spare(both, whole, full)
        factor = np.where(spare < ALONE, 1.0, 1.0 / np.maximum(spare, ALONE))
        apart = [np.array([row]) for row in np.flatnonzero(alone)]
        joint: list[tuple[Integers, Floats]] = []
    else:
        rank = np.linalg.matrix_rank(gram, hermitian=True)
        left_out = [gram - weighted[own].T @ x[own] for own in places]
        alone = np.linalg.matrix_rank(np.array(left_out), hermitian=True) < rank
        apart = [own for own, only in zip(places, alone, strict=True) if only]
        joint = [
            (own, inverse(whole - both[own].T @ full[own]))
            for own, only in zip(places, alone, strict=True)
            if not only
        ]
    without = [inverse(gram - weighted[own].T @ x[own]) for own in apart]

    def residual(influence: Floats, rows: Integers) -> Floats:
        left = fitted(influence, rows) * factor[:, None]
        for own, solve in joint:
            moment = both[own].T @ (left[own] / weight[own, None])
            left[own] += weight[own, None] * (full[own] @ (solve @ moment))
        if apart:
            outcome = np.zeros_like(influence)
            outcome[rows] = influence[rows] / weight[rows, None]
            total = weighted.T @ outcome
            for own, solve in zip(apart, without, strict=True):
                slope = solve @ (total - weighted[own].T @ outcome[own])
                left[own] = weight[own, None] * (outcome[own] - x[own] @ slope)
        return np.asarray(left * shrink[:, None], dtype=np.float64)

    return residual


def _spare(weighted: Floats, gram: Floats, x: Floats) -> Floats:
    """Give 1 less the leverage of each row."""
    return np.asarray(1.0 - np.einsum("ij,jk,ik->i", weighted, inverse(gram), x), dtype=np.float64)


def inverse(gram: Floats) -> Floats:
    """Invert as far as possible: the margins' columns are dependent, each margin sums to one."""
    return np.asarray(np.linalg.pinv(gram, rcond=1e-10, hermitian=True), dtype=np.float64)
