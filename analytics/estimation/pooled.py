"""Respondents whom a design does not tell apart, added up in one row.

Weight, stratum, calibration and domains of the public all follow from what people told of
themselves. Those who told the same make a cell; of its answers an estimate and its error need how
many, their mean, and their squares around it, and these are added up some respondents at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.rows import row_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats, Integers

type Source = int | tuple[int, Floats]

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


@dataclass(frozen=True, slots=True, eq=False)
class PooledColumns:
    """Columns of which most follow from a single answer: of these is kept how many gave which.

    Parameters
    ----------
    added : Pooled
        The others.
    counts : ndarray of int32, shape (n_rows, n_codes)
        Respondents of each row by the code they gave, one question's beside the other's.
    sources : tuple
        Of each column its place in ``added``, or the place of the first code of its question and
        the value of each code, shape (n_codes_of_it,), NaN for none.
    """

    added: Pooled
    counts: np.ndarray
    sources: tuple[Source, ...]

    def __len__(self) -> int:
        return len(self.sources)

    def __getitem__(self, columns: slice) -> Pooled:
        """Add some columns up."""
        parts = [self._column(one) for one in self.sources[columns]]
        if not parts:
            return self.added[slice(0, 0)]
        return Pooled(*(np.array(one).T for one in zip(*parts, strict=True)))

    def _column(self, source: Source) -> tuple[Floats, ...]:
        if isinstance(source, int):
            own = self.added[slice(source, source + 1)]
            parts = (own.n, own.mean, own.within, own.lowest, own.highest)
            return tuple(one[:, 0] for one in parts)
        first, values = source
        known = np.isfinite(values)
        counts = self.counts[:, first : first + len(values)][:, known].astype(np.float64)
        there = values[known]
        if not len(there):
            empty = np.full(len(counts), np.nan)
            return (np.zeros(len(counts)),) * 3 + (empty, empty)
        n = counts.sum(axis=1)
        mean = counts @ there / np.maximum(n, 1.0)
        within = (counts * (there - mean[:, None]) ** 2).sum(axis=1)
        given = np.where(counts > 0, there, np.nan)
        return n, mean, within, np.fmin.reduce(given, axis=1), np.fmax.reduce(given, axis=1)


class CodeCounts:
    """Counts in cells who gave which code to each of some questions, some respondents at a time.

    Parameters
    ----------
    cells : int
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes.
    columns : sequence of str
        The questions.
    """

    def __init__(self, cells: int, answers: pd.DataFrame, columns: Sequence[str]) -> None:
        self.columns = list(columns)
        self._at = answers.columns.get_indexer(pd.Index(self.columns))
        self.codes = _codes_of(answers, self._at)
        sizes = [len(own) for own in self.codes]
        self.first = np.cumsum([0, *sizes])[:-1]
        lowest = min(int(own[0]) for own in self.codes)
        highest = max(int(own[-1]) for own in self.codes)
        self._lowest = lowest
        self._slot = np.zeros((len(sizes), highest - lowest + 1), dtype=np.int64)
        for row, (own, first) in enumerate(zip(self.codes, self.first, strict=True)):
            self._slot[row, own - lowest] = first + np.arange(len(own))
        self.counts = np.zeros((cells, sum(sizes)), dtype=np.int32)

    def add(self, code: Integers, some: pd.DataFrame) -> None:
        """Add respondents with the cell of each."""
        own = some.to_numpy()[:, self._at].astype(np.int64) - self._lowest
        slot = self._slot[np.arange(len(self.columns)), own]
        np.add.at(self.counts.ravel(), (code[:, None] * self.counts.shape[1] + slot).ravel(), 1)

    def book(self) -> pd.DataFrame:
        """Lay out the codes that occur, those of each question in its column, the last again."""
        size = max(len(own) for own in self.codes)
        return pd.DataFrame({
            name: np.append(own, np.repeat(own[-1], size - len(own)))
            for name, own in zip(self.columns, self.codes, strict=True)
        })  # fmt: skip

    def source(self, column: str, values: Floats) -> Source:
        """Say where a column stands that has these values for the codes of `book`."""
        at = self.columns.index(column)
        return int(self.first[at]), np.asarray(values[: len(self.codes[at])], dtype=np.float64)


def _codes_of(answers: pd.DataFrame, at: Integers) -> list[Integers]:
    """Find the codes that occur in each of some columns, sorted."""
    ends = np.iinfo(np.int16)
    lowest, highest = np.full(len(at), ends.max), np.full(len(at), ends.min)
    for _, some in row_blocks(answers):
        codes = some.to_numpy()[:, at]
        lowest = np.minimum(lowest, codes.min(axis=0))
        highest = np.maximum(highest, codes.max(axis=0))
    low, rows = int(lowest.min()), np.arange(len(at))
    seen = np.zeros((len(at), int(highest.max()) - low + 1), dtype=np.bool_)
    for _, some in row_blocks(answers):
        seen[rows, some.to_numpy()[:, at].astype(np.int64) - low] = True
    return [np.flatnonzero(own) + low for own in seen]


def add_up(code: Integers, values: Floats, size: int) -> Floats:
    """Add rows up by a code from 0 to size - 1, which none is without; shape (size, n_columns)."""
    adding = sparse.csr_array(
        (np.ones(len(code)), (code, np.arange(len(code)))), shape=(size, len(code))
    )
    return np.asarray(adding @ values, dtype=np.float64)
