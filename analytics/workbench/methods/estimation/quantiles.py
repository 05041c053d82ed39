"""Weighted quantiles of domains, with Woodruff's intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.errors import SpecificationError
from analytics.estimation.degrees_of_freedom import degrees_of_freedom, unseen
from analytics.estimation.intervals import mean_interval, share_interval, t_quantile
from analytics.estimation.means import domain_means, errors

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition

type QuantileRule = Literal["math", "school"]
type WoodruffScale = Literal["plain", "logit"]

ALMOST: Final = 1e-10  # a sum of weights that reaches p but for its last bits has reached it


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Quantiles of one level, each of shape (n_domains, n_columns).

    ``low`` or ``high`` is NaN where the interval of the share reaches beyond 0 or 1, so that the
    sample holds no such end; ``se`` is the interval's length over twice t.
    """

    n: Integers
    quantile: Floats
    se: Floats
    low: Floats
    high: Floats
    df: Floats


def weighted_quantile(
    values: Floats, weight: Floats, at: float, rule: QuantileRule = "math"
) -> float:
    """Find where the weighted distribution function reaches a share.

    Parameters
    ----------
    values, weight : ndarray of float, shape (n_respondents,)
        Finite values; weights above zero.
    at : float
        Share from 0 to 1; NaN gives NaN.
    rule : {"math", "school"}
        The smallest value whose share is at least ``at``; or the middle between it and the next
        where the share is exactly ``at`` (the median of 1, 2, 3, 4 is 2, or 2.5).

    Returns
    -------
    float
        NaN where there are no values.
    """
    if not len(values) or not 0 <= at <= 1:
        return float("nan")
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    reached = np.cumsum(weight[order])
    reached = reached / reached[-1]
    place = min(int(np.searchsorted(reached, at - ALMOST)), len(ordered) - 1)
    if rule == "school" and abs(reached[place] - at) <= ALMOST and place + 1 < len(ordered):
        return float((ordered[place] + ordered[place + 1]) / 2)
    return float(ordered[place])


def domain_quantiles(
    design: Design,
    values: Floats,
    partition: Partition,
    at: float,
    *,
    rule: QuantileRule = "math",
    scale: WoodruffScale = "plain",
    confidence: float = 0.95,
) -> Quantiles:
    """Estimate a quantile of many columns in every domain of a level.

    Parameters
    ----------
    design : Design
        Weights, strata, clusters, corrections, calibration.
    values : ndarray of float, shape (n_respondents, n_columns)
        In their own unit; NaN where a respondent has none.
    partition : Partition
        The domains.
    at : float
        Between 0 and 1, for instance 0.5 for the median.
    rule : {"math", "school"}
        As `weighted_quantile`.
    scale : {"plain", "logit"}
        Where the interval of the share below is put: as it is (R's default), or on the log odds,
        which always stays between 0 and 1.
    confidence : float
        For instance 0.95.

    Returns
    -------
    Quantiles

    Raises
    ------
    SpecificationError
        If ``at`` does not lie between 0 and 1.

    Notes
    -----
    The share of those at or below the quantile is estimated with its error inside the whole
    design; the ends of its interval are read off the same distribution function (Woodruff).
    As R's ``svyquantile(interval.type = "mean" or "xlogit", qrule = rule)``. On a scale of few
    values a quantile stands still and then jumps: prefer shares there.

    References
    ----------
    Woodruff, R. S. (1952). Confidence intervals for medians and other position measures. Journal
    of the American Statistical Association 47, 635-646.
    """
    if not 0 < at < 1:
        raise SpecificationError(f"a quantile lies between 0 and 1, not at {at:g}")
    point = _quantiles(
        design, values, partition, np.full((partition.size, values.shape[1]), at), rule
    )
    home = point[np.maximum(partition.code, 0)]
    below = np.where(np.isfinite(values), (values <= home).astype(np.float64), np.nan)
    share = domain_means(design, below, partition)
    error = errors(design, share, partition)
    df = degrees_of_freedom(design, partition, share.scored)
    if scale == "logit":
        ends = share_interval(share.mean, error.se, df, error.n_drawn, confidence)
    else:
        ends = mean_interval(share.mean, error.se, df, confidence)
    # A few equal values say nothing of how far chance may move them.
    alike = domain_means(design, values, partition).all_equal
    alike &= unseen(design, partition)[:, None] > 0
    low, high = (
        np.where(alike, np.nan, _quantiles(design, values, partition, end, rule)) for end in ends
    )
    se = (high - low) / (2 * t_quantile(df, confidence))
    return Quantiles(share.n, point, se, low, high, df)


def _quantiles(
    design: Design, values: Floats, partition: Partition, at: Floats, rule: QuantileRule
) -> Floats:
    found = np.full(at.shape, np.nan)
    for number in range(partition.size):
        rows = np.flatnonzero(partition.code == number)
        for column in range(values.shape[1]):
            mine = rows[np.isfinite(values[rows, column])]
            found[number, column] = weighted_quantile(
                values[mine, column], design.weight[mine], float(at[number, column]), rule
            )
    return found
