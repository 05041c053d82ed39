"""Missing predictors filled in several times, so that their uncertainty reaches the interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.drivers.importance import RegressionFit, finished, fitted
from analytics.errors import FrameError
from analytics.missing.rubin import pool
from analytics.workbench.methods.drivers.imputed_values import impute

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.drivers.importance import Importance
    from analytics.drivers.shares import Method
    from analytics.estimation.design import Design


def imputed_importance(
    design: Design,
    values: Floats,
    names: tuple[str, ...],
    df: float,
    rng: np.random.Generator,
    *,
    draws: int = 20,
    method: Method = "lmg",
    confidence: float = 0.95,
) -> Importance:
    """Estimate drivers where predictors are missing, by multiple imputation.

    Parameters
    ----------
    design, values, names, df, method, confidence
        As for `analytics.drivers.importance.importance`.
    rng : numpy.random.Generator
        The same seed gives the same figures, in whatever order the respondents stand.
    draws : int
        Completed data sets, at least 2.

    Returns
    -------
    Importance
        ``n`` counts respondents with the outcome and at least one predictor; shares are those of
        the mean parts of R squared.

    Raises
    ------
    FrameError
        As for `importance`, or if fewer than two data sets are asked for.

    Notes
    -----
    Shares and their differences are pooled by Rubin's rules, see `analytics.missing.rubin.pool`,
    with the design-based variance within each completed data set.
    """
    if draws < 2:  # noqa: PLR2004 - one data set has no variance between
        raise FrameError("imputation needs at least 2 completed data sets")
    fits = [
        fitted(design, one, names, method=method, missing="complete")
        for one in impute(design, values, names, draws, rng)
    ]
    parts = np.mean([fit.parts for fit in fits], axis=0)
    estimates = np.array([_with_differences(fit.share) for fit in fits])
    together = pool(estimates, np.array([fit.variance for fit in fits]), df)
    correlation = np.mean([fit.correlation for fit in fits], axis=0)
    pooled = RegressionFit(fits[0].n, parts, correlation, together.se**2, repaired=False)
    return finished(pooled, names, together.df, confidence)


def _with_differences(share: Floats) -> Floats:
    later, earlier = np.tril_indices(len(share), -1)
    return np.concatenate([share, share[later] - share[earlier]])
