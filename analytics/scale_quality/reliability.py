"""How well the items of a scale hang together. Unweighted, complete cases of the scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from analytics.scale_quality.factor import one_factor

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Floats


@dataclass(frozen=True, slots=True)
class ItemReliability:
    """One item of a scale: mean on the scale given, and its fit with the other items."""

    item: str
    n: int
    mean: float
    missing: int
    rest_correlation: float
    alpha_if_dropped: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Internal consistency of a scale; NaN where it cannot be computed."""

    n: int
    alpha: float
    alpha_low: float
    alpha_high: float
    omega_total: float
    items: tuple[ItemReliability, ...]


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
    if k < 2 or total <= 0:  # noqa: PLR2004 - one item has no consistency with itself
        return float("nan")
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total)


def alpha_interval(
    alpha: float, n: int, k: int, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Give alpha a confidence interval.

    Parameters
    ----------
    alpha : float
        From ``n`` persons and ``k`` items.

    References
    ----------
    Feldt, L. S., Woodruff, D. J., Salih, F. A. (1987). Statistical inference for coefficient
    alpha. Applied Psychological Measurement 11, 93-103. (1 - alpha) times an F quantile with n - 1
    and (n - 1)(k - 1) degrees of freedom; as ``psych::alpha.ci`` in R.
    """
    if not np.isfinite(alpha) or n <= 1 or k <= 1:
        return float("nan"), float("nan")
    first, second = n - 1, (n - 1) * (k - 1)
    tail = (1 - confidence) / 2
    low = 1 - (1 - alpha) * float(stats.f.ppf(1 - tail, first, second))
    high = 1 - (1 - alpha) * float(stats.f.ppf(tail, first, second))
    return low, high


def omega_total(covariance: Floats) -> float:
    """Compute McDonald's omega for a scale with one factor.

    Parameters
    ----------
    covariance : ndarray of float, shape (k, k)

    Returns
    -------
    float
        NaN for fewer than three items (one factor is not identified) or if no solution is found.

    Notes
    -----
    (sum of loadings)^2 over that plus the sum of unique variances, loadings by maximum likelihood.

    References
    ----------
    McDonald, R. P. (1999). Test Theory: A Unified Treatment. Erlbaum, chapter 6.
    """
    if len(covariance) < 3 or (np.diag(covariance) <= 0).any():  # noqa: PLR2004
        return float("nan")
    fit = one_factor(covariance)
    if fit is None:
        return float("nan")
    common = float(fit.loadings.sum()) ** 2
    return common / (common + float(fit.uniquenesses.sum()))


def reliability(items: pd.DataFrame, *, confidence: float = 0.95) -> Reliability:
    """Judge a scale from its items' scores.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        All in the same direction; missing is NaN.
    confidence : float
        For the interval of alpha.

    Returns
    -------
    Reliability
        Each item's ``mean`` is that of the complete cases, ``missing`` counts those without it.
    """
    complete = items.dropna().to_numpy(dtype=np.float64)
    n, k = complete.shape
    covariance = np.full((k, k), np.nan)
    if n > 1:
        covariance = np.atleast_2d(np.cov(complete, rowvar=False))
    alpha = cronbach_alpha(covariance)
    low, high = alpha_interval(alpha, n, k, confidence=confidence)
    found = tuple(
        ItemReliability(
            item=str(name),
            n=n,
            mean=float(complete[:, j].mean()) if n else float("nan"),
            missing=int(items[name].isna().sum()),
            rest_correlation=_rest_correlation(covariance, j),
            alpha_if_dropped=cronbach_alpha(np.delete(np.delete(covariance, j, 0), j, 1)),
        )
        for j, name in enumerate(items.columns)
    )
    return Reliability(n, alpha, low, high, omega_total(covariance), found)


def _rest_correlation(covariance: Floats, j: int) -> float:
    """Correlate an item with the sum of the others."""
    with_rest = float(covariance[j].sum() - covariance[j, j])
    own = float(covariance[j, j])
    rest = float(covariance.sum()) - 2 * with_rest - own
    if not own > 0 or not rest > 0:
        return float("nan")
    return with_rest / float(np.sqrt(own * rest))
