"""Raking and calibration made again, for replicate weights of which some are 0."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.weighting.calibrate import calibrate
from analytics.weighting.rake import rake
from analytics.weighting.trim import trim_keeping_totals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analytics.arrays import Floats
    from analytics.weighting.distance import Bounds, DistanceName
    from analytics.weighting.rake import Margin


def raked_again(
    margins: Sequence[Margin], persons: float, *, rounds: int = 200, tolerance: float = 1e-9
) -> Callable[[Floats], Floats]:
    """Make a function that rakes any weights of the same respondents.

    Parameters
    ----------
    margins : sequence of Margin
        Known shares, with the position of each respondent.
    persons : float
        What the weights add up to.
    rounds, tolerance
        As `analytics.weighting.rake.rake`.

    Returns
    -------
    callable
        From weights, shape (n_respondents,), to raked weights; respondents with weight 0 keep it.
        The share of a category that nobody is left in is spread over the others.
    """

    def reweigh(weight: Floats) -> Floats:
        used = weight > 0
        start = weight[used] * (persons / weight[used].sum())
        mine = [replace(one, code=one.code[used]) for one in margins]
        found = np.zeros_like(weight)
        raked = rake(pd.Series(start), mine, rounds=rounds, tolerance=tolerance)
        found[used] = raked.weight.to_numpy(dtype=np.float64)
        return found

    return reweigh


def calibrated_again(
    columns: Floats,
    totals: Floats,
    *,
    distance: DistanceName = "linear",
    bounds: Bounds | None = None,
    trim: tuple[float, float] | None = None,
) -> Callable[[Floats], Floats]:
    """Make a function that calibrates any weights of the same respondents.

    Parameters
    ----------
    columns, totals, distance, bounds
        As `analytics.weighting.calibrate.calibrate`; bounds are on the factors of the weights that
        are given, as R's ``calibrate`` has them for replicate weights.
    trim : pair of float, optional
        Limits around the median of the calibrated weights, kept with every total.

    Returns
    -------
    callable
        From weights, shape (n_respondents,), to calibrated weights; NaN where the totals cannot
        be met, or the weights not trimmed, so that the replicate is left out.
    """

    def reweigh(weight: Floats) -> Floats:
        used = weight > 0
        found = np.zeros_like(weight)
        if ((columns[used] == 0).all(axis=0) & (totals != 0)).any():
            return np.full_like(weight, np.nan)
        made = calibrate(
            pd.Series(weight[used]), columns[used], totals, distance=distance, bounds=bounds
        )
        if trim is not None and made.converged and (made.weight > 0).all():
            made = trim_keeping_totals(made.weight, columns[used], lowest=trim[0], highest=trim[1])
        done = made.converged and (trim is None or not made.negative)
        found[used] = made.weight.to_numpy(dtype=np.float64) if done else np.nan
        return found

    return reweigh
