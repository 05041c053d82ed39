"""Strata with a single cluster: what they add when they borrow from a neighbour.

A lonely stratum is collapsed with its nearest stratum that is not lonely (the next in order, else
the one before), but only for domains that reach into it: a domain that is the neighbour alone
keeps the variance it has by itself. A stratum whose only cluster was certain to be drawn is not
lonely: it has no variance to be found, and none to lend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers


class StratumSums(Protocol):
    """Sums of cluster totals and of their squares, per stratum and domain that meet."""

    @property
    def stratum(self) -> Integers: ...  # noqa: D102 - the names say it
    @property
    def domain(self) -> Integers: ...  # noqa: D102
    @property
    def first(self) -> Floats: ...  # noqa: D102
    @property
    def second(self) -> Floats: ...  # noqa: D102


def neighbours(n: Floats, fraction: Floats) -> dict[int, list[int]]:
    """Give each lonely stratum a neighbour.

    Parameters
    ----------
    n, fraction : ndarray of float, shape (n_strata,)
        Clusters in the sample, and sampling fraction (0 where the population is not known).

    Returns
    -------
    dict of int to list of int
        The neighbour, and the lonely strata that are collapsed with it: a stratum of which a part
        was drawn where there is one, else one that is complete. Where every stratum has a single
        cluster, those that are lonely are all collapsed with the first of them.
    """
    drawn = fraction < 1
    company = np.flatnonzero((n > 1) & drawn)
    if not len(company):
        company = np.flatnonzero(n > 1)
    groups: dict[int, list[int]] = {}
    alone = np.flatnonzero((n == 1) & drawn)
    for lonely in alone:
        if not len(company):
            if lonely > alone[0]:
                groups.setdefault(int(alone[0]), []).append(int(lonely))
            continue
        later = company[company > lonely]
        neighbour = int(later[0] if len(later) else company[-1])
        groups.setdefault(neighbour, []).append(int(lonely))
    return groups


def merged_terms(
    terms: StratumSums, n: Floats, fraction: Floats, share: Floats, size: int
) -> Floats:
    """Compute what collapsing adds to the variance of each domain.

    Parameters
    ----------
    terms : StratumSums
        For every stratum and domain that meet.
    n, fraction, share : ndarray of float, shape (n_strata,)
        Clusters in the sample, sampling fraction, product of the earlier fractions.
    size : int
        Number of domains.

    Returns
    -------
    ndarray of float, shape (size, n_columns)
        Variance of the collapsed stratum minus that of the neighbour alone, for domains that
        reach into the lonely stratum; 0 for all others.
    """
    extra = np.zeros((size, terms.first.shape[1]))
    for neighbour, lonely in neighbours(n, fraction).items():
        group = np.array([neighbour, *lonely])
        reached = np.zeros(size, dtype=bool)
        # Where all strata are lonely, the neighbour is one too.
        needs = lonely if n[neighbour] > 1 else group
        reached[terms.domain[np.isin(terms.stratum, needs)]] = True
        together = _factor(group, n, fraction, share) * _spread(terms, group, n, size)
        alone = _factor(group[:1], n, fraction, share) * _spread(terms, group[:1], n, size)
        extra += np.where(reached[:, None], together - alone, 0.0)
    return extra


def _factor(group: Integers, n: Floats, fraction: Floats, share: Floats) -> float:
    count = float(n[group].sum())
    # The fraction of the collapsed stratum: all its clusters over all its population.
    known = (fraction[group] > 0).all()
    taken = count / float((n[group] / fraction[group]).sum()) if known else 0.0
    return float(share[group].mean()) * (1.0 - taken) * count / max(count - 1.0, 1.0)


def _spread(terms: StratumSums, group: Integers, n: Floats, size: int) -> Floats:
    members = np.isin(terms.stratum, group)
    first = np.zeros((size, terms.first.shape[1]))
    second = np.zeros_like(first)
    np.add.at(first, terms.domain[members], terms.first[members])
    np.add.at(second, terms.domain[members], terms.second[members])
    return second - first**2 / float(n[group].sum())
