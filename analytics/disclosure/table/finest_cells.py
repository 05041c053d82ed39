"""The finest cells that a plan distinguishes, and which domains they make up.

A finest cell is a group of responses that no table of the plan divides. It has the name of the unit
whose code its responses carry, so hierarchies before and after a reorganisation, and prior releases
of the same responses, are made of the same finest cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.disclosure.rules.display_limits import REMAINDER_UNITS, REMAINDER_UNITS_PUBLIC

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.keys import DomainKey

_TOP: Final = ("agency", "")
_REST: Final = "rest"


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A parent, and the cells below it that can be subtracted from it one beside the other."""

    parent: DomainKey
    descendants: tuple[DomainKey, ...]


@dataclass(frozen=True, slots=True)
class CellPartition:
    """One division of the respondents into finest cells.

    Attributes
    ----------
    members : Mapping of DomainKey to frozenset of DomainKey
        Finest cells of each domain.
    remainders : Mapping of DomainKey to (DomainKey, tuple of DomainKey)
        Finest cells that are no domain: what the first domain has beyond the others.
    hierarchies : tuple of Hierarchy
    dimensions : Mapping of DomainKey to int
        By how many variables a domain is defined: 0 the whole.
    minimum_cells : int
        Finest cells that the suppressed remainder of a parent must span.
    """

    members: Mapping[DomainKey, frozenset[DomainKey]]
    remainders: Mapping[DomainKey, tuple[DomainKey, tuple[DomainKey, ...]]]
    hierarchies: tuple[Hierarchy, ...]
    dimensions: Mapping[DomainKey, int]
    minimum_cells: int

    @property
    def all_cells(self) -> frozenset[DomainKey]:
        """All finest cells."""
        return frozenset().union(*self.members.values())

    def sizes(self, n: Mapping[DomainKey, int]) -> dict[DomainKey, int]:
        """Count the respondents of every finest cell that has some."""
        size = {key: n.get(key, 0) for key, finest in self.members.items() if key in finest}
        for remainder, (parent, children) in self.remainders.items():
            size[remainder] = n.get(parent, 0) - sum(n.get(key, 0) for key in children)
        return {cell: count for cell, count in size.items() if count > 0}


def partitions_of(tree: DomainTree) -> tuple[CellPartition, ...]:
    """Divide the respondents by the nested domains and unit types, and by each group variable.

    Notes
    -----
    Two group variables meet in the whole only. Over all crossings of their categories, a total
    that follows from the cells of both follows from those of one, beside the whole: so each
    variable is looked at alone, and an intersection of two categories never follows.
    """
    partitions = [_by_organisation(tree)]
    variables: dict[DomainKey, list[DomainKey]] = {}
    for domain in tree.domains:
        if domain.level == "group":
            variable = domain.code.partition(":")[0]
            single = domain.code if variable in tree.overlapping else variable
            variables.setdefault((domain.parent, single), []).append((domain.level, domain.code))
    levels = {d.code: d.level for d in tree.domains if d.level not in {"group", "unit_type"}}
    for (parent, variable), keys in sorted(variables.items()):
        minimum_cells = 1 if ":" in variable else REMAINDER_UNITS_PUBLIC
        partitions.append(_by_variable((levels[parent], parent), variable, keys, minimum_cells))
    return tuple(partitions)


def _by_organisation(tree: DomainTree) -> CellPartition:
    cells = [d for d in tree.domains if d.level not in {"group", "unit_type"}]
    above = {d.code: d for d in cells}
    children: dict[str, list[DomainKey]] = {}
    for domain in cells:
        if domain.code:
            children.setdefault(domain.parent, []).append((domain.level, domain.code))
    members: dict[DomainKey, set[DomainKey]] = {
        (d.level, d.code): set() for d in tree.domains if d.level != "group"
    }
    below: dict[DomainKey, list[DomainKey]] = {key: [] for key in members}
    remainders: dict[DomainKey, tuple[DomainKey, tuple[DomainKey, ...]]] = {}
    dimensions = dict.fromkeys(members, 1) | {_TOP: 0}
    for domain in cells:
        key = (domain.level, domain.code)
        inner = domain.code in children
        finest = (_REST, domain.code) if inner else key
        if inner:
            remainders[finest] = (key, tuple(children[domain.code]))
        kind = ("unit_type", domain.unit_type) if domain.unit_type and not inner else None
        if kind:
            members[kind].add(finest)
            below[kind].append(key)
        members[key].add(finest)
        dimensions[key] = bool(kind)
        while domain.code:
            domain = above[domain.parent]  # noqa: PLW2901 - up to the whole
            members[domain.level, domain.code].add(finest)
            below[domain.level, domain.code].append(key)
            dimensions[key] += 1
    types = [key for key in members if key[0] == "unit_type"]
    hierarchies = [
        Hierarchy(key, tuple(descendants)) for key, descendants in below.items() if descendants
    ]
    if types:
        # down by unit types, and by their units where the type itself is not published
        hierarchies.append(
            Hierarchy(_TOP, (*types, *(unit for kind in types for unit in below[kind])))
        )
    return CellPartition(
        members={key: frozenset(finest) for key, finest in members.items()},
        remainders=remainders,
        hierarchies=tuple(hierarchies),
        dimensions=dimensions,
        minimum_cells=REMAINDER_UNITS,
    )


def _by_variable(
    parent: DomainKey, variable: str, keys: Sequence[DomainKey], minimum_cells: int
) -> CellPartition:
    remainder = (_REST, f"{parent[1]} {variable}")
    members = {key: frozenset({key}) for key in keys}
    members[parent] = frozenset({*keys, remainder})
    return CellPartition(
        members=members,
        remainders={remainder: (parent, tuple(keys))},
        hierarchies=(Hierarchy(parent, tuple(keys)),),
        dimensions=dict.fromkeys(keys, 1) | {parent: 0},
        minimum_cells=minimum_cells,
    )
