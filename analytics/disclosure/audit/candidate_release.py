"""A candidate release: what is to be published, as the audit sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Booleans
    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.keys import DomainKey, FigureKey
    from analytics.disclosure.table.plan import Plan
    from analytics.disclosure.table.prior_release import PriorRelease


@dataclass(frozen=True, slots=True)
class CandidateRelease:
    """Shown cells, the respondents behind all cells, and prior releases.

    Attributes
    ----------
    tree : DomainTree
    shown : Mapping of figure to set of cells
    n : Mapping of figure to Mapping of cell to int
        Respondents of every cell, suppressed ones too.
    minimum_group : int
        k.
    remainder : int
        Respondents that a parent without its shown children must have, if any.
    indices, scales : Mapping of str to tuple of str
        Parts of each index, items of each scale.
    prior_releases : tuple of PriorRelease
        Of the same responses.
    """

    tree: DomainTree
    shown: Mapping[FigureKey, frozenset[DomainKey]]
    n: Mapping[FigureKey, Mapping[DomainKey, int]]
    minimum_group: int
    remainder: int
    indices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scales: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prior_releases: tuple[PriorRelease, ...] = ()

    @classmethod
    def of(
        cls, grid: Grid, hidden: Booleans, plan: Plan, prior_releases: Sequence[PriorRelease]
    ) -> Self:
        """Read it from a suppression pattern."""
        keys = plan.tree.keys
        n = grid.n.astype(np.int64)
        shown: dict[FigureKey, frozenset[DomainKey]] = {}
        respondents: dict[FigureKey, dict[DomainKey, int]] = {}
        for column, figure in enumerate(grid.names):
            # a measure that is a scale and an index alike stands twice with the same figures
            seen = frozenset(keys[cell] for cell in np.flatnonzero(~hidden[:, column]))
            shown[figure] = shown.get(figure, frozenset()) | seen
            respondents[figure] = dict(zip(keys, n[:, column].tolist(), strict=True))
        return cls(
            tree=plan.tree,
            shown=shown,
            n=respondents,
            minimum_group=plan.rules.minimum_group,
            remainder=plan.rules.remainder,
            indices=plan.indices,
            scales=plan.scales,
            prior_releases=tuple(prior_releases),
        )

    @property
    def composed(self) -> frozenset[FigureKey]:
        """Indices with all their parts here: n is that of the smallest part and adds up to nothing.

        They are compared with their parts instead.
        """
        return frozenset(
            (index, "mean", "")
            for index, parts in self.indices.items()
            if index not in parts and all((part, "mean", "") in self.n for part in parts)
        )

    def was_released(self, figure: FigureKey, key: DomainKey) -> bool:
        """Say whether a prior release showed a cell."""
        return any(key in prior.n.get(figure, ()) for prior in self.prior_releases)
