"""Domains drawn as networks: cells become edges, and what they share becomes nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.rules.display_limits import REMAINDER_UNITS, REMAINDER_UNITS_PUBLIC
from analytics.disclosure.table.network import AdditiveRelation, CellNetwork

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analytics.arrays import Floats, Integers
    from analytics.disclosure.table.domain import TableDomain

WHOLE: Final = ("agency", "")
_SOURCE, _SINK = 0, 1

# The information lost with a suppressed cell, in quarters of a unit (anonymity-design.md 7.3: which
# cell goes with a small one). Unit types are the least read of the cells above units: two of them
# cost more than one unit, but two of types with few units cost less than two units. A group of the
# public counts as a unit.
_UNIT, _UNIT_TYPE, _SMALL_TYPE, _REGION, _WHOLE = 4, 5, 3, 24, 400
_SMALL_TYPE_SHARE: Final = 0.1  # of all units that have a type


@dataclass(slots=True)
class _Drawing:
    """Edges as they are drawn."""

    size: int
    rows: list[tuple[int, int, int, int, int, bool, bool]]
    counts: list[Floats]

    def add(
        self,
        cell: int,
        ends: tuple[int, int],
        *,
        loss: int = 0,
        minus: Sequence[int] = (),
        plus: Sequence[int] = (),
        units: int = 1,
        protected: bool = True,
        in_register: bool = False,
    ) -> int:
        """Draw a cell, or (cell -1) the remainder that ``plus`` has beyond ``minus``."""
        count = np.zeros(self.size)
        np.add.at(count, [cell] if cell >= 0 else list(plus), 1.0)
        np.add.at(count, list(minus), -1.0)
        self.rows.append((cell, *ends, loss, units, protected, in_register))
        self.counts.append(count)
        return len(self.rows) - 1

    def network(
        self,
        relations: Iterable[tuple[int, list[int]]],
        intersections: Iterable[tuple[list[int], list[int]]] = (),
        *,
        minimum_units: int,
    ) -> CellNetwork:
        """Make the network."""
        cell, tail, head, loss, units, protected, in_register = (
            np.array(column) for column in zip(*self.rows, strict=True)
        )
        return CellNetwork(
            cell=cell,
            tail=tail,
            head=head,
            counts=np.array(self.counts),
            loss=loss,
            units=units,
            protected=protected,
            in_register=in_register,
            relations=tuple(
                AdditiveRelation(parent, np.array(edges)) for parent, edges in relations if edges
            ),
            intersections=_intersections(intersections, len(self.rows)),
            minimum_units=minimum_units,
        )


def _intersections(pairs: Iterable[tuple[list[int], list[int]]], size: int) -> Integers:
    """Mark the intersection and both differences of each pair of edge sets."""
    rows: list[Integers] = []
    for left, right in pairs:
        first = np.zeros(size, dtype=np.int64)
        second = first.copy()
        first[left] = 1
        second[right] = 1
        both = first * second
        rows += [both, first - both, second - both]
    return np.unique(np.array(rows, dtype=np.int64).reshape(len(rows), size), axis=0)


def draw_star(above: int, cells: Sequence[int], size: int, *, overlapping: bool) -> CellNetwork:
    """Draw a group variable: its categories side by side, and those who are in none.

    Parameters
    ----------
    above : int
        Position of the cell that the categories divide.
    cells : sequence of int
        Positions of the categories' cells.
    size : int
        Number of all cells.
    overlapping : bool
        Whether a person may be in several categories.

    Returns
    -------
    CellNetwork
    """
    drawing = _Drawing(size, [], [])
    whole = drawing.add(above, (_SINK, _SOURCE), loss=_WHOLE)
    edges = [drawing.add(cell, (_SOURCE, _SINK), loss=_UNIT) for cell in cells]
    # those without this channel are many others together, not a category of their own
    remainder = drawing.add(
        -1,
        (_SOURCE, _SINK),
        plus=[above],
        minus=cells,
        units=REMAINDER_UNITS if overlapping else 1,
        protected=not overlapping and REMAINDER_UNITS_PUBLIC > 1,
    )
    return drawing.network([(whole, [*edges, remainder])], minimum_units=REMAINDER_UNITS_PUBLIC)


@dataclass(slots=True)
class _Organisation:
    """The nested domains and unit types, while they are drawn."""

    drawing: _Drawing
    index: Mapping[tuple[str, str], int]
    nested: list[TableDomain]
    types: list[TableDomain]
    children: dict[str, list[TableDomain]]
    inner: dict[str, int]
    type_node: dict[str, int]
    untyped: int
    edge: dict[tuple[str, str], int]

    def cell(self, domain: TableDomain) -> int:
        """Position of a domain's cell."""
        return self.index[domain.level, domain.code]

    def edges(self, domains: Iterable[TableDomain]) -> list[int]:
        """Edges of some domains."""
        return [self.edge[domain.level, domain.code] for domain in domains]


