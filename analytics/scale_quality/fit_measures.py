"""How well a factor model fits: chi-square, CFI, TLI, RMSEA with its interval, and SRMR."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from analytics.scale_quality.structure import implied

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.scale_quality.samples import Samples
    from analytics.scale_quality.structure import Structure

RMSEA_CONFIDENCE: Final = 0.90


@dataclass(frozen=True, slots=True)
class Statistic:
    """A test statistic before any scaling, its degrees of freedom, and its scaling factor.

    The scaling factor is 1 under normality; the scaled statistic is ``chi2 / scaling``.
    """

    chi2: float
    df: int
    scaling: float = 1.0


@dataclass(frozen=True, slots=True)
class FitMeasures:
    """Fit of a model; NaN where it is not defined (no degrees of freedom).

    ``rmsea_low`` and ``rmsea_high`` bound RMSEA at 90 %, as is the custom. ``scaling`` is 1 for
    the normal-theory measures.
    """

    n: int
    chi2: float
    df: int
    p: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float
    scaling: float


def fit_measures(
    found: Statistic, baseline: Statistic, n: int, groups: int, srmr: float, *, lost: int = 0
) -> FitMeasures:
    r"""Judge a model against the data and against a model without any relation.

    Parameters
    ----------
    found, baseline : Statistic
        Of the model, and of the model in which items are unrelated.
    n, groups : int
    srmr : float
        From `residual`.
    lost : int
        Taken from ``n`` in RMSEA: the number of groups where the statistic counts n - 1 in each.

    Notes
    -----
    With X the unscaled statistic, c its scaling factor and b for the baseline:
    CFI = 1 - max(X - c df, 0) / max(X - c df, X_b - c_b df_b, 0);
    TLI = 1 - (X - c df) df_b / ((X_b - c_b df_b) df);
    RMSEA = sqrt(G) sqrt(max((X / n) / df - c / n, 0)), its bounds from the noncentral chi-square
    of X / c. With c = 1 these are the usual ones, else the robust ones of lavaan.

    References
    ----------
    Bentler, P. M. (1990). Psychological Bulletin 107, 238-246. Steiger, J. H. (1998). Structural
    Equation Modeling 5, 411-419. Brosseau-Liard, P. E., Savalei, V. (2014). Multivariate
    Behavioral Research 49, 460-470.
    """
    df, c = found.df, found.scaling
    chi2 = found.chi2 / c
    over = found.chi2 - c * df
    over_baseline = baseline.chi2 - baseline.scaling * baseline.df
    worst = max(over, over_baseline, 0.0)
    nan = float("nan")
    tli = nan if df == 0 or over_baseline <= 0 else 1 - over * baseline.df / (over_baseline * df)
    scale = float(np.sqrt(groups * c / ((n - lost) * df))) if df else nan
    low, high = bounds(chi2, df)
    return FitMeasures(
        n=n,
        chi2=chi2,
        df=df,
        p=float(special.chdtrc(df, chi2)) if df else nan,
        cfi=1.0 if worst == 0 else 1 - max(over, 0.0) / worst,
        tli=tli,
        rmsea=scale * float(np.sqrt(max(chi2 - df, 0.0))),
        rmsea_low=scale * float(np.sqrt(low)),
        rmsea_high=scale * float(np.sqrt(high)),
        srmr=srmr,
        scaling=c,
    )


def residual(model: Structure, data: Samples, vectors: Floats, *, means: bool) -> float:
    """Compute the standardised root mean square residual.

    Parameters
    ----------
    means : bool
        Count the means' residuals, too: where several groups or waves are fitted together.

    Notes
    -----
    Residuals over the observed deviations, averaged over groups by their respondents (Bentler
    1995; ``srmr`` of lavaan, without means ``srmr_bentler_nomean``). With gaps, the observed
    moments are the likeliest ones without a model.
    """
    total = 0.0
    for sample, vector, share in zip(data.groups, vectors, data.share, strict=True):
        mean, covariance = implied(model, vector)
        spread = np.sqrt(np.diag(sample.covariance))
        miss = (sample.covariance - covariance) / np.outer(spread, spread)
        squares = miss[np.tril_indices(len(miss))] ** 2
        if means:
            squares = np.concatenate([squares, ((sample.mean - mean) / spread) ** 2])
        total += share * float(np.sqrt(squares.mean()))
    return float(total)


def scaled_measures(
    found: Statistic, baseline: Statistic, n: int, groups: int, srmr: float
) -> FitMeasures:
    """Take a scaled test as if it were a plain one.

    Notes
    -----
    ``cfi.scaled`` and so on of lavaan, which the robust ones of `fit_measures` have replaced: these
    do not estimate what CFI and RMSEA would be in the population (Brosseau-Liard and Savalei 2014).
    RMSEA is bounded by the noncentral chi-square of X with c df degrees of freedom, as there.
    """
    c, df = found.scaling, found.df
    as_plain = [Statistic(one.chi2 / one.scaling, one.df) for one in (found, baseline)]
    naive = fit_measures(as_plain[0], as_plain[1], n, groups, srmr)
    if df == 0:
        return naive
    scale = groups / (n * c * df)
    low, high = (float(np.sqrt(scale * end)) for end in bounds(found.chi2, c * df))
    return replace(naive, rmsea_low=low, rmsea_high=high, scaling=c)


def bounds(chi2: float, df: float) -> tuple[float, float]:
    """Bound the noncentrality of a chi-square at 90 %."""
    low, high = (1 + RMSEA_CONFIDENCE) / 2, (1 - RMSEA_CONFIDENCE) / 2
    return _noncentrality(chi2, df, low), _noncentrality(chi2, df, high)


def _noncentrality(chi2: float, df: float, tail: float) -> float:
    """Find the noncentrality at which ``chi2`` is the ``tail`` quantile; 0 if none is as low."""
    if df == 0 or not np.isfinite(chi2 + df):
        return float("nan")
    if float(special.chdtr(df, chi2)) <= tail:
        return 0.0
    return float(special.chndtrinc(chi2, df, tail))
