"""Rubin's rules: one answer from several imputed data sets, with the error that imputation adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import FrameError
from analytics.estimation.intervals import mean_interval

if TYPE_CHECKING:
    from analytics.arrays import Floats


@dataclass(frozen=True, slots=True)
class RubinPooled:
    """Pooled estimates; every array has the shape of one estimate, () or (n_estimates,).

    Parameters
    ----------
    estimate, se, low, high : ndarray of float
        The mean over imputations, the root of the total variance, and its t interval.
    within, between : ndarray of float
        Mean of the variances; variance of the estimates.
    df : ndarray of float
        Degrees of freedom of Barnard and Rubin.
    increase : ndarray of float
        r, the relative increase in variance because answers are missing.
    share_missing : ndarray of float
        lambda, the share of the total variance that imputation adds.
    fmi : ndarray of float
        The fraction of missing information, 0 to 1.
    """

    estimate: Floats
    se: Floats
    low: Floats
    high: Floats
    within: Floats
    between: Floats
    df: Floats
    increase: Floats
    share_missing: Floats
    fmi: Floats


def pool(
    estimates: Floats,
    variances: Floats,
    complete_df: float | Floats = np.inf,
    *,
    confidence: float = 0.95,
) -> RubinPooled:
    r"""Pool the estimates of several imputed data sets.

    Parameters
    ----------
    estimates, variances : ndarray of float, shape (m,) or (m, n_estimates)
        Each estimate and its squared standard error, in the same order of imputations.
    complete_df : float or ndarray of float, shape (n_estimates,)
        Degrees of freedom if nothing were missing (for a survey: clusters minus strata).
    confidence : float
        Of the interval.

    Returns
    -------
    RubinPooled
        NaN where an estimate is missing in one of the imputations, or no degrees of freedom are
        left. Imputations that agree exactly leave the error they have alone.

    Raises
    ------
    FrameError
        If there are fewer than two imputations, the shapes differ, or a variance is negative.

    Notes
    -----
    :math:`T = \bar U + (1 + 1/m) B`, :math:`r = (1 + 1/m) B / \bar U`,
    :math:`\lambda = (1 + 1/m) B / T`. With :math:`\nu_{old} = (m - 1) / \lambda^2` and
    :math:`\nu_{obs} = \frac{\nu_{com} + 1}{\nu_{com} + 3} \nu_{com} (1 - \lambda)`,
    :math:`\nu = \nu_{old} \nu_{obs} / (\nu_{old} + \nu_{obs})`, and
    :math:`fmi = (r + 2 / (\nu + 3)) / (r + 1)`. As ``mice::pool`` in R.

    References
    ----------
    Rubin, D. B. (1987). Multiple Imputation for Nonresponse in Surveys. Wiley, chapter 3.
    Barnard, J., Rubin, D. B. (1999). Small-sample degrees of freedom with multiple imputation.
    Biometrika 86, 948-955.
    """
    q, u = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    free = np.broadcast_to(np.asarray(complete_df, dtype=np.float64), q.shape[1:])
    _check(q, u)
    m = len(q)
    estimate, within, between = q.mean(axis=0), u.mean(axis=0), q.var(axis=0, ddof=1)
    between = np.where(between < _dust(estimate), 0.0, between)
    added = (1 + 1 / m) * between
    total = within + added
    missing = np.divide(added, total, out=np.zeros_like(total), where=total != 0)
    increase = np.divide(added, within, out=np.where(added > 0, np.inf, 0.0), where=within > 0)
    df = barnard_rubin_df(missing, m, free)
    # (r + 2 / (df + 3)) / (r + 1), written so that no error but that of imputation gives 1.
    fmi = missing + (1 - missing) * 2 / (df + 3)
    se = np.sqrt(total)
    low, high = mean_interval(
        np.atleast_1d(estimate), np.atleast_1d(se), np.atleast_1d(df), confidence
    )
    return RubinPooled(
        estimate, se, low.reshape(se.shape), high.reshape(se.shape), within, between, df,
        increase, missing, np.where(np.isfinite(total), fmi, np.nan),
    )  # fmt: skip


def barnard_rubin_df(missing: Floats, imputations: int, complete_df: Floats) -> Floats:
    """Give the degrees of freedom of Barnard and Rubin (1999).

    Parameters
    ----------
    missing : ndarray of float, shape (n_estimates,)
        lambda, the share of the variance that imputation adds, 0 to 1.
    imputations : int
        m, at least 2.
    complete_df : ndarray of float, shape (n_estimates,)
        If nothing were missing; may be infinite.

    Returns
    -------
    ndarray of float, shape (n_estimates,)
        Never above ``complete_df``; NaN where that is not above 0.
    """
    nu = np.where(np.isfinite(complete_df), complete_df, 1.0)
    observed = (nu + 1) / (nu + 3) * nu * (1 - missing)
    # Reciprocals add up, and that of an infinite number is 0.
    inverse = np.divide(1, observed, out=np.full_like(missing, np.inf), where=observed > 0)
    inverse = missing**2 / (imputations - 1) + np.where(np.isfinite(complete_df), inverse, 0.0)
    df = np.divide(1, inverse, out=np.full_like(missing, np.inf), where=inverse > 0)
    return np.where(complete_df > 0, df, np.nan)


def _dust(estimate: Floats) -> Floats:
    """Say what rounding alone leaves of the spread of estimates that are equal."""
    return np.asarray((np.abs(np.nan_to_num(estimate)) * 1e-14) ** 2, dtype=np.float64)


def _check(estimates: Floats, variances: Floats) -> None:
    if estimates.shape != variances.shape or estimates.ndim not in {1, 2}:
        raise FrameError("each estimate needs its variance: the two tables differ in shape")
    if len(estimates) < 2:  # noqa: PLR2004 - one imputation cannot tell what imputing adds
        raise FrameError("Rubin's rules need at least two imputed data sets")
    if (variances < 0).any():
        raise FrameError("a variance is negative: give squared standard errors")
