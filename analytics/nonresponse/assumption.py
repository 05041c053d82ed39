"""What is assumed of those who did not answer, and how far a level may then be off.

The one home of the assumption (docs/adr/0038). Answers cannot tell what the silent would have said.
So it is said beforehand, in one sentence that everybody can weigh, and the range that pages show of
a level is right as often as it says where that sentence is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.digits import to_digits

if TYPE_CHECKING:
    from analytics.arrays import Floats

NORMAL: Final = 1.959963984540054
# In 95 % of waves the silent lie, on average, within so many points on 0-100 of those who answered.
WITHIN: Final = 6.0
SIGMA: Final = WITHIN / NORMAL
"""Standard deviation of the gap, in points: mean of those who answered less that of the silent."""
LEAST_CHANGE: Final = 1.0
"""Standard deviation, in points, below which the gap is never said to stay from wave to wave."""
_DIGITS: Final = 1


def response_rate(answered: Floats, invited: Floats) -> Floats:
    """Return the share that answered, NaN where nobody was invited or more answered than were."""
    share = np.divide(answered, invited, out=np.full(np.shape(invited), np.nan), where=invited > 0)
    return np.where((share > 0) & (share <= 1), share, np.nan)


def half_said(half: Floats | float, response: Floats | float, within: float) -> Floats:
    r"""Widen half a 95 % interval of a level by what the silent may make of it; see `said_range`.

    Parameters
    ----------
    half : float, or ndarray of float, shape (n,)
        Half the interval of those who answered, in points.
    response : float, or ndarray of float, shape (n,)
        Share that answered, above 0 up to 1.
    within : float
        Points within which the silent lie in 95 % of waves, :math:`1.96 \sigma_g`.

    Returns
    -------
    ndarray of float
        Half the range, in points; not rounded.
    """
    return np.hypot(half, (1.0 - np.asarray(response)) * within)


def said_range(
    mean: Floats, low: Floats, high: Floats, response: Floats, sigma: float
) -> tuple[Floats, Floats]:
    r"""Widen 95 % intervals of levels by what the silent may make of them.

    Parameters
    ----------
    mean, low, high : ndarray of float, shape (n,)
        Shown means of those who answered with their intervals, in points on 0-100.
    response : ndarray of float, shape (n,)
        Share that answered, above 0 up to 1; NaN where it is not told.
    sigma : float
        Standard deviation of the gap between those who answered and the silent, in points.

    Returns
    -------
    low, high : ndarray of float, shape (n,)
        To one decimal, inside 0-100; NaN where the share is.

    Notes
    -----
    The level of everybody is :math:`m - (1 - r) g`; with :math:`g \sim N(0, \sigma_g^2)` beside an
    error of the mean that is independent of it, each reach is
    :math:`\sqrt{(m - l)^2 + (1.96 (1 - r) \sigma_g)^2}`. The interval's own reach may be that of
    Student's t: then the range holds the level slightly more often than it says. The mean stays
    where it is: an assumption without a direction moves nothing.

    References
    ----------
    Rubin, D. B. (1977). Formalizing subjective notions about the effect of nonrespondents in
    sample surveys. Journal of the American Statistical Association 72, 538-543.
    Little, R. J. A., West, B. T., Boonstra, P. S., Hu, J. (2020). Measures of the degree of
    departure from ignorable sample selection. Journal of Survey Statistics and Methodology 8,
    932-964.
    """
    lower = mean - half_said(mean - low, response, NORMAL * sigma)
    upper = mean + half_said(high - mean, response, NORMAL * sigma)
    return to_digits(np.maximum(lower, 0.0), _DIGITS), to_digits(np.minimum(upper, 100.0), _DIGITS)
