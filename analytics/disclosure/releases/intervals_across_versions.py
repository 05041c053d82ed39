"""Interval disclosure across versions: feasibility intervals beside prior releases.

A corrected publication may divide the same responses otherwise: a unit that stood in the wrong
region gives both regions another base. The networks of `feasibility_interval` know one division
only. Here the shown totals of all versions stand in one linear programme over the totals of all
finest cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linprog

from analytics.disclosure.releases.intervals_across_waves import finest_totals
from analytics.disclosure.rules.display_limits import LARGEST_INFERABLE_SHARE, PROTECTION_LEVEL
from analytics.disclosure.table.finest_cells import partitions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.suppression.feasibility_interval import CellTotals
    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.finest_cells import CellPartition
    from analytics.disclosure.table.keys import DomainKey, FigureKey
    from analytics.disclosure.table.prior_release import PriorRelease

_DUST: Final = 1e-7
_TOP: Final = 100.0


@dataclass(frozen=True, slots=True)
class _KnownTotals:
    """Totals that an attacker knows, of one figure in one partition.

    Attributes
    ----------
    column : Mapping of DomainKey to int
        Columns of the finest cells.
    weight : ndarray of float, shape (n_finest,)
    mean : ndarray of float, shape (n_finest,)
        0 to 1.
    prior : ndarray of float, shape (n_prior, n_finest)
        0/1 rows of what prior releases showed.
    new : Mapping of cell to ndarray of float, shape (n_finest,)
        Rows of what would be shown now besides.
    """

    column: Mapping[DomainKey, int]
    weight: Floats
    mean: Floats
    prior: Floats
    new: Mapping[int, Floats]

    def interval(
        self, goal: Floats, new: Sequence[int], *, upper: bool
    ) -> tuple[float, float, set[int]]:
        """Solve the attacker's subproblems for a total.

        Parameters
        ----------
        goal : ndarray of float, shape (n_finest,)
            0/1 row of the total.
        new : sequence of int
            Cells shown now that the attacker knows beside prior releases.
        upper : bool
            Whether to maximise, too.

        Returns
        -------
        low, high : float
            ``high`` is the external bound where it was not asked for.
        binding : set of int
            Cells of ``new`` without which the interval might be wider.
        """
        rows = np.vstack([self.prior, *(self.new[cell] for cell in new)])
        totals = rows @ (self.weight * self.mean)
        ends, binding = [0.0, float(goal @ self.weight)], set[int]()
        for end, sign in ((0, 1.0), (1, -1.0))[: 1 + upper]:
            solution = linprog(
                sign * goal,
                A_eq=rows,
                b_eq=totals,
                bounds=[(0.0, weight) for weight in self.weight.tolist()],
                method="highs",
            )
            if solution.status != 0 or solution.fun is None:
                return 0.0, 0.0, set(new)  # nothing is known of the interval
            ends[end] = sign * solution.fun
            is_binding = np.abs(solution.eqlin.marginals[len(self.prior) :]) > _DUST
            binding |= {cell for cell, binds in zip(new, is_binding, strict=True) if binds}
        return ends[0], ends[1], binding or set(new)

    def to_suppress(self, goal: Floats, share: bool) -> int | None:
        """Name a cell that must not be shown, since a suppressed total's interval is too narrow."""
        whole = float(goal @ self.weight)
        if share and goal @ (self.weight * self.mean) <= LARGEST_INFERABLE_SHARE * whole:
            return None
        new = sorted(self.new)
        low, high, binding = self.interval(goal, new, upper=not share)
        if _is_protected(low, high, whole, share=share):
            return None
        prior_low, prior_high, _ = self.interval(goal, [], upper=not share)
        # as narrow without what is new: that cannot be taken back
        if high - low >= prior_high - prior_low - _DUST * whole:
            return None
        return min(
            binding, key=lambda cell: (self.new[cell].sum(), self.new[cell] @ self.weight, cell)
        )


