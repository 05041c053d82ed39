"""The columns of a file as figures: what a column of estimates is, and how its values are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError
from analytics.scoring import scale_score
from analytics.workbench.file.columns import counted, row_number
from analytics.workbench.file.numbers import numeric_column

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Floats
    from analytics.workbench.specification.model import ScaleSpec

LARGEST: Final = 1e100  # the square of a sum of such values is still a number


@dataclass(frozen=True, slots=True)
class Label:
    """What a column of estimates is."""

    index: str
    statistic: str
    category: str = ""


def finite(data: pd.DataFrame, column: str, where: str) -> Floats:
    """Read a column whose values can be added up."""
    values = numeric_column(data, column, where)
    wrong = np.flatnonzero(np.abs(values) > LARGEST)
    if len(wrong):
        raise FrameError(
            f"{where}: the column {column!r} holds an infinite or impossibly large value, the "
            f"first in {row_number(data, wrong)}: leave it empty if unknown"
        )
    return values


def coded_values(data: pd.DataFrame, name: str, scale: ScaleSpec) -> Floats:
    """Read a scale's items as they stand in the file, "don't know" among them.

    Returns
    -------
    ndarray of float, shape (n_respondents, n_items)

    Raises
    ------
    FrameError
        If a column is missing or holds text.
    """
    # Each item lies in one piece, so that sums over a person's items are sums of columns.
    return np.array([numeric_column(data, item, f"[scales.{name}]") for item in scale.items]).T


def item_values(data: pd.DataFrame, name: str, scale: ScaleSpec) -> Floats:
    """Read a scale's items in their own unit, "don't know" as missing.

    Returns
    -------
    ndarray of float, shape (n_respondents, n_items)

    Raises
    ------
    FrameError
        If a column is missing, holds text, or a value outside the response scale.
    """
    where = f"[scales.{name}]"
    values = coded_values(data, name, scale)
    if scale.dont_know:
        values[np.isin(values, scale.dont_know)] = np.nan
    ends = scale.minimum, scale.maximum
    for place, item in enumerate(scale.items):
        refuse_beyond(ends, data, item, values[:, place], where, "name the code in dont_know")
    return values


def refuse_beyond(
    ends: tuple[float, float],
    data: pd.DataFrame,
    column: str,
    values: Floats,
    where: str,
    remedy: str,
) -> None:
    """Refuse values of a column that lie beyond the ends of its response scale.

    Raises
    ------
    FrameError
        Says in how many rows, and how to mend it: ``remedy`` is the last of three ways.
    """
    low, high = ends
    rows = np.flatnonzero((values < low) | (values > high))
    if len(rows):
        raise FrameError(
            f"{where}: the column {column!r} holds a value outside {low:g} to {high:g} in "
            f"{counted(len(rows), 'row', 'rows')}, the first is {row_number(data, rows)}: correct "
            f"it, leave it empty, or {remedy}"
        )


def score(data: pd.DataFrame, name: str, scale: ScaleSpec) -> Floats:
    """Score a scale on 0-100.

    Returns
    -------
    ndarray of float, shape (n_respondents,)
        NaN for those who answered too few items.

    Raises
    ------
    FrameError
        As `item_values`.
    """
    return score_values(item_values(data, name, scale), scale)


def score_values(values: Floats, scale: ScaleSpec) -> Floats:
    """Score answers on 0-100, from an array of shape (n_respondents, n_items); NaN is missing."""
    return score_points(_points(values, scale), scale)


def score_points(points: Floats, scale: ScaleSpec) -> Floats:
    """Score answers from what `item_points` gives."""
    asked = np.ones(points.shape, dtype=bool)
    return scale_score(points, asked, min_answered=scale.min_answered)


def item_points(data: pd.DataFrame, name: str, scale: ScaleSpec) -> Floats:
    """Score each item on 0-100, high is good; NaN is missing.

    Returns
    -------
    ndarray of float, shape (n_respondents, n_items)

    Raises
    ------
    FrameError
        As `item_values`.
    """
    return _points(item_values(data, name, scale), scale)


def _points(values: Floats, scale: ScaleSpec) -> Floats:
    points = (values - scale.minimum) * (100.0 / (scale.maximum - scale.minimum))
    for place, item in enumerate(scale.items):
        if item in scale.reversed:
            points[:, place] = 100.0 - points[:, place]
    return points
