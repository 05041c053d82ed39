"""What two samples share: persons, or clusters, and what that makes of two estimates.

Two samples of n1 and n2 from one stratum of N, with n12 in common, have

    Cov = (n12 - n1 n2 / N) S_uv

where S_uv is the covariance of the two weighted residuals of a person (Tam 1984; Kish 1965, 12.4,
without the finite population). So it is positive where the same people answer twice, nil between
independent draws, and negative between panels that are kept apart. S_uv is estimated from those in
both (`analytics.workbench.methods.linked_waves.covariance`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.estimation.grouping import group_sums

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats, Integers
    from analytics.estimation.design import Design, Stage

FEW: Final = 10  # a correlation from fewer shared units is hardly one


@dataclass(frozen=True, slots=True)
class Names:
    """What identifies the strata and clusters of one stage in either sample.

    Parameters
    ----------
    unit : ndarray of object, shape (n_clusters,)
        Name of each cluster, or of the person where persons were drawn; None is unknown.
    stratum : ndarray of object, shape (n_strata,)
        Name of each stratum.
    """

    unit: np.ndarray
    stratum: np.ndarray


@dataclass(frozen=True, slots=True)
class Link:
    """The shared units of one stage.

    Parameters
    ----------
    then, now : ndarray of int64, shape (n_shared,)
        The cluster of each shared unit in the earlier and in the later sample.
    factor : ndarray of float, shape (n_shared,)
        What the product of its two centred residuals counts.
    paired : ndarray of float, shape (n_shared,)
        The same for residuals of the shared units alone, which are centred on these.
    apart : tuple of ndarray, each of shape (n_apart,)
        Strata of the earlier sample, strata of the later, and n12 - n1 n2 / N, where so few are
        shared that the covariance is negative and cannot be estimated.
    strata : tuple of ndarray of int64, each of shape (n_strata of a sample,)
        Strata of the earlier and of the later sample, numbered alike where they have one name.
    """

    then: Integers
    now: Integers
    factor: Floats
    paired: Floats
    apart: tuple[Integers, Integers, Floats]
    strata: tuple[Integers, Integers]


def link_samples(then: Design, now: Design, names: list[tuple[Names, Names]]) -> tuple[Link, ...]:
    """Find what two samples share, stage by stage.

    Parameters
    ----------
    then, now : Design
        The earlier and the later sample.
    names : list of tuple of Names
        Of the earlier and of the later sample, one pair per stage; the strata of a further stage
        are the clusters of the stage before.

    Returns
    -------
    tuple of Link
        One per stage.

    Notes
    -----
    A unit that has moved to another stratum counts in full without a finite population, and not
    at all with one, where nobody can say how likely its return was. Where the population has
    changed, the larger N is used and nobody is taken to have left: that errs on the large side.
    """
    links: list[Link] = []
    share = np.ones(len(then.stages[0].fraction))
    for before, after, pair in zip(then.stages, now.stages, names, strict=False):
        found, share = _link(before, after, pair, share)
        links.append(found)
        if not share.any():
            break
    return tuple(links)


def _link(
    then: Stage, now: Stage, names: tuple[Names, Names], share: Floats
) -> tuple[Link, Floats]:
    """Link one stage; also give what each earlier cluster's own stage will count."""
    one, other = _shared(names[0].unit, names[1].unit)
    home, strata = then.stratum[one], len(now.fraction)
    key, position = np.unique(home * strata + now.stratum[other], return_inverse=True)
    shared = np.bincount(position, minlength=len(key)).astype(np.float64)
    h, g = key // strata, key % strata
    n1, n2 = then.size[h].astype(np.float64), now.size[g].astype(np.float64)
    expected = _expected(then, now, h, g, shared, names)
    estimable = (expected <= shared) | (shared >= FEW)
    loss = 1.0 - 1.0 / n1 - 1.0 / n2 + shared / (n1 * n2)
    some = (n1 > 1) & (n2 > 1)
    centring = np.divide(1.0, loss, out=np.zeros_like(loss), where=some)
    own = np.divide(n1 * n2, (n1 - 1) * (n2 - 1), out=np.zeros_like(loss), where=some)
    net = share[h] * np.where(estimable, 1.0 - expected / shared, 0.0)
    inner = np.zeros(len(then.stratum))
    inner[one] = (share[h] - net)[position]
    pairs = (h, g, shared, estimable)
    apart = _apart(then, now, names, pairs, share)
    return Link(
        one, other, (net * centring)[position], (net * np.sqrt(own))[position], apart,
        _same_strata(names),
    ), inner  # fmt: skip


