"""A trend in one line for a page: where the figure stands, and which way it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special  # a third of the time that scipy.stats takes to load

from analytics.comparison.change import DECIMALS
from analytics.comparison.margins import MARGIN
from analytics.comparison.verdict import verdicts
from analytics.digits import to_digits
from analytics.errors import FrameError
from analytics.trend.plan import SPARE
from analytics.trend.points import movers_of
from analytics.trend.season import seasonal_pattern
from analytics.trend.smooth import SmoothedEstimate, smooth

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from analytics.trend.events import KnownEvent
    from analytics.trend.points import Kind
    from analytics.trend.series import WaveSeries

YEAR: Final = 1.0
TOO_SHORT: Final = (
    "Trend too short: with {n} waves the figures are those of the waves themselves, not smoothed."
)
ALONE: Final = "There is one wave: nothing to compare with yet."


@dataclass(frozen=True, slots=True)
class Description:
    """Level now, its change, and the direction by the four-way rule.

    ``direction`` is up, down, steady or uncertain; ``under_limit`` where the direction is known and
    smaller than ``margin``. ``change`` is None where there is one wave alone. Figures are exact;
    the direction is decided on one decimal, as readers see them.
    """

    level: SmoothedEstimate
    change: SmoothedEstimate | None
    direction: str
    under_limit: bool
    margin: float
    waves: int
    smoothed: bool
    warnings: tuple[str, ...]


def describe(
    series: WaveSeries,
    *,
    kind: Kind = "level",
    margin: float = MARGIN,
    since: date | None = None,
    events: Sequence[KnownEvent] = (),
    season: int | None = None,
    confidence: float = 0.95,
) -> Description:
    """Describe where a series stands and how it has moved.

    Parameters
    ----------
    series : WaveSeries
        Comparable waves.
    kind : {"level", "smooth", "trend"}
        How the level moves (`analytics.trend.smooth.smooth`).
    margin : float
        The change that matters, in points: 3, for units 5.
    since : date, optional
        The wave to compare with. By default the one that lies nearest to a year before the last.
    events : sequence of KnownEvent
        Known events, which a level may jump at.
    season : int, optional
        Parts of the year, taken out where the waves can carry a season.
    confidence : float
        For instance 0.95.

    Returns
    -------
    Description
        From 4 waves on of the smoothed level (more where it has a slope or there are events),
        before that of the waves themselves.

    Raises
    ------
    FrameError
        If ``since`` is no earlier wave with a figure.

    Notes
    -----
    Up or down where the interval of the change excludes 0 and the change is at least the margin;
    steady where the whole interval lies within the margin; else uncertain
    (`analytics.comparison.verdict`). A smoothed level is slow to believe the last waves, so it is
    not called steady where the two waves themselves differ by more than their errors. Fewer
    waves than can be smoothed have no direction: what stands out between two of them is too often
    luck (`tests.reference.findings.trends`). For one series: among many units a verdict must be
    adjusted for their number.
    """
    rows = np.flatnonzero(series.known)
    last = series.dates[rows[-1]]
    start = since if since is not None else _a_year_before(series)
    if start is None or len(rows) == 1:
        level = _raw_level(series, confidence)
        return Description(level, None, "uncertain", False, margin, 1, False, (ALONE,))
    if start not in {series.dates[row] for row in rows[:-1]}:
        raise FrameError(f"{start} is no earlier wave with a figure: a change needs one")
    seasonal = seasonal_pattern(series, season)[0].shape[1] if season else 0
    if len(rows) < movers_of(kind) + SPARE + len(events) + seasonal:
        level, change = _raw_level(series, confidence), _raw_change(series, start, confidence)
        short = (TOO_SHORT.format(n=len(rows)),)
        return Description(level, change, "uncertain", False, margin, len(rows), False, short)
    model = smooth(
        series, kind=kind, since=[start], events=events, season=season, confidence=confidence
    )
    change = model.changes[0]
    raw = _raw_change(series, start, confidence)
    rounded = to_digits(np.array([change.estimate, change.low, change.high]), DECIMALS)
    named, under = verdicts(
        rounded[:1], rounded[1:2], rounded[2:], np.array([margin]), np.array([True])
    )
    # two waves of different parts of the year differ anyway
    moved = not seasonal and (raw.low > 0 or raw.high < 0)
    return Description(
        level=next(figure for figure in model.level if figure.until == last),
        change=change,
        direction="uncertain" if moved and named[0] == "steady" else str(named[0]),
        under_limit=bool(under[0]),
        margin=margin,
        waves=len(rows),
        smoothed=True,
        warnings=tuple(model.warnings),
    )


def _a_year_before(series: WaveSeries) -> date | None:
    rows = np.flatnonzero(series.known)
    if len(rows) == 1:
        return None
    away = np.abs(series.time[rows[-1]] - series.time[rows[:-1]] - YEAR)
    return series.dates[int(rows[int(away.argmin())])]


def _raw_level(series: WaveSeries, confidence: float) -> SmoothedEstimate:
    last = int(np.flatnonzero(series.known)[-1])
    df = _satterthwaite(series, [last], float(series.total_se[last]))
    return _figure(
        "level", None, series.dates[last], float(series.estimate[last]),
        float(series.total_se[last]), df, confidence,
    )  # fmt: skip


def _raw_change(series: WaveSeries, since: date, confidence: float) -> SmoothedEstimate:
    last = int(np.flatnonzero(series.known)[-1])
    first = series.dates.index(since)
    apart = series.shared[last] - series.shared[first]
    se = float(np.sqrt(series.se[last] ** 2 + series.se[first] ** 2 + apart @ apart))
    difference = float(series.estimate[last] - series.estimate[first])
    df = _satterthwaite(series, [first, last], se)
    return _figure("change", since, series.dates[last], difference, se, df, confidence)


def _satterthwaite(series: WaveSeries, rows: list[int], se: float) -> float:
    below = float((series.se[rows] ** 4 / series.df[rows]).sum())
    return se**4 / below if below > 0 else np.inf


def _figure(
    name: str,
    since: date | None,
    until: date,
    estimate: float,
    se: float,
    df: float,
    confidence: float,
) -> SmoothedEstimate:
    reach = float(special.stdtrit(df, 0.5 + confidence / 2)) * se
    return SmoothedEstimate(name, since, until, estimate, se, estimate - reach, estimate + reach)
