"""Domains drawn as networks: cells become edges, and what they share becomes nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.rules.display_limits import REMAINDER_PARTS, REMAINDER_PARTS_PUBLIC
from analytics.disclosure.table.network import Family, Network

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analytics.arrays import Floats, Integers
    from analytics.disclosure.table.domain import Domain

WHOLE: Final = ("agency", "")
_SOURCE, _SINK = 0, 1

# What readers lose with a hidden cell, in quarters of a unit (anonymity-design.md 7.3: which cell
# goes with a small one). Unit types are the least read of the cells above units. Two rows of a type
# cost more than one unit, but two of types with few units go rather than two units more. A group
# of the public counts as a unit.
_UNIT, _UNIT_TYPE, _SMALL_TYPE, _REGION, _WHOLE = 4, 5, 3, 24, 400
_SMALL_TYPE_SHARE: Final = 0.1  # of all units that have a type


@dataclass(slots=True)
class _Drawing:
    """Edges as they are drawn."""

    size: int
    rows: list[tuple[int, int, int, int, int, int, bool, bool]]
    counts: list[Floats]

    def add(
        self,
        cell: int,
        ends: tuple[int, int],
        *,
        depth: int,
        worth: int = 0,
        minus: Sequence[int] = (),
        plus: Sequence[int] = (),
        breadth: int = 1,
        guarded: bool = True,
        listed: bool = False,
    ) -> int:
        """Draw a cell, or (cell -1) the rest that ``plus`` has beyond ``minus``."""
        count = np.zeros(self.size)
        np.add.at(count, [cell] if cell >= 0 else list(plus), 1.0)
        np.add.at(count, list(minus), -1.0)
        self.rows.append((cell, *ends, depth, worth, breadth, guarded, listed))
        self.counts.append(count)
        return len(self.rows) - 1

    def finish(
        self,
        families: Iterable[tuple[int, list[int]]],
        crossings: Iterable[tuple[list[int], list[int]]] = (),
        *,
        parts: int,
    ) -> Network:
        """Freeze the drawing."""
        cell, tail, head, depth, worth, breadth, guarded, listed = (
            np.array(column) for column in zip(*self.rows, strict=True)
        )
        return Network(
            cell=cell,
            tail=tail,
            head=head,
            counts=np.array(self.counts),
            depth=depth,
            worth=worth,
            breadth=breadth,
            guarded=guarded,
            listed=listed,
            families=tuple(Family(parent, np.array(edges)) for parent, edges in families if edges),
            crossings=_cross(crossings, len(self.rows)),
            parts=parts,
        )


def _cross(pairs: Iterable[tuple[list[int], list[int]]], size: int) -> Integers:
    """Mark the intersection and both differences of each pair of edge sets."""
    rows: list[Integers] = []
    for one, other in pairs:
        first = np.zeros(size, dtype=np.int64)
        second = first.copy()
        first[one] = 1
        second[other] = 1
        both = first * second
        rows += [both, first - both, second - both]
    return np.unique(np.array(rows, dtype=np.int64).reshape(len(rows), size), axis=0)


def draw_star(above: int, cells: Sequence[int], size: int, *, overlapping: bool) -> Network:
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
    Network
    """
    drawing = _Drawing(size, [], [])
    whole = drawing.add(above, (_SINK, _SOURCE), depth=0, worth=_WHOLE)
    edges = [drawing.add(cell, (_SOURCE, _SINK), depth=1, worth=_UNIT) for cell in cells]
    # those who have not this channel are many others together, not a category of their own
    rest = drawing.add(
        -1,
        (_SOURCE, _SINK),
        depth=1,
        plus=[above],
        minus=cells,
        breadth=REMAINDER_PARTS if overlapping else 1,
        guarded=not overlapping and REMAINDER_PARTS_PUBLIC > 1,
    )
    return drawing.finish([(whole, [*edges, rest])], parts=REMAINDER_PARTS_PUBLIC)


@dataclass(slots=True)
class _Nest:
    """The nested domains and unit types, while they are drawn."""

    drawing: _Drawing
    index: Mapping[tuple[str, str], int]
    nested: list[Domain]
    types: list[Domain]
    children: dict[str, list[Domain]]
    inner: dict[str, int]
    type_node: dict[str, int]
    untyped: int
    edge: dict[tuple[str, str], int]

    def cell(self, domain: Domain) -> int:
        """Position of a domain's cell."""
        return self.index[domain.level, domain.code]

    def edges(self, domains: Iterable[Domain]) -> list[int]:
        """Edges of some domains."""
        return [self.edge[domain.level, domain.code] for domain in domains]


