"""Bounds on the mean of everybody, whatever the silent would have answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import optimize, special

from analytics.errors import FrameError

POINTS: Final = (0.0, 100.0)


@dataclass(frozen=True, slots=True)
class WorstCase:
    """Bounds on the mean of everybody, in the unit of the mean.

    ``low`` and ``high`` follow from the answers alone; ``interval_low`` and ``interval_high``
    cover the mean of everybody with the given confidence, chance included.
    """

    low: float
    high: float
    interval_low: float
    interval_high: float


def worst_case(
    mean: float,
    se: float,
    response: float,
    *,
    ends: tuple[float, float] = POINTS,
    confidence: float = 0.95,
) -> WorstCase:
    r"""Bound the mean of everybody by the answers that the silent could have given.

    Parameters
    ----------
    mean, se : float
        Of those who answered, in the unit of ``ends``; se may be NaN.
    response : float
        Share of the population's weight that answered, above 0 up to 1.
    ends : pair of float
        The lowest and the highest possible answer: 0 and 100, or 0 and 1 for a share.
    confidence : float
        For instance 0.95.

    Returns
    -------
    WorstCase
        The interval's ends are NaN where se is.

    Raises
    ------
    FrameError
        If the response is no share, or the mean lies outside the ends.

    Notes
    -----
    :math:`r m + (1 - r) L` to :math:`r m + (1 - r) U`. Both bounds have the error r se; the
    interval takes c with :math:`\Phi(c + (1-r)(U-L)/(r\,se)) - \Phi(-c)` equal to the
    confidence: from 1.96 where everybody answered to 1.645 where many are silent, since the mean
    cannot be near both bounds.

    References
    ----------
    Manski, C. F. (1989). Anatomy of the selection problem. Journal of Human Resources 24, 343-360.
    Imbens, G. W., Manski, C. F. (2004). Confidence intervals for partially identified parameters.
    Econometrica 72, 1845-1857.
    """
    check_response(response)
    lowest, highest = ends
    if not lowest <= mean <= highest:
        raise FrameError(f"a mean of {mean:g} does not lie within {lowest:g} to {highest:g}")
    low = response * mean + (1 - response) * lowest
    high = response * mean + (1 - response) * highest
    error = response * se  # may be 0 by underflow where se is not
    reach = error * _reach((high - low) / error if error > 0 else 0.0, confidence)
    return WorstCase(
        low,
        high,
        float(np.clip(low - reach, lowest, highest)),
        float(np.clip(high + reach, lowest, highest)),
    )


def _reach(width: float, confidence: float) -> float:
    """Find Imbens and Manski's c for bounds that lie ``width`` standard errors apart."""

    def over(c: float) -> float:
        return float(special.ndtr(c + width) - special.ndtr(-c) - confidence)

    return float(optimize.brentq(over, 0.0, 10.0))


def check_response(response: float) -> None:
    """Refuse what is no share of a population.

    Raises
    ------
    FrameError
    """
    if not 0 < response <= 1:
        raise FrameError(f"a response of {response:g} is no share of the population above 0")