def draw_tree(domains: Sequence[TableDomain], index: Mapping[tuple[str, str], int]) -> CellNetwork:
    """Draw the nested domains from the top down, and unit types from the units to the sink.

    Parameters
    ----------
    domains : sequence of TableDomain
        All but background groups.
    index : Mapping of (level, code) to int
        Positions among all cells.

    Returns
    -------
    CellNetwork
    """
    organisation = _prepare(domains, index)
    _draw_nested(organisation)
    relations = _draw_remainders(organisation)
    if not organisation.types:
        return organisation.drawing.network(relations, minimum_units=REMAINDER_UNITS)
    by_type, top = _draw_types(organisation)
    whole = organisation.edge[WHOLE]
    intersections = [
        (edges, others)
        for parent, edges in relations
        if parent != whole
        for _, others in by_type
        if others
    ]
    return organisation.drawing.network(
        [*relations, *by_type, (whole, top)], intersections, minimum_units=REMAINDER_UNITS
    )


def _prepare(domains: Sequence[TableDomain], index: Mapping[tuple[str, str], int]) -> _Organisation:
    types = [domain for domain in domains if domain.level == "unit_type"]
    nested = [domain for domain in domains if domain.level != "unit_type"]
    children: dict[str, list[TableDomain]] = {}
    for domain in nested:
        if domain.code:
            children.setdefault(domain.parent, []).append(domain)
    inside = [domain.code for domain in nested if domain.code and domain.code in children]
    inner = {"": _SOURCE} | {code: 2 + number for number, code in enumerate(inside)}
    first = 2 + len(inside)
    return _Organisation(
        drawing=_Drawing(len(index), [], []),
        index=index,
        nested=nested,
        types=types,
        children=children,
        inner=inner,
        type_node={domain.code: first + number for number, domain in enumerate(types)},
        # people whose unit type nobody knows meet in a node of their own
        untyped=first + len(types) if types else _SINK,
        edge={},
    )


def _draw_nested(organisation: _Organisation) -> None:
    """Draw the whole, and everything below it from the top."""
    organisation.edge[WHOLE] = organisation.drawing.add(
        organisation.index[WHOLE], (_SINK, _SOURCE), loss=_WHOLE
    )
    queue = [""]
    for code in queue:
        for domain in organisation.children.get(code, []):
            below = organisation.type_node.get(domain.unit_type, organisation.untyped)
            organisation.edge[domain.level, domain.code] = organisation.drawing.add(
                organisation.cell(domain),
                (organisation.inner[code], organisation.inner.get(domain.code, below)),
                loss=_REGION if domain.code in organisation.children else _UNIT,
            )
            if domain.code in organisation.children:
                queue.append(domain.code)


def _draw_remainders(organisation: _Organisation) -> list[tuple[int, list[int]]]:
    """Draw what each parent has beyond its children, and list the additive relations."""
    relations = []
    for parent in organisation.nested:
        members = organisation.children.get(parent.code, [])
        if not members:
            continue
        remainder = organisation.drawing.add(
            -1,
            (organisation.inner[parent.code], organisation.untyped),
            plus=[organisation.cell(parent)],
            minus=[organisation.cell(domain) for domain in members],
            in_register=True,
        )
        relations.append(
            (organisation.edges([parent])[0], [*organisation.edges(members), remainder])
        )
    return relations


def _draw_types(organisation: _Organisation) -> tuple[list[tuple[int, list[int]]], list[int]]:
    """Draw the unit types, and those without one, from the units down to the sink."""
    leaves = [d for d in organisation.nested if d.unit_type and d.code not in organisation.children]
    by_type = []
    for kind in organisation.types:
        ends = (organisation.type_node[kind.code], _SINK)
        units = [domain for domain in leaves if domain.unit_type == kind.code]
        loss = _SMALL_TYPE if len(units) < _SMALL_TYPE_SHARE * len(leaves) else _UNIT_TYPE
        number = organisation.drawing.add(organisation.cell(kind), ends, loss=loss)
        by_type.append((number, organisation.edges(units)))
    without = organisation.drawing.add(
        -1,
        (organisation.untyped, _SINK),
        plus=[organisation.index[WHOLE]],
        minus=[organisation.cell(domain) for domain in leaves],
    )
    return by_type, [*(number for number, _ in by_type), without]
