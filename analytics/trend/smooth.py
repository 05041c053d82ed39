"""The level behind the waves, how it changed, and what known events did to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special  # a third of the time that scipy.stats takes to load

from analytics.trend.diagnostics import Diagnostics, check_prediction_errors
from analytics.trend.fit import TrendFit
from analytics.trend.integrate import nodes, normalised
from analytics.trend.plan import plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from analytics.arrays import Floats
    from analytics.trend.events import KnownEvent
    from analytics.trend.plan import SmoothingPlan
    from analytics.trend.points import Kind
    from analytics.trend.series import WaveSeries

SHAKY: Final = 8
SHAKY_WARNING: Final = (
    "Trend short: {n} waves say little about how much the level moves, so its interval is hardly "
    "narrower than that of the wave itself."
)


@dataclass(frozen=True, slots=True)
class SmoothedEstimate:
    """One estimate with error and interval, in points; ``name`` or the two dates say which."""

    name: str
    since: date | None
    until: date | None
    estimate: float
    se: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """What a state-space model says about a series.

    ``level`` holds a figure for every wave and every further day asked for; events are part of the
    level, seasons are not. ``slope`` is the slope at the end, in points a year, None for a plain
    level. ``half_life`` is the geometric mean of what the waves leave open, in years,
    where it was not given. ``deviation`` names the deviations at the top of the likelihood.
    """

    kind: Kind
    waves: int
    level: tuple[SmoothedEstimate, ...]
    slope: SmoothedEstimate | None
    changes: tuple[SmoothedEstimate, ...]
    effects: tuple[SmoothedEstimate, ...]
    season: tuple[SmoothedEstimate, ...]
    half_life: float | None
    deviation: dict[str, float]
    loglike: float
    diagnostics: Diagnostics | None
    warnings: tuple[str, ...]


def smooth(
    series: WaveSeries,
    *,
    kind: Kind = "level",
    since: Sequence[date] = (),
    at: Sequence[date] = (),
    events: Sequence[KnownEvent] = (),
    season: int | None = None,
    extra: bool = False,
    plug_in: bool = False,
    confidence: float = 0.95,
) -> Smoothed:
    r"""Estimate level, change, events and season with the known errors of the waves.

    Parameters
    ----------
    series : WaveSeries
        Comparable waves, at least 4 with a figure for a level and 5 for a slope, each more for
        every event and part of the season.
    kind : {"level", "smooth", "trend"}
        See `WaveModel`. A level for series of a few years; ``smooth`` where a steady movement is
        expected; ``trend`` needs a long series.
    since : sequence of date
        Days from which to give the change until the last wave with a figure.
    at : sequence of date
        Further days for which to give the level, also after the last wave.
    events : sequence of KnownEvent
        Known events; at most one decay without a half-life.
    season : int, optional
        Parts of the year, 2 or 4; left out with a warning where the waves cannot carry it.
    extra : bool
        Estimate a deviation per wave beyond the sampling error (a long series can tell it from
        the movement of the level, a short one cannot).
    plug_in : bool
        Take the most likely deviations as known, as textbooks and R do. The interval is then too
        short in short series; the default averages over what the series leaves open.
    confidence : float
        For instance 0.95.

    Returns
    -------
    Smoothed

    Raises
    ------
    FrameError
        If the series is too short for what is asked ("trend too short").
    SpecificationError
        If an event cannot be estimated.

    Notes
    -----
    For deviations :math:`\theta_k` with weight :math:`p_k` (`nodes`) the Kalman smoother gives
    mean :math:`m_k` and variance :math:`v_k`; reported are :math:`m = \sum p_k m_k` and
    :math:`\sum p_k (v_k + (m_k - m)^2)` with normal intervals. An unknown half-life is averaged
    over in the same way, flat on its logarithm between half the shortest gap and twice the length
    of the series.

    References
    ----------
    Durbin, J., Koopman, S. J. (2012), chapters 4, 5 and 7. van den Brakel, J. A., Roels, J. (2010).
    Intervention analysis with state-space models to estimate discontinuities due to a survey
    redesign. Annals of Applied Statistics 4, 1105-1138.
    """
    asked = plan(series, kind=kind, since=since, at=at, events=events, season=season, extra=extra)
    fits = [TrendFit(asked, half_life, kind, extra=extra) for half_life in asked.half_lives]
    top, parts, weight = _plugged_in(fits) if plug_in else _averaged(fits)
    mean = np.array([part[0] for part in parts])
    variance = np.array([part[1] for part in parts])
    middle = weight @ mean
    error = np.sqrt(weight @ (variance + (mean - middle) ** 2))
    reach = float(special.ndtri(0.5 + confidence / 2)) * error
    figures = [
        SmoothedEstimate(*label, float(m), float(s), float(m - r), float(m + r))
        for label, m, s, r in zip(_labels(asked, kind), middle, error, reach, strict=True)
    ]
    half_life = float(np.exp(weight @ np.log([part[2] for part in parts])))
    return _smoothed(asked, kind, figures, top, half_life if asked.fades else None)


type _Part = tuple[Floats, Floats, float]


def _plugged_in(fits: Sequence[TrendFit]) -> tuple[TrendFit, list[_Part], Floats]:
    """Take the most likely half-life and deviations alone."""
    top = max(fits, key=lambda fit: fit.loglike(fit.top()))
    return top, [(*top.smooth(top.top()), top.half_life)], np.ones(1)


def _averaged(fits: Sequence[TrendFit]) -> tuple[TrendFit, list[_Part], Floats]:
    """Smooth at every node, of every half-life, that counts for something."""
    grids = [nodes(fit.loglike, fit.scales) for fit in fits]
    owner = np.repeat(np.arange(len(fits)), [len(points) for points, _ in grids])
    weight = normalised(np.concatenate([logweight for _, logweight in grids]))
    points = np.concatenate([points for points, _ in grids])
    counts = np.flatnonzero(weight)
    parts = [(*fits[owner[at]].smooth(points[at]), fits[owner[at]].half_life) for at in counts]
    return fits[owner[int(weight.argmax())]], parts, weight[counts]


def _labels(asked: SmoothingPlan, kind: Kind) -> list[tuple[str, date | None, date | None]]:
    until = asked.dates[asked.last]
    labels: list[tuple[str, date | None, date | None]]
    labels = [("level", None, day) for day in asked.dates]
    labels += [("change", day, until) for day in asked.since]
    labels += [(event.name, event.day, None) for event in asked.events]
    labels += [(str(part + 1), None, None) for part in asked.season_parts]
    return labels + ([("slope", None, until)] if kind != "level" else [])


def _smoothed(
    asked: SmoothingPlan,
    kind: Kind,
    figures: list[SmoothedEstimate],
    top: TrendFit,
    half_life: float | None,
) -> Smoothed:
    changes = len(asked.dates)
    effects = changes + len(asked.since)
    season = effects + len(asked.events)
    end = season + len(asked.season_parts)
    short = (SHAKY_WARNING.format(n=asked.waves),) if asked.waves < SHAKY else ()
    return Smoothed(
        kind=kind,
        waves=asked.waves,
        level=tuple(figures[:changes]),
        slope=figures[end] if kind != "level" else None,
        changes=tuple(figures[changes:effects]),
        effects=tuple(figures[effects:season]),
        season=tuple(figures[season:end]),
        half_life=half_life,
        deviation=dict(zip(top.model.param_names, top.top().tolist(), strict=True)),
        loglike=top.loglike(top.top()),
        diagnostics=check_prediction_errors(top.model, top.top()),
        warnings=asked.warnings + short,
    )
