"""What a model of a series is asked for, checked against what the waves can carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError, SpecificationError
from analytics.trend.events import (
    check_event,
    check_pattern,
    effect_pattern,
    possible_half_lives,
)
from analytics.trend.points import KINDS, Points, movers_of
from analytics.trend.season import seasonal_pattern
from analytics.trend.series import years_since

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.trend.events import KnownEvent
    from analytics.trend.points import Kind
    from analytics.trend.series import WaveSeries
    from analytics.trend.state_space import WaveModel

SPARE: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class SmoothingPlan:
    """Points in time, and what is wanted at them.

    ``last`` is the point of the last wave with a figure; ``scale`` an order of magnitude for the
    deviations of level and slope.
    """

    series: WaveSeries
    dates: tuple[date, ...]
    time: Floats
    row: Integers
    last: int
    since: tuple[date, ...]
    events: tuple[KnownEvent, ...]
    season: Floats
    season_parts: tuple[int, ...]
    half_lives: tuple[float, ...]
    scale: float
    warnings: tuple[str, ...]

    @property
    def waves(self) -> int:
        """Count the waves with a figure."""
        return int(self.series.known.sum())

    @property
    def fades(self) -> bool:
        """Tell whether a half-life is estimated."""
        return len(self.half_lives) > 1

    @property
    def observed(self) -> Booleans:
        """Tell which points are waves with a figure."""
        observed = np.zeros(len(self.dates), dtype=bool)
        observed[self.row] = self.series.known
        return observed

    @property
    def errorless(self) -> bool:
        """Tell whether a wave has the standard error 0."""
        return bool((self.series.se[self.series.known] == 0).any())

    def points(self, half_life: float) -> Points:
        """Lay out the series for a model, unknown half-lives set to ``half_life`` years."""
        observed = self.observed
        patterns = [
            effect_pattern(event, self.dates[0], self.time, observed, event.half_life or half_life)
            for event in self.events
        ]
        for event, pattern in zip(self.events, patterns, strict=True):
            check_pattern(event, pattern, observed)
        season = self._spread(self.season)
        effects = np.column_stack([*patterns, season]) if patterns else season
        shown = np.arange(effects.shape[1]) < len(patterns)
        return Points(
            time=self.time,
            estimate=self._spread(self.series.estimate, np.nan),
            se=self._spread(self.series.se, np.nan),
            shared=self._spread(self.series.shared),
            effects=effects,
            shown=shown,
            marks=tuple(self.dates.index(day) for day in self.since),
        )

    def contrasts(self, model: WaveModel) -> tuple[Floats, Integers]:
        """Give each wanted figure as weights on the states at one point.

        Returns
        -------
        weights : ndarray of float, shape (n_figures, n_states)
        where : ndarray of int, shape (n_figures,)
            Levels, changes, events, parts of the season, and the slope if there is one.
        """
        level = model.shown_level()
        change = np.repeat(level[[self.last]], len(self.since), axis=0)
        change[np.arange(len(self.since)), model.first_mark + np.arange(len(self.since))] = -1.0
        unit = np.eye(level.shape[1])
        first = model.movers
        event = unit[first : first + len(self.events)]
        season = unit[first + len(self.events) : model.fixed]
        if len(season):
            season = np.vstack([season, -season.sum(axis=0)])
        slope = unit[1:first]
        rest = np.vstack([change, event, season, slope])
        where = np.concatenate([np.arange(len(level)), np.full(len(rest), self.last)])
        return np.vstack([level, rest]), where

    def _spread(self, values: Floats, empty: float = 0.0) -> Floats:
        """Put the waves' values at their points."""
        spread = np.full((len(self.dates), *values.shape[1:]), empty)
        spread[self.row] = values
        return spread


def plan(
    series: WaveSeries,
    *,
    kind: Kind,
    since: Sequence[date],
    at: Sequence[date],
    events: Sequence[KnownEvent],
    season: int | None,
    extra: bool,
) -> SmoothingPlan:
    """Check a request and lay out its points in time; the arguments are those of `smooth`.

    Raises
    ------
    FrameError
        If the series is too short for what is asked.
    SpecificationError
        If the kind is unknown, two decays lack a half-life, effects cannot be told apart, or a
        change would begin at or after the last wave.
    """
    if kind not in KINDS:
        raise SpecificationError(f"{kind!r} is no kind of trend: use {', '.join(KINDS)}")
    for event in events:
        check_event(event)
    if sum(event.shape == "decay" and event.half_life is None for event in events) > 1:
        raise SpecificationError("only one decay may lack its half_life: give the others theirs")
    dates = tuple(sorted({*series.dates, *since, *at}))
    row = np.array([dates.index(day) for day in series.dates], dtype=np.int64)
    last = int(row[series.known][-1])
    for day in since:
        if day >= dates[last]:
            raise SpecificationError(f"a change since {day} needs a later wave with a figure")
    pattern, present, warning = (
        seasonal_pattern(series, season) if season else (np.zeros((len(row), 0)), (), "")
    )
    made = SmoothingPlan(
        series=series,
        dates=dates,
        time=years_since(dates[0], dates),
        row=row,
        last=last,
        since=tuple(since),
        events=tuple(events),
        season=pattern,
        season_parts=present if pattern.shape[1] else (),
        half_lives=possible_half_lives(events, series.time[series.known]),
        scale=_scale(series),
        warnings=(warning,) if warning else (),
    )
    _check_length(made, movers_of(kind), extra)
    return made


def _check_length(made: SmoothingPlan, movers: int, extra: bool) -> None:
    if made.errorless and not extra:
        raise FrameError(
            "a wave has the standard error 0: give its error without finite population correction"
        )
    needed = movers + SPARE + len(made.events) + made.season.shape[1] + extra
    if made.waves < needed:
        raise FrameError(
            f"trend too short: {made.waves} waves have a figure, and what is asked needs {needed}"
        )
    points = made.points(made.half_lives[0])
    fixed = [np.ones_like(made.time), made.time][:movers]
    design = np.column_stack([*fixed, points.effects])[made.observed]
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise SpecificationError(
            "events (and season) cannot be told apart: no wave with a figure lies between them; "
            "leave one of them out"
        )


def _scale(series: WaveSeries) -> float:
    """Give a typical movement in a root year; any order of magnitude will do."""
    known = series.known
    moved = np.diff(series.estimate[known]) / np.sqrt(np.diff(series.time[known]))
    size = float(np.sqrt((moved**2).mean())) if len(moved) else 0.0
    return size if size > 0 else max(float(series.se[known].max()), 1e-3)
