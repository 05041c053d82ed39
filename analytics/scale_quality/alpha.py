"""Cronbach's alpha from a covariance matrix, with its intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special  # a third of the time that scipy.stats takes to load

from analytics.errors import FrameError

if TYPE_CHECKING:
    from analytics.arrays import Floats

NOWHERE = (float("nan"), float("nan"))


def cronbach_alpha(covariance: Floats) -> float:
    r"""Compute Cronbach's alpha from a covariance matrix.

    Parameters
    ----------
    covariance : ndarray of float, shape (k, k)
        Of the items, all in the same direction.

    Returns
    -------
    float
        NaN for fewer than two items or no variance.

    Notes
    -----
    :math:`\alpha = \frac{k}{k-1}(1 - \sum \sigma_j^2 / \sigma_X^2)`.

    References
    ----------
    Cronbach, L. J. (1951). Psychometrika 16, 297-334.
    """
    k = len(covariance)
    total = float(covariance.sum())
    if k < 2 or not total > 0:  # noqa: PLR2004 - one item has no consistency with itself
        return float("nan")
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total)


def standardised_alpha(covariance: Floats) -> float:
    """Compute alpha of the items brought to equal variance; NaN if one of them is constant."""
    spread = np.sqrt(np.diag(covariance))
    if not (spread > 0).all():
        return float("nan")
    return cronbach_alpha(covariance / np.outer(spread, spread))


def alpha_interval(
    alpha: float, n: float, k: int, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Give alpha the exact interval for normal, equally related items.

    Parameters
    ----------
    alpha : float
        From ``n`` persons (with weights: the effective number) and ``k`` items.

    Returns
    -------
    low, high : float
        NaN where alpha is not defined or ``n`` is at most 1.

    References
    ----------
    Feldt, L. S., Woodruff, D. J., Salih, F. A. (1987). Statistical inference for coefficient
    alpha. Applied Psychological Measurement 11, 93-103. (1 - alpha) times an F quantile with n - 1
    and (n - 1)(k - 1) degrees of freedom; as ``psych::alpha.ci`` in R.
    """
    if not np.isfinite(alpha) or n <= 1 or k <= 1:
        return NOWHERE
    first, second = n - 1, (n - 1) * (k - 1)
    tail = (1 - confidence) / 2
    low = 1 - (1 - alpha) * float(special.fdtri(first, second, 1 - tail))
    high = 1 - (1 - alpha) * float(special.fdtri(first, second, tail))
    return low, high


def bonett_interval(
    alpha: float, n: float, k: int, *, confidence: float = 0.95
) -> tuple[float, float]:
    r"""Give alpha the interval that is symmetric for log(1 - alpha).

    Returns
    -------
    low, high : float
        NaN where alpha is not defined or ``n`` is at most 2.

    Notes
    -----
    :math:`\log(1-\alpha) \pm z \sqrt{2k / ((k-1)(n-2))}`; close to Feldt's from n = 30.

    References
    ----------
    Bonett, D. G. (2002). Sample size requirements for testing and estimating coefficient alpha.
    Journal of Educational and Behavioral Statistics 27, 335-340.
    """
    if not np.isfinite(alpha) or alpha >= 1 or n <= 2 or k <= 1:  # noqa: PLR2004 - by n - 2
        return NOWHERE
    z = float(special.ndtri((1 + confidence) / 2))
    step = z * float(np.sqrt(2 * k / ((k - 1) * (n - 2))))
    centre = float(np.log(1 - alpha))
    return 1 - float(np.exp(centre + step)), 1 - float(np.exp(centre - step))


def complete_covariance(values: Floats, weight: Floats | None = None) -> tuple[Floats, float]:
    """Compute the covariance of those who answered every item.

    Parameters
    ----------
    values : ndarray of float, shape (n_respondents, k)
        Missing is NaN.
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent; only their ratios matter.

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
        return _plain_covariance(kept), float(len(kept))
    share = _positive(weight)[known]
    n = float(share.sum() ** 2 / (share**2).sum()) if len(kept) else 0.0
    if len(kept) < 2 or n <= 1:  # noqa: PLR2004 - one row does not vary
        return np.full((values.shape[1],) * 2, np.nan), n
    share = share / share.sum()
    kept = kept - kept[0]  # a constant item is then exactly 0, without a rounding error
    centred = kept - share @ kept
    return np.asarray((centred.T * share) @ centred * n / (n - 1), dtype=np.float64), n


def _plain_covariance(kept: Floats) -> Floats:
    """Compute the covariance of rows that count alike.

    From the first row on, sums over answers in whole numbers are exact: in whatever order the rows
    stand, the covariance is the same to the last digit, and that of a constant item is 0.
    """
    n = len(kept)
    if n < 2:  # noqa: PLR2004 - one row does not vary
        return np.full((kept.shape[1],) * 2, np.nan)
    apart = kept - kept[0]
    total = apart.sum(axis=0)
    return np.asarray((apart.T @ apart - np.outer(total, total) / n) / (n - 1), dtype=np.float64)


def pairwise_covariance(values: Floats) -> tuple[Floats, Floats, float]:
    """Compute each covariance and correlation from all who answered both items.

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
    filled -= filled.sum(axis=0) / np.maximum(known.sum(axis=0), 1.0)
    filled *= known
    n = known.T @ known
    sums = filled.T @ known  # of item i over those who also answered item j
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = (filled.T @ filled - sums * sums.T / n) / (n - 1)
        variance = ((filled**2).T @ known - sums**2 / n) / (n - 1)
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
