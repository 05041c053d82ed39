"""How exact a change will be between two planned waves, with or without the same people in both.

Two samples of sizes n and m from one population of N persons, with k persons in both, covary by

    Cov = rho S S' (k / (n m) - 1 / N)

which is 0 where the second sample is drawn independently of the first (k is then n m / N on
average), positive for a panel, and negative for panels that keep out of each other's way.

Sources: Kish, L. (1965). Survey Sampling. Wiley, 12.4. Tam, S. M. (1984). On covariances from
overlapping samples. The American Statistician 38, 288-289.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from analytics.comparison.difference import difference_errors
from analytics.comparison.unlinked import unlinked_errors
from analytics.errors import DesignError
from analytics.planning.precision import Precision, from_error, variance
from analytics.planning.sample import PlannedSample


def difference_precision(
    earlier: PlannedSample,
    later: PlannedSample,
    sd: float | tuple[float, float],
    *,
    correlation: float = 0.0,
    overlap: float | None = None,
    confidence: float = 0.95,
    careful: bool = False,
    together: float = 1.0,
) -> Precision:
    """Tell how exact the difference of two means will be.

    Parameters
    ----------
    earlier, later : PlannedSample
        Two waves with the same strata, or two groups.
    sd : float or pair of float
        Standard deviation between persons, in each.
    correlation : float
        Between a person's two scores, -1 to 1.
    overlap : float, optional
        Share of the smaller sample that answers both times, in each stratum. Left out: the
        samples are independent, and ``correlation`` is not used.
    confidence : float
        Of the interval.
    careful : bool
        Without overlap, of a finite population: as changes between waves that nobody links are
        judged (`analytics.comparison.unlinked`), which allows for answers that vary.
    together : float
        If ``careful``: what the two share by their invitations
        (`analytics.waves.answers_together`).

    Returns
    -------
    Precision
        Without overlap, Welch's degrees of freedom; where the same people answer, one less than
        they are; between the two, in proportion to the overlap.

    Raises
    ------
    DesignError
        If the overlap is not possible, the strata differ, or a number is out of range.
    """
    first, second = sd if isinstance(sd, tuple) else (sd, sd)
    errors = (math.sqrt(variance(later, second)), math.sqrt(variance(earlier, first)))
    apart, df = difference_errors(*(np.array([value]) for value in (*errors, later.df, earlier.df)))
    se, free = float(apart[0]), float(df[0])
    if overlap is None and careful:
        own = np.array(errors)
        endless = np.array([_endless(later, second), _endless(earlier, first)])
        se = float(
            unlinked_errors((own[:1], own[1:]), (endless[:1], endless[1:]), together=together)[0]
        )
    if overlap is not None:
        if not -1 <= correlation <= 1:
            raise DesignError("the correlation must lie between -1 and 1")
        shared = correlation * first * second * _covariance(earlier, later, overlap)
        se = math.sqrt(max(se**2 - 2.0 * shared, 0.0))
        same = min(earlier.df, later.df)
        free += overlap * (same - free)
    return from_error(se, free, confidence)


def _endless(sample: PlannedSample, sd: float) -> float:
    """Give the error of a mean without finite population correction."""
    nobody_else = np.full_like(sample.population, np.inf)
    return math.sqrt(variance(replace(sample, population=nobody_else), sd))


def _covariance(earlier: PlannedSample, later: PlannedSample, overlap: float) -> float:
    """Sum W_h^2 (k_h / (n_h m_h) - 1 / N_h), with the design effect of both samples."""
    if not 0 <= overlap <= 1:
        raise DesignError("the overlap must be a share of the smaller sample, from 0 to 1")
    n, m, people = earlier.respondents, later.respondents, earlier.population
    if n.shape != m.shape or not np.array_equal(people, later.population):
        raise DesignError("with an overlap, both waves need the same strata and persons")
    both = overlap * np.minimum(n, m)
    if (n + m - both > people * (1 + 1e-9)).any():
        raise DesignError(
            "so small an overlap needs more persons than there are: two samples that large must "
            "share some"
        )
    effect = math.sqrt(earlier.design_effect * later.design_effect)
    each = both / (n * m) - 1.0 / people
    return effect * float((earlier.share * later.share * each).sum())
