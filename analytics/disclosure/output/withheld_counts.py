"""Figures of places where the number of answers is not told, as if k people there had been silent.

A mean of n whole answers can take few values, a small error says that nearly everybody was heard,
and a figure that needs twenty answers says that twenty came. Each of these tells the number that is
kept back (`participation`), and beside the register who of a unit was silent: of 32 small units
with hidden numbers 33 of 34 were found from the digits of their means alone. So such a figure is
made of what would be known had k people not answered: the number, the error and the limit that go
with it, and steps that any number of answers fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.estimation.intervals import t_quantile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.table.keys import Key

WHOLE_POINTS: Final = 1.0
"""Least step of a mean, in points: an index made of scales is on no grid of its own."""


def rows_of(frame: pd.DataFrame, places: Mapping[Key, int]) -> Booleans:
    """Mark the rows of some places; same order."""
    keys = frame[["level", "domain"]].itertuples(index=False, name=None)
    return np.fromiter((key in places for key in keys), dtype=bool, count=len(frame))


def as_if_some_were_silent(
    frame: pd.DataFrame, invited: Mapping[Key, int], minimum_group: int
) -> pd.DataFrame:
    r"""Lower the numbers of answers and widen the intervals of places that are not counted.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`, exact.
    invited : Mapping of (level, code) to int
        How many were asked in the places whose number of answers is not told.
    minimum_group : int
        k.

    Returns
    -------
    DataFrame
        The same rows. In those places n is at most invited - k, ``n_eff`` and ``df`` go with it,
        and errors are those of a sample of that size out of the same people:
        :math:`\sqrt{s^2 (1 - n/N) / n}` (Cochran, W. G. (1977). Sampling Techniques, 2.24), with
        its interval by Student's t. Means and shares stay.
    """
    rows = rows_of(frame, invited)
    if not rows.any():
        return frame
    part = frame[rows]
    asked = np.array([invited[key] for key in zip(part["level"], part["domain"], strict=True)])
    n = part["n"].to_numpy(dtype=np.float64)
    fewer = np.maximum(np.minimum(n, asked - minimum_group), 1.0)
    fewer = np.where(n > 0, fewer, n)
    error = _errors(part, n, fewer)
    df = np.fmin(part["df"].to_numpy(dtype=np.float64), fewer - 1.0)
    names = ("mean", "low", "high", "se", "se_model")
    mean, low, high, se, model = (part[name].to_numpy(dtype=np.float64) for name in names)
    width = t_quantile(df) * error
    wider = np.isfinite(width) & np.isfinite(low)
    top = np.where(part["statistic"] == "mean", 100.0, 1.0)
    least = np.where(part["statistic"] == "balance", -1.0, 0.0)
    told = {
        "n": fewer.astype(np.int64),
        "n_eff": np.fmin(part["n_eff"].to_numpy(dtype=np.float64), fewer),
        "df": df,
        "se": np.where(np.isfinite(error) & np.isfinite(se), error, se),
        "se_model": model * np.sqrt(np.divide(n, fewer, out=np.ones(len(n)), where=fewer > 0)),
        "low": np.where(wider, np.minimum(low, np.maximum(mean - width, least)), low),
        "high": np.where(wider, np.maximum(high, np.minimum(mean + width, top)), high),
    }
    result = frame.copy()
    for name, values in told.items():
        result.loc[rows, name] = values
    return result.astype({"n": frame["n"].dtype})


def _errors(part: pd.DataFrame, n: Floats, fewer: Floats) -> Floats:
    people = part["population"].to_numpy(dtype=np.float64, na_value=np.nan)
    model = part["se_model"].to_numpy(dtype=np.float64)
    left = np.where(np.isfinite(people), np.maximum(1.0 - fewer / people, 0.0), 1.0)
    return np.asarray(model * np.sqrt(n / np.maximum(fewer, 1.0) * left), dtype=np.float64)
