"""Published estimates of one measure in the order of time, with their errors.

Trends are computed from publications, never from answers (design.md 2): a wave is a date, an
estimate and a standard error, and what it shares with other waves through a splice.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from analytics.arrays import Booleans, Floats

DAYS_PER_YEAR: Final = 365.25
PRINTED: Final = 0.1  # points: figures are shown to one decimal
# of a domain that answered almost to the last person nothing can be recovered
LEAST_LEFT: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class WaveSeries:
    """One measure over its waves.

    ``time`` is in years since the first wave, ``estimate`` and ``se`` in points, NaN where a wave
    has no figure. ``df`` are the degrees of freedom of each error, infinite where it is taken as
    known. ``shared`` has a column for every error that several waves have in common (the
    error of a splice): the covariance of the estimates is diag(se^2) + shared shared'.
    """

    dates: tuple[date, ...]
    time: Floats
    estimate: Floats
    se: Floats
    df: Floats
    shared: Floats

    @property
    def known(self) -> Booleans:
        """Tell which waves have a figure."""
        return np.asarray(np.isfinite(self.estimate), dtype=bool)

    @property
    def total_se(self) -> Floats:
        """Give each wave's error with that of its splices."""
        return np.asarray(np.sqrt(self.se**2 + (self.shared**2).sum(axis=1)), dtype=np.float64)


def wave_series(
    dates: Sequence[date],
    estimate: Sequence[float] | Floats,
    se: Sequence[float] | Floats,
    df: Sequence[float] | Floats | None = None,
) -> WaveSeries:
    """Check the waves of a measure and put them in order.

    Parameters
    ----------
    dates : sequence of date, length n_waves
        One day per wave, for instance its closing day.
    estimate, se : sequence of float, length n_waves
        In points. A wave without an estimate, or without an error, is kept as missing: it takes up
        time and says nothing.

    df : sequence of float, length n_waves, optional
        Degrees of freedom of each error; without them the errors count as known.

    Returns
    -------
    WaveSeries

    Raises
    ------
    FrameError
        If the lengths differ, a date occurs twice, a number is infinite or an error negative, or no
        wave has a figure.
    """
    values = np.asarray(estimate, dtype=np.float64)
    errors = np.asarray(se, dtype=np.float64)
    freedom = np.full(len(errors), np.inf) if df is None else np.asarray(df, dtype=np.float64)
    if not len(dates) == len(values) == len(errors) == len(freedom):
        raise FrameError(
            f"a trend needs one date, estimate and error per wave: there are {len(dates)} dates, "
            f"{len(values)} estimates and {len(errors)} errors"
        )
    if np.isinf(values).any() or np.isinf(errors).any() or (errors < 0).any():
        raise FrameError("estimates must be finite and standard errors finite and not negative")
    order = sorted(range(len(dates)), key=lambda at: dates[at])
    days = tuple(dates[at] for at in order)
    for one, other in itertools.pairwise(days):
        if one == other:
            raise FrameError(f"two waves have the date {one}: give each wave its own date")
    # without degrees of freedom the error is a guess
    missing = np.isnan(values) | np.isnan(errors) | ~(freedom > 0)
    if missing.all():
        raise FrameError("no wave has both an estimate and a standard error: there is no trend")
    return WaveSeries(
        dates=days,
        time=years_since(days[0], days),
        estimate=np.where(missing, np.nan, values)[order],
        se=np.where(missing, np.nan, errors)[order],
        df=np.where(missing, np.nan, freedom)[order],
        shared=np.zeros((len(days), 0)),
    )


def years_since(start: date, days: Sequence[date]) -> Floats:
    """Count years of 365.25 days from a date; negative before it."""
    return np.array([(day - start).days / DAYS_PER_YEAR for day in days], dtype=np.float64)


def error_of_printed(se: float, n: int, population: int | None) -> float:
    r"""Take a printed error back to what a trend needs.

    Parameters
    ----------
    se : float
        As shown, in points: with finite population correction where the population is known.
    n : int
        Answers.
    population : int or None
        People in the domain; None where nobody counted them.

    Returns
    -------
    float
        :math:`\sqrt{SE^2 / (1 - n/N) + 0.1^2/12}`: waves are compared as measurements of people
        whose answers vary from day to day (docs/adr/0012), and the mean was rounded.
    """
    left = 1.0 - n / population if population else 1.0
    return float(np.sqrt(se**2 / max(left, LEAST_LEFT) + PRINTED**2 / 12))
