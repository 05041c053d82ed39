"""Rows some at a time, and rows that stand for several respondents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    import pandas as pd

    from analytics.arrays import Booleans, Floats

BLOCK: Final = 32_768  # respondents at a time


def row_blocks(rows: pd.DataFrame) -> Iterator[tuple[slice, pd.DataFrame]]:
    """Give some rows at a time, in their order, with their places."""
    for where in blocks_of_rows(len(rows)):
        yield where, rows.iloc[where]


def blocks_of_rows(n: int) -> Iterator[slice]:
    """Give the places of some rows at a time."""
    for first in range(0, n, BLOCK):
        yield slice(first, min(first + BLOCK, n))


def times[Number: (np.float64, np.bool_)](
    values: npt.NDArray[Number], each: Floats | None
) -> npt.NDArray[Number] | Floats:
    """Let every row count for the respondents it stands for.

    Parameters
    ----------
    values : ndarray of float or bool, shape (n_rows,) or (n_rows, k)
    each : ndarray of float, shape (n_rows,), or None
        Respondents of each row; None where a row is a respondent: then nothing is rounded anew.
    """
    if each is None:
        return values
    return np.asarray(values * (each if values.ndim == 1 else each[:, None]), dtype=np.float64)


def products(values: Floats, each: Floats | None) -> Floats:
    """Sum the squares and products of columns over all respondents, shape (k, k)."""
    return np.asarray(times(values, each).T @ values, dtype=np.float64)


def respondents(inside: Booleans, each: Floats | None) -> int:
    """Count the respondents of some rows."""
    return int(inside.sum() if each is None else each[inside].sum())


def some_of(each: Floats | None, rows: Booleans) -> Floats | None:
    """Keep what some rows stand for."""
    return None if each is None else each[rows]
