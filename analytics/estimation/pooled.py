"""Respondents whom a design does not tell apart, added up in one row.

Weight, stratum, calibration and domains of the public all follow from what people told of
themselves. Those who told the same make a cell; of its answers an estimate and its error need how
many, their mean, and their squares around it, and these are added up some respondents at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers

COLUMNS: Final = 32  # at a time, so that they stay in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Which cell each respondent is of.

    Parameters
    ----------
    code : ndarray of int32, shape (n_respondents,)
        From 0 to n_cells - 1, in the order in which cells first occur.
    count : ndarray of float, shape (n_cells,)
        Respondents of each.
    first : ndarray of int64, shape (n_cells,)
        A respondent of each, the first one.
    """

    code: np.ndarray
    count: Floats
    first: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Values of the respondents of each row; all of shape (n_rows, n_columns).

    Parameters
    ----------
    n : ndarray of float
        How many have a value.
    mean : ndarray of float
        Of these; 0 where nobody has one.
    within : ndarray of float
        Sum of squares around that mean.
    lowest, highest : ndarray of float
        NaN where nobody has a value.
    """

    n: Floats
    mean: Floats
    within: Floats
    lowest: Floats
    highest: Floats

    def __getitem__(self, columns: slice) -> Pooled:
        """Return some columns."""
        parts = (self.n, self.mean, self.within, self.lowest, self.highest)
        return Pooled(*(one[:, columns] for one in parts))


@dataclass(frozen=True, slots=True, eq=False)
class Crossed:
    """What an index adds up to in each row, of which its parts alone do not tell.

    Parameters
    ----------
    n : ndarray of float, shape (n_rows, n_indices)
        Respondents who are scored on at least one part.
    squares : ndarray of float, shape (n_rows, n_indices)
        Sum of the squares of their u.
    """

    n: Floats
    squares: Floats


class CellSums:
    """Adds values up in cells, some respondents at a time."""

    def __init__(self, cells: int, columns: int) -> None:
        shape = (cells, columns)
        self.n, self.mean, self.within = (np.zeros(shape) for _ in range(3))
        self.lowest, self.highest = np.full(shape, np.nan), np.full(shape, np.nan)

    def add(self, code: Integers, values: Floats, first: int = 0) -> None:
        """Add respondents.

        Parameters
        ----------
        code : ndarray of int, shape (n,)
            The cell of each.
        values : ndarray of float, shape (n, k)
            NaN where missing.
        first : int
            The column that the first of these stands for.

        References
        ----------
        Chan, T. F., Golub, G. H., LeVeque, R. J. (1983). Algorithms for computing the sample
        variance. American Statistician 37, 242-247.
        """
        order = np.argsort(code, kind="stable")
        ordered = code[order]
        begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        place, own = (
            ordered[begins],
            np.repeat(np.arange(len(begins)), np.diff(np.append(begins, len(code)))),
        )
        adding = sparse.csr_array(
            (np.ones(len(code)), np.arange(len(code)), np.append(begins, len(code))),
            shape=(len(begins), len(code)),
        )
        for at in range(0, values.shape[1], COLUMNS):
            part = np.ascontiguousarray(values[:, at : at + COLUMNS])[order]
            to = slice(first + at, first + at + part.shape[1])
            self._add(place, to, part, (adding, own, begins))

    def _add(
        self,
        place: Integers,
        to: slice,
        values: Floats,
        runs: tuple[sparse.csr_array, Integers, Integers],
    ) -> None:
        adding, own, begins = runs
        known = np.isfinite(values)
        n = adding @ known.astype(np.float64)
        filled = np.where(known, values, 0.0)
        some = np.maximum(n, 1.0)
        mean = (adding @ filled) / some
        apart = np.where(known, filled - mean[own], 0.0)
        within = adding @ apart**2
        before, old = self.n[place, to], self.mean[place, to]
        after = before + n
        all_of_them = np.maximum(after, 1.0)
        gap = np.where(n > 0, mean - old, 0.0)
        self.n[place, to] = after
        self.mean[place, to] = old + gap * n / all_of_them
        self.within[place, to] += within + gap**2 * before * n / all_of_them
        lowest, highest = self.lowest[place, to], self.highest[place, to]
        self.lowest[place, to] = np.fmin(lowest, np.fmin.reduceat(values, begins, axis=0))
        self.highest[place, to] = np.fmax(highest, np.fmax.reduceat(values, begins, axis=0))

    def pooled(self, columns: slice = slice(None)) -> Pooled:
        """Return what has been added up."""
        return Pooled(self.n, self.mean, self.within, self.lowest, self.highest)[columns]


def add_up(code: Integers, values: Floats, size: int) -> Floats:
    """Add rows up by a code from 0 to size - 1, which none is without; shape (size, n_columns)."""
    adding = sparse.csr_array(
        (np.ones(len(code)), (code, np.arange(len(code)))), shape=(size, len(code))
    )
    return np.asarray(adding @ values, dtype=np.float64)
