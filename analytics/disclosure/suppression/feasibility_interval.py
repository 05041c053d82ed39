"""How closely a hidden mean can be bounded from what is shown.

A hidden cell that does not follow from the shown ones may still be known within a point: beside a
large hidden sibling a small one moves it little, and where a remainder is all but 100 each of its
parts is. Draw the sums of all answers (mean times weight) as flows over the network of `network`:
shown cells stand still, a hidden cell of weight W carries from 0 to 100 W, and at each node what
flows in flows out. The bounds of a hidden cell are then a linear programme whose optimum is a
maximal flow through the other hidden cells, from one end of its edge to the other.

The reader is granted more than is published: the shown figures before rounding, every count and
every weight. Figures that repeat a shown one in other digits (its interval, a change, the parts of
an index) can therefore add nothing.

References
----------
Fischetti, M., Salazar, J. J. (2001). Solving the cell suppression problem on tabular data with
linear constraints. Management Science 47, 1008-1027.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.rules.display_limits import NARROWEST, SURE_SHARE
from analytics.disclosure.suppression.attacker_subproblem import DUST, Arcs
from analytics.disclosure.table.network import spanning_forest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.suppression.attacker_subproblem import Flow
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.network import Network


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of answers of every cell, on a scale where everybody at the top adds a whole weight.

    Attributes
    ----------
    weight : ndarray of float, shape (n_cells, n_figures)
        Sum of weights; 0 where there is nobody.
    mean : ndarray of float, shape (n_cells, n_figures)
        From 0, the bottom of the scale, to 1, its top.
    share : ndarray of bool, shape (n_figures,)
        Whether the figure is a share and judged from above only.
    adds_up : ndarray of bool, shape (n_figures,)
        Whether the sums of a cell's parts make its own.
    must : ndarray of bool, shape (n_cells, n_figures)
        Whether the cell must be free when it is hidden.
    known : ndarray of bool, shape (n_cells, n_figures)
        Cells that an earlier publication of the same responses showed: hidden or not, they stand
        still.
    rests : bool
        Whether a rest whose people can be listed must be free, too.
    """

    weight: Floats
    mean: Floats
    share: Booleans
    adds_up: Booleans
    must: Booleans
    known: Booleans
    rests: bool = False

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        grid: Grid,
        *,
        indices: Iterable[str],
        must: Booleans,
        known: Booleans,
        rests: bool,
    ) -> Sums:
        """Lay out the means and shares of an `EstimateTable`; composed indices add up to nothing.

        Parameters
        ----------
        frame : DataFrame
        grid : Grid
            The same rows laid out.
        indices : iterable of str
            Indices that are made of scales.
        must, known : ndarray of bool, shape (n_cells, n_figures)
        rests : bool
        """
        statistic = grid.figures["statistic"].to_numpy(dtype=object)
        # a band of exposure tells less than a share, and can be all that small hidden units have;
        # a balance has no row where it is hidden
        share = (statistic == "share") | (statistic == "prevalence")
        adds_up = share | (statistic == "mean")
        adds_up &= ~grid.figures["measure"].isin(set(indices)).to_numpy(dtype=bool)
        weight, mean = (_laid_out(grid, frame[name]) for name in ("weight", "mean"))
        scaled = np.where(share, mean, mean / 100)
        return cls(weight, scaled, share, adds_up, must, known, rests)

    def only(self, figures: Sequence[int] | Integers) -> Sums:
        """Take some of the figures."""
        return Sums(
            self.weight[:, figures], self.mean[:, figures], self.share[figures],
            self.adds_up[figures], self.must[:, figures], self.known[:, figures], self.rests,
        )  # fmt: skip

    def centred(self) -> Sums:
        """Put every mean in the middle, as far from both ends as can be."""
        return replace(self, mean=np.full_like(self.mean, 0.5))


def _laid_out(grid: Grid, values: pd.Series[float]) -> Floats:
    found = np.zeros(grid.n.shape)
    known = grid.cell >= 0
    exact = np.nan_to_num(values.to_numpy(dtype=np.float64))
    found[grid.cell[known], grid.figure[known]] = exact[known]
    return found


