"""Sums by group, for many columns at once and without a loop over groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers


def group_sums(key: Integers, values: Floats) -> tuple[Integers, Floats]:
    """Add up rows that share a key.

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
    order, starts, unique = _runs(key)
    if not len(unique):
        return unique, np.zeros((0, values.shape[1]))
    if len(unique) == len(key):  # every row its own group: nothing to add
        return unique, values[order]
    return unique, np.add.reduceat(values[order], starts, axis=0)


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
