"""Which division of a protected file is the second way of its table, beside the hierarchy.

Units lie in regions and are of types; a crossing of two columns has the totals of both. Such a
table is protected cell by cell, in the network that publications of staff have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.workbench.file.waves import DivisionEstimates
    from analytics.workbench.specification.model import DisclosureSpec

MOST_CROSSED: Final = 300_000
"""Parents times types times places: beyond, the small intersections take minutes."""


@dataclass(frozen=True, slots=True)
class SecondWay:
    """A division into types, and the type of each place of the hierarchy.

    Attributes
    ----------
    by : tuple of str
    types : list of str
        Names of its domains.
    of_place : list of str
        The type of each domain of the hierarchy's last level; "" where nobody's is known.
    """

    by: tuple[str, ...]
    types: list[str]
    of_place: list[str]


def second_way(levels: Sequence[DivisionEstimates], spec: DisclosureSpec) -> SecondWay | None:
    """Find the division that makes a table of two ways with the hierarchy, if there is one.

    Parameters
    ----------
    levels : sequence of DivisionEstimates
        Of the hierarchy too.
    spec : DisclosureSpec

    Returns
    -------
    SecondWay or None
        A division by one column of which each place of the hierarchy's last level has one category:
        unit types beside regions and units, or the second column of a crossing. Of several the one
        that stands in the hierarchy, else the finest. None too where the table is so large that it
        would not be decided in half a minute.
    """
    hierarchy, named = spec.hierarchy, {level.by: level for level in levels}
    last = named.get(hierarchy)
    if not hierarchy or last is None:
        return None
    above = sum(len(named[hierarchy[:depth]].domains) for depth in range(1, len(hierarchy)))
    found = []
    for level in levels:
        if len(level.by) != 1 or level.by[0] == hierarchy[0]:
            continue
        inside = level.by[0] in hierarchy
        if inside and same_domains(level, named[_path_to(level.by[0], hierarchy)]) is not None:
            continue
        kinds = _kinds(level, last)
        if kinds and (above + 1) * len(level.domains) * len(kinds) <= MOST_CROSSED:
            found.append(((inside, len(level.domains), level.by), level, kinds))
    if not found:
        return None
    _, level, kinds = max(found, key=lambda one: one[0])
    names = [f"{level.by[0]}:{domain[0]}" for domain in level.domains]
    return SecondWay(level.by, names, [names[kind] if kind >= 0 else "" for kind in kinds])


def _path_to(column: str, hierarchy: tuple[str, ...]) -> tuple[str, ...]:
    return hierarchy[: hierarchy.index(column) + 1]


def _kinds(level: DivisionEstimates, last: DivisionEstimates) -> list[int]:
    """Give the category of each place, -1 for none; empty if some place has several."""
    pairs = np.unique(np.column_stack([last.partition.code, level.partition.code]), axis=0)
    placed = pairs[:, 0] >= 0
    # somebody with a category and no place: then a total is more than its places
    if (pairs[~placed, 1] >= 0).any() or int(placed.sum()) != len(last.domains):
        return []
    return [int(kind) for kind in pairs[placed, 1]]


def same_domains(level: DivisionEstimates, path: DivisionEstimates) -> list[int] | None:
    """Find the domain of a path that holds the same people, for each domain; None if one has none.

    So it is where the names of units repeat under no other parent.
    """
    pairs = np.unique(np.column_stack([level.partition.code, path.partition.code]), axis=0)
    pairs = pairs[pairs[:, 0] >= 0]
    if len(pairs) != len(level.domains) or (pairs[:, 1] < 0).any():
        return None
    return [int(place) for place in pairs[:, 1]]
