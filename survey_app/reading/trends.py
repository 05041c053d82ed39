"""Trend figures of a page: one window, one drawing for each width, and the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from survey_app.reading.charts.event_marks import EventPoint
from survey_app.reading.charts.scale import Window, window_for
from survey_app.reading.charts.trend import (
    NARROW,
    SMALL,
    WIDE,
    Mark,
    Trend,
    WavePoint,
    draw_trend,
)
from survey_app.reading.events.axis import AxisEvent, nearest
from survey_app.reading.published import Estimate
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import Language

type Series = Sequence[tuple[Wave, Estimate]]


@dataclass(frozen=True, slots=True)
class TrendFigure:
    """One measure over time, drawn for wide, narrow and small places."""

    name: str
    series: Series
    wide: Trend
    narrow: Trend
    small: Trend
    events: tuple[AxisEvent, ...] = ()

    def at(self, wave: Wave) -> Estimate | None:
        """Return the figure of a wave; ``None`` where the measure was not asked."""
        return next((cell for each, cell in self.series if each.key == wave.key), None)

    @property
    def drawn(self) -> bool:
        """Whether there is anything to draw: a line needs two waves."""
        return sum(estimate.shown for _, estimate in self.series) > 1


def trend_window(many: Sequence[Series], base: int) -> Window:
    """Return the one window that all trend figures of a page share."""
    values = [
        value
        for series in many
        for _, estimate in series
        for value in (estimate.low, estimate.high)
        if value is not None
    ]
    return window_for(values, base)


def trend_figure(
    name: str,
    series: Series,
    window: Window,
    lang: Language,
    events: Sequence[AxisEvent] = (),
) -> TrendFigure:
    """Draw one measure over time, with what happened in the time that it shows."""
    points = points_of(series, lang)
    events = within(events, series)
    marks = marks_of(events)
    return TrendFigure(
        name,
        series,
        draw_trend(points, window, lang, WIDE, marks),
        draw_trend(points, window, lang, NARROW, marks),
        draw_trend(points, window, lang, SMALL, marks),
        events,
    )


def within(events: Sequence[AxisEvent], series: Series) -> tuple[AxisEvent, ...]:
    """Keep the events between the first wave and the last, and give them their letters."""
    days = [wave.day for wave, _ in series]
    found = [one for one in events if days and min(days) <= one.day <= max(days)]
    return tuple(
        replace(one, letter=chr(ord("A") + number)) for number, one in enumerate(nearest(found))
    )


def marks_of(events: Sequence[AxisEvent]) -> list[EventPoint]:
    """Return events as a drawing needs them."""
    return [EventPoint(one.letter, one.day) for one in events]


def points_of(series: Series, lang: Language) -> list[WavePoint]:
    """Return the waves of a series as a drawing needs them."""
    return [
        WavePoint(
            label=wave.label("short", lang),
            year=wave.year,
            mark=mark_of(wave.kind),
            mean=estimate.mean if estimate.shown else None,
            low=estimate.low,
            high=estimate.high,
            day=wave.day,
        )
        for wave, estimate in series
    ]


def mark_of(kind: str) -> Mark:
    """Return the sign of a wave: a diamond for a main wave, a dot for the rest."""
    main: Literal["main"] = "main"
    return main if kind == "main" else "pulse"
