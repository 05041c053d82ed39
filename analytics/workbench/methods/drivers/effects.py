"""Average marginal effects: what a predictor goes with, in shares of answers and in points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.workbench.methods.drivers.ordinal import cumulative

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.workbench.methods.drivers.ordinal import Fitted

STEP: Final = 1e-5


def average_effects(found: Fitted, share: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Average over respondents what one unit more of a predictor does to each category's share.

    Parameters
    ----------
    found : Fitted
    share : ndarray of float, shape (n,)
        Weights that add up to 1.
    x : ndarray of float, shape (n, k)
        A predictor that is 0 or 1 for everybody is moved from 0 to 1; others by a slope.

    Returns
    -------
    effect : ndarray of float, shape (k, J)
        Each row adds up to 0.
    influence : ndarray of float, shape (n, k * J)
        Of the effects, row by row; both the respondents and the slopes are samples.
    """
    cuts = len(found.threshold)
    at = np.concatenate([found.threshold, found.slope])
    each = _each(at, cuts, x)
    effect = np.einsum("i,ikj->kj", share, each)
    moved = share[:, None] * (each.reshape(len(x), -1) - effect.ravel())
    for number in range(len(at)):
        step = np.zeros_like(at)
        step[number] = STEP * max(1.0, abs(float(at[number])))
        ahead, behind = _each(at + step, cuts, x), _each(at - step, cuts, x)
        slope = np.einsum("i,ikj->kj", share, ahead - behind).ravel() / (2 * step[number])
        moved += found.influence[:, [number]] * slope
    return effect, moved


def _each(at: Floats, cuts: int, x: Floats) -> Floats:
    """Give every respondent's effects; shape (n, k, J)."""
    threshold, slope = at[:cuts], at[cuts:]
    linear = x @ slope
    below = cumulative(threshold, linear)
    dense = below * (1.0 - below)
    found = np.empty((*x.shape, cuts + 1))
    for number in range(x.shape[1]):
        column = x[:, number]
        if np.isin(column, (0.0, 1.0)).all():
            without = linear - column * slope[number]
            with_it = np.diff(cumulative(threshold, without + slope[number]), axis=1)
            found[:, number] = with_it - np.diff(cumulative(threshold, without), axis=1)
        else:
            found[:, number] = -slope[number] * np.diff(dense, axis=1)
    return found
