"""Cronbach's alpha from a covariance matrix, with its intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special  # a third of the time that scipy.stats takes to load

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
