"""The least that must be hidden, by integer programming: slow, and only for small tables.

Written from the rules, over cells and families, without the code under test. Small intersections
of a region and a type are left out, so that this is a lower bound.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

type Key = tuple[str, str]
AGENCY = ("agency", "")
REST = ("rest", "")
_FAR = 10.0  # a movement of one divides no further than this in a table this small


@dataclass(frozen=True)
class Table:
    """Cells with respondents, and parents with their children; a rest is never shown."""

    keys: list[Key]
    n: np.ndarray
    families: list[tuple[int, list[int]]]
    parts: int

    @classmethod
    def tree(cls, frame: pd.DataFrame, n: Mapping[str, int]) -> Table:
        cells, families = _table(frame, n)
        return cls([key for key, _ in cells], np.array([n for _, n in cells], float), families, 2)

    @classmethod
    def groups(cls, n: Mapping[str, int], *, silent: int) -> Table:
        """One background variable; ``silent`` would not say."""
        keys = [AGENCY, *(("group", code) for code in n), REST]
        counts = np.array([sum(n.values()) + silent, *n.values(), silent], float)
        present = [at for at in range(len(keys)) if counts[at]]
        return cls(
            [keys[at] for at in present], counts[present], [(0, [*range(1, len(present))])], 1
        )


def least_loss(
    table: Table,
    price: Mapping[Key, float],
    hidden: set[Key],
    *,
    remainder: int,
    mean: np.ndarray | None = None,
    points: float = 20.0,
) -> float:
    """Find the smallest price of cells hidden besides those that must be.

    A hidden cell is safe when the hidden cells can move around it while every shown total stays
    (Kelly, Golden & Assad 1992, Networks 22, 397-417): with ``mean``, by so many points of 0-100
    (Fischetti & Salazar 2001, Management Science 47, 1008-1027); without, at all. Of groups those
    in ``hidden`` must, of a tree every hidden cell.
    """
    size = len(table.keys)
    program = _Program(size)
    if mean is None:
        down = up = np.full(size, _FAR)
        wanted = np.ones(size)
    else:
        down = table.n * mean
        up = table.n * 100 - down
        must = [key in hidden or key[0] != "group" for key in table.keys]
        wanted = points * table.n * must
    free = np.array([key == REST for key in table.keys])
    for cell in np.flatnonzero(~free):
        program.let_move(int(cell), table.families, (down, up), float(wanted[cell]))
    for parent, children in table.families:
        for one, other in itertools.permutations(children, 2):
            if free[other]:
                continue
            # one hidden, other and parent shown
            program.need_left(children, table.n, remainder, (one, other, parent))
            program.need_left(children, np.ones(size), table.parts, (one, other, parent))
    small = np.array([key in hidden for key in table.keys]) | free
    cost = np.array([0.0 if key == REST else price[key] for key in table.keys])
    return program.solve(cost, small) - float(cost[small].sum())


class _Program:
    """Hidden (binary) for each cell, then for each cell a rise and a fall of all cells."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.terms: list[list[tuple[int, float]]] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def _need(self, terms: Sequence[tuple[int, float]], low: float, high: float = np.inf) -> None:
        self.terms.append(list(terms))
        self.low.append(low)
        self.high.append(high)

    def let_move(
        self,
        cell: int,
        families: Sequence[tuple[int, list[int]]],
        room: tuple[np.ndarray, np.ndarray],
        wanted: float,
    ) -> None:
        """Let a hidden cell move as far as wanted, up and down together, with hidden cells only."""
        rise = self.size + 2 * cell * self.size
        fall = rise + self.size
        down, up = room
        self._need([(rise + cell, 1.0), (fall + cell, -1.0), (cell, -wanted)], 0.0)
        for move in (rise, fall):
            for parent, children in families:
                self._need([(move + parent, 1.0), *((move + c, -1.0) for c in children)], 0.0, 0.0)
            for other in range(self.size):
                self._need([(move + other, 1.0), (other, -float(up[other]))], -np.inf, 0.0)
                self._need([(move + other, 1.0), (other, float(down[other]))], 0.0)

    def need_left(
        self, children: list[int], weights: np.ndarray, least: float, who: tuple[int, int, int]
    ) -> None:
        """Ask for so much among the hidden children of a shown parent with a shown child."""
        one, other, parent = who
        terms = [(child, float(weights[child])) for child in children]
        self._need([*terms, (one, -least), (other, least), (parent, least)], 0.0)

    def solve(self, price: np.ndarray, small: np.ndarray) -> float:
        """Return the least price."""
        moves = 2 * self.size**2
        rows = [row for row, terms in enumerate(self.terms) for _ in terms]
        columns, values = zip(*(term for terms in self.terms for term in terms), strict=True)
        matrix = csr_array(
            (values, (rows, columns)), shape=(len(self.terms), self.size + moves), dtype=float
        )
        free = np.full(moves, np.inf)
        found = milp(
            np.concatenate([price, np.zeros(moves)]),
            constraints=LinearConstraint(matrix, self.low, self.high),
            integrality=np.concatenate([np.ones(self.size), np.zeros(moves)]),
            bounds=Bounds(
                np.concatenate([small.astype(float), -free]),
                np.concatenate([np.ones(self.size), free]),
            ),
        )
        assert found.success, found.message
        return float(found.fun)


def _table(frame: pd.DataFrame, n: Mapping[str, int]):
    """List the cells with respondents, and the parents with their children."""
    keys = {}
    for row in frame.itertuples():
        for key in (AGENCY, ("region", row.region), ("unit_type", row.unit_type)):
            keys.setdefault(key, []).append(row.unit)
        keys["unit", row.unit] = [row.unit]
    cells = [(key, sum(n.get(unit, 0) for unit in inside)) for key, inside in keys.items()]
    cells = [(key, count) for key, count in cells if count]
    place = {key: position for position, (key, _) in enumerate(cells)}
    families = [
        (place[key], [place["unit", unit] for unit in inside if ("unit", unit) in place])
        for key, inside in keys.items()
        if key in place and key[0] in {"region", "unit_type"}
    ]
    families += [
        (place[AGENCY], [place[key] for key in place if key[0] == level])
        for level in ("region", "unit_type")
    ]
    return cells, families
