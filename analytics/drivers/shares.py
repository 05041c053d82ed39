"""Shares of R squared as functions of the correlations, with their slopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from analytics.drivers.collinearity import PART_OF_OTHERS
from analytics.drivers.dominance import lmg_coefficients
from analytics.drivers.subsets import slopes, sweep
from analytics.errors import FrameError

if TYPE_CHECKING:
    from analytics.arrays import Floats

type Method = Literal["lmg", "relative"]


def divided(correlation: Floats, method: Method) -> tuple[Floats, Floats]:
    """Divide R squared between predictors.

    Parameters
    ----------
    correlation : ndarray of float, shape (k + 1, k + 1)
        The outcome first, then the predictors.
    method : {"lmg", "relative"}
        Mean gain over all orders, exactly; or Johnson's relative weights, for any number of
        predictors.

    Returns
    -------
    parts : ndarray of float, shape (k,)
        Their sum is R squared.
    gradient : ndarray of float, shape (k + 1, k + 1, k)
        Slope of each part by each correlation, above the diagonal.

    Raises
    ------
    FrameError
        If there are too many predictors for all subsets, or, for relative weights, if one follows
        from the others.
    """
    return _lmg(correlation) if method == "lmg" else _relative(correlation)


def _lmg(correlation: Floats) -> tuple[Floats, Floats]:
    """LMG adds up R2(S), whose slopes are 2 b for r and -b b' for R, b the slopes of set S."""
    size = len(correlation) - 1
    found = sweep(correlation)
    coefficient = lmg_coefficients(size)
    slope = slopes(found.steps)
    gradient = np.zeros((size + 1, size + 1, size))
    gradient[0, 1:] = 2.0 * (coefficient @ slope).T
    for number in range(size):
        gradient[1:, 1:, number] = -2.0 * (slope * coefficient[number][:, None]).T @ slope
    # rounding may leave -1e-17 of a predictor that adds nothing
    return np.maximum(coefficient @ found.r_squared, 0.0), gradient


def relative_weights(correlation: Floats) -> Floats:
    """Divide R squared by way of uncorrelated stand-ins of the predictors.

    Parameters
    ----------
    correlation : ndarray of float, shape (k + 1, k + 1)
        The outcome first, then the predictors.

    Returns
    -------
    ndarray of float, shape (k,)
        None below zero; their sum is R squared.

    Raises
    ------
    FrameError
        If a predictor follows from the others.

    Notes
    -----
    With L the symmetric square root of the predictors' correlations and b = L^-1 r, the weights are
    L^2 b^2, elementwise squares.

    References
    ----------
    Johnson, J. W. (2000). A heuristic method for estimating the relative weight of predictor
    variables in multiple regression. Multivariate Behavioral Research 35, 1-19.
    """
    found, _, _ = _rooted(correlation)
    return np.asarray((found.matrix**2) @ found.slope**2, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Root:
    """The symmetric square root of the predictors' correlations, and the slopes on it."""

    matrix: Floats
    slope: Floats


def _rooted(correlation: Floats) -> tuple[_Root, Floats, Floats]:
    """Take the root; also give its eigenvalues and eigenvectors."""
    values, vectors = np.linalg.eigh(correlation[1:, 1:])
    if values.min() < PART_OF_OTHERS:
        raise FrameError("a predictor follows from the others: leave one of them out")
    roots = np.sqrt(values)
    slope = vectors @ ((vectors.T @ correlation[1:, 0]) / roots)
    return _Root((vectors * roots) @ vectors.T, slope), roots, vectors


def _relative(correlation: Floats) -> tuple[Floats, Floats]:
    """Slopes by way of that of the root, V ((V' dR V) / (s_i + s_j)) V' with eigenvalues s^2."""
    root, roots, vectors = _rooted(correlation)
    size = len(correlation)
    squares, level = root.matrix**2, root.slope
    inverse = (vectors / roots) @ vectors.T
    gradient = np.zeros((size, size, size - 1))
    gradient[0, 1:] = 2 * (squares * level @ inverse).T
    below = roots[:, None] + roots
    for one in range(size - 1):
        for other in range(one + 1, size - 1):
            turned = np.outer(vectors[one], vectors[other])
            moved = vectors @ ((turned + turned.T) / below) @ vectors.T
            fall = -inverse @ (moved @ level)
            by_root = 2 * (root.matrix * moved) @ level**2
            gradient[one + 1, other + 1] = by_root + 2 * squares @ (level * fall)
    return squares @ level**2, gradient
