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
    "movement that is not steady."
)


@dataclass(frozen=True, slots=True)
class Slope:
    """Points a year with error and interval; NaN where the series is too short.

    ``se`` and ``df`` make the interval, ``line_se`` would be the error if nothing but chance kept
    the waves from a line. ``lack_of_fit`` is the p value of a straight line; ``df`` is infinite
    where the errors of the waves are known and larger than what a drifting level makes of them.
    """

    per_year: float
    se: float
    line_se: float
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
    with :math:`V = diag(SE^2) + SS'`, so the slope is :math:`c'y` with variance :math:`c'Vc`; t has
    Satterthwaite's degrees of freedom from those of the waves, and is normal where these are not
    given. A level that only drifts makes a slope of any four waves, too. A random walk moves by
    :math:`\sigma` a root year, estimated from the n - 1 steps between waves around their own mean,
    :math:`\hat\sigma^2 = \sum (\Delta y - \bar b \Delta t)^2 / \Delta t / (n - 2)`, which counts
    the waves' errors as drift; :math:`c'y` then has variance :math:`\hat\sigma^2 c'Rc`,
    :math:`R = \min(t, t')`, and t on n - 2. The wider of both intervals is given: it leaves out 0
    in at most 5.4 % of series without a slope, however much they drift (the line's alone in up to
    33 %). Four waves can tell a slope from a drift only where it is steep and steady.

    References
    ----------
    instruments.md 4.5. Harvey, A. C. (1989). Forecasting, Structural Time Series Models and the
    Kalman Filter, 2.3 (random walk plus noise). Cambridge University Press.
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
    line = _line(series, rows)
    p = float(stats.chi2.sf(line.lack, len(rows) - 2))
    errors = ((line.se, line.df), (_drift(series, rows, line.weight), len(rows) - 2.0))
    reach, se, df = max(
        (float(stats.t.ppf(0.5 + confidence / 2, df)) * se, se, df) for se, df in errors
    )
    return Slope(
        per_year=line.per_year,
        se=se,
        line_se=line.se,
        low=line.per_year - reach,
        high=line.per_year + reach,
        df=df,
        waves=len(rows),
        since=series.dates[rows[0]],
        until=series.dates[rows[-1]],
        lack_of_fit=p,
        warnings=(BENT.format(p=p_told(p)),) if p < LACK_OF_FIT else (),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A slope, the weight that each wave has in it, its error, and the distance from the line."""

    per_year: float
    weight: Floats
    se: float
    df: float
    lack: float


def _line(series: WaveSeries, rows: Integers) -> _Line:
    design = np.column_stack([np.ones(len(rows)), series.time[rows]])
    shared: Floats = series.shared[rows]
    covariance = np.diag(series.se[rows] ** 2) + shared @ shared.T
    model = GLS(series.estimate[rows], design, sigma=covariance)
    fit = model.fit(cov_type="fixed scale")
    variance = float(fit.cov_params()[1, 1])
    weight = np.asarray(fit.model.pinv_wexog[1] @ model.cholsigmainv, dtype=np.float64)
    parts = (weight * series.se[rows]) ** 2
    below = float((parts**2 / series.df[rows]).sum())
    df = variance**2 / below if below > 0 else np.inf
    left = float(fit.wresid @ fit.wresid)
    return _Line(float(fit.params[1]), weight, float(np.sqrt(variance)), float(df), left)


def _drift(series: WaveSeries, rows: Integers, weight: Floats) -> float:
    """Give the error that a slope has where the level does nothing but drift."""
    time, estimate = series.time[rows] - series.time[rows[0]], series.estimate[rows]
    gap, step = np.diff(time), np.diff(estimate)
    apart = step - gap * (estimate[-1] - estimate[0]) / time[-1]
    movement = float((apart**2 / gap).sum()) / (len(rows) - 2)
    return float(np.sqrt(movement * (weight @ np.minimum.outer(time, time) @ weight)))


def p_told(p: float) -> str:
    """Write a p value for a sentence."""
    return f"p < {SMALLEST_TOLD}" if p < SMALLEST_TOLD else f"p = {p:.3f}"


def _too_short(n: int) -> Slope:
    nothing = float("nan")
    return Slope(
        nothing, nothing, nothing, nothing, nothing, nothing, n, None, None, nothing,
        (TOO_SHORT.format(n=n),),
    )  # fmt: skip
