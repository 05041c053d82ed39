"""How much a design tells of each domain: units that reach into it, and who was not heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.estimation.domains import Partition
from analytics.estimation.grouping import group_sums, sum_by

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats
    from analytics.estimation.design import Design


@dataclass(frozen=True, slots=True)
class ClusterReach:
    """What a domain's scored respondents reach; arrays of shape (n_domains, n_columns).

    ``clusters`` and ``strata`` that hold one of them, and ``sampled``, all clusters of the sample
    in these strata.
    """

    clusters: Floats
    strata: Floats
    sampled: Floats

    @property
    def spare(self) -> Floats:
        """Clusters minus strata, at least 0: the degrees of freedom of an error."""
        return np.maximum(self.clusters - self.strata, 0.0)


def count_reach(design: Design, partition: Partition, scored: Booleans | Floats) -> ClusterReach:
    """Count the clusters and strata, at the first stage, that hold somebody scored in a domain.

    Parameters
    ----------
    design : Design
    partition : Partition
        The domains.
    scored : ndarray of bool or float, shape (n_respondents, n_columns)
        Who has a value: an answer that nobody gave tells nothing of chance. Or how many have one of
        those whom a row stands for.
    """
    stage, size = design.stages[0], partition.size
    inside = np.flatnonzero(partition.code >= 0)
    key = stage.cluster[inside] * size + partition.code[inside]
    # Where everybody is scored in each column, one column stands for all.
    there = each_scored(scored)[inside]
    if not stage.drawn_themselves:
        key, there = group_sums(key, there)
    occupied = (there > 0).astype(np.float64)
    clusters = there if stage.drawn_themselves else occupied
    strata, held = group_sums(stage.stratum[key // size] * size + key % size, occupied)
    reached = (held > 0).astype(np.float64)
    every = np.zeros((size, scored.shape[1]))
    return ClusterReach(
        clusters=every + sum_by(key % size, clusters, size),
        strata=every + sum_by(strata % size, reached, size),
        sampled=every + sum_by(strata % size, reached * stage.size[strata // size, None], size),
    )


def drawn_of(design: Design, partition: Partition, weight: Floats) -> tuple[Floats, Floats]:
    """Count the clusters, at the first stage, that hold somebody scored in a domain.

    Parameters
    ----------
    design : Design
    partition : Partition
        The domains.
    weight : ndarray of float, shape (n_respondents, n_columns)
        Weights of the scored, 0 of all others; one column where everybody is scored.

    Returns
    -------
    count, effective : ndarray of float, shape (n_domains, n_columns)
        The second is Kish's effective number of them, (sum W)^2 / sum W^2, with W what a cluster
        weighs in the domain; NaN where there is none. So a row that is given twice with half its
        weight, in one cluster, changes neither.
    """
    size, inside = partition.size, np.flatnonzero(partition.code >= 0)
    key = design.stages[0].cluster[inside] * size + partition.code[inside]
    key, held = group_sums(key, weight[inside])
    home = key % size
    total, squares = sum_by(home, held, size), sum_by(home, held**2, size)
    effective = np.divide(total**2, squares, out=np.full_like(total, np.nan), where=squares > 0)
    return sum_by(home, (held > 0).astype(np.float64), size), effective


def degrees_of_freedom(design: Design, partition: Partition, scored: Booleans | Floats) -> Floats:
    """Count clusters minus strata, of those that hold somebody scored in the domain.

    Returns
    -------
    ndarray of float, shape (n_domains, n_columns)
        For a unit that is a stratum: its scored respondents minus 1. At least 0.
    """
    return count_reach(design, partition, scored).spare


def each_scored(scored: Booleans | Floats) -> Floats:
    """Count who is scored, with one column for all where everybody has a score in each."""
    if scored.dtype != np.bool_:
        return np.asarray(scored, dtype=np.float64)
    return (scored[:, :1] if scored.all() else scored).astype(np.float64)


def without_spread(design: Design, partition: Partition, scored: Booleans | Floats) -> Booleans:
    """Tell which domains reach into one cluster per stratum, so that clusters show no spread.

    Parameters
    ----------
    design, partition, scored
        As `degrees_of_freedom`.

    Returns
    -------
    ndarray of bool, shape (n_domains, n_columns)
        False where all strata that the domain reaches into were taken completely: there is no
        sampling error to know.
    """
    stage = design.stages[0]
    inside = np.flatnonzero(partition.code >= 0)
    partly = stage.fraction[stage.stratum[stage.cluster[inside]]] < 1
    sampled = np.bincount(partition.code[inside], weights=partly, minlength=partition.size) > 0
    alone = degrees_of_freedom(design, partition, scored) == 0
    return np.asarray(sampled[:, None] & alone, dtype=bool)


def taken(design: Design) -> Floats:
    """Give the share of persons like each respondent that the design has taken.

    Returns
    -------
    ndarray of float, shape (n_respondents,)
        The product of the sampling fractions of all stages; 0 where one is not known.
    """
    share = np.ones(len(design.weight))
    for stage in design.stages:
        share *= stage.fraction[stage.stratum[stage.cluster]]
    return share


def unseen(design: Design, partition: Partition) -> Floats:
    """Give the share of each domain's persons that the sample leaves out.

    Parameters
    ----------
    design : Design
        Its sampling fractions; without a finite population correction everybody is unseen.
    partition : Partition

    Returns
    -------
    ndarray of float, shape (n_domains,)
        0 where everybody has answered; the mean over the respondents, unweighted.
    """
    inside = partition.code >= 0
    home, each = partition.code[inside], design.repeated
    rows = np.bincount(home, each[inside], partition.size)
    left = np.bincount(home, (each * (1.0 - taken(design)))[inside], rows.size)
    return np.asarray(left / np.maximum(rows, 1), dtype=np.float64)
