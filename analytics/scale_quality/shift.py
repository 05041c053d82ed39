"""By how much a group answers an item otherwise than others who answer the other items alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from analytics.rows import products, respondents, times
from analytics.scale_quality.alpha import cronbach_alpha

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats, Integers

PARAMETERS: Final = 3  # constant, mean of the other items, group
LEAST_RELIABLE: Final = 0.3  # below, dividing by the reliability would be all noise


@dataclass(frozen=True, slots=True)
class Shift:
    """One item's shift in each group, its sandwich error, and what a difference in level feigns.

    Parameters
    ----------
    b, se : ndarray of float, shape (n_groups,)
    level : ndarray of float, shape (n_groups,)
        The part of ``b`` that comes from the group's level on the other items, which are not
        perfectly reliable.
    """

    b: Floats
    se: Floats
    level: Floats


def shift(
    y: Floats,
    rest: Floats,
    inside: Floats,
    weight: Floats,
    reliability: float,
    each: Floats | None = None,
) -> Shift:
    r"""Regress an item on a constant, the mean of the others and each group, one at a time.

    Parameters
    ----------
    y, rest, weight : ndarray of float, shape (n,)
    inside : ndarray of float, shape (n, n_groups)
        1 in the group, 0 outside.
    reliability : float
        Of ``rest`` within groups; NaN if unknown.
    each : ndarray of float, shape (n,), optional
        Respondents that a row stands for.

    Notes
    -----
    Where a group stands :math:`\Delta` higher on the other items and these have the reliability
    :math:`\rho`, the regression on them makes up only a share of the difference: :math:`b`
    contains :math:`-\beta (1 - 1/\rho) \Delta`, with :math:`\beta` the slope (errors in variables;
    the regression correction of SIBTEST).

    References
    ----------
    Shealy, R., Stout, W. (1993). A model-based standardization approach that separates true
    bias/DIF from group ability differences. Psychometrika 58, 159-194.
    """
    empty = np.full(inside.shape[1], np.nan)
    n = respondents(np.ones(len(y), dtype=np.bool_), each)
    if n <= PARAMETERS:
        return Shift(empty, empty, empty)
    one = weight / times(weight, each).sum()
    share = times(one, each)
    x = rest - share @ rest
    left_y, left_d = y - share @ y, inside - share @ inside
    size = float(share @ x**2)
    toward_y, toward_d = 0.0, np.zeros(inside.shape[1])
    if size > 0:
        toward_y, toward_d = float(share @ (x * left_y)) / size, (share * x) @ left_d / size
        left_y, left_d = left_y - x * toward_y, left_d - np.outer(x, toward_d)
    spread = share @ left_d**2
    own = times(inside, each).sum(axis=0)
    sound = (own > 1) & (n - own > 1) & (spread > 1e-12)  # noqa: PLR2004 - rounding
    b = np.where(sound, (share * left_y) @ left_d / np.where(sound, spread, 1.0), np.nan)
    left = left_y[:, None] - left_d * b
    meat = times((one[:, None] * left_d * left) ** 2, each).sum(axis=0)
    se = np.sqrt(n / (n - 1) * meat) / np.where(sound, spread, 1.0)
    held = share @ inside
    apart = ((share * rest) @ inside - held * (share @ rest)) / np.where(
        sound, held * (1 - held), 1.0
    )
    unreliable = 1 / max(reliability, LEAST_RELIABLE) - 1 if np.isfinite(reliability) else 0.0
    level = (toward_y - toward_d * b) * unreliable * apart
    # An item that the others explain to the last digit has no error to judge by.
    return Shift(b, np.where(sound & (se > 0), se, np.nan), np.where(sound, level, np.nan))


def careful_p(
    y: Floats, rest: Floats, inside: Floats, weight: Floats, each: Floats | None = None
) -> float:
    r"""Test one group's shift with an error that small groups do not flatter.

    Parameters
    ----------
    inside : ndarray of float, shape (n,)
        One group.
    each : ndarray of float, shape (n,), optional
        Respondents that a row stands for.

    Notes
    -----
    The sandwich takes each squared residual for its variance, though the fit has made it smaller;
    here it is divided by the share that is left of it, :math:`m_i = \sum_j M_{ij}^2` with M = I -
    P, and t has Satterthwaite's degrees of freedom, :math:`(\sum D_i m_i)^2 / \sum D_i D_j
    (MM')_{ij}^2` with :math:`D_i = l_i^2 / m_i` and :math:`b = \sum l_i y_i`. The double sum is
    that of a bilinear form in x and w x, so it takes one pass.

    References
    ----------
    Bell, R. M., McCaffrey, D. F. (2002). Survey Methodology 28, 169-181, here for respondents.
    """
    n = respondents(np.ones(len(y), dtype=np.bool_), each)
    share = weight / (times(weight, each).sum() / n)
    x = np.column_stack([np.ones(len(y)), rest, inside])
    heavy = x * share[:, None]
    whole = times(heavy, each)
    inverse = np.linalg.pinv(x.T @ whole, hermitian=True)
    squares = inverse @ products(heavy, each) @ inverse
    left = y - x @ (inverse @ (whole.T @ y))
    toward = (heavy @ inverse)[:, 2]
    b = float(times(toward, each) @ y)
    both = np.hstack([x, heavy])
    form = np.block([[squares, -inverse], [-inverse, np.zeros_like(inverse)]])
    off = np.einsum("ij,jk,ik->i", both, form, both)
    kept = np.maximum(1 + off, 1e-6)
    part = toward**2 / kept
    counted = times(part, each)
    variance = float(counted @ left**2)
    if variance <= 0:
        return float("nan")
    cross = both.T @ (both * counted[:, None])
    own = times(part**2 * (1 + 2 * off), each).sum()
    double = float(own + np.trace(form @ cross @ form @ cross))
    df = float(counted @ kept) ** 2 / max(double, 1e-300)
    return float(2 * special.stdtr(df, -abs(b) / np.sqrt(variance)))


def reliability_of_others(
    values: Floats, codes: Integers, weight: Floats, each: Floats | None = None
) -> Floats:
    """Give the reliability, within groups, of the mean of all items but each; shape (k,).

    Parameters
    ----------
    values : ndarray of float, shape (n, k)
    codes : ndarray of int64, shape (n,)
        The group of each; -1 for none.
    weight : ndarray of float, shape (n,)
    each : ndarray of float, shape (n,), optional
        Respondents that a row stands for.

    Notes
    -----
    Alpha of the others from the pooled covariance within groups, of those who answered all; with
    two items the correlation between them, which it is if both measure equally well.
    """
    known = np.isfinite(values).all(axis=1) & (codes >= 0)
    k = values.shape[1]
    if respondents(known, each) <= k:
        return np.full(k, np.nan)
    covariance = _within(values[known], codes[known], times(weight, each)[known])
    if k == 2:  # noqa: PLR2004 - a single other item
        spread = float(np.sqrt(covariance[0, 0] * covariance[1, 1]))
        return np.full(2, covariance[0, 1] / spread if spread > 0 else np.nan)
    return np.array(
        [cronbach_alpha(np.delete(np.delete(covariance, j, 0), j, 1)) for j in range(k)]
    )


def mean_of_others(values: Floats, j: int) -> Floats:
    """Average the other items that were answered; NaN where none was."""
    others = np.delete(values, j, axis=1)
    known: Booleans = np.isfinite(others)
    count = known.sum(axis=1)
    total = np.where(known, others, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _within(values: Floats, codes: Integers, weight: Floats) -> Floats:
    size = int(codes.max()) + 1
    total = np.bincount(codes, weight, size)
    means = np.column_stack([np.bincount(codes, weight * column, size) for column in values.T])
    left = values - (means / np.where(total > 0, total, 1.0)[:, None])[codes]
    return np.asarray((left.T * weight) @ left / weight.sum(), dtype=np.float64)
