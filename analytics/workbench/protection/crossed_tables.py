"""What the tables of a protected file give away together, though each by itself does not.

Disclosure control knows the columns that nest by [disclosure] hierarchy, and one that crosses them
(`two_ways`). Others it takes for tables that share the whole alone. In a file they can share more:
units whose regions nobody named as their parents, a column beside another that says the same, one
category that holds all of another but two people. Then one table less the other is a small group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from analytics.workbench.protection.statuses import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.arrays import Booleans, Integers
    from analytics.workbench.file.waves import DivisionEstimates

type Hidden = dict[tuple[str, ...], np.ndarray]
PRIMARY: Final = "suppressed_primary"
SECONDARY: Final = "suppressed_secondary"
EXACT: Final = 1e-6  # of one person


@dataclass(frozen=True, slots=True)
class _Table:
    """One division: the domain of each respondent, and which of its cells are published."""

    by: tuple[str, ...]
    code: Integers
    shown: Booleans
    primary: Booleans


def without_differences(
    levels: Sequence[DivisionEstimates], hidden: Hidden, hierarchy: tuple[str, ...], minimum: int
) -> tuple[Hidden, list[tuple[str, ...]]]:
    """Hide divisions until no small group follows from what is left.

    Parameters
    ----------
    levels : sequence of DivisionEstimates
        The first is the whole.
    hidden : dict of by-columns to ndarray of str, shape (n_domains, n_columns)
        From `analytics.workbench.protection.statuses.statuses`.
    hierarchy : tuple of str
        Columns that nest, and the second way of their table: these agree with each other, and stay
        before others.
    minimum : int
        The smallest group that may follow.

    Returns
    -------
    hidden : dict
        A division that goes is hidden for all columns.
    gone : list of tuple of str
        Those divisions.
    """
    found, gone = dict(hidden), list[tuple[str, ...]]()
    while (by := _telling(levels, found, hierarchy, minimum)) is not None:
        found[by] = np.where(found[by] == PUBLISHED, SECONDARY, found[by])
        gone.append(by)
    return found, gone


def _telling(
    levels: Sequence[DivisionEstimates], hidden: Hidden, hierarchy: tuple[str, ...], minimum: int
) -> tuple[str, ...] | None:
    """Find the division to hide, if any: outside the hierarchy, and the finest."""
    divisions = [level for level in levels if level.by and level.domains]
    loose = [level for level in divisions if level.by[0] not in hierarchy]
    if not loose or len(divisions) < 2:  # noqa: PLR2004 - one table has been protected by itself
        return None
    for tables, whole in _kinds(levels[0], divisions, hidden):
        told = _differs(tables, hierarchy, minimum) or _follows(tables, hierarchy, whole=whole)
        if told is not None:
            return told
    return None


def _kinds(
    whole: DivisionEstimates, divisions: Sequence[DivisionEstimates], hidden: Hidden
) -> Iterator[tuple[list[_Table], bool]]:
    """Give the tables of each column; columns with the same answers and statuses once."""
    seen = set()
    for column in range(len(whole.labels)):
        scored = whole.means.scored[:, column]
        own = [hidden[level.by][:, column] for level in divisions]
        over_all = str(hidden[whole.by][0, column]) == PUBLISHED
        kind = (scored.tobytes(), over_all, *(status.tobytes() for status in own))
        if kind in seen:
            continue
        seen.add(kind)
        yield (
            [
                _Table(
                    level.by, level.partition.code[scored], status == PUBLISHED, status == PRIMARY
                )
                for level, status in zip(divisions, own, strict=True)
            ],
            over_all,
        )


def _differs(
    tables: Sequence[_Table], hierarchy: tuple[str, ...], minimum: int
) -> tuple[str, ...] | None:
    """Find a cell that others, which lie within it, leave a small group of."""
    for one in tables:
        for other in tables:
            if one is other or (one.by[0] in hierarchy and other.by[0] in hierarchy):
                continue
            home, away, people = _crossings(one.code, other.code)
            inside = np.bincount(away, minlength=len(other.shown) + 1) == 1
            inside &= np.append(False, other.shown)
            taken = inside[away]
            rest = np.bincount(home, people * ~taken, minlength=len(one.shown) + 1)
            # A cell that no cell of the other table lies within tells nothing by it.
            touched = np.bincount(home, taken, minlength=len(one.shown) + 1) > 0
            if (one.shown & (touched & (rest > 0) & (rest < minimum))[1:]).any():
                return _loosest((one, other), hierarchy)
    return None


def _crossings(one: Integers, other: Integers) -> tuple[Integers, Integers, Integers]:
    """Count the people of each crossing that occurs; 0 is no domain, the first domain is 1."""
    width = int(other.max(initial=-1)) + 2
    key, people = np.unique((one + 1) * width + other + 1, return_counts=True)
    return key // width, key % width, people


def _follows(
    tables: Sequence[_Table], hierarchy: tuple[str, ...], *, whole: bool
) -> tuple[str, ...] | None:
    """Find a hidden cell that is a sum and difference of shown ones.

    A cell is a vector over the crossings that occur. It follows from others when nothing of it is
    left beside their span, by their products with each other.
    """
    codes = np.unique(np.column_stack([table.code for table in tables]), axis=0)
    shown = [csr_array(np.ones((int(whole), len(codes))))]
    for number, table in enumerate(tables):
        shown.append(_indicators(codes[:, number], np.flatnonzero(table.shown)))
    span = vstack(shown).tocsr()
    products = (span @ span.T).toarray()
    for number, table in enumerate(tables):
        small = np.flatnonzero(table.primary)
        cells = _indicators(codes[:, number], small[np.isin(small, codes[:, number])])
        if not cells.shape[0] or not span.shape[0]:
            continue
        with_shown = (span @ cells.T).toarray()
        factors = np.linalg.lstsq(products, with_shown, rcond=None)[0]
        left = cells.sum(axis=1) - (with_shown * factors).sum(axis=0)
        if (left < EXACT).any():
            return _loosest(tables, hierarchy)
    return None


def _indicators(code: Integers, cells: Integers) -> csr_array:
    """Tell of each cell the crossings that it holds, shape (n_cells, n_crossings)."""
    place = np.full(int(max(code.max(initial=0), cells.max(initial=0))) + 2, -1)
    place[cells] = np.arange(len(cells))
    row = place[code]  # the last is that of a missing category
    held = np.flatnonzero(row >= 0)
    at = (row[held].astype(np.int32), held.astype(np.int32))
    return coo_array((np.ones(len(held)), at), shape=(len(cells), len(code))).tocsr()


def _loosest(tables: Sequence[_Table], hierarchy: tuple[str, ...]) -> tuple[str, ...] | None:
    """Choose what to hide: outside the hierarchy and still shown, with the most cells."""
    loose = [table for table in tables if table.by[0] not in hierarchy and table.shown.any()]
    return max((len(table.shown), table.by) for table in loose)[1] if loose else None


def chain(levels: Mapping[str, Integers]) -> tuple[str, ...]:
    """Find columns that nest, from the top down, where nobody has named a hierarchy.

    Parameters
    ----------
    levels : mapping of column to ndarray of int64, shape (n_respondents,)
        Each respondent's category; -1 is missing.

    Returns
    -------
    tuple of str
        The longest chain found from the coarsest column on; empty where no two columns nest.
    """
    order = sorted(levels, key=lambda name: (len(np.unique(levels[name])), name))
    best: tuple[str, ...] = ()
    for start, top in enumerate(order):
        found = [top]
        for name in order[start + 1 :]:
            if _within(levels[found[-1]], levels[name]):
                found.append(name)
        if len(found) > max(1, len(best)):
            best = tuple(found)
    return best


def _within(parent: Integers, child: Integers) -> bool:
    """Tell whether each child lies in one parent, and some parent has more than one."""
    known = child >= 0
    pairs = np.unique(np.column_stack([parent[known], child[known]]), axis=0)
    children = len(np.unique(child[known]))
    return (
        len(pairs) == children
        and bool((pairs[:, 0] >= 0).all())
        and children > len(np.unique(pairs[:, 0]))
    )
