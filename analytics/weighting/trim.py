"""Limits to how much one respondent may count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import WeightError
from analytics.weighting.calibrate import calibrate
from analytics.weighting.diagnostics import check_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats
    from analytics.weighting.calibrate import CalibratedWeights

_HALVINGS: Final = 12  # of the way from the limits to the weights' own ends


def trim(
    weight: pd.Series, *, lowest: float, highest: float, each: Floats | None = None
) -> pd.Series:
    """Move extreme weights to a limit and keep the sum.

    Parameters
    ----------
    weight : Series of float, shape (n_respondents,)
        Persons per respondent.
    lowest, highest : float
        Limits as multiples of the weights' median: 0.2 and 5 for the public (instruments.md 5.4).
    each : ndarray of float, shape (n_respondents,), optional
        Respondents that a weight stands for, where it stands for several.

    Returns
    -------
    Series of float, shape (n_respondents,)
        The same index. What trimming took away is spread over all in proportion, so that the sum
        stays; after that a weight may pass its limit by the same small factor.

    Raises
    ------
    WeightError
        If a weight is not finite and above zero, or the limits do not enclose 1.
    """
    check_weights(weight)
    low, high = limits(weight, lowest=lowest, highest=highest, each=each)
    trimmed = weight.clip(low, high)
    people = np.ones(len(weight)) if each is None else each
    factor = float((weight * people).sum() / (trimmed * people).sum())
    return pd.Series(trimmed * factor, index=weight.index)


def limits(
    weight: pd.Series, *, lowest: float, highest: float, each: Floats | None = None
) -> tuple[float, float]:
    """Turn multiples of the median weight into weights.

    Raises
    ------
    WeightError
        If the limits do not enclose 1.
    """
    if not 0 < lowest <= 1 <= highest:
        raise WeightError(f"the trimming limits {lowest:g} and {highest:g} must lie around 1")
    middle = float(weight.median()) if each is None else _median(weight, each)
    return lowest * middle, highest * middle


def _median(weight: pd.Series, each: Floats) -> float:
    """Find the median of weights that stand for several respondents each."""
    values = weight.to_numpy(dtype=np.float64)
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(each[order])
    n = float(upto[-1])
    places = np.searchsorted(upto, [(n - 1) // 2, n // 2], side="right")
    return float(values[order][places].mean())


def trim_keeping_totals(
    weight: pd.Series,
    columns: Floats,
    *,
    lowest: float,
    highest: float,
    names: Sequence[str] | None = None,
    each: Floats | None = None,
) -> CalibratedWeights:
    """Bring every weight inside the limits and keep every total that the weights reproduce.

    Parameters
    ----------
    weight : Series of float, shape (n_respondents,)
        Calibrated or raked weights.
    columns : ndarray of float, shape (n_respondents, n_totals)
        What they were calibrated on; their weighted sums are kept.
    lowest, highest : float
        Limits as multiples of the weights' median.
    names : sequence of str, length n_totals, optional
        What the columns stand for, so that the one furthest off can be named.
    each : ndarray of float, shape (n_respondents,), optional
        Respondents that a weight stands for, where it stands for several.

    Returns
    -------
    CalibratedWeights
        Of all weights within the limits that keep the totals, those with the least sum of
        (change of weight)^2 / weight. ``converged`` is false where there are none: the limits
        are then too tight for the margins.

    Raises
    ------
    WeightError
        As `trim`.

    Notes
    -----
    Linear calibration of the weights to their own totals, cut off at the limits (as R's
    ``calibrate(calfun = "linear", bounds.const = TRUE)``). `trim` keeps their sum alone.
    """
    check_weights(weight)
    low, high = limits(weight, lowest=lowest, highest=highest, each=each)
    start = weight.to_numpy(dtype=np.float64)
    people = np.ones(len(weight)) if each is None else each
    # of respondents who are alike, as one whose weight is the sum of theirs
    found = calibrate(
        weight * people, columns, (start * people) @ columns, names=names,
        bounds=(low / start, high / start),
    )  # fmt: skip
    return replace(found, weight=found.weight / people)


def trim_as_far_as_totals_allow(
    weight: pd.Series,
    columns: Floats,
    *,
    lowest: float,
    highest: float,
    each: Floats | None = None,
) -> tuple[CalibratedWeights, float]:
    """Bring weights inside the limits, or inside the closest ones that keep the totals.

    Parameters
    ----------
    weight, columns, lowest, highest, each
        As for `trim_keeping_totals`.

    Returns
    -------
    CalibratedWeights and float
        The weights, and how many times wider the limits had to be: 1 where they hold as they are.
        Each goes no further out than the weights that are given, which keep the totals.

    Raises
    ------
    WeightError
        As `trim`.
    """
    middle = limits(weight, lowest=1.0, highest=1.0, each=each)[0]
    least = min(float(weight.min()) / middle / lowest, 1.0)
    most = max(float(weight.max()) / middle / highest, 1.0)

    def part_of_the_way(part: float) -> tuple[CalibratedWeights, float]:
        down, up = least**part, most**part
        made = trim_keeping_totals(
            weight, columns, lowest=lowest * down, highest=highest * up, each=each
        )
        return made, max(up, 1 / down)

    found = part_of_the_way(0.0)
    if found[0].converged:
        return found
    found, inner, outer = part_of_the_way(1.0), 0.0, 1.0
    for _ in range(_HALVINGS):
        between = (inner + outer) / 2
        tried = part_of_the_way(between)
        if tried[0].converged:
            found, outer = tried, between
        else:
            inner = between
    return found