def _same_strata(names: tuple[Names, Names]) -> tuple[Integers, Integers]:
    together = np.concatenate([names[0].stratum, names[1].stratum])
    number = np.unique(together.astype(str), return_inverse=True)[1].astype(np.int64)
    return number[: len(names[0].stratum)], number[len(names[0].stratum) :]


def spare_units(
    link: Link,
    stages: tuple[Stage, Stage],
    rows: tuple[Integers, Integers],
    scored: tuple[Booleans, Booleans],
) -> Floats:
    """Count the units that have a value in either sample, less their strata.

    Parameters
    ----------
    link : Link
        Of the first stage.
    stages : tuple of Stage
        The first stage of the earlier and of the later sample.
    rows : tuple of ndarray of int64
        Respondents of the domain in either sample.
    scored : tuple of ndarray of bool, each of shape (n_respondents, n_columns)
        Who has a value.

    Returns
    -------
    ndarray of float, shape (n_columns,)
        The degrees of freedom that a difference over both samples has at the most.
    """
    unit, there = zip(*map(_present, stages, rows, scored), strict=True)
    partner = np.full(len(stages[0].stratum), -1, dtype=np.int64)
    partner[link.then] = link.now
    place = pd.Index(unit[1]).get_indexer(pd.Index(partner[unit[0]]))
    twice = there[0][place >= 0] & there[1][place[place >= 0]]
    stratum = np.concatenate(
        [
            own[stage.stratum[found]]
            for own, stage, found in zip(link.strata, stages, unit, strict=True)
        ]
    )
    _, held = group_sums(stratum, np.concatenate(there).astype(np.float64))
    units = there[0].sum(axis=0) + there[1].sum(axis=0) - twice.sum(axis=0)
    return np.asarray(units - (held > 0).sum(axis=0), dtype=np.float64)


def _present(stage: Stage, rows: Integers, scored: Booleans) -> tuple[Integers, Booleans]:
    """List the units that some rows belong to, and in which columns they have a value."""
    unit, count = group_sums(stage.cluster[rows], scored[rows].astype(np.float64))
    return unit, count > 0


def _shared(then: np.ndarray, now: np.ndarray) -> tuple[Integers, Integers]:
    """Find the places of the names that stand in both; a missing name is nobody's."""
    rows = [np.flatnonzero(~pd.isna(names)) for names in (then, now)]
    place = pd.Index(now[rows[1]]).get_indexer(pd.Index(then[rows[0]]))
    found = place >= 0
    return rows[0][found].astype(np.int64), rows[1][place[found]].astype(np.int64)


def _expected(
    then: Stage, now: Stage, h: Integers, g: Integers, shared: Floats, names: tuple[Names, Names]
) -> Floats:
    """Count the units that two independent draws would share, n1 n2 / N; 0 where N is unknown."""
    finite = (then.fraction[h] > 0) & (now.fraction[g] > 0)
    both = np.minimum(then.fraction[h] * now.size[g], now.fraction[g] * then.size[h])
    moved = names[0].stratum[h] != names[1].stratum[g]
    return np.where(finite, np.where(moved, shared, both), 0.0)


def _apart(
    then: Stage,
    now: Stage,
    names: tuple[Names, Names],
    pairs: tuple[Integers, Integers, Floats, Booleans],
    share: Floats,
) -> tuple[Integers, Integers, Floats]:
    """Find strata of a finite population that share fewer than chance would, and too few."""
    g = pd.Index(names[1].stratum).get_indexer(pd.Index(names[0].stratum)).astype(np.int64)
    h = np.flatnonzero(g >= 0).astype(np.int64)
    g = g[h]
    shared = np.zeros(len(h))
    estimable = np.zeros(len(h), dtype=bool)
    strata = len(now.fraction)
    found = pd.Index(pairs[0] * strata + pairs[1]).get_indexer(pd.Index(h * strata + g))
    shared[found >= 0] = pairs[2][found[found >= 0]]
    estimable[found >= 0] = pairs[3][found[found >= 0]]
    net = (shared - _expected(then, now, h, g, shared, names)) * share[h]
    keep = ~estimable & (net < 0)
    return h[keep], g[keep], net[keep]
