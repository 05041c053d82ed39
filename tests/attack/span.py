"""Row spaces in floating point, of figures that are cut by one item or link several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import qr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DUST = 1e-9  # of a squared length: what is left of a row that follows from others


def row_space(rows: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of the rows."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    there = length[:, 0] > 0
    if not there.any():
        return np.zeros((0, rows.shape[1]))
    scaled = np.unique((rows[there] / length[there]).round(12), axis=0)
    basis, triangle, _ = qr(scaled.T, mode="economic", pivoting=True)
    size = np.abs(np.diag(triangle))
    return np.asarray(basis[:, size > 1e-9 * size[0]].T)


class Span:
    """What follows from known rows over blocks of unknowns.

    A row that lies in one block is cheap; those that reach over several are few.

    Parameters
    ----------
    sizes : mapping of block to number of unknowns
    """

    def __init__(self, sizes: Mapping[object, int]) -> None:
        self.place: dict[object, slice] = {}
        start = 0
        for block, size in sizes.items():
            self.place[block] = slice(start, start + size)
            start += size
        self.width = start
        self._inside: dict[object, np.ndarray] = {}
        self._links = np.zeros((0, start))

    def know(self, inside: Mapping[object, np.ndarray], links: np.ndarray) -> None:
        """Take in the rows of each block, and those that link blocks."""
        self._inside = {block: row_space(rows) for block, rows in inside.items()}
        self._links = row_space(without_dust(self._without_blocks(links), links))

    def left_of(self, rows: np.ndarray) -> np.ndarray:
        """Return what no combination of known rows explains."""
        left = self._without_blocks(rows)
        return left - (left @ self._links.T) @ self._links

    def follows(self, rows: np.ndarray) -> np.ndarray:
        """Say of each row whether it is a combination of known ones."""
        left = (self.left_of(rows) ** 2).sum(axis=1)
        return left < DUST * (rows**2).sum(axis=1)

    def follows_inside(self, block: object, rows: np.ndarray) -> np.ndarray:
        """Say the same of rows that lie in one block."""
        place = self.place[block]
        basis = self._inside.get(block, np.zeros((0, rows.shape[1])))
        whole = (rows**2).sum(axis=1)
        told = ((rows @ basis.T) ** 2).sum(axis=1)
        told += ((rows @ self._links[:, place].T) ** 2).sum(axis=1)
        return whole - told < DUST * whole

    def _without_blocks(self, rows: np.ndarray) -> np.ndarray:
        left = np.array(rows, dtype=float)
        for block, basis in self._inside.items():
            part = left[:, self.place[block]]
            left[:, self.place[block]] = part - (part @ basis.T) @ basis
        return left


def without_dust(left: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Drop what rounding left of rows that others explain."""
    real = np.linalg.norm(left, axis=1) > 1e-6 * np.linalg.norm(rows, axis=1)
    return left[real]


def stack(rows: Sequence[np.ndarray], width: int) -> np.ndarray:
    """Put rows together, none at all included."""
    return np.array(rows, dtype=float).reshape(len(rows), width)
