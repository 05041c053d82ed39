"""Quantiles of mixtures of normal distributions, one for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from analytics.arrays import Floats

_REACH: Final = 8.0  # deviations within which the ends of an interval are looked for
_NEAR: Final = 1e-8  # points
_SMALL: Final = 1e-6  # steps after which nothing is left to take; chances that they may be off by
_PATIENCE: Final = 12  # steps after which brackets are halved
_PEAK: Final = 1.0 / np.sqrt(2.0 * np.pi)


def mixture_quantiles(
    weight: Floats, mean: Floats, deviation: Floats, share: float, start: Floats
) -> Floats:
    """Return the point below which each row lies with a chance, to 1e-8.

    Parameters
    ----------
    weight, mean, deviation : ndarray of float, shape (n_rows, n_components)
        Weights add up to one in each row; deviations are above 0.
    share : float
        Between 0 and 1.
    start : ndarray of float, shape (n_rows,)
        Where to begin.

    Notes
    -----
    Newton's method on the normal quantile of the chance, which is a straight line of a single
    normal and nearly one of a mixture: three or four steps are commonly enough. A step that would
    leave the bracket, as beside a component with hardly any variance, halves it instead.
    """
    low = (mean - _REACH * deviation).min(axis=1) - _NEAR
    high = (mean + _REACH * deviation).max(axis=1) + _NEAR
    at, wanted = np.clip(start, low, high), ndtri(share)
    left, found = np.arange(len(at)), np.empty(len(at))
    turn = 0
    while len(left):
        below, density = _at(at, weight, mean, deviation)
        low, high = np.where(below < share, at, low), np.where(below < share, high, at)
        line = ndtri(below)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = (wanted - line) * _PEAK * np.exp(-0.5 * line**2) / density
        there = (np.abs(step) <= _SMALL) & (np.abs(below - share) <= _SMALL)
        inside = (at + step > low) & (at + step < high) & (turn < _PATIENCE)
        at = np.where(there | inside, at + step, (low + high) / 2)
        there |= ~(high - low > _NEAR)  # nor does what is no number come any nearer
        found[left[there]] = at[there]
        on, turn = ~there, turn + 1
        if there.any():
            left, at, low, high = left[on], at[on], low[on], high[on]
            weight, mean, deviation = weight[on], mean[on], deviation[on]
    return found


def _at(at: Floats, weight: Floats, mean: Floats, deviation: Floats) -> tuple[Floats, Floats]:
    """Return the chance to lie below a point, and the density there."""
    away = (at[:, None] - mean) / deviation
    with np.errstate(over="ignore"):
        height = _PEAK * np.exp(-0.5 * away**2) / deviation
    return (weight * ndtr(away)).sum(axis=1), (weight * height).sum(axis=1)
