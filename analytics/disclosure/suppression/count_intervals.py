"""How closely hidden counts of answers are known, and which others go with them for it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from analytics.disclosure.rules.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scipy.optimize import OptimizeResult

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.table.keys import DomainKey

NOT_KEPT: Final = -1
"""Instead of a number of answers that are stored with others', and counted with them alone."""

_DUST = 1e-6
_SIGNS = (1.0, -1.0)  # what is least, and what is largest, as the least of its opposite


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
        Answers; `NOT_KEPT` where nobody knows them, also not whoever publishes.
    least : ndarray of int, shape (n_places,)
        What a reader knows came at least where the count is hidden: figures are shown from so many
        answers on.
    fewest, most : ndarray of float, shape (n_cells,)
        What a reader knows came at least, and persons who were invited.
    sums : ndarray of float, shape (n_sums, n_cells)
        1 where a finest cell is part of a sum that is no place, and whose ends are known.
    ends : ndarray of float, shape (2, n_sums)
        What a reader knows came at least and at most in each.
    """

    inside: Floats
    n: Integers
    least: Integers
    fewest: Floats
    most: Floats
    sums: Floats
    ends: Floats

    @classmethod
    def of(
        cls,
        members: Sequence[frozenset[DomainKey]],
        invited: Mapping[DomainKey, int],
        n: Integers,
        least: Integers,
        fewest: Mapping[DomainKey, int],
        sums: Mapping[frozenset[DomainKey], tuple[int, int]] | None = None,
    ) -> CountTable:
        """Lay places and sums out over the finest cells where somebody was invited."""
        cells, sums = sorted(invited), sums or {}
        inside, of_sums = (
            np.array([[float(cell in own) for cell in cells] for own in several])
            for several in (members, sums)
        )
        low, high = (
            np.array([persons.get(cell, 0) for cell in cells], dtype=np.float64)
            for persons in (fewest, invited)
        )
        return cls(
            inside.reshape(len(members), len(cells)),
            n,
            least,
            low,
            high,
            of_sums.reshape(len(sums), len(cells)),
            np.array([*sums.values()], dtype=np.float64).reshape(len(sums), 2).T,
        )

    def narrow(
        self,
        told: Booleans,
        places: Booleans,
        wanted: Integers,
        ends: Floats | None = None,
        enough: int | None = None,
    ) -> Narrow:
        """Say of which places fewer numbers of answers are possible than wanted, and what does it.

        Parameters
        ----------
        told, places : ndarray of bool, shape (n_places,)
            Whose count is told, and which to look at.
        wanted : ndarray of int, shape (n_places,)
            k, or where the whole alone leaves fewer, so many.
        ends : ndarray of float, shape (2, n_places), optional
            The least and the largest number of each, NaN where that is not known yet.
        enough : int, optional
            Look no further once so many are narrow.
        """
        narrow = np.zeros(len(self.n), dtype=bool)
        values = wanted.copy()
        ends = np.full((2, len(self.n)), np.nan) if ends is None else ends.copy()
        bounds = np.zeros((2, len(self.n), len(self.n)), dtype=bool)
        doubtful = places & (self.values_at_least(told) < wanted)
        if not doubtful.any():
            return Narrow(narrow, ends, bounds, values)
        lower = np.where(told, self.n, self.least).astype(np.float64)
        inside, of_sums = sparse.csr_array(self.inside), sparse.csr_array(self.sums)
        rows = sparse.vstack(
            [-inside, inside[np.flatnonzero(told)], -of_sums, of_sums], format="csr"
        )
        sums = np.concatenate([-lower, self.n[told], -self.ends[0], self.ends[1]])
        room = np.column_stack([self.fewest, self.most])
        smallest, largest = (np.full(len(self.n), end) for end in (np.inf, -np.inf))
        unknown = np.isnan(ends)
        # what is half known first: it takes one programme
        for place in sorted(np.flatnonzero(doubtful).tolist(), key=unknown.sum(axis=0).item):
            if narrow.sum() == enough:
                break
            # what was found for others is possible too, and mostly says that there are k
            if _whole_numbers(smallest[place], largest[place]) >= wanted[place]:
                continue
            for end in np.flatnonzero(unknown[:, place]).tolist():
                one = _solved(_SIGNS[end] * self.inside[place], rows, sums, room)
                ends[end, place] = _SIGNS[end] * one.fun
                possible = self.inside @ one.x
                smallest, largest = np.minimum(smallest, possible), np.maximum(largest, possible)
                prices = np.abs(one.ineqlin.marginals) > _DUST
                bounds[end, place] = prices[: len(self.n)] & told
                bounds[end, place, told] |= prices[len(self.n) :][: told.sum()]
            if (left := _whole_numbers(*ends[:, place])) < wanted[place]:
                narrow[place], values[place] = True, left
        return Narrow(narrow, ends, bounds & narrow[:, np.newaxis], values)

    def values_at_least(self, told: Booleans) -> Integers:
        """Count numbers of answers that are possible in places of one cell, without a programme.

        Two hidden places of one cell in the same places that are told: what the one has more, the
        other may have less, as far as both, and what holds them, have room.

        Parameters
        ----------
        told : ndarray of bool, shape (n_places,)

        Returns
        -------
        ndarray of int, shape (n_places,)
            No more than are possible; at least 1.
        """
        found = np.ones(len(self.n), dtype=np.int64)
        single = self.inside.sum(axis=1) == 1
        own = np.flatnonzero(single & ~told & (self.n != NOT_KEPT))
        cell_of = self.inside.argmax(axis=1)
        # a region of one unit is the same cell as that unit
        least = self.fewest.copy()
        np.maximum.at(least, cell_of[own], self.least[own])
        answers = np.zeros(len(self.most))
        answers[cell_of[own]] = self.n[own]
        slack = np.where(told | single, np.inf, (self.n - self.least).astype(np.float64))
        alike: dict[bytes, list[int]] = {}
        for cell in np.unique(cell_of[own]).tolist():
            alike.setdefault(np.packbits(self.inside[told, cell] > 0).tobytes(), []).append(cell)
        values = np.ones(len(self.most), dtype=np.int64)
        for cells in (np.array(one) for one in alike.values() if len(one) > 1):
            held = np.where(self.inside[:, cells] > 0, slack[:, np.newaxis], np.inf).min(axis=0)
            fewer = np.minimum(answers[cells] - least[cells], held).clip(min=0)
            more = (self.most[cells] - answers[cells]).clip(min=0)
            up = np.minimum(more, _largest_other(fewer))
            down = np.minimum(fewer, _largest_other(more))
            values[cells] = 1 + up.astype(np.int64) + down.astype(np.int64)
        found[own] = values[cell_of[own]]
        return found


@dataclass(frozen=True, slots=True)
class Narrow:
    """Places that are known too closely.

    Attributes
    ----------
    places : ndarray of bool, shape (n_places,)
    ends : ndarray of float, shape (2, n_places)
        The least and the largest number that is possible of each, NaN where nobody asked.
    bounds : ndarray of bool, shape (2, n_places, n_places)
        For either end of each of them, the places told that bound it. Of the others none would move
        it if it were hidden alone: its dual price is 0, and the same prices stay feasible without
        it.
    values : ndarray of int, shape (n_places,)
        Numbers that are possible of each; of those that are not narrow, as many as were wanted.
    """

    places: Booleans
    ends: Floats
    bounds: Booleans
    values: Integers

    @property
    def bound_by(self) -> Booleans:
        """For each place, those told that bound it at either end."""
        either: Booleans = self.bounds.any(axis=0)
        return either


def _whole_numbers(low: float, high: float) -> float:
    """Count the whole numbers of an interval; none, or fewer, where its ends are the wrong way."""
    return float(np.floor(high + _DUST) - np.ceil(low - _DUST) + 1)


def _largest_other(room: Floats) -> Floats:
    """Give for each of two or more the largest of the others."""
    first = int(room.argmax())
    others = np.full(len(room), room[first])
    others[first] = np.delete(room, first).max()
    return others


def _solved(
    objective: Floats, rows: sparse.csr_array, sums: Floats, room: Floats
) -> OptimizeResult[Any]:
    # the stubs know neither sparse rows nor a table of bounds
    least: Any = functools.partial(linprog, method="highs")
    solution: OptimizeResult[Any] = least(objective, rows, sums, bounds=room)
    if solution.status != 0 or solution.fun is None:
        raise DisclosureError(
            "nothing is published: counts of answers do not add up, so nobody can say how closely "
            "they are known; report this, with the plan of the wave"
        )
    return solution


def hide_more_counts(table: CountTable, hidden: Booleans, known: Booleans, k: int) -> Booleans:
    """Hide counts until k numbers are possible of each that is hidden.

    Parameters
    ----------
    table : CountTable
    hidden, known : ndarray of bool, shape (n_places,)
        What is hidden already, and what is told elsewhere: that is hidden by nothing.
    k : int
        The minimum group.

    Returns
    -------
    ndarray of bool, shape (n_places,)
        At least as much hidden: the smallest counts that leave fewer places narrow, one after the
        other. What k numbers are not possible of beside that which is told elsewhere alone keeps as
        many as that leaves.
    """
    wanted = np.full(len(table.n), k)
    if not table.narrow(~hidden | known, hidden & ~known, wanted).places.any():
        return hidden
    # what is told elsewhere follows, whatever else is hidden
    wanted = table.narrow(known, ~known, wanted).values
    while True:
        found = table.narrow(~hidden | known, hidden & ~known, wanted)
        others = np.flatnonzero(found.bound_by.any(axis=0) & ~hidden & ~known)
        if not found.places.any() or not len(others):
            return hidden
        smallest_first = others[np.argsort(table.n[others])].tolist()
        better = (
            place
            for place in smallest_first
            if _leaves_fewer(table, found, place, _with(hidden, place), known, wanted)
        )
        hidden = _with(hidden, next(better, smallest_first[0]))


def _leaves_fewer(
    table: CountTable,
    found: Narrow,
    place: int,
    hidden: Booleans,
    known: Booleans,
    wanted: Integers,
) -> bool:
    """Say whether fewer places are narrow once a place is hidden too.

    Only those that it bounds can be wider then, at the end that it bounds, and it can be narrow
    itself.
    """
    bounded, told = found.bound_by[:, place], ~hidden | known
    ends = np.where(found.bounds[:, :, place], np.nan, found.ends)
    enough = int(bounded.sum())
    left = table.narrow(told, _with(bounded, place), wanted, ends, enough).places
    return int(left.sum()) < enough


def _with(hidden: Booleans, place: int) -> Booleans:
    more = hidden.copy()
    more[place] = True
    return more
