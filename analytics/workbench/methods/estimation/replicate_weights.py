"""Replicate weights: the jackknife and the rescaling bootstrap of a design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import DesignError
from analytics.estimation.lonely import neighbours

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats, Integers
    from analytics.estimation.design import Design, Stage


FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Replicates:
    """Factors on the weights before calibration.

    Parameters
    ----------
    cluster : ndarray of int64, shape (n_respondents,)
        The first-stage cluster of each respondent.
    factor : callable
        From the number of a replicate to ndarray of float, shape (n_clusters,).
    scale : ndarray of float, shape (n_replicates,)
        What each squared distance counts for.
    """

    cluster: Integers
    factor: Callable[[int], Floats]
    scale: Floats

    @property
    def size(self) -> int:
        """Number of replicates."""
        return len(self.scale)


def jackknife(design: Design) -> Replicates:
    r"""Leave out one cluster at a time, within strata (JKn).

    Parameters
    ----------
    design : Design
        Only its first stage is used. Strata with a single cluster are joined to their neighbour
        (merge) or left as they are (certainty).

    Returns
    -------
    Replicates
        One per cluster. The others of its stratum count :math:`n_h/(n_h - 1)` times; the scale is
        :math:`(1 - f_h)(n_h - 1)/n_h`.

    Raises
    ------
    DesignError
        If the rule for lonely strata is "centre", or no stratum has two clusters.

    References
    ----------
    Rust, K. F., Rao, J. N. K. (1996). Variance estimation for complex surveys using replication
    techniques. Statistical Methods in Medical Research 5, 283-310.
    """
    stage = design.stages[0]
    stratum, n, left = _strata(design)
    clusters = np.flatnonzero(n[stratum] > 1)

    def factor(number: int) -> Floats:
        out = int(clusters[number])
        mates = stratum == stratum[out]
        found = np.where(mates, n[stratum[out]] / (n[stratum[out]] - 1.0), 1.0)
        found[out] = 0.0
        return found

    home = stratum[clusters]
    return Replicates(stage.cluster, factor, left[home] * (n[home] - 1.0) / n[home])


def bootstrap(design: Design, rng: np.random.Generator, replicates: int = 500) -> Replicates:
    r"""Draw :math:`n_h - 1` of the :math:`n_h` clusters of each stratum, with replacement.

    Parameters
    ----------
    design : Design
        As `jackknife`.
    rng : Generator
        Chance.
    replicates : int
        At least 2; a standard error is then off by about ``1 / sqrt(2 * replicates)``.

    Returns
    -------
    Replicates
        A cluster drawn :math:`m^*` times has the factor
        :math:`1 + \sqrt{1 - f_h}\,(m^* n_h/(n_h - 1) - 1)`.

    Raises
    ------
    DesignError
        As `jackknife`, or with fewer than two replicates.

    References
    ----------
    Rao, J. N. K., Wu, C. F. J., Yue, K. (1992). Some recent work on resampling methods for
    complex surveys. Survey Methodology 18, 209-217. The correction for finite populations is that
    of Rao, J. N. K., Wu, C. F. J. (1988). Journal of the American Statistical Association 83,
    231-241.
    """
    if replicates < FEWEST:
        raise DesignError("the bootstrap needs at least two replicates")
    stratum, n, left = _strata(design)
    drawn = np.zeros((replicates, len(stratum)), dtype=np.int16)
    for number in np.flatnonzero(n > 1):
        members = np.flatnonzero(stratum == number)
        draws = rng.integers(0, len(members), size=(replicates, len(members) - 1))
        for replicate in range(replicates):
            drawn[replicate, members] = np.bincount(draws[replicate], minlength=len(members))
    alone, size = n[stratum] == 1, n[stratum]
    reach = np.sqrt(left[stratum])

    def factor(number: int) -> Floats:
        found = 1.0 + reach * (drawn[number] * size / np.maximum(size - 1.0, 1.0) - 1.0)
        return np.where(alone, 1.0, found)

    return Replicates(
        design.stages[0].cluster, factor, np.full(replicates, 1.0 / (replicates - 1.0))
    )


def _strata(design: Design) -> tuple[Integers, Floats, Floats]:
    """Give each cluster's stratum, the strata's sizes, and the share that was not drawn."""
    stage = design.stages[0]
    stratum, n = stage.stratum.copy(), stage.size.astype(np.float64)
    population = np.divide(n, stage.fraction, out=np.full_like(n, np.inf), where=stage.fraction > 0)
    if (n == 1).any() and design.lonely == "centre":
        raise DesignError(
            'replicates cannot centre a stratum with a single unit: choose lonely = "merge" or '
            '"certainty"'
        )
    if design.lonely == "merge":
        stratum = _merged(stage)
        population = np.bincount(stratum, weights=_each(population, stage), minlength=len(n))
        n = np.bincount(stratum, minlength=len(n)).astype(np.float64)
    if not (n > 1).any():
        raise DesignError("no stratum has two sampled units: nothing can be left out")
    left = 1.0 - np.divide(
        n, population, out=np.zeros_like(n), where=np.isfinite(population) & (n > 0)
    )
    return stratum, n, np.maximum(left, 0.0)


def _merged(stage: Stage) -> Integers:
    home = np.arange(len(stage.fraction), dtype=np.int64)
    size = stage.size.astype(np.float64)
    for neighbour, lonely in neighbours(size, stage.fraction).items():
        home[lonely] = neighbour
    return np.asarray(home[stage.stratum], dtype=np.int64)


def _each(population: Floats, stage: Stage) -> Floats:
    """Share a stratum's population between its clusters."""
    return np.asarray((population / stage.size)[stage.stratum], dtype=np.float64)
