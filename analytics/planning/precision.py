"""How exact a planned sample will be: standard errors and margins of error before anybody answers.

The variance is the one that `analytics.estimation.variance` will estimate afterwards, with the
spread that is expected instead of the one observed:

    Var = deff * sum over h of W_h^2 S_h^2 (1/n_h - 1/N_h)

Source: Cochran, W. G. (1977). Sampling Techniques, 3rd ed. Wiley, (5.6) and (2.8).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analytics.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats
    from analytics.planning.sample import PlannedSample


@dataclass(frozen=True, slots=True)
class Precision:
    """What to expect of an estimate, in its own unit.

    ``se`` is the standard error, ``df`` the degrees of freedom, ``margin`` half the width of the
    interval: t times ``se``; 0 where everybody answers, NaN where no degrees of freedom are left.
    """

    se: float
    df: float
    margin: float


def mean_precision(
    sample: PlannedSample, sd: float | Sequence[float] | Floats, *, confidence: float = 0.95
) -> Precision:
    """Tell how exact a mean will be.

    Parameters
    ----------
    sample : PlannedSample
    sd : float, or sequence of float with shape (n_strata,)
        Standard deviation between persons within a stratum, in points.
    confidence : float
        Of the interval.

    Raises
    ------
    DesignError
        If a deviation is negative or not a number, or the confidence does not lie between 0 and 1.
    """
    return from_error(math.sqrt(variance(sample, sd)), sample.df, confidence)


def variance(sample: PlannedSample, sd: float | Sequence[float] | Floats) -> float:
    """Give the variance of a mean; arguments and errors are those of `mean_precision`."""
    each = 1.0 / sample.respondents - 1.0 / sample.population
    squares = sample.share**2 * _spread(sample, sd) ** 2
    return sample.design_effect * float((squares * each).sum())


def _spread(sample: PlannedSample, sd: float | Sequence[float] | Floats) -> Floats:
    """Check expected deviations, and give each stratum its own."""
    given = np.asarray(sd, dtype=np.float64)
    if given.ndim and given.shape != sample.respondents.shape:
        raise DesignError("give one standard deviation, or one for each stratum")
    if not (np.isfinite(given) & (given >= 0)).all():
        raise DesignError("a standard deviation must be a number of at least 0")
    return np.broadcast_to(given, sample.respondents.shape).astype(np.float64)


def from_error(se: float, df: float, confidence: float) -> Precision:
    """Put the margin of error beside a standard error.

    Raises
    ------
    DesignError
        If the confidence does not lie between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise DesignError("the confidence must lie between 0 and 1, for instance 0.95")
    reach = float(special.stdtrit(df, 0.5 + confidence / 2)) if df > 0 else float("nan")
    return Precision(se, df, reach * se if se > 0 else 0.0)
