"""The domains of a wave and how they nest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from analytics.disclosure.rules.errors import DisclosureError
from analytics.disclosure.table.domain import TableDomain
from analytics.disclosure.table.draw_network import draw_star, draw_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from analytics.disclosure.table.network import CellNetwork


@dataclass(frozen=True, slots=True)
class DomainTree:
    """Every domain that a wave's tables are cut by.

    Parameters
    ----------
    domains : tuple of TableDomain
        The whole is always there and need not be given.
    overlapping : frozenset of str
        Group variables whose categories a person may have several of (channels).

    Raises
    ------
    DisclosureError
        If a domain occurs twice or names a parent that is not there.
    """

    domains: tuple[TableDomain, ...]
    overlapping: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        ordered = tuple(sorted({TableDomain("agency", ""), *self.domains}))
        keys = [(domain.level, domain.code) for domain in ordered]
        nested = [code for level, code in keys if level not in {"group", "unit_type"}]
        if len(set(keys)) < len(keys) or len(set(nested)) < len(nested):
            raise DisclosureError("a domain stands in the plan twice: give each code one parent")
        nodes = set(nested)
        types = {domain.code for domain in ordered if domain.level == "unit_type"}
        for domain in ordered:
            if domain.parent not in nodes or (domain.unit_type and domain.unit_type not in types):
                raise DisclosureError(
                    f"the {domain.level} {domain.code!r} belongs to {domain.parent!r} "
                    f"{domain.unit_type!r}, which is not in the plan: add it or mend the code"
                )
        object.__setattr__(self, "domains", ordered)

    @classmethod
    def staff(cls, frame: pd.DataFrame) -> Self:
        """Read units, regions and unit types from a staff wave's frame.

        Parameters
        ----------
        frame : DataFrame
            Columns unit, region, unit_type; one row per reporting unit.
        """
        columns = [frame[name].astype(str) for name in ("unit", "region", "unit_type")]
        rows = list(zip(*columns, strict=True))
        regions = {TableDomain("region", region) for _, region, _ in rows if region}
        types = {TableDomain("unit_type", kind) for _, _, kind in rows if kind}
        units = [TableDomain("unit", unit, region, kind) for unit, region, kind in rows]
        return cls((*regions, *types, *units))

    @classmethod
    def groups(
        cls, categories: Mapping[str, Iterable[str]], *, overlapping: Iterable[str] = ()
    ) -> Self:
        """Name the background groups of a public wave, as in {"age": ["18-29", "30-44"]}."""
        cells = tuple(
            TableDomain("group", f"{variable}:{code}")
            for variable, codes in categories.items()
            for code in codes
        )
        return cls(cells, frozenset(overlapping))

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Level and code of every domain, in the order of the plan."""
        return tuple((domain.level, domain.code) for domain in self.domains)

    def networks(self) -> tuple[CellNetwork, ...]:
        """Draw the tree, and each group variable, as networks over the same cells."""
        index = {key: position for position, key in enumerate(self.keys)}
        groups: dict[tuple[str, str], list[TableDomain]] = {}
        for domain in self.domains:
            if domain.level == "group":
                variable = domain.code.partition(":")[0]
                groups.setdefault((domain.parent, variable), []).append(domain)
        stars = [
            star
            for (parent, variable), members in sorted(groups.items())
            for star in self._stars(index, parent, variable, members)
        ]
        tree = [domain for domain in self.domains if domain.level != "group"]
        return (*((draw_tree(tree, index),) if len(tree) > 1 else ()), *stars)

    def _stars(
        self,
        index: Mapping[tuple[str, str], int],
        parent: str,
        variable: str,
        members: Sequence[TableDomain],
    ) -> list[CellNetwork]:
        above = next(
            position
            for (level, code), position in index.items()
            if code == parent and level not in {"group", "unit_type"}
        )
        cells = [index[domain.level, domain.code] for domain in members]
        if variable in self.overlapping:
            return [draw_star(above, [cell], len(index), overlapping=True) for cell in cells]
        return [draw_star(above, cells, len(index), overlapping=False)]
