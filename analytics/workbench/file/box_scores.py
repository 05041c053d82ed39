"""Shares of answers at the ends of a scale: favourable, unfavourable, and the balance of 0 to 10.

Source: instruments.md 4.1 and 4.4. The mean drives a result; these are for reading it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError
from analytics.estimation.shares import AGREE, DISAGREE
from analytics.workbench.file.columns import row_number
from analytics.workbench.file.items import Label, item_points
from analytics.workbench.file.numbers import numeric_column

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Floats
    from analytics.workbench.specification.model import ScaleSpec

PROMOTERS: Final = 9.0
DETRACTORS: Final = 6.0
HIGHEST: Final = 10.0
_SLACK: Final = 1e-9


def favourable(data: pd.DataFrame, name: str, scale: ScaleSpec) -> list[tuple[Label, Floats]]:
    """Mark, for each item, the answers at the good and at the bad end, after reversing.

    Parameters
    ----------
    data : DataFrame
    name, scale
        Of the specification.

    Returns
    -------
    list of tuple of Label and ndarray of float, shape (n_respondents,)
        Categories ``favourable`` (75 points or more: the two upper grades of five) and
        ``unfavourable`` (25 or less), among those who placed themselves on the scale.
    """
    points = item_points(data, name, scale)
    known = np.isfinite(points)
    found: list[tuple[Label, Floats]] = []
    for place, item in enumerate(scale.items):
        own, among = points[:, place], known[:, place]
        for end, hit in (
            ("favourable", own >= AGREE - _SLACK),
            ("unfavourable", own <= DISAGREE + _SLACK),
        ):
            marked = np.where(among, hit.astype(np.float64), np.nan)
            found.append((Label(item, "share", end), marked))
    return found


def balance(data: pd.DataFrame, column: str) -> tuple[Label, Floats]:
    """Mark answers from 0 to 10 as 1 (9 or 10), -1 (0 to 6) or 0.

    Returns
    -------
    tuple of Label and ndarray of float, shape (n_respondents,)
        Its mean is the share of 9 and 10 less the share of 0 to 6.

    Raises
    ------
    FrameError
        If the column is missing, holds text, or a value outside 0 to 10.
    """
    where = "[variables] balances"
    values = numeric_column(data, column, where)
    outside = np.flatnonzero((values < 0) | (values > HIGHEST))
    if len(outside):
        raise FrameError(
            f"{where}: the column {column!r} holds a value outside 0 to 10, the first in "
            f"{row_number(data, outside)}"
        )
    side = (values >= PROMOTERS).astype(np.float64) - (values <= DETRACTORS)
    return Label(column, "balance"), np.where(np.isfinite(values), side, np.nan)
