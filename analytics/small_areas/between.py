"""How much areas differ beyond chance and beyond what is known of them: one variance, four ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy import optimize

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats

type Fitting = Literal["REML", "ML", "moments", "adjusted"]

GRID: Final = np.concatenate([[0.0], np.logspace(-5, 2, 40)])


@dataclass(frozen=True, slots=True)
class Areas:
    """Direct estimates with known sampling variances, and what is known of each area.

    Parameters
    ----------
    estimate, variance : ndarray of float, shape (m,)
    covariates : ndarray of float, shape (m, p)
        Of full column rank; the first column is usually 1.
    """

    estimate: Floats
    variance: Floats
    covariates: Floats

    def weighted(self, between: float) -> tuple[Floats, Floats, Floats]:
        """Give the precisions, the covariance of the slopes and the slopes at a variance."""
        precision = 1.0 / (between + self.variance)
        scaled = self.covariates * precision[:, None]
        covariance = np.linalg.inv(self.covariates.T @ scaled)
        return precision, covariance, covariance @ (scaled.T @ self.estimate)


def between_variance(areas: Areas, method: Fitting) -> float:
    """Estimate the variance of area effects.

    Parameters
    ----------
    areas : Areas
        More areas than covariates.
    method : {"REML", "ML", "moments", "adjusted"}
        Restricted or plain maximum likelihood; Fay and Herriot's moments, which set the weighted
        residual sum of squares to m - p; or restricted likelihood adjusted so that its maximum is
        above zero.

    Returns
    -------
    float
        In squared units of the estimates; 0 where the areas differ no more than chance makes
        them, except for "adjusted".

    Notes
    -----
    The likelihood may have more than one maximum, so it is looked at over a grid before its slope
    is set to zero. "adjusted" multiplies the likelihood by arctan(sum of A / (A + D_i)) ^ (1 / m).

    References
    ----------
    Fay, R. E., Herriot, R. A. (1979). Estimates of income for small places. Journal of the American
    Statistical Association 74, 269-277. Yoshimori, M., Lahiri, P. (2014). A new adjusted maximum
    likelihood method for the Fay-Herriot small area model. Journal of Multivariate Analysis 124,
    281-294.
    """
    spread = float(np.var(areas.estimate)) + float(np.median(areas.variance))
    grid = GRID * spread
    if method == "moments":
        return _root(lambda at: _moment(areas, at), grid, 0)
    best = int(np.argmax(_likelihood(areas, grid, method)))
    return _root(lambda at: _score(areas, at, method), grid, best)


def _root(slope: Callable[[float], float], grid: Floats, best: int) -> float:
    """Find where a falling function crosses zero next to the best point of the grid."""
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    at_low = slope(low)
    if at_low <= 0:
        return low if low == 0 else float(grid[best])
    while slope(high) > 0:
        low, high = high, 2 * high
    return float(optimize.brentq(slope, low, high, xtol=1e-14 * high, rtol=1e-13))


def _moment(areas: Areas, between: float) -> float:
    precision, _, slope = areas.weighted(between)
    left = areas.estimate - areas.covariates @ slope
    free = len(left) - len(slope)
    return float(precision @ left**2) - free


def _likelihood(areas: Areas, between: Floats, method: Fitting) -> Floats:
    """Logarithm of the (restricted, adjusted) likelihood at many variances, but for a constant."""
    precision = 1.0 / (between[:, None] + areas.variance)
    x, y = areas.covariates, areas.estimate
    scaled = precision[:, :, None] * x
    cross = np.matmul(x.T, scaled)
    right = np.matmul(np.swapaxes(scaled, 1, 2), y)
    slope = np.linalg.solve(cross, right[:, :, None])[:, :, 0]
    left = precision @ y**2 - (right * slope).sum(axis=1)
    found = (np.log(precision).sum(axis=1) - left) / 2
    if method != "ML":
        found -= np.linalg.slogdet(cross)[1] / 2
    if method == "adjusted":
        share = np.arctan(between * precision.sum(axis=1))
        found += np.log(np.where(share > 0, share, 1e-300)) / len(y)
    return np.asarray(found, dtype=np.float64)


def _score(areas: Areas, between: float, method: Fitting) -> float:
    """Slope of the logarithm of the likelihood."""
    precision, covariance, slope = areas.weighted(between)
    left = precision * (areas.estimate - areas.covariates @ slope)
    lost = precision.sum()
    if method != "ML":
        scaled = areas.covariates * precision[:, None]
        lost -= float(np.trace(covariance @ (scaled.T @ scaled)))
    found = (float(left @ left) - lost) / 2
    if method == "adjusted":
        share = between * precision.sum()
        if share == 0:
            return float("inf")
        moved = float(areas.variance @ precision**2)
        found += moved / ((1 + share**2) * np.arctan(share) * len(precision))
    return float(found)
