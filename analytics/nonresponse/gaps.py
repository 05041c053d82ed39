"""What a figure would be if those who did not answer differ from the others by so much.

No interval answers that. What nothing assumed leaves open is in `worst_case`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analytics.errors import FrameError
from analytics.nonresponse.worst_case import check_response

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class AssumedGap:
    """What a figure would be if the silent were ``gap`` lower than those who answered.

    ``se`` and the interval hold chance, and the doubt about the gap where one was given.
    """

    gap: float
    mean: float
    shift: float
    se: float
    low: float
    high: float


def with_gaps(
    mean: float,
    se: float,
    df: float,
    response: float,
    gaps: Sequence[float],
    *,
    doubt: float = 0.0,
    confidence: float = 0.95,
) -> list[AssumedGap]:
    r"""Say what a figure would be under assumed gaps between those who answered and the silent.

    Parameters
    ----------
    mean, se, df : float
        Of those who answered.
    response : float
        Share of the population's weight that answered.
    gaps : sequence of float
        How much lower the silent are, in the unit of the mean; 0 is "no different".
    doubt : float
        Standard deviation of what is known of each gap, for instance 5 points.
    confidence : float
        For instance 0.95.

    Returns
    -------
    list of AssumedGap
        One per gap; NaN intervals where se or df is unknown.

    Raises
    ------
    FrameError
        If the response is no share, or the doubt is negative.

    Notes
    -----
    The mean of everybody is :math:`m - (1 - r) g`; its error
    :math:`\sqrt{se^2 + (1 - r)^2 \sigma_g^2}`.

    References
    ----------
    Rubin, D. B. (1977). Formalizing subjective notions about the effect of nonrespondents in
    sample surveys. Journal of the American Statistical Association 72, 538-543.
    """
    check_response(response)
    if not doubt >= 0:
        raise FrameError("the doubt about a gap is a standard deviation: 0 or more")
    error = float(np.hypot(se, (1 - response) * doubt))
    reach = float(special.stdtrit(df, 0.5 + confidence / 2)) * error if df > 0 else float("nan")
    found = []
    for gap in gaps:
        shift = -(1 - response) * gap
        moved = mean + shift
        found.append(AssumedGap(gap, moved, shift, error, moved - reach, moved + reach))
    return found
