"""What is to be published, as the audit sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.disclosure.atoms import Key
    from analytics.disclosure.told import Name, Told
    from analytics.disclosure.tree import DomainTree


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
