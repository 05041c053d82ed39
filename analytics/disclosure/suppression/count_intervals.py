"""How closely hidden counts of answers are known, and which others go with them for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

from analytics.disclosure.rules.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scipy.optimize import OptimizeResult

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.table.keys import DomainKey

_DUST = 1e-6


@dataclass(frozen=True, slots=True)
class CountTable:
    """Counts of answers in places, as sums over finest cells.

    Regions and types of unit are two ways to divide units, so the least and the largest number of
    answers by linear programming are whole (totally unimodular; Schrijver, A. (1986). Theory of
    Linear and Integer Programming, 19.3).

    Attributes
    ----------
    inside : ndarray of float, shape (n_places, n_cells)
        1 where a finest cell is part of a place.
    n : ndarray of int, shape (n_places,)
        Answers.
    least : ndarray of int, shape (n_places,)
        What a reader knows came at least where the count is hidden: figures are shown from so many
        answers on, and answers of a unit are stored from k.
    most : ndarray of float, shape (n_cells,)
        Persons who were invited.
    """

    inside: Floats
    n: Integers
    least: Integers
    most: Floats

    @classmethod
    def of(
        cls,
        members: Sequence[frozenset[DomainKey]],
        invited: Mapping[DomainKey, int],
        n: Integers,
        least: Integers,
    ) -> CountTable:
        """Lay places out over the finest cells where somebody was invited."""
        cells = sorted(invited)
        inside = np.array([[float(cell in own) for cell in cells] for own in members])
        most = np.array([invited[cell] for cell in cells], dtype=np.float64)
        return cls(inside.reshape(len(members), len(cells)), n, least, most)

    def values(self, told: Booleans, places: Booleans) -> Integers:
        """Say how many numbers of answers are possible in some places.

        Parameters
        ----------
        told, places : ndarray of bool, shape (n_places,)
            Whose count is told, and which to look at.

        Returns
        -------
        ndarray of int, shape (n_places,)
            1 where the number follows; 0 in places that were not looked at.
        """
        found = np.zeros(len(self.n), dtype=np.int64)
        lower = np.where(told, self.n, self.least).astype(np.float64)
        rows = np.vstack([-self.inside, self.inside[told]])
        ends = np.concatenate([-lower, self.n[told]])
        bounds = [(0.0, most) for most in self.most.tolist()]
        for place in np.flatnonzero(places).tolist():
            low, high = (
                sign * _least(linprog(sign * self.inside[place], rows, ends, bounds=bounds))
                for sign in (1.0, -1.0)
            )
            found[place] = np.floor(high + _DUST) - np.ceil(low - _DUST) + 1
        return found


def _least(solution: OptimizeResult) -> float:
    if solution.status != 0 or solution.fun is None:
        raise DisclosureError(
            "nothing is published: counts of answers do not add up, so nobody can say how closely "
            "they are known; report this, with the plan of the wave"
        )
    return float(solution.fun)


def hide_more_counts(
    table: CountTable, hidden: Booleans, known: Booleans, minimum_group: int
) -> Booleans:
    """Hide counts until k numbers are possible of each that is hidden.

    Parameters
    ----------
    table : CountTable
    hidden, known : ndarray of bool, shape (n_places,)
        What is hidden already, and what is told elsewhere: that is hidden by nothing.
    minimum_group : int
        k.

    Returns
    -------
    ndarray of bool, shape (n_places,)
        At least as much hidden. What k numbers are not possible of beside that which is told
        elsewhere alone is left as it is.
    """
    narrow = _narrow(table, hidden, known, hidden, minimum_group)
    if not narrow.any():
        return hidden
    helpless = _narrow(table, ~known, known, ~known, minimum_group)
    while True:
        narrow = _narrow(table, hidden, known, hidden & ~helpless, minimum_group)
        others = np.flatnonzero(~hidden & ~known & ~helpless)
        if not narrow.any() or not len(others):
            return hidden
        hidden = min(
            (_with(hidden, place) for place in others.tolist()),
            key=lambda more: (
                _narrow(table, more, known, narrow | (more & ~hidden), minimum_group).sum(),
                table.n[more].sum(),
            ),
        )


def _narrow(
    table: CountTable, hidden: Booleans, known: Booleans, places: Booleans, minimum_group: int
) -> Booleans:
    return places & (table.values(~hidden | known, places) < minimum_group)


def _with(hidden: Booleans, place: int) -> Booleans:
    more = hidden.copy()
    more[place] = True
    return more
