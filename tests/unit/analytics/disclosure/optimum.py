"""The least that must be hidden, by integer programming: slow, and only for small trees.

Written from the rules, over cells and atoms, without the code under test. Small intersections of a
region and a type are left out, so that this is a lower bound.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

type Key = tuple[str, str]
_FAR = 10.0  # a movement of one divides no further than this in a tree this small
AGENCY = ("agency", "")


def least_loss(
    frame: pd.DataFrame, n: Mapping[str, int], worth: Mapping[Key, float], *, limit: int
) -> float:
    """Find the smallest worth of cells hidden besides those below the limit.

    A hidden cell is safe when the hidden cells can move around it: respondents go up by one there,
    while every shown total stays (Kelly, Golden & Assad 1992, Networks 22, 397-417).
    """
    cells, families = _table(frame, n)
    counts = np.array([count for _, count in cells], dtype=float)
    size = len(cells)
    program = _Program(size)
    for cell in range(size):
        program.let_move(cell, families)
    for parent, children in families:
        for one, other in itertools.permutations(children, 2):
            # one hidden, other and parent shown
            program.need_left(children, counts, limit, (one, other, parent))
            program.need_left(children, np.ones(size), 2, (one, other, parent))
    small = counts < limit
    price = np.array([worth[key] for key, _ in cells])
    return program.solve(price, small) - float(price[small].sum())


class _Program:
    """Hidden (binary) for each cell, then for each cell one movement of all cells."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.rows: list[np.ndarray] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def _need(self, terms: Sequence[tuple[int, float]], low: float, high: float = np.inf) -> None:
        row = np.zeros(self.size + self.size**2)
        for position, factor in terms:
            row[position] += factor
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def let_move(self, cell: int, families: Sequence[tuple[int, list[int]]]) -> None:
        """Let a hidden cell move by one, along with hidden cells only."""
        move = self.size + cell * self.size
        self._need([(move + cell, 1.0), (cell, -1.0)], 0.0, 0.0)
        for parent, children in families:
            self._need([(move + parent, 1.0), *((move + c, -1.0) for c in children)], 0.0, 0.0)
        for other in range(self.size):
            self._need([(move + other, 1.0), (other, -_FAR)], -np.inf, 0.0)
            self._need([(move + other, 1.0), (other, _FAR)], 0.0)

    def need_left(
        self, children: list[int], weights: np.ndarray, least: float, who: tuple[int, int, int]
    ) -> None:
        """Ask for so much among the hidden children of a shown parent with a shown child."""
        one, other, parent = who
        terms = [(child, float(weights[child])) for child in children]
        self._need([*terms, (one, -least), (other, least), (parent, least)], 0.0)

    def solve(self, price: np.ndarray, small: np.ndarray) -> float:
        """Return the least price."""
        moves = np.full(self.size**2, _FAR)
        found = milp(
            np.concatenate([price, 0 * moves]),
            constraints=LinearConstraint(np.array(self.rows), self.low, self.high),
            integrality=np.concatenate([np.ones(self.size), 0 * moves]),
            bounds=Bounds(
                np.concatenate([small.astype(float), -moves]),
                np.concatenate([np.ones(self.size), moves]),
            ),
        )
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
