"""What a planned comparison will see: power, the smallest detectable change, chances of a verdict.

The test is the one that is published: a difference over its standard error against t, two-sided.
Both tails count, so that the power against no change at all is the level of the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special
from scipy.optimize import brentq

from analytics.errors import DesignError

if TYPE_CHECKING:
    from analytics.planning.precision import Precision


@dataclass(frozen=True, slots=True)
class VerdictChances:
    """How often a true change is called so, each on 0-1; they add up to 1."""

    up: float
    down: float
    steady: float
    uncertain: float


def power(change: float, precision: Precision, *, confidence: float = 0.95) -> float:
    """Tell how often a true change will be found significant.

    Parameters
    ----------
    change : float
        The true difference, in the unit of the error.
    precision : Precision
        Of the difference.
    confidence : float
        1 minus the level of the test.

    Returns
    -------
    float
        On 0-1; NaN without degrees of freedom. Where the error is 0, everything is found.

    Notes
    -----
    P(|T| > t) with T noncentral t. As R's ``power.t.test(..., strict = TRUE)``.
    """
    _check(precision, confidence)
    if not precision.df > 0:
        return float("nan")
    if precision.se == 0:
        return float(change != 0)
    limit = _limit(precision.df, confidence)
    return _beyond(limit, change / precision.se, precision.df)


def smallest_detectable(
    precision: Precision, *, chance: float = 0.8, confidence: float = 0.95
) -> float:
    """Give the smallest true change that will be found significant with this chance.

    Parameters
    ----------
    precision : Precision
        Of the difference.
    chance : float
        The power wanted, above the level of the test and below 1.
    confidence : float
        1 minus the level of the test.

    Returns
    -------
    float
        In the unit of the error, above 0; NaN without degrees of freedom, or with so few that no
        change is found that often.

    Raises
    ------
    DesignError
        If the chance is not between the level of the test and 1.
    """
    _check(precision, confidence)
    if not 1 - confidence < chance < 1:
        raise DesignError(
            "the power must lie between the level of the test and 1, for instance 0.8"
        )
    if not precision.df > 0:
        return float("nan")
    limit = _limit(precision.df, confidence)

    def short(distance: float) -> float:
        return _beyond(limit, distance, precision.df) - chance

    far = limit
    while short(far) < 0:
        far *= 2
    if not short(far) >= 0:  # beyond what the distribution can be computed for
        return float("nan")
    return precision.se * float(brentq(short, 0.0, far, xtol=1e-12))


def verdict_chances(
    change: float, precision: Precision, margin: float, *, confidence: float = 0.95
) -> VerdictChances:
    """Tell how often a true change will be called up, down, steady or uncertain.

    Parameters
    ----------
    change : float
        The true difference, in points.
    precision : Precision
        Of the difference.
    margin : float
        The smallest change that matters, in points.
    confidence : float
        Of the interval that decides.

    Returns
    -------
    VerdictChances
        NaN without degrees of freedom.

    Notes
    -----
    Up needs a difference of at least the margin and an interval above 0; steady an interval inside
    the margin (design.md 5). The error is taken as known, since the wave will estimate it well; no
    correction for many units is made. A true change just as large as the margin is called up in
    half of all waves at most, however many answer: plan for changes beyond the margin.
    """
    _check(precision, confidence)
    if not margin > 0:
        raise DesignError("the smallest change that matters must be above 0")
    if not precision.df > 0:
        return VerdictChances(*[float("nan")] * 4)
    reach = _limit(precision.df, confidence) * precision.se
    if precision.se == 0:
        up, down = float(change >= margin), float(change <= -margin)
        return VerdictChances(up, down, 1 - up - down, 0.0)

    def below(value: float) -> float:
        return float(special.ndtr((value - change) / precision.se))

    up, down = 1 - below(max(reach, margin)), below(-max(reach, margin))
    inside = margin - reach
    steady = below(inside) - below(-inside) if inside > 0 else 0.0
    return VerdictChances(up, down, steady, 1 - up - down - steady)


def _limit(df: float, confidence: float) -> float:
    return float(special.stdtrit(df, 0.5 + confidence / 2))


def _beyond(limit: float, distance: float, df: float) -> float:
    """Chance that a noncentral t lies beyond the limit on either side."""
    apart = abs(distance)
    # What cannot be told from 0 comes back as NaN: the far tail against a large change.
    other = np.nan_to_num(special.nctdtr(df, apart, -limit))
    return float(1.0 - special.nctdtr(df, apart, limit) + other)


def _check(precision: Precision, confidence: float) -> None:
    if not 0 < confidence < 1:
        raise DesignError("the confidence must lie between 0 and 1, for instance 0.95")
    if not precision.se >= 0:
        raise DesignError("the standard error of the difference must be a number of at least 0")
