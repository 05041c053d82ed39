"""How much of the differences between people predictors explain together, with an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analytics.drivers.correlations import influence, weighted_correlations
from analytics.estimation.intervals import t_quantile
from analytics.estimation.variance import domain_variance

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.estimation.design import Design


class Explained(NamedTuple):
    """R squared on 0-1, less what chance adds to it, with its interval."""

    r_squared: float
    low: float
    high: float


def explained(
    design: Design,
    values: Floats,
    names: tuple[str, ...],
    df: float,
    *,
    confidence: float = 0.95,
) -> Explained:
    """Estimate R squared of an outcome on its predictors from pairwise correlations.

    Parameters
    ----------
    design : Design
    values : ndarray of float, shape (n_respondents, k + 1)
        The outcome first; NaN where missing.
    names : tuple of str, length k + 1
        For sentences.
    df : float
        Degrees of freedom of the design.
    confidence : float
        For instance 0.95.

    Returns
    -------
    Explained

    Raises
    ------
    FrameError
        As `weighted_correlations`.

    Notes
    -----
    R2 = b'r has the slopes 2 b by the correlations with the outcome and -2 b b' by those between
    predictors. The interval is symmetric for artanh R, whose error hardly depends on R (Fisher);
    the estimate is adjusted for k predictors (Ezekiel, as in every textbook of regression), and the
    interval moved with it.

    References
    ----------
    Fisher, R. A. (1921). On the "probable error" of a coefficient of correlation deduced from a
    small sample. Metron 1, 3-32.
    """
    found = weighted_correlations(design.weight, values, names, pairwise=True)
    outcome, between = found.value[0, 1:], found.value[1:, 1:]
    slope = np.linalg.solve(between, outcome)
    raw = float(np.clip(slope @ outcome, 0.0, 1.0 - 1e-12))
    size = len(found.value)
    gradient = np.zeros((size, size, 1))
    gradient[0, 1:, 0] = 2.0 * slope
    gradient[1:, 1:, 0] = -2.0 * np.outer(slope, slope)
    moved = influence(design.weight, values, names, found, gradient, pairwise=True)
    everybody = np.zeros(len(values), dtype=np.int64)
    variance = domain_variance(design, moved, everybody, 1).corrected[0, 0]
    root = np.sqrt(max(raw, 1e-12))
    reach = t_quantile(np.array([df]), confidence)[0] * np.sqrt(variance) / (2 * root * (1 - raw))
    ends = np.tanh(np.maximum(np.arctanh(root) + np.array([-reach, reach]), 0.0)) ** 2
    spare = found.fewest - size  # n - 1 - k
    adjusted = 1 - (1 - np.array([raw, *ends])) * (found.fewest - 1) / spare
    value, low, high = np.clip(adjusted, 0.0, 1.0)
    return Explained(float(value), float(low), float(high))
