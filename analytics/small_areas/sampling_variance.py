"""Sampling variances of areas with a handful of answers, steadied by those of all areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats

UNSTEADY: Final = 10.0  # degrees of freedom: below, a variance is half or twice itself by chance
ITERATIONS: Final = 50


@dataclass(frozen=True, slots=True)
class Steadied:
    """Variances that may be taken as known, their degrees of freedom, and how many were moved."""

    variance: Floats
    df: Floats
    moved: int


def steadied(variance: Floats, n: Floats, df: Floats) -> Steadied:
    r"""Draw the variances that few answers stand behind towards those of all areas.

    Parameters
    ----------
    variance : ndarray of float, shape (m,)
        Of the areas' means; 0 or NaN where answers are alike or there is one alone.
    n : ndarray of float, shape (m,)
        Respondents.
    df : ndarray of float, shape (m,)
        Behind each variance.

    Returns
    -------
    Steadied
        Areas with ten degrees of freedom or more, and a variance, stay as they are. Nothing is
        changed where no area has a variance.

    Notes
    -----
    The model takes the sampling variances as known. By two or three answers they are anything but,
    and where they happen to agree the area would stand nearly alone. Per answer :math:`s_i^2 = n_i
    D_i` is replaced by :math:`(d_0 s_0^2 + d_i s_i^2) / (d_0 + d_i)`, with :math:`d_0, s_0^2` from
    the mean and variance of :math:`\log s_i^2` over areas (``squeezeVar`` of R's limma); where
    these differ no more than chance makes them, by the mean of all.

    References
    ----------
    Smyth, G. K. (2004). Linear models and empirical Bayes methods. Statistical Applications in
    Genetics and Molecular Biology 3, article 3. Rivest, L.-P., Vandal, N. (2002). Mean squared
    error estimation for small areas when the small area variances are estimated.
    """
    behind = np.where(np.isfinite(df), np.maximum(df, 0.0), 0.0)
    usable = np.isfinite(variance) & (variance > 0) & (behind > 0)
    weak: Booleans = ~usable | (behind < UNSTEADY)
    if not usable.any() or not weak.any():
        return Steadied(variance, np.maximum(behind, 1.0), 0)
    own = np.where(np.isfinite(variance), variance, 0.0) * n
    behind = np.where(np.isfinite(variance), behind, 0.0)
    mixed, counted = squeezed(own, behind, usable)
    total = float(behind[usable].sum())
    return Steadied(
        np.where(weak, mixed / np.maximum(n, 1.0), variance),
        np.where(weak, np.minimum(np.maximum(counted, 1.0), max(total, 1.0)), behind),
        int(weak.sum()),
    )


def squeezed(own: Floats, df: Floats, usable: Booleans) -> tuple[Floats, Floats]:
    r"""Draw each variance towards all, the more the fewer degrees of freedom it has.

    Parameters
    ----------
    own, df : ndarray of float, shape (m,)
        Variances of one answer, and the degrees of freedom behind each.
    usable : ndarray of bool, shape (m,)
        Which of them tell what is common; at least one.

    Returns
    -------
    variance, df : ndarray of float, shape (m,)
        :math:`(d_0 s_0^2 + d_i s_i^2) / (d_0 + d_i)` and :math:`d_0 + d_i` (``squeezeVar`` of R's
        limma; Smyth 2004); the mean of all, and all degrees of freedom, where they differ no more
        than chance makes them.
    """
    prior_df, prior = _prior(own[usable], df[usable])
    if np.isfinite(prior_df):
        return (prior_df * prior + df * own) / (prior_df + df), prior_df + df
    return np.full_like(own, prior), np.full_like(own, float(df[usable].sum()))


def _prior(own: Floats, df: Floats) -> tuple[float, float]:
    """Estimate the degrees of freedom and the variance that areas have in common."""
    pooled = float(df @ own / df.sum())
    if len(own) < 2:  # noqa: PLR2004 - one variance does not spread
        return np.inf, pooled
    level = np.log(own) - special.digamma(df / 2) + np.log(df / 2)
    spread = float(np.var(level, ddof=1) - special.polygamma(1, df / 2).mean())
    if spread <= 0:
        return np.inf, pooled
    prior_df = 2 * _inverse_trigamma(spread)
    shift = special.digamma(prior_df / 2) - np.log(prior_df / 2)
    return prior_df, float(np.exp(level.mean() + shift))


def _inverse_trigamma(value: float) -> float:
    """Solve trigamma(x) = value by Newton's method on 1 / trigamma, which is convex."""
    x = 0.5 + 1 / value
    for _ in range(ITERATIONS):
        found = float(special.polygamma(1, x))
        step = found * (1 - found / value) / float(special.polygamma(2, x))
        x += step
        if -step < 1e-8 * x:
            break
    return x