@dataclass(frozen=True, slots=True)
class Room:
    """How far the sums of some figures can move, each edge by itself.

    Attributes
    ----------
    down, up : ndarray of float, shape (n_edges, n_figures)
        Room below and above the true sum.
    share : ndarray of bool, shape (n_figures,)
        As in `Sums`.
    must : ndarray of bool, shape (n_edges, n_figures)
        Edges that must be free when they are hidden.
    """

    down: Floats
    up: Floats
    share: Booleans
    must: Booleans

    @classmethod
    def of(cls, network: Network, sums: Sums, guarded: Booleans) -> Room:
        """Measure the room of a network's edges; ``guarded`` are those that must not follow."""
        most = np.maximum(network.counts @ sums.weight, 0.0)
        # sums of floats may miss an end by their last bit
        down = np.clip(network.counts @ (sums.weight * sums.mean), 0.0, most)
        cells = (network.cell >= 0)[:, np.newaxis]
        moves = ~(cells & sums.known[network.cell])
        must = cells & moves & sums.must[network.cell]
        must |= (network.listed & guarded)[:, np.newaxis] & sums.rests & (most > 0)
        return cls(down * moves, (most - down) * moves, sums.share, must)

    @property
    def total(self) -> Floats:
        """The whole range of each edge's sum, shape (n_edges, n_figures)."""
        return self.down + self.up


@dataclass(frozen=True, slots=True)
class Shortage:
    """A hidden edge that is bounded too closely.

    Attributes
    ----------
    edge, figure : int
    need : float
        How far its sum must be able to move.
    flows : tuple of Flow
        What it can fall and, in a mean, rise.
    """

    edge: int
    figure: int
    need: float
    flows: tuple[Flow, ...]

    @property
    def lacks(self) -> float:
        """How much further it would have to move."""
        return self.need - sum(flow.amount for flow in self.flows)


def shortages(
    network: Network, hidden: Booleans, room: Room, among: Booleans | None = None
) -> Iterator[Shortage]:
    """Find hidden edges that are bounded too closely, in every figure.

    Parameters
    ----------
    network : Network
    hidden : ndarray of bool, shape (n_edges,)
        Edges that are not shown, rests included.
    room : Room
    among : ndarray of bool, shape (n_edges,), optional
        The edges to look at; all of them when left out.

    Yields
    ------
    Shortage
        A mean must be free by 20 points on 0-100 (anonymity-design.md 7.4). A share is judged from
        above only: that all but a few of a hidden cell gave one answer must not follow. That hardly
        anybody gave it is what every rare answer says, in hidden and shown cells alike.
    """
    own = (hidden if among is None else hidden & among)[:, np.newaxis] & room.must
    if not own.any():
        return
    total = room.total
    need = np.where(room.share, room.down - SURE_SHARE * total, NARROWEST * total)
    sure = np.where(room.share, 0.0, sure_to_move(network, hidden, room))
    doubtful = own & (sure < need - DUST * total)
    for figure in np.flatnonzero(doubtful.any(axis=0)).tolist():
        arcs = Arcs.of(network, hidden, room.down[:, figure], room.up[:, figure])
        for edge in np.flatnonzero(doubtful[:, figure]).tolist():
            flows = (arcs.fall(edge),) if room.share[figure] else (arcs.fall(edge), arcs.rise(edge))
            found = Shortage(edge, figure, float(need[edge, figure]), flows)
            if found.lacks > DUST * total[edge, figure]:
                yield found


def lacking(
    network: Network, hidden: Booleans, room: Room, among: Booleans | None = None
) -> dict[int, float]:
    """Measure how much further each edge in `shortages` would have to move, at most."""
    found: dict[int, float] = {}
    for one in shortages(network, hidden, room, among):
        found[one.edge] = max(one.lacks, found.get(one.edge, 0.0))
    return found


def sure_to_move(network: Network, hidden: Booleans, room: Room) -> Floats:
    """Find a distance that each edge can surely move, without solving anything.

    Parameters
    ----------
    network : Network
    hidden : ndarray of bool, shape (n_edges,)
    room : Room

    Returns
    -------
    ndarray of float, shape (n_edges, n_figures)
        The longest move along one of a basis of cycles; a lower bound of what `bound` finds.
    """
    forest = spanning_forest(network, hidden)
    found = np.zeros(room.down.shape)
    if not len(forest.kernel):
        return found
    way = forest.kernel[:, :, np.newaxis]
    down, up = room.down[forest.edges], room.up[forest.edges]
    one = np.where(way > 0, up, np.where(way < 0, down, np.inf)).min(axis=1)
    other = np.where(way > 0, down, np.where(way < 0, up, np.inf)).min(axis=1)
    moves = np.where(way != 0, (one + other)[:, np.newaxis], 0.0)
    found[forest.edges] = moves.max(axis=0)
    return found
