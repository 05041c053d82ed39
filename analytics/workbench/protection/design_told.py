"""What the errors of a protected file tell beside its figures, where the design parts people.

The error of persons drawn by themselves from one stratum is made of their spread, which follows
from shares. That of clusters is made of how far these lie apart, and that of strata and margins of
what is left within each. So where units are the clusters or the strata, and two of a region are
hidden, its mean gives their sum and its error their difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.protection.weights_told import part_few

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Integers
    from analytics.workbench.file.waves import DivisionEstimates, Wave

type _Statuses = Mapping[tuple[str, ...], np.ndarray]


def design_parts(
    wave: Wave, statuses: _Statuses, minimum: int, *, margins: bool
) -> dict[tuple[str, ...], Booleans]:
    """Mark the cells of which the design takes hidden groups, or few, apart from the others.

    Parameters
    ----------
    wave : Wave
    statuses : mapping of by-columns to ndarray of str, shape (n_domains, n_columns)
    minimum : int
        The smallest group of which anything is told.
    margins : bool
        Whether what weights were calibrated to is known of each person's group.

    Returns
    -------
    dict of by-columns to ndarray of bool, shape (n_domains, n_columns)
        True where clusters, or strata and margins, part the people of a cell, and a hidden group
        lies in it or fewer than the minimum are one of these parts. False where each part is made
        of groups that are shown: the error then follows from theirs.
    """
    alike = _alike_to_the_design(wave, margins=margins)
    if not np.ptp(alike):  # nobody is apart
        return {level.by: np.zeros(level.means.n.shape, dtype=bool) for level in wave.levels}
    found = {}
    for level in wave.levels:
        marked = holds_hidden(wave, level, statuses) & ~_of_shown(wave, level, statuses, alike)
        marked &= ~each_domain_in_one(level, alike)[:, None]
        found[level.by] = marked | part_few(level, alike, minimum)
    return found


def _alike_to_the_design(wave: Wave, *, margins: bool) -> Integers:
    """Give the same number to those whom the design does not take apart."""
    design, first = wave.design, wave.design.stages[0]
    if not first.drawn_themselves:
        return first.cluster
    known = [first.stratum[:, None].astype(np.float64)]
    known += [design.calibration] if margins and design.calibration is not None else []
    table = np.column_stack(known)
    return np.unique(table, axis=0, return_inverse=True)[1].reshape(-1)


def _of_shown(
    wave: Wave, level: DivisionEstimates, statuses: _Statuses, alike: Integers
) -> Booleans:
    """Tell of which cells all is told by groups that are shown and alike to the design."""
    found = np.zeros((len(level.domains), len(level.labels)), dtype=bool)
    code = level.partition.code
    for other in wave.levels:
        of_other = other.partition.code
        if not (each_in_one(other, alike) and each_in_one(other, code)):
            continue
        untold = np.zeros(found.shape, dtype=bool)
        there = (code >= 0) & (of_other >= 0)
        np.logical_or.at(untold, code[there], secret_cells(other, statuses)[of_other[there]])
        untold[code[(code >= 0) & (of_other < 0)]] = True
        found |= ~untold
    return found


def holds_hidden(wave: Wave, level: DivisionEstimates, statuses: _Statuses) -> Booleans:
    """Mark the cells in which somebody belongs to a hidden group that does not hold it all.

    Returns
    -------
    ndarray of bool, shape (n_domains, n_columns)
    """
    found = np.zeros((len(level.domains), len(level.labels)), dtype=bool)
    for other in wave.levels:
        cell, group = groups_inside(level, other)
        np.logical_or.at(found, cell, secret_cells(other, statuses)[group])
    return found


def secret_cells(level: DivisionEstimates, statuses: _Statuses) -> Booleans:
    """Mark the cells of a level that are hidden though somebody answered."""
    return np.asarray((statuses[level.by] != PUBLISHED) & (level.means.n > 0), dtype=bool)


def each_in_one(level: DivisionEstimates, kind: Integers) -> bool:
    """Tell whether all of each group of a division are of the same kind."""
    return bool(each_domain_in_one(level, kind).all())


def each_domain_in_one(level: DivisionEstimates, kind: Integers) -> Booleans:
    """Tell of which domains all people are of the same kind.

    Parameters
    ----------
    level : DivisionEstimates
    kind : ndarray of int64, shape (n_respondents,)

    Returns
    -------
    ndarray of bool, shape (n_domains,)
    """
    code = level.partition.code
    there = code >= 0
    size = int(kind.max(initial=0)) + 1
    pairs = np.unique(code[there] * size + kind[there])
    return np.bincount(pairs // size, minlength=len(level.domains)) <= 1


def groups_inside(level: DivisionEstimates, other: DivisionEstimates) -> tuple[Integers, Integers]:
    """List the groups of a division that have people in a cell of another one, but not all of it.

    Returns
    -------
    cell, group : ndarray of int64, shape (n_pairs,)
    """
    code, of_other = level.partition.code, other.partition.code
    size = np.bincount(code[code >= 0], minlength=len(level.domains))
    both = (code >= 0) & (of_other >= 0)
    pair, shared = np.unique(
        code[both] * max(len(other.domains), 1) + of_other[both], return_counts=True
    )
    cell, group = np.divmod(pair, max(len(other.domains), 1))
    part = shared < size[cell]
    return cell[part], group[part]
