"""Sums by group, for many columns at once and without a loop over groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers

_MANY_COLUMNS: Final = 16  # fewer are added up sooner than their rows are put in order


def sum_by(code: Integers, values: Floats, size: int) -> Floats:
    """Add up rows that share a code.

    Parameters
    ----------
    code : ndarray of int64, shape (n_rows,)
        The group of each row, from 0 to size - 1; -1 is left out.
    values : ndarray of float, shape (n_rows, n_columns)
        Faster where each column lies in one piece, or each row of many columns.
    size : int
        Number of groups.

    Returns
    -------
    ndarray of float, shape (size, n_columns)
        0 for a group without rows.
    """
    inside = code >= 0
    if size == 1 and inside.all():
        return np.asarray(values.sum(axis=0, keepdims=True), dtype=np.float64)
    if values.shape[1] >= _MANY_COLUMNS and values.flags.c_contiguous:
        # one row after the other, as below, and all columns of a row at once
        order, bounds = runs(code, size)
        ones = np.ones(len(code) - bounds[0])
        members = csr_array((ones, order[bounds[0] :], bounds - bounds[0]), (size, len(code)))
        return np.asarray(members @ values, dtype=np.float64)
    # Those without a group go to an extra one that is cut off.
    home = np.where(inside, code, size)
    found = np.empty((size, values.shape[1]))
    for number, column in enumerate(values.T):
        found[:, number] = np.bincount(home, weights=column, minlength=size + 1)[:size]
    return found


def each_own(values: Floats, code: Integers) -> Floats:
    """Give every row what its group has.

    Parameters
    ----------
    values : ndarray of float, shape (n_groups, n_columns)
    code : ndarray of int64, shape (n_rows,)
        The group of each row, from 0.

    Returns
    -------
    ndarray of float, shape (n_rows, n_columns)
        Each column in one piece; of one group, its row as it is, to be read and not written.
    """
    if len(values) == 1:
        return np.broadcast_to(values, (len(code), values.shape[1]))
    return np.take(np.ascontiguousarray(values.T), code, axis=1).T


def group_sums(key: Integers, values: Floats) -> tuple[Integers, Floats]:
    """Add up rows that share a key of any size.

    Parameters
    ----------
    key : ndarray of int64, shape (n_rows,)
        The group of each row.
    values : ndarray of float, shape (n_rows, n_columns)

    Returns
    -------
    key : ndarray of int64, shape (n_groups,)
        The groups that occur, sorted.
    sums : ndarray of float, shape (n_groups, n_columns)
    """
    unique, code = positions(key)
    return unique, sum_by(code, values, len(unique))


def positions(key: Integers) -> tuple[Integers, Integers]:
    """Give the keys that occur their places, as ``numpy.unique`` with ``return_inverse`` does.

    Parameters
    ----------
    key : ndarray of int64, shape (n_rows,)
        From 0.

    Returns
    -------
    unique : ndarray of int64, shape (n_groups,)
        The keys that occur, sorted.
    code : ndarray of int64, shape (n_rows,)
        The place of each row's key in ``unique``.
    """
    top = int(key.max()) + 1 if len(key) else 0
    if top > 8 * len(key) + 1024:
        unique, code = np.unique(key, return_inverse=True)
        return unique, code
    # Keys that are close together are marked in a table instead of sorted.
    seen = np.zeros(top, dtype=bool)
    seen[key] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[key]


def runs(code: Integers, size: int) -> tuple[Integers, Integers]:
    """Put rows of one group side by side.

    Parameters
    ----------
    code : ndarray of int64, shape (n_rows,)
        The group of each row, from 0 to size - 1; -1 comes first and belongs to none.
    size : int
        Number of groups.

    Returns
    -------
    order : ndarray of int64, shape (n_rows,)
        Rows in the order of their groups.
    bounds : ndarray of int64, shape (size + 1,)
        Group g has the rows ``order[bounds[g]:bounds[g + 1]]``.
    """
    # Small integers are sorted by counting.
    small = code.astype(np.int16) if size < np.iinfo(np.int16).max else code
    order = np.argsort(small, kind="stable").astype(np.int64)
    counts = np.bincount(code + 1, minlength=size + 1)
    return order, np.cumsum(counts).astype(np.int64)


def group_extremes(key: Integers, values: Floats) -> tuple[Integers, Floats, Floats]:
    """Find the lowest and highest value of each group and column, missing ones left out.

    Returns
    -------
    key : ndarray of int64, shape (n_groups,)
    lowest, highest : ndarray of float, shape (n_groups, n_columns)
        NaN where a group has no value.
    """
    order, starts, unique = _runs(key)
    if not len(unique):
        nothing = np.zeros((0, values.shape[1]))
        return unique, nothing, nothing
    ordered = values[order]
    lowest = np.fmin.reduceat(ordered, starts, axis=0)
    return unique, lowest, np.fmax.reduceat(ordered, starts, axis=0)


def _runs(key: Integers) -> tuple[Integers, Integers, Integers]:
    order = np.argsort(key, kind="stable").astype(np.int64)
    ordered = key[order]
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(first).astype(np.int64)
    return order, starts, ordered[starts]
