"""Feasibility intervals: how closely a suppressed mean can be bounded from what is shown.

A suppressed cell that does not follow may still be known within a point: a small cell lets a large
suppressed sibling move little, and where a remainder is all but 100 each of its parts is. The
totals of answers (mean times weight) are flows over the network of the table: shown cells are
fixed, a suppressed cell of weight W has the external bounds 0 and 100 W, and at each node as much
flows in as out. The feasibility interval of a suppressed cell is what the attacker's two
subproblems leave it (`attacker_subproblem`). It must be at least as wide as the protection level,
wherever the true value lies in it (a sliding protection level).

The attacker is granted more than is published: the shown figures before rounding, every count and
every weight. Figures that repeat a shown one in other digits (its interval, a change, the parts of
an index) can therefore add nothing.

References
----------
Fischetti, M., Salazar, J. J. (2001). Solving the cell suppression problem on tabular data with
linear constraints. Management Science 47, 1008-1027.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.rules.display_limits import LARGEST_INFERABLE_SHARE, PROTECTION_LEVEL
from analytics.disclosure.suppression.attacker_subproblem import DUST, AttackerSubproblem
from analytics.disclosure.table.network import spanning_forest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.suppression.attacker_subproblem import MaximumFlow
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.network import CellNetwork


@dataclass(frozen=True, slots=True)
class CellTotals:
    """Totals of answers of every cell, on a scale where everybody at the top adds a whole weight.

    Attributes
    ----------
    weight : ndarray of float, shape (n_cells, n_figures)
        Sum of weights; 0 where there is nobody.
    mean : ndarray of float, shape (n_cells, n_figures)
        From 0, the bottom of the scale, to 1, its top.
    share : ndarray of bool, shape (n_figures,)
        Whether the figure is a share and judged from above only.
    adds_up : ndarray of bool, shape (n_figures,)
        Whether the totals of a cell's parts make its own.
    sensitive : ndarray of bool, shape (n_cells, n_figures)
        Whether the cell has a protection level when it is suppressed.
    known : ndarray of bool, shape (n_cells, n_figures)
        Cells that a prior release showed: suppressed or not, they are fixed.
    remainders : bool
        Whether a remainder whose people the register lists has a protection level, too.
    centred_only : ndarray of bool, shape (n_cells, n_figures), optional
        Cells that need their protection level only as if every mean lay in the middle of the scale.
    """

    weight: Floats
    mean: Floats
    share: Booleans
    adds_up: Booleans
    sensitive: Booleans
    known: Booleans
    remainders: bool = False
    centred_only: Booleans | None = None

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        grid: Grid,
        *,
        indices: Iterable[str],
        sensitive: Booleans,
        known: Booleans,
        remainders: bool,
        centred_only: Booleans | None = None,
    ) -> CellTotals:
        """Lay out the means and shares of an `EstimateTable`; composed indices add up to nothing.

        Parameters
        ----------
        frame : DataFrame
        grid : Grid
            The same rows laid out.
        indices : iterable of str
            Indices that are made of scales.
        sensitive, known : ndarray of bool, shape (n_cells, n_figures)
        remainders : bool
        centred_only : ndarray of bool, shape (n_cells, n_figures), optional
        """
        statistic = grid.figures["statistic"].to_numpy(dtype=object)
        # a band of exposure tells less than a share, and can be all that small suppressed units
        # have; a balance has no row where it is suppressed
        share = (statistic == "share") | (statistic == "prevalence")
        adds_up = share | (statistic == "mean")
        adds_up &= ~grid.figures["measure"].isin(set(indices)).to_numpy(dtype=bool)
        weight, mean = (_laid_out(grid, frame[name]) for name in ("weight", "mean"))
        scaled = np.where(share, mean, mean / 100)
        return cls(weight, scaled, share, adds_up, sensitive, known, remainders, centred_only)

    def only(self, figures: Sequence[int] | Integers) -> CellTotals:
        """Take some of the figures."""
        return CellTotals(
            self.weight[:, figures], self.mean[:, figures], self.share[figures],
            self.adds_up[figures], self.sensitive[:, figures], self.known[:, figures],
            self.remainders, None if self.centred_only is None else self.centred_only[:, figures],
        )  # fmt: skip

    def centred(self) -> CellTotals:
        """Put every mean in the middle, as far from both ends as can be."""
        return replace(self, mean=np.full_like(self.mean, 0.5))

    def in_turn(self) -> tuple[CellTotals, ...]:
        """Give the totals by which each kind of sensitive cell is judged."""
        if self.centred_only is None:
            return (self,)
        own = replace(self, centred_only=None)
        return own, replace(own.centred(), sensitive=self.centred_only, remainders=False)


def _laid_out(grid: Grid, values: pd.Series[float]) -> Floats:
    table = np.zeros(grid.n.shape)
    planned = grid.cell >= 0
    exact = np.nan_to_num(values.to_numpy(dtype=np.float64))
    table[grid.cell[planned], grid.figure[planned]] = exact[planned]
    return table


@dataclass(frozen=True)
class ExternalBounds:
    """What an attacker knows of each total beforehand, relative to its true value.

    Attributes
    ----------
    lower, upper : ndarray of float, shape (n_edges, n_figures)
        Distance from the true total to its lower and upper external bound. Figures that are judged
        centred, too, follow once more.
    share : ndarray of bool, shape (n_figures,)
        As in `CellTotals`.
    sensitive : ndarray of bool, shape (n_edges, n_figures)
        Edges that have a protection level when they are suppressed.
    """

    lower: Floats
    upper: Floats
    share: Booleans
    sensitive: Booleans

    @classmethod
    def of(cls, network: CellNetwork, totals: CellTotals, protected: Booleans) -> ExternalBounds:
        """Bound the edges of a network; ``protected`` are those that must not follow."""
        parts = [cls._of(network, part, protected) for part in totals.in_turn()]
        return cls(*(
            np.concatenate([getattr(part, name) for part in parts], axis=-1)
            for name in ("lower", "upper", "share", "sensitive")
        ))  # fmt: skip

    @classmethod
    def _of(cls, network: CellNetwork, totals: CellTotals, protected: Booleans) -> ExternalBounds:
        largest = np.maximum(network.counts @ totals.weight, 0.0)
        # sums of floats may miss an end by their last bit
        lower = np.clip(network.counts @ (totals.weight * totals.mean), 0.0, largest)
        cells = (network.cell >= 0)[:, np.newaxis]
        free = ~(cells & totals.known[network.cell])
        sensitive = cells & free & totals.sensitive[network.cell]
        listed = (network.in_register & protected)[:, np.newaxis] & (largest > 0)
        sensitive |= listed & totals.remainders
        return cls(lower * free, (largest - lower) * free, totals.share, sensitive)

    @cached_property
    def total(self) -> Floats:
        """Distance between the two external bounds, shape (n_edges, n_figures)."""
        return self.lower + self.upper

    @cached_property
    def required(self) -> Floats:
        """How wide the feasibility interval must be, shape (n_edges, n_figures).

        The protection level of a mean is 20 points on 0-100 (anonymity-design.md 7.4). A share is
        judged from above only: that all but a few of a suppressed cell gave one answer must not
        follow. That hardly anybody gave it is what every rare answer says, suppressed or shown.
        """
        return np.where(
            self.share,
            self.lower - LARGEST_INFERABLE_SHARE * self.total,
            PROTECTION_LEVEL * self.total,
        )


@dataclass(frozen=True, slots=True)
class ProtectionShortfall:
    """A suppressed edge whose feasibility interval is narrower than its protection level.

    Attributes
    ----------
    edge, figure : int
    required : float
        The protection level.
    flows : tuple of MaximumFlow
        How far the total may lie below and, of a mean, above its true value.
    """

    edge: int
    figure: int
    required: float
    flows: tuple[MaximumFlow, ...]

    @property
    def shortfall(self) -> float:
        """How much wider the interval would have to be."""
        return self.required - sum(flow.amount for flow in self.flows)


def protection_shortfalls(
    network: CellNetwork, hidden: Booleans, bounds: ExternalBounds, among: Booleans | None = None
) -> Iterator[ProtectionShortfall]:
    """Find suppressed edges with too narrow feasibility intervals, in every figure.

    Parameters
    ----------
    network : CellNetwork
    hidden : ndarray of bool, shape (n_edges,)
        Suppressed edges, remainders included.
    bounds : ExternalBounds
    among : ndarray of bool, shape (n_edges,), optional
        The edges to look at; all of them when left out.

    Yields
    ------
    ProtectionShortfall
    """
    judged = (hidden if among is None else hidden & among)[:, np.newaxis] & bounds.sensitive
    if not judged.any():
        return
    total, required = bounds.total, bounds.required
    looked_at = judged.any(axis=1)
    width = np.where(bounds.share, 0.0, interval_width_at_least(network, hidden, bounds, looked_at))
    doubtful = judged & (width < required - DUST * total)
    for figure in np.flatnonzero(doubtful.any(axis=0)).tolist():
        attacker = AttackerSubproblem.of(
            network, hidden, bounds.lower[:, figure], bounds.upper[:, figure]
        )
        for edge in np.flatnonzero(doubtful[:, figure]).tolist():
            missing = level = float(required[edge, figure])
            flows: tuple[MaximumFlow, ...] = ()
            if not bounds.share[figure]:
                flows = (attacker.increase(edge, enough=missing),)
                missing -= flows[0].amount
            if missing > 0.0:
                flows = (attacker.decrease(edge, enough=missing), *flows)
                candidate = ProtectionShortfall(edge, figure, level, flows)
                if candidate.shortfall > DUST * total[edge, figure]:
                    yield candidate


def interval_width_at_least(
    network: CellNetwork, hidden: Booleans, bounds: ExternalBounds, among: Booleans
) -> Floats:
    """Bound the width of each feasibility interval from below, without solving anything.

    Parameters
    ----------
    network : CellNetwork
    hidden : ndarray of bool, shape (n_edges,)
    bounds : ExternalBounds
    among : ndarray of bool, shape (n_edges,)
        The suppressed edges that are asked for.

    Returns
    -------
    ndarray of float, shape (n_edges, n_figures)
        The largest flow around any one cycle of a basis; of other edges less, or 0.
    """
    forest = spanning_forest(network, hidden)
    width = np.zeros(bounds.lower.shape)
    # a cycle says nothing of edges that it does not pass
    cycles = forest.cycle_basis[forest.cycle_basis[:, among[forest.edges]].any(axis=1)]
    if not len(cycles):
        return width
    direction = cycles[:, :, np.newaxis]
    lower, upper = bounds.lower[forest.edges], bounds.upper[forest.edges]
    forwards = np.where(direction > 0, upper, np.where(direction < 0, lower, np.inf)).min(axis=1)
    backwards = np.where(direction > 0, lower, np.where(direction < 0, upper, np.inf)).min(axis=1)
    around = np.where(direction != 0, (forwards + backwards)[:, np.newaxis], 0.0)
    width[forest.edges] = around.max(axis=0)
    return width


def largest_shortfall_at_least(
    network: CellNetwork, hidden: Booleans, bounds: ExternalBounds, among: Booleans
) -> Floats:
    """Bound from below what each interval lacks in its worst figure, without solving anything.

    Parameters
    ----------
    network : CellNetwork
    hidden : ndarray of bool, shape (n_edges,)
    bounds : ExternalBounds
    among : ndarray of bool, shape (n_edges,)
        The edges that are asked for.

    Returns
    -------
    ndarray of float, shape (n_edges,)
        0 where the interval may be wide enough. No more can flow than the suppressed edges at
        either end of an edge let through: each end alone is a cut (Ford and Fulkerson 1956).
    """
    edges = np.flatnonzero(hidden)
    tail, head = network.tail[edges], network.head[edges]
    lower, upper = bounds.lower[edges], bounds.upper[edges]
    leaves, enters = np.zeros((2, network.nodes, len(edges)))
    leaves[tail, np.arange(len(edges))] = 1.0
    enters[head, np.arange(len(edges))] = 1.0
    outwards, inwards = leaves @ upper + enters @ lower, enters @ upper + leaves @ lower
    increase = np.minimum(np.minimum(outwards[head], inwards[tail]) - lower, upper)
    decrease = np.minimum(np.minimum(outwards[tail], inwards[head]) - upper, lower)
    width = decrease + np.where(bounds.share, 0.0, increase)
    lacks = bounds.required[edges] - width - DUST * bounds.total[edges]
    judged = among[edges][:, np.newaxis] & bounds.sensitive[edges]
    shortfall = np.zeros(len(hidden))
    shortfall[edges] = np.where(judged, lacks, 0.0).max(axis=1, initial=0.0)
    return shortfall
