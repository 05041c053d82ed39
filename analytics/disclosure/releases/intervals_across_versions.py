"""How closely a hidden cell is bounded once two versions of a publication stand.

A corrected publication may divide the same responses otherwise: a unit that stood in the wrong
region gives both regions another base. The flows of `bounds` know one division only. Here the shown
sums of all versions stand in one linear programme over the sums of all atoms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linprog

from analytics.disclosure.releases.intervals_across_waves import atom_sums
from analytics.disclosure.rules.display_limits import NARROWEST, SURE_SHARE
from analytics.disclosure.table.finest_cells import views_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.suppression.feasibility_interval import Sums
    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.finest_cells import View
    from analytics.disclosure.table.keys import Key, Name
    from analytics.disclosure.table.prior_release import Told

_DUST: Final = 1e-7
_TOP: Final = 100.0


@dataclass(frozen=True, slots=True)
class _Shown:
    """Sums that a reader knows, of one figure in one view.

    Attributes
    ----------
    place : Mapping of Key to int
        Columns of the atoms.
    weight : ndarray of float, shape (n_atoms,)
    mean : ndarray of float, shape (n_atoms,)
        0 to 1.
    before : ndarray of float, shape (n_told, n_atoms)
        0/1 rows of what earlier versions told.
    new : Mapping of cell to ndarray of float, shape (n_atoms,)
        Rows of what would be told now besides.
    """

    place: Mapping[Key, int]
    weight: Floats
    mean: Floats
    before: Floats
    new: Mapping[int, Floats]

    def span(
        self, goal: Floats, new: Sequence[int], *, most: bool
    ) -> tuple[float, float, set[int]]:
        """Bound a sum; the cells of ``new`` without which a bound might be wider come along."""
        rows = np.vstack([self.before, *(self.new[cell] for cell in new)])
        sums = rows @ (self.weight * self.mean)
        ends, needed = [0.0, float(goal @ self.weight)], set[int]()
        for end, sign in ((0, 1.0), (1, -1.0))[: 1 + most]:
            solved = linprog(
                sign * goal,
                A_eq=rows,
                b_eq=sums,
                bounds=[(0.0, weight) for weight in self.weight.tolist()],
                method="highs",
            )
            if solved.status != 0 or solved.fun is None:
                return 0.0, 0.0, set(new)  # nothing is known of the room
            ends[end] = sign * solved.fun
            own = np.abs(solved.eqlin.marginals[len(self.before) :]) > _DUST
            needed |= {cell for cell, yes in zip(new, own, strict=True) if yes}
        return ends[0], ends[1], needed or set(new)

    def too_much(self, goal: Floats, share: bool) -> int | None:
        """Name a cell that is not to be told, since a hidden sum would have too little room."""
        whole = float(goal @ self.weight)
        if share and goal @ (self.weight * self.mean) <= SURE_SHARE * whole:
            return None
        new = sorted(self.new)
        low, high, needed = self.span(goal, new, most=not share)
        if _is_free(low, high, whole, share=share):
            return None
        before = self.span(goal, [], most=not share)
        # as narrow without what is new: that cannot be taken back
        if high - low >= before[1] - before[0] - _DUST * whole:
            return None
        return min(
            needed, key=lambda cell: (self.new[cell].sum(), self.new[cell] @ self.weight, cell)
        )


def _is_free(low: float, high: float, whole: float, *, share: bool) -> bool:
    if share:
        return low <= (SURE_SHARE + _DUST) * whole
    return high - low >= (NARROWEST - _DUST) * whole


def tells_too_nearly(
    tree: DomainTree,
    figures: Sequence[Name],
    hidden: Booleans,
    sums: Sums,
    told: Sequence[Told],
) -> Booleans:
    """Mark shown cells beside which, and beside earlier versions, a hidden one has too little room.

    Parameters
    ----------
    tree : DomainTree
    figures : sequence of Name
        Measure, statistic and category of each column.
    hidden : ndarray of bool, shape (n_cells, n_figures)
    sums : Sums
        Of the same figures.
    told : sequence of Told
        Earlier publications of the same responses.

    Returns
    -------
    ndarray of bool, shape (n_cells, n_figures)
        One cell for each hidden one that is bounded too closely: of those that bound it, the one of
        fewest atoms, then of least weight, then the first.
    """
    marked = np.zeros_like(hidden)
    views = views_of(tree)
    before = [view for one in told for view in one.views]
    keys = tree.keys
    for column in np.flatnonzero(sums.adds_up).tolist():
        new = ~hidden[:, column] & ~sums.known[:, column] & (sums.weight[:, column] > 0)
        if not told or not new.any():
            continue  # nothing stands here that did not stand before
        secret = hidden[:, column] & sums.must[:, column] & ~sums.known[:, column]
        for view in views:
            rows = _rows_before(told, before, figures[column])
            shown = _shown(keys, view, sums.only([column]), new, rows)
            for cell in _cells_in(view, keys, secret):
                goal = _row(view.members[keys[cell]], shown.place)
                if goal.any():
                    gone = shown.too_much(goal, share=bool(sums.share[column]))
                    if gone is not None:
                        marked[gone, column] = True
    return marked


def _rows_before(told: Sequence[Told], views: Sequence[View], figure: Name) -> list[frozenset[Key]]:
    """List the atoms of every cell that an earlier version showed."""
    cells = [one.n.get(figure, {}) for one in told for _ in one.views]
    return [
        view.members[key]
        for shown, view in zip(cells, views, strict=True)
        for key in sorted(shown.keys() & view.members.keys())
    ]


def _shown(
    keys: Sequence[Key], view: View, sums: Sums, new: Booleans, before: Sequence[frozenset[Key]]
) -> _Shown:
    cells = {
        key: (float(weight), _TOP * float(mean))
        for key, weight, mean in zip(keys, sums.weight[:, 0], sums.mean[:, 0], strict=True)
        if weight > 0
    }
    found = atom_sums(view, cells)
    place = {atom: number for number, atom in enumerate(sorted(found))}
    rows = [_row(atoms, place) for atoms in before]
    return _Shown(
        place=place,
        weight=np.array([found[atom][0] for atom in place]),
        mean=np.array([found[atom][1] / _TOP for atom in place]),
        before=np.array(rows).reshape(len(rows), len(place)),
        new={cell: _row(view.members[keys[cell]], place) for cell in _cells_in(view, keys, new)},
    )


def _row(atoms: frozenset[Key], place: Mapping[Key, int]) -> Floats:
    row = np.zeros(len(place))
    row[[place[atom] for atom in atoms if atom in place]] = 1.0
    return row


def _cells_in(view: View, keys: Sequence[Key], marked: Booleans) -> Iterator[int]:
    return (cell for cell in np.flatnonzero(marked).tolist() if keys[cell] in view.members)
