"""A sample that is not drawn yet: who will answer, of how many, and how much alike they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats


@dataclass(frozen=True, slots=True)
class PlannedSample:
    """How many will answer in each stratum. Make it with `simple_sample` or `stratified_sample`.

    Parameters
    ----------
    respondents : ndarray of float, shape (n_strata,)
        n_h, the answers that are expected; not those invited.
    population : ndarray of float, shape (n_strata,)
        N_h in persons; infinite where there is no finite population correction.
    share : ndarray of float, shape (n_strata,)
        W_h, the stratum's share of the population; they add up to 1.
    deff : float
        Design effect of uneven weights and of all that strata and clusters do not say.
    icc : float
        Intraclass correlation within clusters, 0 where persons are drawn themselves.
    cluster_size : float
        Respondents per cluster, on average.
    """

    respondents: Floats
    population: Floats
    share: Floats
    deff: float = 1.0
    icc: float = 0.0
    cluster_size: float = 1.0

    def __post_init__(self) -> None:
        check_sizes(self.respondents, self.population)
        if not (np.isfinite(self.deff) and self.deff > 0):
            raise DesignError("the planned design effect must be a number above 0")
        if not 0 <= self.icc <= 1:
            raise DesignError("the intraclass correlation must lie between 0 and 1")
        if not self.cluster_size >= 1:
            raise DesignError("a cluster holds at least one respondent")

    @property
    def size(self) -> float:
        """All respondents."""
        return float(self.respondents.sum())

    @property
    def design_effect(self) -> float:
        """Factor on the variance: deff (1 + (b - 1) icc) with b respondents per cluster.

        Kish, L. (1965). Survey Sampling. Wiley, 5.4; the product is Kish (1987), Survey
        Methodology 13, 157-167, and Gabler, Haeder and Lahiri (1999), Survey Methodology 25.
        """
        return self.deff * (1.0 + (self.cluster_size - 1.0) * self.icc)

    @property
    def df(self) -> float:
        """Clusters minus strata, as for the published intervals; at least 0."""
        clusters = self.size / self.cluster_size
        return max(clusters - len(self.respondents), 0.0)


def simple_sample(
    respondents: float,
    population: float | None = None,
    *,
    deff: float = 1.0,
    icc: float = 0.0,
    cluster_size: float = 1.0,
) -> PlannedSample:
    """Plan a sample without strata.

    Parameters
    ----------
    respondents : float
        Answers that are expected.
    population : float, optional
        Persons; without it there is no finite population correction.
    deff, icc, cluster_size : float
        As in `PlannedSample`.

    Raises
    ------
    DesignError
        If a number is out of its range, or more answers are expected than there are persons.
    """
    people = np.array([np.inf if population is None else population], dtype=np.float64)
    n = np.array([respondents], dtype=np.float64)
    return PlannedSample(n, people, np.ones(1), deff, icc, cluster_size)


def stratified_sample(
    respondents: Sequence[float] | Floats,
    population: Sequence[float] | Floats,
    *,
    corrected: bool = True,
    deff: float = 1.0,
    icc: float = 0.0,
    cluster_size: float = 1.0,
) -> PlannedSample:
    """Plan a sample drawn within strata.

    Parameters
    ----------
    respondents, population : sequence of float, shape (n_strata,)
        Answers expected and persons, stratum by stratum.
    corrected : bool
        Whether the question is about these very persons (finite population correction).
    deff, icc, cluster_size : float
        As in `PlannedSample`.

    Raises
    ------
    DesignError
        As `simple_sample`; also where the two do not have a number for each stratum.
    """
    n, people = np.asarray(respondents, dtype=np.float64), np.asarray(population, dtype=np.float64)
    check_sizes(n, people)
    if not np.isfinite(people).all():
        raise DesignError("each stratum needs its number of persons: it tells its share")
    known = people if corrected else np.full_like(people, np.inf)
    return PlannedSample(n, known, people / people.sum(), deff, icc, cluster_size)


def check_sizes(respondents: Floats, population: Floats) -> None:
    """Refuse strata that nobody answers in, or that hold fewer persons than answers.

    Raises
    ------
    DesignError
        Names the first stratum at fault by its place.
    """
    if respondents.ndim != 1 or not len(respondents) or respondents.shape != population.shape:
        raise DesignError("give the respondents and the persons of each stratum, one number each")
    if not (np.isfinite(respondents) & (respondents > 0)).all():
        raise DesignError("each stratum needs at least one expected respondent")
    crowded = np.flatnonzero(~(respondents <= population))
    if len(crowded):
        place = int(crowded[0])
        raise DesignError(
            f"stratum {place + 1} expects {respondents[place]:g} respondents of "
            f"{population[place]:g} persons: expect fewer, or correct the population"
        )
