"""What is to be published, as the audit sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Booleans
    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.keys import Key, Name
    from analytics.disclosure.table.plan import Plan
    from analytics.disclosure.table.prior_release import Told


@dataclass(frozen=True, slots=True)
class Publication:
    """Shown cells, the respondents behind all cells, and what was told before.

    Attributes
    ----------
    tree : DomainTree
    shown : Mapping of figure to set of cells
    n : Mapping of figure to Mapping of cell to int
        Respondents of every cell, hidden ones too.
    minimum_group : int
        k.
    remainder : int
        Respondents that a parent without its shown children must have, if any.
    indices, scales : Mapping of str to tuple of str
        Parts of each index, items of each scale.
    told : tuple of Told
        Earlier publications of the same responses.
    """

    tree: DomainTree
    shown: Mapping[Name, frozenset[Key]]
    n: Mapping[Name, Mapping[Key, int]]
    minimum_group: int
    remainder: int
    indices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scales: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told: tuple[Told, ...] = ()

    @classmethod
    def of(cls, grid: Grid, hidden: Booleans, plan: Plan, told: Sequence[Told]) -> Self:
        """Read it from a pattern of hidden cells."""
        keys = plan.tree.keys
        n = grid.n.astype(np.int64)
        shown: dict[Name, frozenset[Key]] = {}
        respondents: dict[Name, dict[Key, int]] = {}
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
            told=tuple(told),
        )

    @property
    def composed(self) -> frozenset[Name]:
        """Indices with all their parts here: n is that of the smallest part and adds up to nothing.

        They are compared with their parts instead.
        """
        return frozenset(
            (index, "mean", "")
            for index, parts in self.indices.items()
            if index not in parts and all((part, "mean", "") in self.n for part in parts)
        )

    def told_of(self, name: Name, key: Key) -> bool:
        """Say whether a cell was told before."""
        return any(key in told.n.get(name, ()) for told in self.told)
