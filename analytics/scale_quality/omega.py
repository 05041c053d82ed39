"""McDonald's omega total of a scale with one factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.scale_quality.factor import one_factor

if TYPE_CHECKING:
    from analytics.arrays import Floats


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
    (sum of loadings)^2 over that plus the sum of unique variances, loadings by maximum likelihood;
    as ``semTools::compRelSEM`` with ``obs.var = FALSE``.

    References
    ----------
    McDonald, R. P. (1999). Test Theory: A Unified Treatment. Erlbaum, chapter 6.
    """
    if len(covariance) < 3 or not (np.diag(covariance) > 0).all():  # noqa: PLR2004
        return float("nan")
    fit = one_factor(covariance)
    if fit is None:
        return float("nan")
    common = float(fit.loadings.sum()) ** 2
    return common / (common + float(fit.uniquenesses.sum()))
