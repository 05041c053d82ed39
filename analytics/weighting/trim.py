"""Limits to how much one respondent may count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analytics.errors import WeightError
from analytics.weighting.diagnostics import check_weights

if TYPE_CHECKING:
    from typing import Literal


def trim(
    weight: pd.Series,
    *,
    lowest: float,
    highest: float,
    around: Literal["mean", "median"],
) -> pd.Series:
    """Move extreme weights to a limit and keep the sum.

    Parameters
    ----------
    weight : Series of float, shape (n_respondents,)
        Persons per respondent.
    lowest, highest : float
        Limits as multiples of the weights' mean or median: 0.3 and 3 times the mean for staff, 0.2
        and 5 times the median for the public (instruments.md 5.4).
    around : {"mean", "median"}
        What the limits are multiples of.

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
    if not 0 < lowest <= 1 <= highest:
        raise WeightError(f"the trimming limits {lowest:g} and {highest:g} must lie around 1")
    middle = float(weight.mean() if around == "mean" else weight.median())
    trimmed = weight.clip(lowest * middle, highest * middle)
    return pd.Series(trimmed * (weight.sum() / trimmed.sum()), index=weight.index)
