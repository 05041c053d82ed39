"""Drivers: how much of what is explained falls on each predictor.

Shares of what is explained are no causes; a page that shows them says so first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError
from analytics.estimation.intervals import t_quantile
from analytics.estimation.variance import domain_variance

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.estimation.variance import Design

STEP: Final = 1e-5
SMALLEST_EIGENVALUE: Final = 1e-8


@dataclass(frozen=True, slots=True)
class RelativeWeights:
    """Each predictor's share of R squared, with an interval, and R squared; arrays of shape (k,).

    ``n`` counts the respondents with the outcome and all predictors.
    """

    n: int
    r_squared: float
    share: Floats
    low: Floats
    high: Floats


def split_r_squared(correlation: Floats) -> Floats:
    """Divide R squared between correlated predictors.

    Parameters
    ----------
    correlation : ndarray of float, shape (k + 1, k + 1)
        The outcome first, then the predictors.

    Returns
    -------
    ndarray of float, shape (k,)
        Raw weights, none below zero; their sum is R squared.

    Notes
    -----
    With L the symmetric square root of the predictors' correlations and b = L^-1 r, the weights are
    L^2 b^2, elementwise squares.

    References
    ----------
    Johnson, J. W. (2000). A heuristic method for estimating the relative weight of predictor
    variables in multiple regression. Multivariate Behavioral Research 35, 1-19.
    """
    values, vectors = np.linalg.eigh(correlation[1:, 1:])
    if values.min() < SMALLEST_EIGENVALUE:
        raise FrameError("a predictor follows from the others: leave one of them out")
    root = (vectors * np.sqrt(values)) @ vectors.T
    slope = np.linalg.solve(root, correlation[1:, 0])
    return np.asarray(root**2 @ slope**2, dtype=np.float64)


def relative_weights(
    design: Design, values: Floats, df: float, *, confidence: float = 0.95
) -> RelativeWeights:
    """Estimate the drivers of an outcome, with intervals by the sample's own design.

    Parameters
    ----------
    design : Design
        Strata, clusters, corrections and weights.
    values : ndarray of float, shape (n_respondents, k + 1)
        The outcome first; a respondent who lacks one is left out as if outside the domain.
    df : float
        Degrees of freedom of the design.
    confidence : float
        For instance 0.95.

    Returns
    -------
    RelativeWeights

    Raises
    ------
    FrameError
        If too few have all values, a column never varies, or predictors depend on each other.

    Notes
    -----
    A share is a smooth function of weighted means of products; its linearised residual is that
    function's slope times theirs, and goes through the one variance of this package.
    """
    complete = np.isfinite(values).all(axis=1)
    n, size = int(complete.sum()), values.shape[1]
    if n <= size + 1:
        raise FrameError(f"only {n} respondents have the outcome and all predictors: too few")
    weight = np.where(complete, design.weight, 0.0)
    weight = weight / weight.sum()
    filled = np.where(complete[:, None], values, 0.0)
    centred = np.where(complete[:, None], filled - weight @ filled, 0.0)
    spread = np.sqrt(weight @ centred**2)
    if (spread <= 1e-9 * np.abs(filled).max(axis=0)).any():
        raise FrameError("the outcome or a predictor is the same for everybody")
    z = centred / spread
    upper = np.triu_indices(size)
    moments = np.concatenate([z, z[:, upper[0]] * z[:, upper[1]]], axis=1)
    middle = weight @ moments
    influence = weight[:, None] * (moments - middle) @ _slope(middle, size)
    everybody = np.zeros(len(values), dtype=np.int64)
    variance = domain_variance(design, influence, everybody, 1).corrected[0]
    weights = split_r_squared(_correlation(middle, size))
    share = weights / weights.sum()
    reach = float(t_quantile(np.array([df]), confidence)[0]) * np.sqrt(variance)
    return RelativeWeights(
        n,
        float(weights.sum()),
        share,
        np.maximum(share - reach, 0.0),
        np.minimum(share + reach, 1.0),
    )


def _correlation(moments: Floats, size: int) -> Floats:
    second = np.zeros((size, size))
    second[np.triu_indices(size)] = moments[size:]
    second = second + second.T - np.diag(np.diag(second))
    covariance = second - np.outer(moments[:size], moments[:size])
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread), dtype=np.float64)


def _slope(moments: Floats, size: int) -> Floats:
    """Differentiate the shares by the moments; shape (n_moments, k)."""

    def shares(at: Floats) -> Floats:
        weights = split_r_squared(_correlation(at, size))
        return np.asarray(weights / weights.sum(), dtype=np.float64)

    steps = np.eye(len(moments)) * STEP
    rows = [(shares(moments + step) - shares(moments - step)) / (2 * STEP) for step in steps]
    return np.array(rows)
