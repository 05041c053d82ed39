"""Respondents of every cell, for the figures that share a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.suppression.feasibility_interval import Sums


@dataclass(frozen=True, slots=True)
class Counts:
    """Respondents of every cell, once per figure that shares the decision.

    Attributes
    ----------
    n : ndarray of float, shape (n_cells, n_figures)
        Zero where a figure has no such cell.
    keep_empty : bool
        Whether a cell without respondents is a secret too (participation), or nothing at all.
    sums : Sums, optional
        Sums of the same figures, in the same order: with them no hidden cell may be bounded too
        closely; without, none may follow.
    known : ndarray of bool, shape (n_cells, n_figures), optional
        Cells that readers know already. They are as good as shown: none is hidden for another.
    """

    n: Floats
    keep_empty: bool = False
    sums: Sums | None = None
    known: Booleans | None = None

    def only(self, figures: Integers) -> Counts:
        """Take some of the figures."""
        return Counts(
            self.n[:, figures],
            self.keep_empty,
            self.sums and self.sums.only(figures),
            None if self.known is None else self.known[:, figures],
        )
