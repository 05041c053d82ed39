"""The least that must be hidden, by integer programming, as far as the effort goes.

The programme knows few of its rows at first. Its optimum is a pattern that may still give something
away; what it falls short of is added as `cuts`, and so on until a pattern is safe or none can be
cheaper than the best that is known. Every optimum on the way is mended too, and kept where it is
the best. What ends the search early is an effort counted in rows and cells, never the clock: the
same tables are decided alike everywhere.

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

from analytics.disclosure.suppression.cutting_planes import cuts
from analytics.disclosure.suppression.linked_table import LOSS, complete

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.suppression.cutting_planes import Cut
    from analytics.disclosure.suppression.linked_table import Round

_NODES: Final = 50  # of a search tree: an optimum on the way need not be the very best
_GAP: Final = 0.05
_EFFORT: Final = 60_000.0


@dataclass(slots=True)
class Effort:
    """What may still be spent on a publication, in rows times cells of its programmes."""

    left: float = _EFFORT

    def spend(self, amount: float) -> bool:
        """Take an amount away, if there is so much."""
        enough = amount <= self.left
        self.left -= amount * enough
        return enough


def cheaper(
    rounds: Sequence[Round], start: Booleans, found: Booleans, price: Floats, effort: Effort
) -> Booleans:
    """Look for a pattern that readers lose less with.

    Parameters
    ----------
    rounds : sequence of Round
    start : ndarray of bool, shape (n_cells,)
        What is hidden already.
    found : ndarray of bool, shape (n_cells,)
        A pattern in which nothing is left to mend.
    price : ndarray of float, shape (n_cells,)
        As in `Round`.
    effort : Effort
        What may be spent; what is spent is taken away.

    Returns
    -------
    ndarray of bool, shape (n_cells,)
        ``found`` where nothing cheaper was found.
    """
    programme = _Programme(np.where(start, 0.0, np.floor(price / LOSS)), start, _usable(rounds))
    nothing = np.zeros(len(start), dtype=bool)
    best, pattern = found, start
    while True:
        new = [cut for one in rounds for cut in cuts(one, pattern)]
        if not new:
            return pattern
        trial = pattern.copy()
        if complete(rounds, trial, nothing) and price[trial].sum() < price[best].sum():
            best = trial
        # a row that is there already is missed by a rounding error only
        if not programme.add(new) or not effort.spend(programme.size):
            return best
        cheapest = programme.solve(below=programme.loss(best))
        if cheapest is None:
            return best
        pattern = cheapest


def _usable(rounds: Iterable[Round]) -> Booleans:
    """Mark the cells that can be hidden."""
    return np.any(
        [
            np.isin(
                np.arange(one.network.counts.shape[1]), one.network.cell[one.present & one.open]
            )
            for one in rounds
        ],
        axis=0,
    )


@dataclass(slots=True)
class _Programme:
    """Rows over cells, each hidden or not."""

    worth: Floats
    start: Booleans
    usable: Booleans
    rows: dict[tuple[bytes, float], Cut] = field(default_factory=dict)

    @property
    def size(self) -> float:
        return float(len(self.rows) * len(self.worth))

    def loss(self, pattern: Booleans) -> float:
        """Add up what readers lose, in quarters of a unit."""
        return float(self.worth[pattern].sum())

    def add(self, new: Iterable[Cut]) -> bool:
        """Add rows; say whether any was not there."""
        before = len(self.rows)
        self.rows |= {(cut.weight.tobytes(), cut.least): cut for cut in new}
        return len(self.rows) > before

    def solve(self, *, below: float) -> Booleans | None:
        """Find a pattern of the least loss by these rows; None when none is below so much."""
        rows = [*(cut.weight for cut in self.rows.values()), -self.worth]
        least = [*(cut.least for cut in self.rows.values()), 1 - below]
        found = milp(
            self.worth,
            integrality=np.ones(len(self.worth), dtype=np.int64),
            bounds=Bounds(self.start.astype(float), (self.start | self.usable).astype(float)),
            constraints=LinearConstraint(csr_array(np.array(rows)), np.array(least)),
            options={"node_limit": _NODES, "mip_rel_gap": _GAP},
        )
        return None if found.x is None else found.x > 1 / 2