def draw_tree(domains: Sequence[Domain], index: Mapping[tuple[str, str], int]) -> Network:
    """Draw the nested domains from the top down, and unit types from the units to the sink.

    Parameters
    ----------
    domains : sequence of Domain
        All but background groups.
    index : Mapping of (level, code) to int
        Positions among all cells.

    Returns
    -------
    Network
    """
    nest = _prepare(domains, index)
    _draw_nested(nest)
    families = _draw_rests(nest)
    if not nest.types:
        return nest.drawing.finish(families, parts=REMAINDER_PARTS)
    by_type, top = _draw_types(nest)
    whole = nest.edge[WHOLE]
    crossings = [
        (edges, others)
        for parent, edges in families
        if parent != whole
        for _, others in by_type
        if others
    ]
    return nest.drawing.finish(
        [*families, *by_type, (whole, top)], crossings, parts=REMAINDER_PARTS
    )


def _prepare(domains: Sequence[Domain], index: Mapping[tuple[str, str], int]) -> _Nest:
    types = [domain for domain in domains if domain.level == "unit_type"]
    nested = [domain for domain in domains if domain.level != "unit_type"]
    children: dict[str, list[Domain]] = {}
    for domain in nested:
        if domain.code:
            children.setdefault(domain.parent, []).append(domain)
    inside = [domain.code for domain in nested if domain.code and domain.code in children]
    inner = {"": _SOURCE} | {code: 2 + number for number, code in enumerate(inside)}
    first = 2 + len(inside)
    return _Nest(
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


def _draw_nested(nest: _Nest) -> None:
    """Draw the whole, and everything below it from the top."""
    nest.edge[WHOLE] = nest.drawing.add(nest.index[WHOLE], (_SINK, _SOURCE), depth=0, worth=_WHOLE)
    depth = {"": 0}
    queue = [""]
    for code in queue:
        for domain in nest.children.get(code, []):
            below = nest.type_node.get(domain.unit_type, nest.untyped)
            depth[domain.code] = depth[code] + 1
            nest.edge[domain.level, domain.code] = nest.drawing.add(
                nest.cell(domain),
                (nest.inner[code], nest.inner.get(domain.code, below)),
                # a typed unit is cut two ways
                depth=depth[domain.code] + bool(domain.unit_type),
                worth=_REGION if domain.code in nest.children else _UNIT,
            )
            if domain.code in nest.children:
                queue.append(domain.code)


def _draw_rests(nest: _Nest) -> list[tuple[int, list[int]]]:
    """Draw what each parent has beyond its children, and list the families."""
    families = []
    for parent in nest.nested:
        members = nest.children.get(parent.code, [])
        if not members:
            continue
        rest = nest.drawing.add(
            -1,
            (nest.inner[parent.code], nest.untyped),
            depth=0,
            plus=[nest.cell(parent)],
            minus=[nest.cell(domain) for domain in members],
            listed=True,
        )
        families.append((nest.edges([parent])[0], [*nest.edges(members), rest]))
    return families


def _draw_types(nest: _Nest) -> tuple[list[tuple[int, list[int]]], list[int]]:
    """Draw the unit types, and those without one, from the units down to the sink."""
    leaves = [d for d in nest.nested if d.unit_type and d.code not in nest.children]
    by_type = []
    for kind in nest.types:
        ends = (nest.type_node[kind.code], _SINK)
        units = [domain for domain in leaves if domain.unit_type == kind.code]
        worth = _SMALL_TYPE if len(units) < _SMALL_TYPE_SHARE * len(leaves) else _UNIT_TYPE
        number = nest.drawing.add(nest.cell(kind), ends, depth=1, worth=worth)
        by_type.append((number, nest.edges(units)))
    without = nest.drawing.add(
        -1,
        (nest.untyped, _SINK),
        depth=0,
        plus=[nest.index[WHOLE]],
        minus=[nest.cell(domain) for domain in leaves],
    )
    return by_type, [*(number for number, _ in by_type), without]
