"""Whether units differ enough to be compared at all.

ICC(1) is the share of the variance of one answer that lies between units; ICC(2) the reliability of
the units' means. Unweighted: they describe the measure, not the staff.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special  # scipy.stats takes three times as long to load

from analytics.estimation.grouping import sum_by

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers

COMPARABLE: Final = 0.60  # instruments.md 4.5
TOO_FEW: Final = (
    "Fewer than two units with answers, or none with two: it cannot be told whether units differ."
)
NO_DIFFERENCE: Final = (
    "Units differ no more than answers within them: their means are not reliable."
)
NO_SPREAD: Final = "Everybody gave the same answer: there is nothing to compare."


@dataclass(frozen=True, slots=True)
class Icc:
    """Intraclass correlations of one measure over units.

    Parameters
    ----------
    icc1, low, high : float
        ICC(1) and its interval; below 0 where units differ less than chance would make them.
    icc2 : float
        ICC(2) at the average size of a unit; NaN where the units' means are all equal.
    f, p : float
        Of the one-way analysis of variance.
    units, n : int
        Units and respondents counted.
    size : float
        Average size of a unit, as the analysis of variance weighs it.
    warning : str
        In plain words, or "".
    """

    icc1: float
    low: float
    high: float
    icc2: float
    f: float
    p: float
    units: int
    n: int
    size: float
    warning: str = ""

    @property
    def comparable(self) -> bool:
        """Whether the means of units may be compared: ICC(2) of at least .60."""
        return bool(self.icc2 >= COMPARABLE)


def icc(value: Floats, unit: Integers, confidence: float = 0.95) -> Icc:
    r"""Estimate ICC(1) and ICC(2) from a one-way analysis of variance.

    Parameters
    ----------
    value : ndarray of float, shape (n_respondents,)
        Scores; NaN is left out.
    unit : ndarray of int64, shape (n_respondents,)
        The unit of each respondent; -1 is none.
    confidence : float
        Of the interval of ICC(1).

    Returns
    -------
    Icc
        NaN with a warning where units or answers are too few, or all answers are the same.

    Notes
    -----
    With mean squares B between and W within, :math:`ICC(1) = (B - W) / (B + (k - 1) W)` and
    :math:`ICC(2) = (B - W) / B`, where :math:`k = (n - \sum n_u^2 / n) / (U - 1)`. The interval is
    exact for units of equal size (Shrout & Fleiss 1979), else close.

    References
    ----------
    Bliese, P. D. (2000). Within-group agreement, non-independence, and reliability. In Klein &
    Kozlowski (eds), Multilevel Theory, Research, and Methods in Organizations, 349-381.
    Shrout, P. E., Fleiss, J. L. (1979). Psychological Bulletin 86, 420-428.
    """
    kept = np.isfinite(value) & (unit >= 0)
    y = value[kept]
    _, code = np.unique(unit[kept], return_inverse=True)
    count = np.bincount(code).astype(np.float64)
    units, n = len(count), len(y)
    if units < 2 or n - units < 1:  # noqa: PLR2004 - nothing to compare with one unit
        return _unknown(units, n, TOO_FEW)
    mean = sum_by(code.astype(np.int64), y[:, None], units)[:, 0] / count
    within = float(((y - mean[code]) ** 2).sum()) / (n - units)
    between = float((count * (mean - y.mean()) ** 2).sum()) / (units - 1)
    size = float((n - (count**2).sum() / n) / (units - 1))
    if max(between, within) <= np.finfo(float).eps * float((y**2).sum()):
        return _unknown(units, n, NO_SPREAD)
    return _icc(between, within, (units, n, size), confidence)


def _icc(between: float, within: float, sizes: tuple[int, int, float], confidence: float) -> Icc:
    units, n, size = sizes
    first, second = units - 1, n - units
    f = between / within if within > 0 else np.inf
    tail = 0.5 + confidence / 2
    low = f / float(special.fdtri(first, second, tail))
    high = f * float(special.fdtri(second, first, tail))
    return Icc(
        icc1=(between - within) / (between + (size - 1) * within),
        low=_of_f(low, size),
        high=_of_f(high, size),
        icc2=(between - within) / between if between > 0 else np.nan,
        f=f,
        p=float(special.fdtrc(first, second, f)),
        units=units,
        n=n,
        size=size,
        warning="" if between > within else NO_DIFFERENCE,
    )


def _of_f(f: float, size: float) -> float:
    return (f - 1) / (f + size - 1) if np.isfinite(f) else 1.0


def _unknown(units: int, n: int, warning: str) -> Icc:
    nan = float("nan")
    return Icc(nan, nan, nan, nan, nan, nan, units, n, nan, warning)
