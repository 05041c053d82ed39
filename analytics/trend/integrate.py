"""Averaging over deviations that a short series cannot pin down."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import optimize

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analytics.arrays import Floats

DROP: Final = 8.0
NODES: Final = {1: 24, 2: 12, 3: 8}
NEGLIGIBLE: Final = 1e-5
_REACH: Final = np.concatenate([[0.0], np.geomspace(1e-3, 1e3, 31)])


def highest(loglike: Callable[[Floats], float], scales: Sequence[float]) -> Floats:
    """Find the deviations, none negative, at which a likelihood is highest.

    Parameters
    ----------
    loglike : callable
        Of an array of deviations, shape (n_parameters,).
    scales : sequence of float
        A size in the order of magnitude of each.

    Returns
    -------
    ndarray of float, shape (n_parameters,)
    """
    unit = np.array(scales)
    coarse = [0.0, 0.1, 0.5, 1.0, 2.0]
    starts = [np.array(each) for each in itertools.product(coarse, repeat=len(unit))]
    best = max(starts, key=lambda each: loglike(each * unit))

    def depth(each: Floats) -> float:
        return -loglike(each * unit)

    start: Floats = np.maximum(best, 0.05)
    limits: list[tuple[float, float]] = [(0.0, np.inf)] * len(unit)
    found = optimize.minimize(
        depth,
        start,
        method="Nelder-Mead",
        bounds=limits,
        options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 2000},
    )
    better = max((best, np.asarray(found.x)), key=lambda each: loglike(each * unit))
    return np.asarray(better * unit, dtype=np.float64)


def nodes(loglike: Callable[[Floats], float], scales: Sequence[float]) -> tuple[Floats, Floats]:
    r"""Give points and weights that stand for what the likelihood leaves open.

    Parameters
    ----------
    loglike : callable
        Of an array of deviations, shape (n_parameters,).
    scales : sequence of float
        A size in the order of magnitude of each.

    Returns
    -------
    points : ndarray of float, shape (n_nodes, n_parameters)
    logweights : ndarray of float, shape (n_nodes,)
        Logarithm of likelihood times Gauss-Legendre weight, not normalised.

    Notes
    -----
    The prior is flat on each deviation (not its square) from 0: proper with four waves, and the
    usual reference for a variance component. The range is where the likelihood lies within 8 of
    its top, each parameter with the others at 0, where it reaches furthest.

    References
    ----------
    Gelman, A. (2006). Prior distributions for variance parameters in hierarchical models. Bayesian
    Analysis 1, 515-534. Hamilton, J. D. (1986). Journal of Econometrics 33, 387-397.
    """
    axes = [_axis(loglike, scales, which) for which in range(len(scales))]
    points = np.array(list(itertools.product(*(axis[0] for axis in axes))))
    weight = np.array([np.prod(each) for each in itertools.product(*(axis[1] for axis in axes))])
    height = np.array([loglike(point) for point in points])
    return points, height + np.log(weight)


def normalised(logweights: Floats) -> Floats:
    """Turn log weights into weights that sum to 1, those that count for nothing at 0."""
    weight = np.exp(logweights - logweights.max())
    weight[weight < NEGLIGIBLE * weight.max()] = 0.0
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def _axis(
    loglike: Callable[[Floats], float], scales: Sequence[float], which: int
) -> tuple[Floats, Floats]:
    """Place Gauss-Legendre nodes where one deviation is likely, the others being 0."""
    reach = _REACH * scales[which]
    tried = np.zeros((len(reach), len(scales)))
    tried[:, which] = reach
    height = np.array([loglike(each) for each in tried])
    inside = np.flatnonzero(height >= height.max() - DROP)
    first = max(int(inside[0]) - 1, 0) if len(scales) == 1 else 0
    low, high = reach[first], reach[min(int(inside[-1]) + 1, len(reach) - 1)]
    x, w = np.polynomial.legendre.leggauss(NODES[len(scales)])
    return low + (high - low) * (x + 1) / 2, w * (high - low) / 2
