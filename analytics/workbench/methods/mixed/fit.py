"""The variances of a mixed model: most likely values, how sure they are, and their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import stats
from scipy.optimize import brentq, minimize

from analytics.errors import FrameError

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats
    from analytics.workbench.methods.mixed.equations import Equations, Solved

ZERO: Final = 1e-7  # of the total variance: below, a variance is tried at 0
_LEAST: Final = 1e-5  # of the total: the residual variance cannot be less
_STEP: Final = 1e-4  # of a variance, for differences of gradients
_POLISHES: Final = 6
_DONE: Final = 1e-9  # of a variance: a step this small is no step
_WIDEST: Final = 1e6  # times a variance: an interval without an upper end
NO_SPREAD: Final = (
    "the answers do not differ beyond what the model gives each person and unit: there is no "
    "residual variance, so no error can be told"
)


@dataclass(frozen=True, slots=True, eq=False)
class Nearby:
    """The model below and above a variance, with all others as they are, ``apart`` in all."""

    below: Solved
    above: Solved
    apart: float


@dataclass(frozen=True, slots=True, eq=False)
class MixedFit:
    """A fitted model.

    Attributes
    ----------
    equations : Equations
    variance : ndarray of float, shape (n_variances,)
        In the order of the equations' names.
    free : ndarray of bool, shape (n_variances,)
        False where a variance is 0, the least it can be.
    uncertainty : ndarray of float, shape (n_free, n_free)
        Covariance of the free variances, from the observed information.
    solved : Solved
        The model at these variances.
    around : tuple of Nearby
        The model a little below and above each free variance.
    """

    equations: Equations
    variance: Floats
    free: Booleans
    uncertainty: Floats
    solved: Solved
    around: tuple[Nearby, ...]


def fit_mixed(equations: Equations) -> MixedFit:
    """Maximise the likelihood.

    Parameters
    ----------
    equations : Equations
        With values whose total variance is about 1.

    Returns
    -------
    MixedFit

    Raises
    ------
    FrameError
        If nothing is left as residual.

    Notes
    -----
    L-BFGS-B within bounds, then Newton's steps for the variances above 0. A variance is 0 where the
    likelihood falls off from there.
    """
    count = len(equations.names)
    start = np.full(count, 1.0 / count)
    variance = _searched(equations, start, np.ones(count, dtype=bool))
    if variance[0] <= 2 * _LEAST:
        raise FrameError(NO_SPREAD)
    variance, free = _at_zero(equations, variance)
    inverse = np.linalg.pinv(_hessian(_around(equations, variance, free), free), hermitian=True)
    for _ in range(_POLISHES):
        step = np.zeros(count)
        step[free] = inverse @ equations.solve(variance).gradient[free]
        if (np.abs(step) > variance / 2)[free].any():  # far from the top: not Newton's business
            break
        variance = variance - step
        if (np.abs(step) <= _DONE * variance)[free].all():
            break
    around = _around(equations, variance, free)
    uncertainty = 2 * np.linalg.pinv(_hessian(around, free), hermitian=True)
    return MixedFit(equations, variance, free, uncertainty, equations.solve(variance), around)


def profile_interval(found: MixedFit, number: int, confidence: float) -> tuple[float, float]:
    """Give the interval of a variance by the profile of the likelihood.

    Parameters
    ----------
    found : MixedFit
    number : int
        Of the variance.
    confidence : float
        For instance 0.95.

    Returns
    -------
    low, high : float
        Variances; ``low`` is 0 where no variance at all is likely enough, ``high`` infinite where
        the answers give it no end.

    Notes
    -----
    Where twice the log likelihood, the other variances at their best, falls by the quantile of chi
    squared with one degree of freedom; for plain likelihood as lme4's ``confint``.
    """
    top = found.variance
    drop = float(np.sqrt(stats.chi2.ppf(confidence, 1)))
    middle = float(np.sqrt(top[number]))
    low, high = 0.0, max(1.5 * middle, 0.1)
    below = _Profile(found, number)
    if number == 0 or (middle > 0 and below(0.0) > drop):
        near = middle / 2 if number == 0 else 0.0
        while near > _LEAST and below(near) < drop:
            near /= 2
        low = below.root(drop, near, middle)
    above = _Profile(found, number)
    while above(high) < drop:
        high *= 1.5
        if high > _WIDEST:
            return low**2, np.inf
    return low**2, above.root(drop, middle, high) ** 2


class _Profile:
    """The root of what the likelihood loses where a deviation is given; nearly a straight line."""

    def __init__(self, found: MixedFit, number: int) -> None:
        self._found, self._number = found, number
        self._others = np.arange(len(found.variance)) != number
        self._last = found.variance

    def __call__(self, deviation: float) -> float:
        equations = self._found.equations
        start = np.where(self._others, np.maximum(self._last, 1e-4), deviation**2)
        self._last = _searched(equations, start, self._others)
        lost = equations.solve(self._last).criterion - self._found.solved.criterion
        return float(np.sqrt(max(lost, 0.0)))

    def root(self, drop: float, low: float, high: float) -> float:
        """Find the deviation at which the root of the loss is ``drop``."""
        return float(brentq(lambda deviation: self(deviation) - drop, low, high, rtol=1e-7))


def wald_interval(found: MixedFit, number: int, confidence: float) -> tuple[float, float]:
    """Give the interval of a variance as if its logarithm were normal, as nlme does.

    Parameters
    ----------
    found, number, confidence
        As `profile_interval`.

    Returns
    -------
    low, high : float
        NaN where the variance is 0, and ``high`` infinite where next to nothing is known of it.
    """
    if not found.free[number]:
        return np.nan, np.nan
    place = int(found.free[:number].sum())
    relative = np.sqrt(found.uncertainty[place, place]) / found.variance[number]
    reach = float(stats.norm.ppf(0.5 + confidence / 2)) * relative
    with np.errstate(over="ignore"):
        low, high = found.variance[number] * np.exp(np.array([-reach, reach]))
    return float(low), float(high)


def _searched(equations: Equations, start: Floats, moving: Booleans) -> Floats:
    """Search the variances that move, from a start, with all others as they are."""

    def target(part: Floats) -> tuple[float, Floats]:
        variance = start.copy()
        variance[moving] = part
        found = equations.solve(variance)
        return found.criterion, found.gradient[moving]

    least = np.where(np.arange(len(start)) == 0, _LEAST, 0.0)[moving]
    if not moving.any():
        return start
    found = minimize(
        target,
        np.maximum(start[moving], least),
        jac=True,
        method="L-BFGS-B",
        bounds=[(low, None) for low in least],
        options={"ftol": 1e-14, "gtol": 1e-7, "maxiter": 500},
    )
    variance = start.copy()
    variance[moving] = np.maximum(found.x, least)
    return variance


def _at_zero(equations: Equations, variance: Floats) -> tuple[Floats, Booleans]:
    """Put variances that are nearly 0 to 0 where the likelihood falls off from there."""
    free = np.ones(len(variance), dtype=bool)
    for number in np.flatnonzero(variance[1:] <= ZERO * variance.sum()) + 1:
        tried = np.where(np.arange(len(variance)) == number, 0.0, variance)
        if equations.solve(tried).gradient[number] >= 0:
            variance, free[number] = tried, False
    return variance, free


def _around(equations: Equations, variance: Floats, free: Booleans) -> tuple[Nearby, ...]:
    found = []
    for number in np.flatnonzero(free):
        step = np.zeros(len(variance))
        step[number] = _STEP * variance[number]
        below, above = equations.solve(variance - step), equations.solve(variance + step)
        found.append(Nearby(below, above, 2 * float(step[number])))
    return tuple(found)


def _hessian(around: tuple[Nearby, ...], free: Booleans) -> Floats:
    """Give the second derivatives by the free variances, from differences of the gradient."""
    columns = [(one.above.gradient - one.below.gradient)[free] / one.apart for one in around]
    hessian = np.array(columns, dtype=np.float64)
    return np.asarray((hessian + hessian.T) / 2, dtype=np.float64)
