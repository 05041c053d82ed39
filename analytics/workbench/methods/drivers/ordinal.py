"""The proportional-odds logit for answers in ordered categories, fitted with survey weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import expit, logit

from analytics.errors import FrameError

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers

MOST_STEPS: Final = 60
CLOSE: Final = 1e-10
# Beyond this a linear predictor means certainty: the slopes have run away.
CERTAIN: Final = 25.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """A proportional-odds logit.

    Parameters
    ----------
    threshold : ndarray of float, shape (J - 1,)
        Rising.
    slope : ndarray of float, shape (k,)
        In log odds of a higher answer per unit of the predictor.
    influence : ndarray of float, shape (n, J - 1 + k)
        What each respondent moves each parameter by, weight included.
    """

    threshold: Floats
    slope: Floats
    influence: Floats


def fit_proportional_odds(weight: Floats, code: Integers, x: Floats) -> Fitted:
    """Fit the model by Newton's method.

    Parameters
    ----------
    weight : ndarray of float, shape (n,)
        Each above zero.
    code : ndarray of int64, shape (n,)
        Category from 0 to J - 1, each of which occurs; J at least 2 (2 is the binary logit).
    x : ndarray of float, shape (n, k)

    Returns
    -------
    Fitted

    Raises
    ------
    FrameError
        If the fit does not settle, which is so where a predictor parts the answers completely.

    Notes
    -----
    P(Y <= j) = 1 / (1 + exp(-(a_j - x'b))), as ``MASS::polr`` and ``survey::svyolr`` in R. The
    weighted log-likelihood is concave, so there is one maximum. The influence is the inverse of
    its curvature times the respondent's score (Binder 1983).

    References
    ----------
    McCullagh, P. (1980). Regression models for ordinal data. Journal of the Royal Statistical
    Society B 42, 109-142. Binder, D. A. (1983). On the variances of asymptotically normal
    estimators from complex surveys. International Statistical Review 51, 279-292.
    """
    share = weight / weight.sum()
    centre = share @ x
    spread = np.sqrt(share @ (x - centre) ** 2)
    z = (x - centre) / spread
    below = np.cumsum(np.bincount(code, share))[:-1]
    at = np.concatenate([logit(below), np.zeros(x.shape[1])])
    cuts = len(below)
    best = _likelihood(at, share, code, z)
    for _ in range(MOST_STEPS):
        score, curvature = _derivatives(at, share, code, z)
        step = np.linalg.solve(curvature, score.sum(axis=0))
        at, gained = _uphill(at, step, best, share, code, z)
        best += gained
        if gained < CLOSE:
            break
    else:
        raise FrameError(_runaway())
    if np.abs(z @ at[cuts:]).max() > CERTAIN:
        raise FrameError(_runaway())
    score, curvature = _derivatives(at, share, code, z)
    back = _back(cuts, centre, spread)
    parameters = back @ at
    influence = score @ np.linalg.inv(curvature) @ back.T
    return Fitted(parameters[:cuts], parameters[cuts:], influence)


def cumulative(threshold: Floats, linear: Floats) -> Floats:
    """Give P(Y <= j) for j = -1 to J - 1; shape (n, J + 1), from 0 to 1."""
    inner = expit(threshold - linear[:, None])
    edge = np.ones((len(linear), 1))
    return np.concatenate([0.0 * edge, inner, edge], axis=1)


def _runaway() -> str:
    return (
        "the ordinal logit has no finite answer: a predictor parts the categories completely; "
        "leave it out or merge categories"
    )


def _back(cuts: int, centre: Floats, spread: Floats) -> Floats:
    """Take parameters for standardised predictors to those for the predictors as given."""
    size = cuts + len(centre)
    back = np.eye(size)
    back[cuts:, cuts:] = np.diag(1.0 / spread)
    back[:cuts, cuts:] = centre / spread
    return back


def _likelihood(at: Floats, share: Floats, code: Integers, z: Floats) -> float:
    cuts = len(at) - z.shape[1]
    if (np.diff(at[:cuts]) <= 0).any():
        return -np.inf
    below = cumulative(at[:cuts], z @ at[cuts:])
    rows = np.arange(len(code))
    return float(share @ np.log(np.maximum(below[rows, code + 1] - below[rows, code], 1e-300)))


def _uphill(
    at: Floats, step: Floats, best: float, share: Floats, code: Integers, z: Floats
) -> tuple[Floats, float]:
    """Take the step, or as much of it as leads up."""
    for halving in range(30):
        there = at + step / 2**halving
        gained = _likelihood(there, share, code, z) - best
        if gained >= 0:
            return there, gained
    return at, 0.0


def _derivatives(at: Floats, share: Floats, code: Integers, z: Floats) -> tuple[Floats, Floats]:
    """Give each respondent's score, times the weight, and minus the matrix of second slopes."""
    cuts, rows = len(at) - z.shape[1], np.arange(len(code))
    below = cumulative(at[:cuts], z @ at[cuts:])
    high, low = below[rows, code + 1], below[rows, code]
    dense_high, dense_low = high * (1 - high), low * (1 - low)
    p = np.maximum(high - low, 1e-300)
    # d P / d parameters through the upper and the lower limit of the category
    upper, lower = np.zeros((len(code), len(at))), np.zeros((len(code), len(at)))
    inside = code < cuts
    upper[rows[inside], code[inside]] = 1.0
    lower[rows[code > 0], code[code > 0] - 1] = 1.0
    upper[:, cuts:], lower[:, cuts:] = -z, -z
    score = ((dense_high / p)[:, None] * upper - (dense_low / p)[:, None] * lower) * share[:, None]
    first = share * (dense_high * (1 - 2 * high) / p - (dense_high / p) ** 2)
    second = share * (-dense_low * (1 - 2 * low) / p - (dense_low / p) ** 2)
    cross = (share * dense_high * dense_low / p**2)[:, None] * upper
    mixed = cross.T @ lower
    curvature = upper.T @ (first[:, None] * upper) + lower.T @ (second[:, None] * lower)
    return score, -(curvature + mixed + mixed.T)
