"""Respondents of every cell, for the figures that share a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.suppression.feasibility_interval import CellTotals


@dataclass(frozen=True, slots=True)
class CellCounts:
    """Respondents of every cell, once per figure that shares the decision.

    Attributes
    ----------
    n : ndarray of float, shape (n_cells, n_figures)
        Zero where a figure has no such cell.
    keep_empty : bool
        Whether a cell without respondents must be protected too (participation), or is nothing.
    totals : CellTotals, optional
        Of the same figures, in the same order. With them every feasibility interval must reach the
        protection level; without, no suppressed cell may follow exactly.
    known : ndarray of bool, shape (n_cells, n_figures), optional
        Cells that readers know already. They count as shown: none is suppressed for another's sake.
    """

    n: Floats
    keep_empty: bool = False
    totals: CellTotals | None = None
    known: Booleans | None = None

    def only(self, figures: Integers) -> CellCounts:
        """Take some of the figures."""
        return CellCounts(
            self.n[:, figures],
            self.keep_empty,
            self.totals and self.totals.only(figures),
            None if self.known is None else self.known[:, figures],
        )
