"""Scales of a protected file beside figures that give the scores of the few who left an item out.

A scale follows from other figures of a file where its items stand beside it, or scales that share
items with it: then what they differ by is said by those alone who answered in part (docs/adr/0156).
Where these are few, its mean is made of the items' means, as in publications
(`analytics.partly_answered`). Files cross their columns and weigh their rows, so that is done
in each division by itself: whatever the weights and the other divisions are, each mean is one of
the items' means beside it. These must be shown where the scale is, so `figures` hides both or none.
Where an item has no figure of its own that could be hidden, the scale is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.partly_answered import cells_of_few, partly_answered, shift_to_items
from analytics.workbench.file.categories import categories
from analytics.workbench.file.items import item_points, score_points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats, Integers
    from analytics.estimation.domains import Partition
    from analytics.workbench.specification.model import ScaleSpec, Specification


@dataclass(frozen=True, slots=True)
class ScaleScores:
    """Scores of persons on each scale, and the items of those whose means are made of these.

    Attributes
    ----------
    scores : mapping of scale to ndarray of float, shape (n_respondents,)
        0-100; NaN where somebody has none.
    from_items : mapping of scale to ndarray of float, shape (n_respondents, n_items)
        Points of the items, 0-100.
    left_out : frozenset of str
        Scales that must not be shown.
    """

    scores: Mapping[str, Floats]
    from_items: Mapping[str, Floats] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    def in_division(self, weight: Floats, partition: Partition) -> dict[str, Floats]:
        """Give the scores that means of a division are of.

        Parameters
        ----------
        weight : ndarray of float, shape (n_respondents,)
        partition : Partition

        Returns
        -------
        dict of scale to ndarray of float, shape (n_respondents,)
            Where a mean is made of items, everybody's score in a domain is moved by the same:
            spread and errors stay.
        """
        found = dict(self.scores)
        for name, items in self.from_items.items():
            own, code = self.scores[name], partition.code
            shift = shift_to_items(own, items, weight, code, partition.size)
            found[name] = own + np.append(shift, 0.0)[code]
        return found


def scores_of_scales(data: pd.DataFrame, spec: Specification) -> ScaleScores:
    """Score the scales of a wave, and find those that others give away.

    Raises
    ------
    FrameError
        As `item_points`, or if a column of a domain is missing.
    """
    points = {name: item_points(data, name, scale) for name, scale in spec.scales.items()}
    scores = {name: score_points(own, spec.scales[name]) for name, own in points.items()}
    if spec.disclosure is None:
        return ScaleScores(scores)
    beside, hardly = told_by_others(spec)
    code, size = _finest_cells(data, spec)
    few = {
        name: points[name]
        for name in beside
        if cells_of_few(points[name], spec.scales[name], code, size, spec.disclosure.minimum).any()
    }
    left = {name for name in hardly if _anybody_in_part(name, points, spec)}
    return ScaleScores(scores, few, frozenset(left))


def told_by_others(spec: Specification) -> tuple[list[str], list[str]]:
    """Find scales that follow from other figures, had everybody answered everything.

    Parameters
    ----------
    spec : Specification

    Returns
    -------
    beside : list of str
        Scales all of whose items have figures of their own.
    hardly : list of str
        Scales that follow from others that share items with them, the largest first to go.
    """
    named = _named(spec)
    items = sorted({item for scale in spec.scales.values() for item in scale.items})
    known = [np.array([item == one for item in items]) for one in items if one in named]
    beside, hardly = [], []
    for name in sorted(spec.scales, key=lambda name: len(spec.scales[name].items)):
        scale = spec.scales[name]
        if named.issuperset(scale.items):
            beside.append(name)
        elif _follows(signs := _signs(scale, items), known):
            hardly.append(name)
        else:
            known.append(signs)
    return beside, hardly


def _named(spec: Specification) -> set[str]:
    """List the columns of which something is shown that disclosure control decides about."""
    asked = spec.variables
    found = {*asked.means, *asked.totals, *asked.shares, *asked.balances}
    found.update(column for pair in asked.ratios for column in pair)
    for scale in spec.scales.values():
        if scale.favourable or len(scale.items) == 1:
            found.update(scale.items)
    return found


def _signs(scale: ScaleSpec, items: Sequence[str]) -> Floats:
    """Write a scale as a sum of items; how wide their answers are has no part in what follows."""
    return np.array([
        0.0 if item not in scale.items else -1.0 if item in scale.reversed else 1.0
        for item in items
    ])  # fmt: skip


def _follows(signs: Floats, known: Sequence[np.ndarray]) -> bool:
    if not known:
        return False
    rows = np.array(known, dtype=np.float64)
    return bool(np.linalg.matrix_rank(np.vstack([rows, signs])) == np.linalg.matrix_rank(rows))


def _finest_cells(data: pd.DataFrame, spec: Specification) -> tuple[Integers, int]:
    """Cross all columns that divide the file; who has no category is in a cell, too."""
    nesting = spec.disclosure.hierarchy if spec.disclosure else ()
    columns = sorted({column for by in spec.by for column in by} | set(nesting))
    if not columns:
        return np.zeros(len(data), dtype=np.int64), 1
    parts = [pd.factorize(categories(data, column, "[domains] by"))[0] for column in columns]
    cells, code = np.unique(np.column_stack(parts), axis=0, return_inverse=True)
    return code.ravel().astype(np.int64), len(cells)


def _anybody_in_part(name: str, points: Mapping[str, Floats], spec: Specification) -> bool:
    """Say if anybody answered some items and not all, of a scale and of those it hangs with."""
    around = [points[one] for one in _hanging_together(name, spec.scales)]
    return bool(partly_answered(np.column_stack(around)).any())


def _hanging_together(name: str, scales: Mapping[str, ScaleSpec]) -> list[str]:
    """Name a scale, those that share items with it, those that share items with these, and so on.

    It may follow from a chain of them, and then who left out an item far from its own is told.
    """
    found = {name}
    while True:
        items = {item for one in found for item in scales[one].items}
        wider = {one for one, scale in scales.items() if not items.isdisjoint(scale.items)}
        if wider == found:
            return sorted(found)
        found = wider
