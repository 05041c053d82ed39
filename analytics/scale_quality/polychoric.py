"""Polychoric correlations: what the opinions behind graded answers correlate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from analytics.errors import FrameError
from analytics.scale_quality.bivariate_normal import density, distribution, rectangles

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Floats, Integers

ITERATIONS: Final = 100
STEP_LIMIT: Final = 1e-11
EDGE: Final = 0.9999  # where the likelihood has no maximum inside
LARGEST_STEP: Final = 0.3
CATEGORIES: Final = 12


@dataclass(frozen=True, slots=True)
class Polychoric:
    """Correlations (k, k), each item's thresholds, respondents used, and warnings.

    ``at_edge`` says that a correlation has no estimate inside -1 to 1 and stopped at its limit.
    """

    items: tuple[str, ...]
    correlation: Floats
    thresholds: tuple[Floats, ...]
    n: int
    at_edge: bool


def polychoric(items: pd.DataFrame, weight: Floats | None = None) -> Polychoric:
    r"""Estimate all polychoric correlations in two steps.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        Graded answers with at most 12 categories each; missing is NaN and left out listwise.
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent.

    Returns
    -------
    Polychoric

    Raises
    ------
    FrameError
        If nobody answered all items, an item has one category only, or more than 12.

    Notes
    -----
    Thresholds are normal quantiles of the cumulative shares; each correlation then maximises
    :math:`\sum n_{ab} \log \pi_{ab}(\rho)` by Fisher scoring, all pairs at once. Empty cells are
    left empty, as in ``polycor::polychor`` and lavaan (``psych::polychoric`` with correct = 0 and
    global = FALSE).

    References
    ----------
    Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient.
    Psychometrika 44, 443-460.
    """
    values = items.to_numpy(dtype=np.float64)
    known = np.isfinite(values).all(axis=1)
    weights = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=np.float64)
    codes, sizes = graded(values[known], [str(name) for name in items.columns])
    cuts = thresholds(codes, sizes, weights[known])
    correlation, edge = correlations(codes, cuts, weights[known])
    found = tuple(cut[1:size] for cut, size in zip(cuts, sizes, strict=True))
    return Polychoric(
        tuple(str(name) for name in items.columns), correlation, found, int(known.sum()), edge
    )


def graded(values: Floats, items: Sequence[str]) -> tuple[Integers, list[int]]:
    """Give each item its categories numbered from 0, and their count.

    Raises
    ------
    FrameError
        See `polychoric`.
    """
    if not len(values):
        raise FrameError("nobody answered all items: there is nothing to correlate")
    codes = np.zeros(values.shape, dtype=np.int64)
    sizes = []
    for column, item in enumerate(items):
        found, codes[:, column] = np.unique(values[:, column], return_inverse=True)
        if len(found) < 2:  # noqa: PLR2004 - no threshold
            raise FrameError(f"all answers to {item!r} are the same: leave the item out")
        if len(found) > CATEGORIES:
            raise FrameError(
                f"{item!r} has {len(found)} different answers: treat it as a number, not as graded"
            )
        sizes.append(len(found))
    return codes, sizes


def thresholds(codes: Integers, sizes: Sequence[int], weight: Floats) -> Floats:
    """Cut the normal distribution at the cumulative shares.

    Returns
    -------
    ndarray of float, shape (k, largest size + 1)
        From minus infinity; after the last category plus infinity throughout.
    """
    widest = max(sizes)
    share = np.array([np.bincount(column, weight, widest) for column in codes.T]) / weight.sum()
    below = np.minimum(share.cumsum(axis=1), 1.0)
    for row, size in enumerate(sizes):
        below[row, size - 1 :] = 1.0  # not 1 - 1e-16
    return np.hstack([np.full((len(sizes), 1), -np.inf), special.ndtri(below)])


def tables(codes: Integers, weight: Floats, widest: int) -> Floats:
    """Cross every pair of items, in the order of ``tril_indices(k, -1)``: (pairs, a, b)."""
    first, second = np.tril_indices(codes.shape[1], -1)
    flat = [
        np.bincount(codes[:, i] * widest + codes[:, j], weight, widest * widest)
        for i, j in zip(first, second, strict=True)
    ]
    return np.array(flat, dtype=np.float64).reshape(len(first), widest, widest)


def correlations(codes: Integers, cuts: Floats, weight: Floats) -> tuple[Floats, bool]:
    """Maximise every pair's likelihood given the thresholds."""
    items, widest = codes.shape[1], cuts.shape[1] - 1
    first, second = np.tril_indices(items, -1)
    share = tables(codes, weight / weight.sum(), widest)
    rho = np.zeros(len(first))
    for _ in range(ITERATIONS):
        slope, bend = _slopes(rho, cuts[first], cuts[second], share)
        step = np.clip(slope / np.maximum(bend, 1e-300), -LARGEST_STEP, LARGEST_STEP)
        # Never more than half the way to the end of the range.
        step = np.clip(step, -(rho + 1) / 2, (1 - rho) / 2)
        rho = np.clip(rho + step, -EDGE, EDGE)
        if np.abs(step).max(initial=0.0) < STEP_LIMIT:
            break
    found = np.eye(items)
    found[first, second] = found[second, first] = rho
    return found, bool((np.abs(rho) >= EDGE).any())


def cells(rho: Floats, row: Floats, column: Floats) -> tuple[Floats, Floats]:
    """Give each pair's cell probabilities and their slopes by the correlation."""
    h, k, r = row[:, :, None], column[:, None, :], rho[:, None, None]
    return rectangles(distribution(h, k, r)), rectangles(density(h, k, r))


def _slopes(rho: Floats, row: Floats, column: Floats, share: Floats) -> tuple[Floats, Floats]:
    chance, slope = cells(rho, row, column)
    sound = chance > 1e-14  # noqa: PLR2004 - differences of numbers near 1 are exact to 1e-16
    inverse = np.where(sound, 1 / np.where(sound, chance, 1.0), 0.0)
    return (share * slope * inverse).sum(axis=(1, 2)), (slope**2 * inverse).sum(axis=(1, 2))
