"""The suppression pattern of least loss, by branch and cut as far as the effort goes.

The master problem knows few of its cuts at first. Its optimum is a pattern that may still disclose
something; the cuts that it violates are added (`cutting_planes`), and so on until a pattern is safe
or none can cost less than the best that is known. Every optimum on the way is also completed to a
safe pattern, and kept where it is the best. What ends the search early is an effort counted in cuts
and cells, never the clock: the same tables are decided alike everywhere.

References
----------
Fischetti, M., Salazar, J. J. (2001). Solving the cell suppression problem on tabular data with
linear constraints. Management Science 47, 1008-1027.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from analytics.disclosure.suppression.completion import CostLimit, complete
from analytics.disclosure.suppression.cutting_planes import violated_cuts
from analytics.disclosure.suppression.linked_table import LOSS_UNIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.suppression.cutting_planes import Cut
    from analytics.disclosure.suppression.linked_table import LinkedTable

_NODES: Final = 50  # of a search tree: an optimum on the way need not be the very best
_GAP: Final = 0.05
_EFFORT: Final = 60_000.0


@dataclass(slots=True)
class Effort:
    """What may still be spent on a publication, in cuts times cells of its master problems."""

    left: float = _EFFORT

    def spend(self, amount: float) -> bool:
        """Take an amount away, if there is so much."""
        enough = amount <= self.left
        self.left -= amount * enough
        return enough


def improve_pattern(
    tables: Sequence[LinkedTable], start: Booleans, safe: Booleans, cost: Floats, effort: Effort
) -> Booleans:
    """Look for a safe pattern with a smaller loss of information.

    Parameters
    ----------
    tables : sequence of LinkedTable
    start : ndarray of bool, shape (n_cells,)
        What is suppressed already.
    safe : ndarray of bool, shape (n_cells,)
        A pattern that discloses nothing.
    cost : ndarray of float, shape (n_cells,)
        As in `LinkedTable`.
    effort : Effort
        What may be spent; what is spent is taken away.

    Returns
    -------
    ndarray of bool, shape (n_cells,)
        ``safe`` where nothing cheaper was found.
    """
    master = _MasterProblem(
        np.where(start, 0.0, np.floor(cost / LOSS_UNIT)), start, _usable(tables)
    )
    none_forced = np.zeros(len(start), dtype=bool)
    best, pattern = safe, start
    while True:
        violated = [cut for table in tables for cut in violated_cuts(table, pattern)]
        if not violated:
            return pattern
        trial = pattern.copy()
        if complete(tables, trial, none_forced, CostLimit(cost, float(cost[best].sum()))):
            best = trial
        # a cut that is known already is violated by a rounding error only
        if not master.add(violated) or not effort.spend(master.size):
            return best
        optimum = master.solve(below=master.loss(best))
        if optimum is None:
            return best
        pattern = optimum


def _usable(tables: Iterable[LinkedTable]) -> Booleans:
    """Mark the cells that can be suppressed."""
    return np.any(
        [
            np.isin(
                np.arange(table.network.counts.shape[1]),
                table.network.cell[table.present & table.is_cell],
            )
            for table in tables
        ],
        axis=0,
    )


@dataclass(slots=True)
class _MasterProblem:
    """An integer programme over cells, each suppressed or not, with the cuts known so far."""

    loss_of: Floats
    start: Booleans
    usable: Booleans
    cuts: dict[tuple[bytes, float], Cut] = field(default_factory=dict)

    @property
    def size(self) -> float:
        return float(len(self.cuts) * len(self.loss_of))

    def loss(self, pattern: Booleans) -> float:
        """Add up the information lost, in quarters of a unit."""
        return float(self.loss_of[pattern].sum())

    def add(self, cuts: Iterable[Cut]) -> bool:
        """Add cuts; say whether any was new."""
        before = len(self.cuts)
        self.cuts |= {(cut.weight.tobytes(), cut.bound): cut for cut in cuts}
        return len(self.cuts) > before

    def solve(self, *, below: float) -> Booleans | None:
        """Find a pattern of least loss under the known cuts; None when none loses less."""
        rows = [*(cut.weight for cut in self.cuts.values()), -self.loss_of]
        least = [*(cut.bound for cut in self.cuts.values()), 1 - below]
        solution = milp(
            self.loss_of,
            integrality=np.ones(len(self.loss_of), dtype=np.int64),
            bounds=Bounds(self.start.astype(float), (self.start | self.usable).astype(float)),
            constraints=LinearConstraint(csr_array(np.array(rows)), np.array(least)),
            options={"node_limit": _NODES, "mip_rel_gap": _GAP},
        )
        return None if solution.x is None else solution.x > 1 / 2
