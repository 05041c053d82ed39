"""The interval of an R-indicator, from the figures that a publication tells of it."""

from __future__ import annotations

import math
from typing import Final

# as in `analytics.nonresponse.assumption`, which loads numpy: pages start without it
_NORMAL: Final = 1.959963984540054


def indicator_interval(r: float, unadjusted: float, se: float) -> tuple[float, float]:
    r"""Give the ends of the 95 % interval of an R-indicator.

    Parameters
    ----------
    r, unadjusted, se : float
        As in `analytics.nonresponse.representativity.Representativity`.

    Returns
    -------
    low, high : float
        Between 0 and 1.

    Notes
    -----
    ``se`` is the error of :math:`1 - 2 S` where the bias has not been taken out of S (the formula
    of Shlomo, Skinner and Schouten 2012, as the RISQ tools have it). Where there are many
    categories and few people most of S is bias, and r with 1.96 errors on either side held the
    true indicator in 71 to 97 % of draws. The variance S² of propensities is a sum of squares,
    whose error is that of R times S, and whose estimate less its bias is nearly normal: the
    interval is laid around that, and is longer on the side of 1 or of 0 where it must be. It held
    the truth in 97 to 100 % (``python -m tests.reference.nonresponse.indicator``).
    """
    variance = ((1.0 - r) / 2.0) ** 2
    reach = _NORMAL * se * (1.0 - unadjusted) / 2.0
    farthest, nearest = variance + reach, max(variance - reach, 0.0)
    return max(1.0 - 2.0 * math.sqrt(farthest), 0.0), 1.0 - 2.0 * math.sqrt(nearest)
