"""Equivalence: showing that a difference is smaller than what matters, not merely unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special  # a third of the time that scipy.stats takes to load

from analytics.errors import AnalyticsError
from analytics.estimation.intervals import mean_interval

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Two one-sided tests; arrays of shape (n,).

    ``p`` is the larger of the two p values: small where the difference surely lies inside the
    margin. ``low`` and ``high`` are the interval at twice the level of the test, which lies inside
    the margin exactly where ``p`` is at most that level.
    """

    p_below: Floats
    p_above: Floats
    p: Floats
    low: Floats
    high: Floats
    equivalent: Booleans


def equivalence(
    difference: Floats, se: Floats, df: Floats, margin: float, level: float = 0.05
) -> Equivalence:
    """Test whether differences lie inside plus or minus a margin.

    Parameters
    ----------
    difference, se, df : ndarray of float, shape (n,)
        Differences, their errors and degrees of freedom.
    margin : float
        The smallest difference that matters, in the same unit.
    level : float
        Of each of the two tests. The verdict "steady" asks that the 95 % interval lie inside the
        margin, which is this test at level 0.025.

    Returns
    -------
    Equivalence
        NaN and not equivalent where the error is unknown. Without error, a difference is equivalent
        if it is inside the margin.

    Raises
    ------
    AnalyticsError
        If the margin is not above zero, or the level not between 0 and 0.5.

    References
    ----------
    Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power
    approach. Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.
    """
    if not margin > 0:
        raise AnalyticsError("the margin of equivalence must be above zero")
    if not 0 < level < 0.5:  # noqa: PLR2004 - an interval at 1 - 2 level
        raise AnalyticsError("the level of equivalence must lie between 0 and 0.5, such as 0.05")
    below = _upper_tail(difference + margin, se, df)
    above = _upper_tail(margin - difference, se, df)
    p = np.maximum(below, above)
    low, high = mean_interval(difference, se, df, 1 - 2 * level)
    return Equivalence(below, above, p, low, high, np.asarray(p <= level, dtype=bool))


def _upper_tail(distance: Floats, se: Floats, df: Floats) -> Floats:
    """P value of the test that a distance from the margin is not above 0."""
    # Without error t is plus or minus infinity; on the margin itself nothing is shown.
    far = np.where(distance > 0, np.inf, -np.inf)
    t = np.divide(distance, se, out=far, where=se > 0)
    known = np.isfinite(se) & np.isfinite(distance) & (df > 0)
    p = special.stdtr(np.where(known, df, np.nan), -t)
    return np.asarray(np.where(known, p, np.nan), dtype=np.float64)