def _is_protected(low: float, high: float, whole: float, *, share: bool) -> bool:
    if share:
        return low <= (LARGEST_INFERABLE_SHARE + _DUST) * whole
    return high - low >= (PROTECTION_LEVEL - _DUST) * whole


def interval_disclosure_across_versions(
    tree: DomainTree,
    figures: Sequence[FigureKey],
    hidden: Booleans,
    totals: CellTotals,
    prior_releases: Sequence[PriorRelease],
) -> Booleans:
    """Mark shown cells that, with prior releases, make a suppressed cell's interval too narrow.

    Parameters
    ----------
    tree : DomainTree
    figures : sequence of FigureKey
        Measure, statistic and category of each column.
    hidden : ndarray of bool, shape (n_cells, n_figures)
    totals : CellTotals
        Of the same figures.
    prior_releases : sequence of PriorRelease
        Of the same responses.

    Returns
    -------
    ndarray of bool, shape (n_cells, n_figures)
        One cell for each suppressed one whose interval is too narrow: of those that bound it, the
        one of fewest finest cells, then of least weight, then the first.
    """
    marked = np.zeros_like(hidden)
    partitions = partitions_of(tree)
    prior_partitions = [partition for prior in prior_releases for partition in prior.partitions]
    keys = tree.keys
    for column in np.flatnonzero(totals.adds_up).tolist():
        new = ~hidden[:, column] & ~totals.known[:, column] & (totals.weight[:, column] > 0)
        if not prior_releases or not new.any():
            continue  # nothing is shown here that prior releases did not show
        sensitive = hidden[:, column] & totals.sensitive[:, column] & ~totals.known[:, column]
        for partition in partitions:
            rows = _prior_rows(prior_releases, prior_partitions, figures[column])
            known = _known_totals(keys, partition, totals.only([column]), new, rows)
            for cell in _cells_in(partition, keys, sensitive):
                goal = _row(partition.members[keys[cell]], known.column)
                if goal.any():
                    chosen = known.to_suppress(goal, share=bool(totals.share[column]))
                    if chosen is not None:
                        marked[chosen, column] = True
    return marked


def _prior_rows(
    prior_releases: Sequence[PriorRelease], partitions: Sequence[CellPartition], figure: FigureKey
) -> list[frozenset[DomainKey]]:
    """List the finest cells of every cell that a prior release showed."""
    shown = [prior.n.get(figure, {}) for prior in prior_releases for _ in prior.partitions]
    return [
        partition.members[key]
        for cells, partition in zip(shown, partitions, strict=True)
        for key in sorted(cells.keys() & partition.members.keys())
    ]


def _known_totals(
    keys: Sequence[DomainKey],
    partition: CellPartition,
    totals: CellTotals,
    new: Booleans,
    prior: Sequence[frozenset[DomainKey]],
) -> _KnownTotals:
    cells = {
        key: (float(weight), _TOP * float(mean))
        for key, weight, mean in zip(keys, totals.weight[:, 0], totals.mean[:, 0], strict=True)
        if weight > 0
    }
    finest = finest_totals(partition, cells)
    column = {cell: number for number, cell in enumerate(sorted(finest))}
    rows = [_row(members, column) for members in prior]
    return _KnownTotals(
        column=column,
        weight=np.array([finest[cell][0] for cell in column]),
        mean=np.array([finest[cell][1] / _TOP for cell in column]),
        prior=np.array(rows).reshape(len(rows), len(column)),
        new={
            cell: _row(partition.members[keys[cell]], column)
            for cell in _cells_in(partition, keys, new)
        },
    )


def _row(members: frozenset[DomainKey], column: Mapping[DomainKey, int]) -> Floats:
    row = np.zeros(len(column))
    row[[column[cell] for cell in members if cell in column]] = 1.0
    return row


def _cells_in(
    partition: CellPartition, keys: Sequence[DomainKey], marked: Booleans
) -> Iterator[int]:
    return (cell for cell in np.flatnonzero(marked).tolist() if keys[cell] in partition.members)
