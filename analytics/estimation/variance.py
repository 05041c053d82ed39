"""The one variance: Taylor linearisation within strata, with or without finite corrections.

Source: instruments.md 4.5. With u_i = w_i z_i the weighted linearised residual of a respondent,

    Var = sum over h of (1 - f_h) n_h / (n_h - 1) sum over i in h of (u_i - mean_h(u))^2

where i runs over clusters if the design has them. A domain lies inside the whole design: those
outside it have u = 0 but still count in n_h. Further stages are added as in Sarndal, Swensson and
Wretman (1992, Model Assisted Survey Sampling, 4.3), each weighted by the sampling fractions
before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from analytics.errors import DesignError
from analytics.estimation.calibration import calibrated_terms, calibration_residual
from analytics.estimation.grouping import group_sums, sum_by
from analytics.estimation.lonely import merged_terms

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
    """

    cluster: Integers
    stratum: Integers
    fraction: Floats
    share: Floats

    @property
    def size(self) -> Integers:
        """Clusters in the sample per stratum, shape (n_strata,)."""
        return np.bincount(self.stratum, minlength=len(self.fraction)).astype(np.int64)

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


@dataclass(frozen=True, slots=True)
class Variance:
    """Variances per domain and column, shape (n_domains, n_columns).

    ``corrected`` has the finite population correction, ``model`` has not.
    """

    corrected: Floats
    model: Floats


def simple_design(weight: Floats, stratum: Integers, population: Floats | None = None) -> Design:
    """Describe respondents drawn themselves within strata.

    Parameters
    ----------
    weight : ndarray of float, shape (n_respondents,)
        Final weights.
    stratum : ndarray of int64, shape (n_respondents,)
        From 0 to n_strata - 1, each with at least one respondent.
    population : ndarray of float, shape (n_strata,), optional
        Persons per stratum; without it there is no finite population correction.
    """
    size = np.bincount(stratum).astype(np.float64)
    # More answers than persons happens when the register is older than the wave: at most 1.
    fraction = np.zeros_like(size) if population is None else np.minimum(size / population, 1.0)
    everybody = np.arange(len(weight), dtype=np.int64)
    return Design(weight, (Stage(everybody, stratum, fraction, np.ones_like(size)),))


def domain_variance(design: Design, influence: Floats, domain: Integers, size: int) -> Variance:
    """Estimate the variance of estimates of many domains at once.

    Parameters
    ----------
    design : Design
        The whole sample's design.
    influence : ndarray of float, shape (n_respondents, n_columns)
        u = w z of the domain each respondent belongs to; 0 where not scored.
    domain : ndarray of int64, shape (n_respondents,)
        From 0 to size - 1; -1 belongs to none of these domains.
    size : int
        Number of domains; a domain without respondents gets variance 0.

    Returns
    -------
    Variance
        Variances of shape (size, n_columns).
    """
    if design.calibration is None:
        return _added(design, influence, domain, size)
    stage = design.stages[0]
    fast = len(design.stages) == 1 and stage.drawn_themselves and not design.leverage
    if fast and (stage.size > 1).all():
        return Variance(*calibrated_terms(design, influence, domain, size))
    return _calibrated(design, influence, domain, size)


def _added(design: Design, influence: Floats, domain: Integers, size: int) -> Variance:
    corrected = np.zeros((size, influence.shape[1]))
    model = np.zeros_like(corrected)
    for number, stage in enumerate(design.stages):
        total, stratum, home = _totals(stage, influence, domain, size)
        # Below the first stage a stratum is one cluster's: its mean is that of its only unit.
        rule = "certainty" if number and design.lonely == "centre" else design.lonely
        if rule == "centre":
            total = _centre(stage, total, stratum, home, size)
        terms = _terms(total, stratum, home, size)
        corrected += _sum(rule, stage, terms, size, corrected=True)
        if number == 0:
            model += _sum(rule, stage, terms, size, corrected=False)
    return Variance(np.maximum(corrected, 0.0), np.maximum(model, 0.0))


def _totals(
    stage: Stage, influence: Floats, domain: Integers, size: int
) -> tuple[Floats, Integers, Integers]:
    """Add u up per cluster and domain; also give the stratum and domain of each total."""
    inside = np.flatnonzero(domain >= 0)
    if stage.drawn_themselves:
        return influence[inside], stage.stratum[inside], domain[inside]
    key, total = group_sums(stage.cluster[inside] * size + domain[inside], influence[inside])
    return total, stage.stratum[key // size], key % size


@dataclass(frozen=True, slots=True)
class Terms:
    """Sums of cluster totals and of their squares, per stratum and domain that meet."""

    stratum: Integers
    domain: Integers
    first: Floats
    second: Floats


def _terms(total: Floats, stratum: Integers, domain: Integers, size: int) -> Terms:
    key, sums = group_sums(stratum * size + domain, np.concatenate([total, total**2], axis=1))
    first, second = np.split(sums, 2, axis=1)
    return Terms(key // size, key % size, first, second)


def _sum(rule: LonelyRule, stage: Stage, terms: Terms, size: int, *, corrected: bool) -> Floats:
    n = stage.size.astype(np.float64)
    fraction = stage.fraction if corrected else np.zeros_like(stage.fraction)
    factor = stage.share * (1.0 - fraction) * n / np.maximum(n - 1.0, 1.0)
    lonely = n == 1
    if rule != "centre":
        factor = np.where(lonely, 0.0, factor)
    spread = terms.second - terms.first**2 / np.where(lonely, np.inf, n)[terms.stratum][:, None]
    result = sum_by(terms.domain, factor[terms.stratum][:, None] * spread, size)
    if rule == "merge" and lonely.any():
        result += merged_terms(terms, n, fraction, stage.share, size)
    return result


def _centre(stage: Stage, total: Floats, stratum: Integers, domain: Integers, size: int) -> Floats:
    """Take the mean over all clusters from the totals of strata with a single cluster."""
    mean = sum_by(domain, total, size) / len(stage.stratum)
    lonely = (stage.size == 1)[stratum]
    return np.where(lonely[:, None], total - mean[domain], total)


def _calibrated(design: Design, influence: Floats, domain: Integers, size: int) -> Variance:
    """Replace z by its residual from the calibration columns, one domain after the other."""
    residual_of = calibration_residual(design)
    plain = Design(design.weight, design.stages, design.lonely)
    nobody = np.zeros(len(design.weight), dtype=np.int64)
    corrected = np.zeros((size, influence.shape[1]))
    model = np.zeros_like(corrected)
    for number in range(size):
        residual = residual_of(influence, np.flatnonzero(domain == number))
        one = _added(plain, residual, nobody, 1)
        corrected[number], model[number] = one.corrected[0], one.model[0]
    return Variance(corrected, model)
