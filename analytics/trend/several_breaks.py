"""Several breaks in a series of waves, with the interval of each date and what lies between."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy import stats

from analytics.errors import FrameError
from analytics.trend.break_dates import break_interval
from analytics.trend.segments import Rows, segmentation, stretches
from analytics.trend.slope import p_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from analytics.arrays import Floats
    from analytics.trend.segments import Segmentation
    from analytics.trend.series import WaveSeries

type Model = Literal["level", "line"]
type Errors = Literal["known", "weights", "equal"]

MODELS: Final = ("level", "line")
ERRORS: Final = ("known", "weights", "equal")
FEWEST_WAVES: Final = 8
SHARE: Final = 0.15  # of the waves, as strucchange's h
POOR_FIT: Final = 0.05
TOO_SHORT: Final = (
    "Trend too short for several breaks: {n} waves have a figure, and stretches of {least} waves "
    "need at least {fewest}."
)
NO_ERROR: Final = (
    "A wave has the standard error 0, which would outweigh all others: several breaks are not "
    'sought. Give its error without finite population correction, or choose errors = "equal".'
)
DRIFTS: Final = (
    "Between the breaks the waves vary more than their errors ({p}): the level drifts, and a drift "
    "is easily taken for breaks."
)


@dataclass(frozen=True, slots=True)
class BreakDate:
    """A break: its first wave after, with an interval, and how far the level jumps there.

    ``low`` and ``high`` are the first and the last wave that may be the first one after it; None
    where the interval reaches beyond the series or cannot be told. ``se`` of the jump takes the
    dates as known.
    """

    day: date
    low: date | None
    high: date | None
    difference: float
    se: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """Waves between two breaks: the level at its first wave, and the slope, in points a year.

    ``slope`` is None where levels are constant between breaks.
    """

    since: date
    until: date
    waves: int
    level: float
    se: float
    slope: float | None
    slope_se: float | None


@dataclass(frozen=True, slots=True)
class Breaks:
    """As many breaks as the criterion asks for; ``bic`` from no break on, empty if too short."""

    model: Model
    errors: Errors
    least: int
    bic: tuple[float, ...]
    left: tuple[float, ...]
    dates: tuple[BreakDate, ...]
    stretches: tuple[Stretch, ...]
    warnings: tuple[str, ...]


def several_breaks(
    series: WaveSeries,
    *,
    model: Model = "level",
    errors: Errors = "known",
    least: int | None = None,
    most: int | None = None,
    patterns: Floats | None = None,
    confidence: float = 0.95,
) -> Breaks:
    """Part a series where its level, or its line, breaks.

    Parameters
    ----------
    series : WaveSeries
        Comparable waves.
    model : {"level", "line"}
        Between breaks the level stands still, or follows a line.
    errors : {"known", "weights", "equal"}
        The errors of the waves (with what splices share) are known; known up to a factor, which the
        series tells; or the same for all waves and estimated, as strucchange has it.
    least : int, optional
        Waves of each stretch: 15 % of the waves, at least 2 (3 for lines).
    most : int, optional
        Breaks: as many as strucchange tries, waves / least (rounded up) less 2, at least 1.
    patterns : ndarray of float, shape (n_waves, n_patterns), optional
        What is known to move the waves: events, a season.
    confidence : float
        Of the intervals of dates, for instance 0.95.

    Returns
    -------
    Breaks
        Nothing but a warning where the series is shorter than 8 waves or two stretches.

    Raises
    ------
    FrameError
        If there are too many partitions beside patterns or splices.

    Notes
    -----
    `analytics.trend.segments`, `analytics.trend.break_dates`. The criterion chooses a number; it is
    no test, and with known errors it takes a level that drifts for one that breaks: the test with a
    kept chance of a false alarm is `analytics.trend.breaks`.
    """
    at = np.flatnonzero(series.known)
    columns = MODELS.index(model) + 1
    shortest = max(columns + 1, int(SHARE * len(at))) if least is None else least
    fewest = max(FEWEST_WAVES, 2 * shortest)
    if len(at) < fewest:
        told = TOO_SHORT.format(n=len(at), least=shortest, fewest=fewest)
        return _nothing(model, errors, shortest, told)
    if errors != "equal" and (series.se[at] == 0).any():
        return _nothing(model, errors, shortest, NO_ERROR)
    rows = _rows(series, model, errors, patterns)
    tried = max(1, -(-len(at) // shortest) - 2) if most is None else most
    found = segmentation(rows, shortest, tried)
    return _told(series, rows, found, shortest, confidence, model, errors)


def check_least(least: int | None, model: Model) -> None:
    """Refuse stretches too short to fit.

    Raises
    ------
    FrameError
    """
    fewest = MODELS.index(model) + 2
    if least is not None and least < fewest:
        raise FrameError(f"least must be at least {fewest} waves where model is {model!r}")


def _rows(series: WaveSeries, model: Model, errors: Errors, patterns: Floats | None) -> Rows:
    at = np.flatnonzero(series.known)
    n = len(at)
    kept = np.zeros((n, 0)) if patterns is None else patterns[at]
    kept = kept[:, (kept != 0).any(axis=0)]
    shared = series.shared[at]
    time = series.time[at][:, None]
    columns = np.hstack([np.ones((n, 1)), *([time] if model == "line" else [])])
    if errors == "equal":
        whitening = np.eye(n)
    elif shared.shape[1]:
        root = np.linalg.cholesky(np.diag(series.se[at] ** 2) + shared @ shared.T)
        whitening = np.linalg.inv(root)
    else:
        whitening = np.diag(1 / series.se[at])
    return Rows(series.estimate[at], columns, whitening, kept, errors == "known")


def _told(
    series: WaveSeries,
    rows: Rows,
    found: Segmentation,
    least: int,
    confidence: float,
    model: Model,
    errors: Errors,
) -> Breaks:
    days = [day for day, known in zip(series.dates, series.known, strict=True) if known]
    starts = found.starts[found.number]
    known, covariance, residual = stretches(rows, starts)
    plain = _alone(series, rows, known, residual)
    dates = []
    for number, start in enumerate(starts):
        span = break_interval(plain, starts, number, confidence)
        low, high = (None, None) if span is None else (_at(days, span[0]), _at(days, span[1]))
        jump = _at_row(rows, start, number + 1, known) - _at_row(rows, start, number, known)
        dates.append(BreakDate(days[start], low, high, *_figure(jump, known, covariance)))
    return Breaks(
        model=model,
        errors=errors,
        least=least,
        bic=tuple(found.bic.tolist()),
        left=tuple(found.left.tolist()),
        dates=tuple(dates),
        stretches=tuple(_stretches(rows, days, starts, known, covariance)),
        warnings=_fit_told(rows, known, residual),
    )


def _stretches(
    rows: Rows, days: Sequence[date], starts: tuple[int, ...], known: Floats, covariance: Floats
) -> Iterator[Stretch]:
    edges = [0, *starts, len(days)]
    for number, (first, last) in enumerate(itertools.pairwise(edges)):
        level = _figure(_at_row(rows, first, number, known), known, covariance)
        slope: tuple[float | None, float | None] = (None, None)
        if rows.columns.shape[1] > 1:
            one = np.zeros(len(known))
            one[number * rows.columns.shape[1] + 1] = 1.0
            slope = _figure(one, known, covariance)
        yield Stretch(days[first], days[last - 1], last - first, *level, *slope)


def _at_row(rows: Rows, row: int, stretch: int, known: Floats) -> Floats:
    """Give the contrast whose value is the level of a stretch at some row."""
    q = rows.columns.shape[1]
    contrast = np.zeros(len(known))
    contrast[stretch * q : (stretch + 1) * q] = rows.columns[row]
    return contrast


def _figure(contrast: Floats, known: Floats, covariance: Floats) -> tuple[float, float]:
    return float(contrast @ known), float(
        np.sqrt(max(float(contrast @ covariance @ contrast), 0.0))
    )


def _alone(series: WaveSeries, rows: Rows, known: Floats, residual: Floats) -> Rows:
    """Take out what is kept and the likely part of shared errors, so that rows stand alone."""
    if rows.apart:
        return rows
    at = np.flatnonzero(series.known)
    value = rows.value - rows.kept @ known[len(known) - rows.kept.shape[1] :]
    scale = np.diag(rows.whitening)
    if not (rows.whitening == np.diag(scale)).all():
        shared = series.shared[at]
        value = value - shared @ (shared.T @ (rows.whitening.T @ residual))
        scale = 1 / series.se[at]
    return replace(rows, value=value, whitening=np.diag(scale), kept=rows.kept[:, :0])


def _at(days: Sequence[date], row: int) -> date | None:
    return days[row] if 0 <= row < len(days) else None


def _fit_told(rows: Rows, known: Floats, residual: Floats) -> tuple[str, ...]:
    spare = len(rows.value) - len(known)
    if not rows.known or spare < 1:
        return ()
    p = float(stats.chi2.sf(residual @ residual, spare))
    return (DRIFTS.format(p=p_told(p)),) if p < POOR_FIT else ()


def _nothing(model: Model, errors: Errors, least: int, warning: str) -> Breaks:
    return Breaks(model, errors, least, (), (), (), (), (warning,))
