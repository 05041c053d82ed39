"""Covariances of the items of a scale: of complete answers, or of each pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import FrameError
from analytics.rows import products, respondents, some_of, times

if TYPE_CHECKING:
    from analytics.arrays import Floats


def complete_covariance(
    values: Floats, weight: Floats | None = None, each: Floats | None = None
) -> tuple[Floats, float]:
    """Compute the covariance of those who answered every item.

    Parameters
    ----------
    values : ndarray of float, shape (n_respondents, k)
        Missing is NaN.
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent; only their ratios matter.
    each : ndarray of float, shape (n_respondents,), optional
        Without weights: respondents that a row stands for.

    Returns
    -------
    covariance : ndarray of float, shape (k, k)
        With n - 1, or its weighted counterpart; NaN for fewer than two respondents.
    n : float
        Respondents; with weights Kish's effective number.
    """
    known = np.isfinite(values).all(axis=1)
    kept = values if known.all() else values[known]
    if weight is None:
        return _plain_covariance(kept, some_of(each, known)), float(respondents(known, each))
    share = _positive(weight)[known]
    n = float(share.sum() ** 2 / (share**2).sum()) if len(kept) else 0.0
    if len(kept) < 2 or n <= 1:  # noqa: PLR2004 - one row does not vary
        return np.full((values.shape[1],) * 2, np.nan), n
    share = share / share.sum()
    kept = kept - kept[0]  # a constant item is then exactly 0, without a rounding error
    centred = kept - share @ kept
    return np.asarray((centred.T * share) @ centred * n / (n - 1), dtype=np.float64), n


def _plain_covariance(kept: Floats, each: Floats | None) -> Floats:
    """Compute the covariance of rows that count alike.

    From the first row on, sums over answers in whole numbers are exact: in whatever order the rows
    stand, the covariance is the same to the last digit, and that of a constant item is 0.
    """
    n = len(kept) if each is None else int(each.sum())
    if n < 2:  # noqa: PLR2004 - one row does not vary
        return np.full((kept.shape[1],) * 2, np.nan)
    apart = kept - kept[0]
    total = times(apart, each).sum(axis=0)
    together = products(apart, each) - np.outer(total, total) / n
    return np.asarray(together / (n - 1), dtype=np.float64)


def pairwise_covariance(values: Floats, each: Floats | None = None) -> tuple[Floats, Floats, float]:
    """Compute each covariance and correlation from all who answered both items.

    Parameters
    ----------
    values : ndarray of float, shape (n_respondents, k)
        Missing is NaN.
    each : ndarray of float, shape (n_respondents,), optional
        Respondents that a row stands for.

    Returns
    -------
    covariance, correlation : ndarray of float, shape (k, k)
        As R's ``cov`` and ``cor`` with ``use = "pairwise"``, the correlation with the deviations
        of the same persons; NaN where a pair has fewer than two respondents. Neither need be
        positive definite.
    n : float
        The smallest number behind a pair: an interval must not be surer than its weakest part.
    """
    known = np.isfinite(values).astype(np.float64)
    highest = np.where(known > 0, values, -np.inf).max(axis=0, initial=-np.inf)
    # Taken from the highest value, a constant item is exactly 0, without a rounding error.
    filled = np.where(known > 0, values - highest, 0.0)
    some = np.maximum(times(known, each).sum(axis=0), 1.0)
    filled -= times(filled, each).sum(axis=0) / some
    filled *= known
    n = products(known, each)
    sums = times(filled, each).T @ known  # of item i over those who also answered item j
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = (products(filled, each) - sums * sums.T / n) / (n - 1)
        variance = (times(filled**2, each).T @ known - sums**2 / n) / (n - 1)
        correlation = covariance / np.sqrt(variance * variance.T)
    enough = n > 1
    return (
        np.where(enough, covariance, np.nan),
        np.where(enough & (variance > 0) & (variance.T > 0), correlation, np.nan),
        float(n.min()) if n.size else 0.0,
    )


def _positive(weight: Floats) -> Floats:
    if not (np.isfinite(weight) & (weight > 0)).all():
        raise FrameError(f"every one of the {len(weight)} weights must be finite and above zero")
    return weight
