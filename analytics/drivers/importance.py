"""How much of what is explained falls on each predictor, and between which ranks it lies.

Shares of what is explained are no causes; a page that shows them says so first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy import special

from analytics.comparison.difference import two_sided_p
from analytics.comparison.multiplicity import holm
from analytics.drivers.collinearity import collinearity, order_warnings
from analytics.drivers.correlations import influence, weighted_correlations
from analytics.drivers.covariance import linearised_covariance
from analytics.drivers.dominance import ROUNDING, dominance
from analytics.drivers.shares import divided
from analytics.drivers.subsets import MOST_PREDICTORS
from analytics.errors import FrameError
from analytics.estimation.intervals import t_quantile

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.drivers.shares import Method
    from analytics.estimation.design import Design

SAME: Final = 1e-12
SIGNIFICANT: Final = 0.05

type Missing = Literal["complete", "pairwise"]


@dataclass(frozen=True, slots=True)
class RegressionFit:
    """One data set's figures, before they become intervals.

    Parameters
    ----------
    n : int
        Respondents behind the correlation that has fewest.
    parts : ndarray of float, shape (k,)
        Of R squared, which is their sum.
    correlation : ndarray of float, shape (k + 1, k + 1)
    variance : ndarray of float, shape (k + k (k - 1) / 2,)
        Of the shares, then of the differences between each and those before it.
    repaired : bool
        As in `PredictorCorrelations`.
    """

    n: int
    parts: Floats
    correlation: Floats
    variance: Floats
    repaired: bool

    @property
    def share(self) -> Floats:
        """The parts over their sum; NaN where nothing is explained."""
        return _shares(self.parts)


@dataclass(frozen=True, slots=True)
class Importance:
    """Each predictor's part in R squared; arrays of shape (k,).

    Parameters
    ----------
    n : int
        Respondents behind the correlation that has fewest.
    r_squared : float
    part : ndarray of float
        Adds up to R squared.
    share, se, low, high : ndarray of float
        On 0-1; shares add up to 1. NaN where nothing is explained.
    rank_low, rank_high : ndarray of int64
        The best and the worst rank that chance leaves open: 1 plus those that are surely ahead, k
        minus those surely behind (Holm over all pairs).
    warnings : tuple of str
        What stands in the way of reading the order.
    complete : ndarray of float, shape (k, k)
        `dominance.Dominance.complete`; empty for more predictors than all subsets allow.
    """

    n: int
    r_squared: float
    part: Floats
    share: Floats
    se: Floats
    low: Floats
    high: Floats
    rank_low: Integers
    rank_high: Integers
    warnings: tuple[str, ...]
    complete: Floats


def importance(
    design: Design,
    values: Floats,
    names: tuple[str, ...],
    df: float,
    *,
    method: Method = "lmg",
    missing: Missing = "complete",
    confidence: float = 0.95,
) -> Importance:
    """Estimate the drivers of an outcome, with intervals by the sample's own design.

    Parameters
    ----------
    design : Design
        Strata, clusters, corrections and weights.
    values : ndarray of float, shape (n_respondents, k + 1)
        The outcome first; NaN where missing.
    names : tuple of str, length k + 1
        Of the columns, for sentences.
    df : float
        Degrees of freedom of the design.
    method : {"lmg", "relative"}
        The Shapley value of R squared, or Johnson's relative weights.
    missing : {"complete", "pairwise"}
        Respondents with all values, or each correlation from those who have both columns.
    confidence : float
        For instance 0.95.

    Returns
    -------
    Importance

    Raises
    ------
    FrameError
        If too few have all values, a column never varies, there are too many predictors, or (for
        relative weights) one follows from the others.

    Notes
    -----
    A share is a smooth function of weighted correlations; its linearised residual is that
    function's slope times theirs and goes through the one variance of this package, times
    (n - 1) / (n - 1 - k). The interval is the wider of t on the share and on its square root.
    R squared is biased upwards by about k / n, and a predictor that explains nothing gets a share
    above zero.
    """
    fit = fitted(design, values, names, method=method, missing=missing)
    return finished(fit, names, np.full(len(fit.variance), df), confidence)


def fitted(
    design: Design, values: Floats, names: tuple[str, ...], *, method: Method, missing: Missing
) -> RegressionFit:
    """Compute shares and the variances of shares and of their differences; see `importance`."""
    pairwise = missing == "pairwise"
    found = weighted_correlations(design.weight, values, names, pairwise=pairwise)
    _independent(found.value, names, method)
    parts, gradient = divided(found.value, method)
    size = len(parts)
    share, total = _shares(parts), parts.sum()
    if not np.isfinite(share).all():
        nothing = np.full(size + size * (size - 1) // 2, np.nan)
        return RegressionFit(found.fewest, parts, found.value, nothing, found.repaired)
    slope = (gradient - gradient.sum(axis=2, keepdims=True) * share) / total
    moved = influence(design.weight, values, names, found, slope, pairwise=pairwise)
    variance = _with_differences(linearised_covariance(design, moved))
    n = found.fewest
    # what is left over has k slopes taken out of it, as in any regression
    return RegressionFit(n, parts, found.value, variance * (n - 1) / (n - 1 - size), found.repaired)


def _independent(correlation: Floats, names: tuple[str, ...], method: Method) -> None:
    """Refuse predictors that follow from each other by name, where the method cannot take them."""
    if method != "relative":
        return
    inflation = collinearity(correlation[1:, 1:]).inflation
    named = [name for name, one in zip(names[1:], inflation, strict=True) if np.isinf(one)]
    if named:
        raise FrameError(
            f"{' and '.join(named)} follow from the others: leave one of these predictors out"
        )


def _with_differences(spread: Floats) -> Floats:
    """Give the variances, then those of the differences between each and those before it."""
    own = np.maximum(np.diag(spread), 0.0)
    later, earlier = np.tril_indices(len(own), -1)
    both = own[later] + own[earlier]
    apart = both - 2 * spread[later, earlier]
    # of copies of each other nothing is left but rounding
    return np.concatenate([own, np.where(apart > SAME * both, apart, 0.0)])


def finished(
    fit: RegressionFit,
    names: tuple[str, ...],
    df: Floats,
    confidence: float,
    *,
    more: tuple[str, ...] = (),
) -> Importance:
    """Turn variances into intervals of shares and of ranks; see `importance`."""
    size, share = len(fit.parts), fit.share
    se = np.sqrt(fit.variance[:size])
    low, high = _interval(share, se, t_quantile(df[:size], confidence))
    ahead, behind, undecided = _order(share, fit.variance[size:], df[size:], confidence)
    warnings = order_warnings(collinearity(fit.correlation[1:, 1:]), names[1:], fit.n, undecided)
    if not np.isfinite(share).all():
        more = (*more, f"the predictors explain nothing of {names[0]}: there are no shares")
    elif not _beyond_chance(float(fit.parts.sum()), fit.n, size):
        told = (
            f"the predictors explain {100 * fit.parts.sum():.1f} % of {names[0]}, no more than "
            "chance would: shares of that mean nothing"
        )
        more = (*more, told)
    if fit.repaired:
        more = (*more, "pairwise correlations contradict each other and were moved: impute instead")
    return Importance(
        fit.n,
        float(fit.parts.sum()),
        fit.parts,
        share,
        se,
        low,
        high,
        ahead + 1,
        size - behind,
        (*more, *warnings),
        dominance(fit.correlation).complete if size <= MOST_PREDICTORS else np.zeros((0, 0)),
    )


def _beyond_chance(r_squared: float, n: int, size: int) -> bool:
    """Ask the F test of all slopes at 5 %; without weights and clusters, for a warning only."""
    free = n - 1 - size
    left = max(1.0 - r_squared, 1e-300)
    return bool(special.fdtrc(size, free, r_squared / size / (left / free)) < SIGNIFICANT)


def _interval(share: Floats, se: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Take the wider of two intervals on each side: on the share, and on its square root.

    Near zero a share is the square of something that is about normal: on its own scale the
    interval is too short above; but on the root's it leaves out 0 too often.
    """
    root = np.sqrt(share)
    reach = np.divide(t * se, 2 * root, out=np.zeros_like(root), where=root > 0)
    low = np.minimum(share - t * se, np.maximum(root - reach, 0.0) ** 2)
    high = np.maximum(share + t * se, (root + reach) ** 2)
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


def _shares(parts: Floats) -> Floats:
    total = float(parts.sum())
    return parts / total if total > 0 else np.full_like(parts, np.nan)


def _order(
    share: Floats, variance: Floats, df: Floats, confidence: float
) -> tuple[Integers, Integers, int]:
    """Count who is surely ahead of and behind each; also the pairs that nothing decides."""
    size = len(share)
    ahead, behind = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    later, earlier = np.tril_indices(size, -1)
    gap = share[later] - share[earlier]
    gap[np.abs(gap) < ROUNDING] = 0.0  # copies of each other
    if not np.isfinite(gap).all():
        return ahead, behind, len(gap)
    surely = holm(two_sided_p(gap, np.sqrt(variance), df)) < 1 - confidence
    np.add.at(ahead, np.where(gap > 0, earlier, later)[surely], 1)
    np.add.at(behind, np.where(gap > 0, later, earlier)[surely], 1)
    return ahead, behind, int((~surely).sum())
