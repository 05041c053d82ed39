"""Figures of domains whose number of answers is withheld, as if k people there had been silent.

A mean of n whole answers can take few values, a small error says that nearly everybody was heard,
and a figure that needs twenty answers says that twenty came. From each of these the withheld number
follows (`participation`), and beside the register who of a unit was silent: of 32 small units
with withheld numbers 33 of 34 were found from the digits of their means alone. So such a figure is
made of what would be known had k people not answered: the number, the error and the limit that go
with it, and a rounding base that any number of answers fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.estimation.intervals import t_quantile
from analytics.tables import tuples_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.table.keys import DomainKey

WHOLE_POINTS: Final = 1.0
"""Least rounding base of a mean, in points: that of an index made of scales, which has no other."""


def rows_in(frame: pd.DataFrame, domains: Mapping[DomainKey, int]) -> Booleans:
    """Mark the rows of some domains; same order."""
    keys = tuples_of(frame, ["level", "domain"])
    return np.fromiter((key in domains for key in keys), dtype=bool, count=len(frame))


def as_if_k_were_silent(
    frame: pd.DataFrame, invited: Mapping[DomainKey, int], minimum_group: int
) -> pd.DataFrame:
    r"""Lower the numbers of answers and widen the intervals of domains with withheld counts.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`, exact.
    invited : Mapping of (level, code) to int
        How many were invited in the domains whose number of answers is withheld.
    minimum_group : int
        k.

    Returns
    -------
    DataFrame
        The same rows. In those domains n is at most invited - k, ``n_eff`` and ``df`` go with it,
        and errors are those of a sample of that size out of the same people:
        :math:`\sqrt{s^2 (1 - n/N) / n}` (Cochran, W. G. (1977). Sampling Techniques, 2.24), with
        its interval by Student's t. Means and shares stay.
    """
    rows = rows_in(frame, invited)
    if not rows.any():
        return frame
    part = frame[rows]
    n_invited = np.array([invited[key] for key in zip(part["level"], part["domain"], strict=True)])
    n = part["n"].to_numpy(dtype=np.float64)
    fewer = np.maximum(np.minimum(n, n_invited - minimum_group), 1.0)
    fewer = np.where(n > 0, fewer, n)
    error = _errors(part, n, fewer)
    df = np.fmin(part["df"].to_numpy(dtype=np.float64), fewer - 1.0)
    names = ("mean", "low", "high", "se", "se_model")
    mean, low, high, se, model = (part[name].to_numpy(dtype=np.float64) for name in names)
    width = t_quantile(df) * error
    wider = np.isfinite(width) & np.isfinite(low)
    top = np.where(part["statistic"] == "mean", 100.0, 1.0)
    least = np.where(part["statistic"] == "balance", -1.0, 0.0)
    changed = {
        "n": fewer.astype(np.int64),
        "n_eff": np.fmin(part["n_eff"].to_numpy(dtype=np.float64), fewer),
        "df": df,
        "se": np.where(np.isfinite(error) & np.isfinite(se), error, se),
        "se_model": model * np.sqrt(np.divide(n, fewer, out=np.ones(len(n)), where=fewer > 0)),
        "low": np.where(wider, np.minimum(low, np.maximum(mean - width, least)), low),
        "high": np.where(wider, np.maximum(high, np.minimum(mean + width, top)), high),
    }
    result = frame.copy()
    for name, values in changed.items():
        result.loc[rows, name] = values
    return result.astype({"n": frame["n"].dtype})


def _errors(part: pd.DataFrame, n: Floats, fewer: Floats) -> Floats:
    people = part["population"].to_numpy(dtype=np.float64, na_value=np.nan)
    model = part["se_model"].to_numpy(dtype=np.float64)
    correction = np.where(np.isfinite(people), np.maximum(1.0 - fewer / people, 0.0), 1.0)
    return np.asarray(model * np.sqrt(n / np.maximum(fewer, 1.0) * correction), dtype=np.float64)
