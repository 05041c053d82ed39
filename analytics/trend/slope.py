"""The slope over the last comparable waves, in points a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import stats
from statsmodels.regression.linear_model import GLS

from analytics.errors import FrameError

if TYPE_CHECKING:
    from datetime import date

    from analytics.arrays import Floats, Integers
    from analytics.trend.series import WaveSeries

COMPARABLE_WAVES: Final = 4
FEWEST_WAVES: Final = 3
LACK_OF_FIT: Final = 0.05
SMALLEST_TOLD: Final = 0.001
TOO_SHORT: Final = (
    "Trend too short: {n} waves have a figure, and a slope needs at least 3, so none is given."
)
BENT: Final = (
    "The waves do not lie on a line within their errors ({p}): the slope sums up a "
    "movement that is not steady, and its error is widened for that."
)


@dataclass(frozen=True, slots=True)
class Slope:
    """Points a year with error and interval; NaN where the series is too short.

    ``lack_of_fit`` is the p value of a straight line; ``df`` is infinite where the errors of the
    waves are known and account for the distance from it.
    """

    per_year: float
    se: float
    low: float
    high: float
    df: float
    waves: int
    since: date | None
    until: date | None
    lack_of_fit: float
    warnings: tuple[str, ...]


def slope(series: WaveSeries, *, waves: int = COMPARABLE_WAVES, confidence: float = 0.95) -> Slope:
    r"""Estimate the slope over the last waves that have a figure.

    Parameters
    ----------
    series : WaveSeries
        Comparable waves: linked, and none from before a series break.
    waves : int
        How many of the last waves to use, at least 3.
    confidence : float
        For instance 0.95.

    Returns
    -------
    Slope

    Raises
    ------
    FrameError
        If fewer than 3 waves are asked for, or a wave has a standard error of 0 (a count of
        everybody has no weight of its own: give it the error without finite population correction).

    Notes
    -----
    Weighted least squares with weights :math:`1/SE_t^2`; with splices, generalised least squares
    with :math:`V = diag(SE^2) + SS'`. The variance is :math:`(X'V^{-1}X)^{-1}` with the known
    errors; t has Satterthwaite's degrees of freedom from those of the waves, and is normal where
    these are not given. Where the distance from the line is larger than the errors
    allow (:math:`Q = r'V^{-1}r` above the 95 % point of chi-square on n - 2), the error is
    multiplied by :math:`\sqrt{Q/(n-2)}` (Birge's ratio), t on n - 2 at most, and a warning says so.

    References
    ----------
    instruments.md 4.5. Birge, R. T. (1932). Physical Review 40, 207-227.
    """
    if waves < FEWEST_WAVES:
        raise FrameError(f"a slope needs at least {FEWEST_WAVES} waves, not {waves}")
    rows = np.flatnonzero(series.known)[-waves:]
    if len(rows) < FEWEST_WAVES:
        return _too_short(len(rows))
    if (series.se[rows] == 0).any():
        raise FrameError(
            "a wave has the standard error 0, which would outweigh all others: give the error "
            "without finite population correction"
        )
    beta, variance, known, lack = _fit(series, rows)
    spare, se = len(rows) - 2, float(np.sqrt(variance))
    p = float(stats.chi2.sf(lack, spare))
    bent = p < LACK_OF_FIT
    df = min(known, float(spare)) if bent else known
    if bent:
        se *= float(np.sqrt(lack / spare))
    reach = float(stats.t.ppf(0.5 + confidence / 2, df)) * se
    return Slope(
        per_year=beta,
        se=se,
        low=beta - reach,
        high=beta + reach,
        df=df,
        waves=len(rows),
        since=series.dates[rows[0]],
        until=series.dates[rows[-1]],
        lack_of_fit=p,
        warnings=(BENT.format(p=_told(p)),) if bent else (),
    )


def _fit(series: WaveSeries, rows: Integers) -> tuple[float, float, float, float]:
    """Give the slope, its variance, its degrees of freedom, and the distance from the line."""
    design = np.column_stack([np.ones(len(rows)), series.time[rows]])
    shared: Floats = series.shared[rows]
    covariance = np.diag(series.se[rows] ** 2) + shared @ shared.T
    model = GLS(series.estimate[rows], design, sigma=covariance)
    fit = model.fit(cov_type="fixed scale")
    variance = float(fit.cov_params()[1, 1])
    # the weight that each wave has in the slope
    weight = np.asarray(fit.model.pinv_wexog[1] @ model.cholsigmainv, dtype=np.float64)
    parts = (weight * series.se[rows]) ** 2
    below = float((parts**2 / series.df[rows]).sum())
    df = variance**2 / below if below > 0 else np.inf
    return float(fit.params[1]), variance, float(df), float(fit.wresid @ fit.wresid)


def _told(p: float) -> str:
    return f"p < {SMALLEST_TOLD}" if p < SMALLEST_TOLD else f"p = {p:.3f}"


def _too_short(n: int) -> Slope:
    nothing = float("nan")
    return Slope(
        nothing, nothing, nothing, nothing, nothing, n, None, None, nothing,
        (TOO_SHORT.format(n=n),),
    )  # fmt: skip
