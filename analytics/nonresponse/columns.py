"""Columns of a regression that say something of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats

_DUST: Final = 1e-9


def independent(columns: Floats) -> Floats:
    """Leave out columns that follow from those before them (Gram and Schmidt, twice over).

    Parameters
    ----------
    columns : ndarray of float, shape (n_rows, n_columns)
    """
    kept: list[int] = []
    base = np.empty((len(columns), 0))
    for at, column in enumerate(columns.T):
        left = column - base @ (base.T @ column)
        left = left - base @ (base.T @ left)
        size = float(np.linalg.norm(left))
        if size > _DUST * max(float(np.linalg.norm(column)), _DUST):
            kept.append(at)
            base = np.column_stack([base, left / size])
    return np.asarray(columns[:, kept], dtype=np.float64)
