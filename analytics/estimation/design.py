"""How a sample was drawn: strata, clusters, stages, weights, and what they were calibrated to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from analytics.errors import DesignError

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers


type LonelyRule = Literal["error", "certainty", "centre", "merge"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of sampling.

    Parameters
    ----------
    cluster : ndarray of int64, shape (n_respondents,)
        The cluster of each respondent; ``arange`` where respondents were drawn themselves.
    stratum : ndarray of int64, shape (n_clusters,)
        The stratum of each cluster.
    fraction : ndarray of float, shape (n_strata,)
        f_h, the share of the stratum's clusters that is in the sample; 0 is no correction.
    share : ndarray of float, shape (n_strata,)
        Product of the sampling fractions of the stages before; 1 at the first stage.
    repeated : ndarray of float, shape (n_respondents,), optional
        Where respondents were drawn themselves and a row stands for several of them who are alike
        to the design: how many. One each when left out.
    """

    cluster: Integers
    stratum: Integers
    fraction: Floats
    share: Floats
    repeated: Floats | None = None

    @property
    def size(self) -> Integers:
        """Clusters in the sample per stratum, shape (n_strata,)."""
        size = np.bincount(self.stratum, self.repeated, minlength=len(self.fraction))
        return size.astype(np.int64)

    @property
    def alone(self) -> int:
        """Strata whose single cluster leaves an error unknown; none below what was replaced."""
        return int(((self.size == 1) & (self.fraction < 1) & (self.share > 0)).sum())

    @property
    def drawn_themselves(self) -> bool:
        """Whether each respondent is a cluster of one."""
        rows = len(self.cluster)
        return len(self.stratum) == rows and bool((self.cluster == np.arange(rows)).all())


@dataclass(frozen=True, slots=True)
class Design:
    """How the respondents came into the sample, and for how many persons each speaks.

    Parameters
    ----------
    weight : ndarray of float, shape (n_respondents,)
        Final weights.
    stages : tuple of Stage
        At least one.
    lonely : {"error", "certainty", "centre", "merge"}
        What a stratum with a single cluster adds: nothing is computed; nothing is added; its
        distance from the mean over all clusters (at the first stage, as R's "adjust"; below it
        nothing); or its distance from its neighbour's clusters, for domains that reach into it,
        while other domains leave the neighbour as it is.
    calibration : ndarray of float, shape (n_respondents, n_auxiliaries), optional
        Columns whose totals the weights reproduce. Residuals are taken from their regression.
    base : ndarray of float, shape (n_respondents,), optional
        Weights before calibration, used in that regression; the final weights when left out.
    leverage : bool
        Take residuals from the regression without the respondent's own row or cluster.

    Raises
    ------
    DesignError
        If ``lonely`` is "error" and a stratum has a single cluster.
    """

    weight: Floats
    stages: tuple[Stage, ...]
    lonely: LonelyRule = "merge"
    calibration: Floats | None = None
    base: Floats | None = None
    leverage: bool = False

    @property
    def repeated(self) -> Floats:
        """Respondents that each row stands for, shape (n_respondents,)."""
        own = self.stages[0].repeated
        return np.ones(len(self.weight)) if own is None else own

    def __post_init__(self) -> None:
        for number, stage in enumerate(self.stages, start=1):
            if self.lonely == "error" and stage.alone:
                raise DesignError(_lonely_sentence(stage, stage.alone, number))


def _lonely_sentence(stage: Stage, strata: int, number: int) -> str:
    if len(stage.fraction) == 1 and stage.drawn_themselves:
        return (
            "only one respondent: no error can be estimated; choose "
            'lonely = "certainty" to see the figures without one'
        )
    if len(stage.fraction) == 1:
        return "only one cluster: no error can be estimated; the data must hold at least two"
    have = "1 stratum has" if strata == 1 else f"{strata} strata have"
    return (
        f"{have} a single sampled unit at stage {number}: "
        'merge strata, or choose lonely = "merge", "centre" or "certainty"'
    )


def simple_design(
    weight: Floats,
    stratum: Integers,
    population: Floats | None = None,
    *,
    repeated: Floats | None = None,
) -> Design:
    """Describe respondents drawn themselves within strata.

    Parameters
    ----------
    weight : ndarray of float, shape (n_respondents,)
        Final weights.
    stratum : ndarray of int64, shape (n_respondents,)
        From 0 to n_strata - 1, each with at least one respondent.
    population : ndarray of float, shape (n_strata,), optional
        Persons per stratum; without it there is no finite population correction.
    repeated : ndarray of float, shape (n_respondents,), optional
        Respondents that each row stands for, as in `Stage`.
    """
    size = np.bincount(stratum, repeated).astype(np.float64)
    # More answers than persons happens when the register is older than the wave: at most 1.
    fraction = np.zeros_like(size) if population is None else np.minimum(size / population, 1.0)
    everybody = np.arange(len(weight), dtype=np.int64)
    return Design(weight, (Stage(everybody, stratum, fraction, np.ones_like(size), repeated),))
