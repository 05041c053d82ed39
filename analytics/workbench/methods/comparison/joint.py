"""Several estimates of one sample at once: their covariances, and one test of them all.

Domains of one sample are not independent, and neither are the cells of a table, so a test of
several needs more than their errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from analytics.estimation.variance import domain_variance

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.estimation.design import Design

BLOCK: Final = 4_000_000  # residuals at a time
DUST: Final = 1e-12  # of the squares of residuals: what weights fix leaves as much by rounding
SINGULAR: Final = 1e-10  # of the largest part of a correlation: smaller ones are rounding


@dataclass(frozen=True, slots=True)
class Covariances:
    """Covariances of estimates, shape (n_estimates, n_estimates).

    ``corrected`` has the finite population correction, ``model`` has not.
    """

    corrected: Floats
    model: Floats


@dataclass(frozen=True, slots=True)
class Wald:
    """A test that several estimates are all 0.

    Parameters
    ----------
    wald : float
        d' V^-1 d.
    f, df1, df2, p : float
        Adjusted for the degrees of freedom that V is estimated with: F = W (df - q + 1) / (df q)
        with q and df - q + 1. With one estimate this is t squared.
    plain_f, plain_df2, plain_p : float
        Without: F = W / q with q and df - q, as R's `regTermTest` of a `svyglm`.

    All are NaN where V tells nothing: of a complete count, or with fewer degrees of freedom than
    estimates.
    """

    wald: float
    f: float
    df1: float
    df2: float
    p: float
    plain_f: float
    plain_df2: float
    plain_p: float


def joint_covariances(design: Design, influence: Floats) -> Covariances:
    """Estimate the covariances of estimates of one sample.

    Parameters
    ----------
    design : Design
        Of the whole sample.
    influence : ndarray of float, shape (n_respondents, n_estimates)
        Weighted linearised residuals u = w z, 0 where a respondent adds nothing.

    Returns
    -------
    Covariances

    Notes
    -----
    2 Cov(a, b) = Var(a) + Var(b) - Var(a - b): so strata, clusters, stages, calibration and the
    rule for lonely strata are those of every other error.
    """
    everybody = np.zeros(len(influence), dtype=np.int64)
    size = influence.shape[1]
    # of one size, so that a rare cell is not lost beside a frequent one
    scale = model_errors(design, influence)
    unit = np.divide(influence, scale, out=np.zeros_like(influence), where=scale > 0)
    alone = domain_variance(design, unit, everybody, 1)
    first, second = np.triu_indices(size, 1)
    found = []
    width = max(BLOCK // max(len(influence), 1), 1)
    for start in range(0, len(first), width):
        a, b = first[start : start + width], second[start : start + width]
        found.append(domain_variance(design, unit[:, a] - unit[:, b], everybody, 1))
    matrices = []
    for name in ("corrected", "model"):
        single = getattr(alone, name)[0]
        matrix = np.diag(single)
        apart = np.concatenate([np.zeros(0), *(getattr(part, name)[0] for part in found)])
        matrix[first, second] = matrix[second, first] = (single[first] + single[second] - apart) / 2
        matrices.append(matrix * scale[:, None] * scale)
    return Covariances(*matrices)


def model_errors(design: Design, influence: Floats) -> Floats:
    """Give the error of each estimate without finite population correction, 0 for what is dust."""
    everybody = np.zeros(len(influence), dtype=np.int64)
    variance = domain_variance(design, influence, everybody, 1).model[0]
    return np.sqrt(np.where(variance > DUST * (influence**2).sum(axis=0), variance, 0.0))


def wald(estimates: Floats, covariance: Floats, df: float, plain_df: float | None = None) -> Wald:
    """Test that estimates are all 0.

    Parameters
    ----------
    estimates : ndarray of float, shape (q,)
        None of them following from the others.
    covariance : ndarray of float, shape (q, q)
    df : float
        Degrees of freedom of the covariance: clusters less strata.
    plain_df : float, optional
        Of the test that is not adjusted; df - q when left out.

    Returns
    -------
    Wald

    References
    ----------
    Korn, E. L., Graubard, B. I. (1990). Simultaneous testing of regression coefficients with
    complex survey data. The American Statistician 44, 270-276.
    """
    q = len(estimates)
    unknown = Wald(*[float("nan")] * 8)
    size = np.sqrt(np.diag(covariance))
    if not q or not (np.isfinite(covariance).all() and (size > 0).all()):
        return unknown
    correlation = covariance / size[:, None] / size
    parts = np.linalg.eigvalsh(correlation)
    if parts[0] <= SINGULAR * parts[-1] or not df - q + 1 > 0:
        return unknown
    scaled = estimates / size
    found = float(scaled @ np.linalg.solve(correlation, scaled))
    spare, plainly = df - q + 1, df - q if plain_df is None else plain_df
    f, plain = found * spare / (df * q), found / q
    return Wald(
        found, f, float(q), spare, f_beyond(f, q, spare),
        plain, plainly, f_beyond(plain, q, plainly),
    )  # fmt: skip


def f_beyond(f: float, df1: float, df2: float) -> float:
    """Give the chance of an F beyond ``f``; NaN without degrees of freedom."""
    return float(special.fdtrc(df1, df2, f)) if df1 > 0 and df2 > 0 else float("nan")
