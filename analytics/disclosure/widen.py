"""Hide more cells until every hidden mean may lie anywhere within 20 points.

A mean must be free by 20 points on 0-100 (anonymity-design.md 7.4). A share is judged from one side
only: that more than four of five in a hidden cell gave an answer must not follow. That few gave it
is what the shares of every rare answer say, of hidden and shown cells alike.

An index has no interval of its own: where it is hidden a part of it is, and what a reader does not
know of the index is what he does not know of that part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.bounds import Room, bound, sure_to_move
from analytics.disclosure.covers import cheapest_cover
from analytics.disclosure.display_limits import NARROWEST, SURE_SHARE
from analytics.disclosure.patterns import Patterns, item_families
from analytics.disclosure.primary import composed
from analytics.disclosure.secondary import Counts, Round

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.grid import Grid
    from analytics.disclosure.network import Network
    from analytics.disclosure.plan import Plan

_TOP: Final = {"mean": 100.0, "share": 1.0}
_SLACK: Final = 1e-9


def settle(
    frame: pd.DataFrame,
    grid: Grid,
    plan: Plan,
    *,
    networks: Sequence[Network],
    primary: Booleans,
    preferred: Booleans,
) -> Booleans:
    """Decide what is hidden, for what follows exactly and for what follows nearly.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`.
    grid : Grid
        The same rows laid out.
    plan : Plan
    networks : sequence of Network
        ``plan.tree.networks()``.
    primary : ndarray of bool, shape (n_cells, n_figures)
        What is hidden for its own sake.
    preferred : ndarray of bool, shape (n_cells,)
        Cells that an earlier publication hid.

    Returns
    -------
    ndarray of bool, shape (n_cells, n_figures)

    Notes
    -----
    Each round starts from all that was asked for before and asks for more, until nothing is
    bounded too closely; at the latest when nothing is shown.
    """
    values = _Values.of(frame, grid, plan)
    asked = primary.copy()
    while True:
        hidden = Patterns(plan, networks, grid, asked, preferred).decide()
        more = _telling_scales(grid, plan, values.mean, hidden)
        for network in networks:
            for figure, column in _suspects(network, grid, values, preferred, hidden):
                more[:, column] |= figure.widened(hidden[:, column])
        more &= ~hidden
        if not more.any():
            return hidden
        asked |= more


@dataclass(frozen=True, slots=True)
class _Values:
    """Weights and means laid out as the grid is, and which figures add up."""

    weight: Floats
    mean: Floats
    top: Floats
    judged: tuple[int, ...]

    @classmethod
    def of(cls, frame: pd.DataFrame, grid: Grid, plan: Plan) -> _Values:
        known = grid.cell >= 0
        laid = np.zeros((2, *grid.n.shape))
        for at, name in enumerate(("weight", "mean")):
            values = np.nan_to_num(frame[name].to_numpy(dtype=np.float64))
            laid[at, grid.cell[known], grid.figure[known]] = values[known]
        # bands tell no number, and an index is no sum of its parts' sums
        statistic = grid.figures["statistic"]
        own = statistic.isin(list(_TOP)) & ~grid.figures["measure"].isin(composed(plan))
        top = np.array([_TOP.get(name, 0.0) for name in statistic], dtype=np.float64)
        return cls(laid[0], laid[1], top, tuple(np.flatnonzero(own).tolist()))


def _suspects(
    network: Network, grid: Grid, values: _Values, preferred: Booleans, hidden: Booleans
) -> Iterator[tuple[_Figure, int]]:
    """Find the figures that a quick look does not clear."""
    columns = np.array(values.judged, dtype=np.int64)
    if not len(columns):
        return
    room = Room.of(network, values.weight[:, columns], values.mean[:, columns], values.top[columns])
    present = network.counts @ grid.n[:, columns] > 0
    edges = present & ((network.cell < 0)[:, np.newaxis] | hidden[network.cell][:, columns])
    patterns, which = np.unique(edges, axis=1, return_inverse=True)
    for number in range(patterns.shape[1]):
        alike = np.flatnonzero(which == number)
        own = patterns[:, number] & (network.cell >= 0)
        if not own.any():
            continue
        part = Room(room.down[:, alike], room.up[:, alike])
        share = values.top[columns[alike]] == _TOP["share"]
        sure = sure_to_move(network, patterns[:, number], part)
        doubtful = np.where(
            share,
            part.down > SURE_SHARE * part.total,
            sure < NARROWEST / 100 * part.total * (1 - _SLACK),
        )
        for at in np.flatnonzero(doubtful[own].any(axis=0)):
            column = int(columns[alike[at]])
            figure = _Figure(
                Round(network, Counts(grid.n[:, [column]]), preferred, 0),
                part.down[:, at],
                part.up[:, at],
                bool(share[at]),
            )
            yield figure, column


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure in one network."""

    round: Round
    down: Floats
    up: Floats
    share: bool

    def widened(self, cells: Booleans) -> Booleans:
        """Hide more cells until none of this figure is bounded too closely."""
        cells = cells.copy()
        network = self.round.network
        while True:
            hidden = self.round.edges(cells)
            narrow = self._narrow(hidden)
            if not narrow:
                return cells
            # those with most dimensions, fewest respondents and the first code come first
            first = min(narrow, key=lambda edge: float(self.round.price[edge]))
            chosen = self._choose(hidden, first)
            if not chosen:
                # figures that do not add up: nothing of this is shown
                chosen = np.flatnonzero(self.round.open & self.round.present).tolist()
                cells[network.cell[chosen]] = True
                return cells
            cells[network.cell[chosen]] = True

    def _narrow(self, hidden: Booleans) -> list[int]:
        own = np.flatnonzero(hidden & self.round.open & self.round.present)
        return [edge for edge in own.tolist() if self._is_narrow(hidden, edge)]

    def _is_narrow(self, hidden: Booleans, edge: int) -> bool:
        total = float(self.down[edge] + self.up[edge])
        if self.share and self.down[edge] <= SURE_SHARE * total:
            return False
        fall, rise = bound(self.round.network, hidden, self.down, self.up, edge)
        if self.share:
            return bool(self.down[edge] - fall > SURE_SHARE * total * (1 + _SLACK))
        return bool(fall + rise < NARROWEST / 100 * total * (1 - _SLACK))

    def _choose(self, hidden: Booleans, edge: int) -> list[int]:
        """Find the cheapest cells beside an edge that free it, and leave nothing else narrow."""
        best: tuple[int, float, list[int]] | None = None
        for price, edges in sorted(self._choices(hidden, edge)):
            trial = hidden.copy()
            trial[edges] = True
            narrow = self._narrow(trial)
            if not narrow:
                return edges
            if best is None or (len(narrow), price) < best[:2]:
                best = len(narrow), price, edges
        return best[2] if best else []

    def _choices(self, hidden: Booleans, edge: int) -> Iterator[tuple[float, list[int]]]:
        """List shown cells beside an edge, each with what must be hidden along with it."""
        network = self.round.network
        shown = self.round.present & self.round.open & ~hidden
        near = _reached(network, hidden, edge)
        prices = np.where(shown, self.round.price, np.inf)
        prices[hidden] = 0.0
        for one in np.flatnonzero(shown & (near[network.tail] | near[network.head])).tolist():
            cover = cheapest_cover(network, prices, one)
            if np.isfinite(cover.price):
                edges = [one, *(other for other in cover.edges if not hidden[other])]
                yield float(prices[one]) + cover.price, sorted(edges)


def _reached(network: Network, hidden: Booleans, edge: int) -> Booleans:
    """Find the nodes that hang together with an edge over hidden edges."""
    near = np.zeros(network.nodes, dtype=bool)
    near[[network.tail[edge], network.head[edge]]] = True
    while True:
        before = int(near.sum())
        touched = hidden & (near[network.tail] | near[network.head])
        near[network.tail[touched]] = True
        near[network.head[touched]] = True
        if int(near.sum()) == before:
            return near


def _telling_scales(grid: Grid, plan: Plan, mean: Floats, hidden: Booleans) -> Booleans:
    """Find shown scales near an end of 0-100 whose hidden items must be there too.

    A mean of k items that is m leaves each of them k times the distance from m to the nearer end.
    """
    more = np.zeros_like(hidden)
    measure = grid.figures["measure"].to_numpy(dtype=object)
    means = (grid.figures["statistic"] == "mean").to_numpy(dtype=bool)
    for family in item_families(plan):
        for scale in family.scales:
            items = plan.scales[scale]
            own = np.flatnonzero(means & (measure == scale))
            parts = np.flatnonzero(means & np.isin(measure, [i for i in items if i != scale]))
            if not len(own) or not len(parts):
                continue
            m = mean[:, own[0]]
            few = len(items) * np.minimum(m, 100.0 - m) < NARROWEST
            tells = few & (grid.n[:, own[0]] > 0) & hidden[:, parts].any(axis=1)
            more[np.ix_(tells, own)] = True
    return more
