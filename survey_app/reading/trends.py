"""Trend figures of a page: one window, one drawing for each width, and the table beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final, Literal

from survey_app.reading.broken import (
    break_sentences,
    in_words_of_now,
    link_sentences,
)
from survey_app.reading.charts.event_marks import EventPoint
from survey_app.reading.charts.scale import Window, window_for
from survey_app.reading.charts.trend import (
    NARROW,
    SMALL,
    WIDE,
    Frame,
    Mark,
    TrendChart,
    WavePoint,
    draw_trend,
)
from survey_app.reading.event_axis import AxisEvent, nearest
from survey_app.reading.rows import Estimate
from survey_app.reading.verdicts import in_place_of
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import N_, Language, translator

_ONCE: Final = N_("Målt én gang. En linje kan tegnes fra neste måling.")
_SHOWN_ONCE: Final = N_("En linje kan tegnes når tallet kan vises i to målinger.")
DRAWINGS_KEPT: Final = 128  # they change only when a wave or an event comes

type Series = Sequence[tuple[Wave, Estimate]]


@dataclass(frozen=True)
class TrendFigure:
    """One measure over time; each place on a page draws it in its own width, and only then."""

    name: str
    series: Series
    window: Window
    lang: Language
    events: tuple[AxisEvent, ...] = ()

    @cached_property
    def wide(self) -> TrendChart:
        """The drawing for wide screens."""
        return self._draw(WIDE)

    @cached_property
    def narrow(self) -> TrendChart:
        """The drawing for phones."""
        return self._draw(NARROW)

    @cached_property
    def small(self) -> TrendChart:
        """The drawing for a row of several."""
        return self._draw(SMALL)

    def at(self, wave: Wave) -> Estimate | None:
        """Return the figure of a wave; ``None`` where the measure was not asked."""
        return self._by_key.get(wave.key)

    def hidden(self, cell: Estimate) -> str:
        """Say why a wave's figure is not shown, or tell it without its interval."""
        return in_place_of(cell, self.lang)

    @cached_property
    def _by_key(self) -> dict[str, Estimate]:
        return {wave.key: cell for wave, cell in self.series}

    @cached_property
    def _points(self) -> tuple[WavePoint, ...]:
        return tuple(trend_points(self.series, self.lang))

    def _draw(self, frame: Frame) -> TrendChart:
        return _drawn(self._points, self.window, self.lang, frame, tuple(marks_of(self.events)))

    @property
    def breaks(self) -> tuple[str, ...]:
        """What to say of each place where the line stops, since waves asked otherwise."""
        return tuple(self._broken.values())

    @property
    def links(self) -> tuple[str, ...]:
        """What to say of each place where the line goes on over other words."""
        return tuple(self._linked.values())

    def before(self, wave: Wave) -> str:
        """Say that a wave asked otherwise than the one before it; empty where it did not."""
        return self._broken.get(wave.key) or self._linked.get(wave.key, "")

    def lifted(self, wave: Wave) -> Estimate | None:
        """Return the figure of a wave in the words of the last, where a link leads there."""
        return self._lifted.get(wave.key)

    @cached_property
    def _lifted(self) -> dict[str, Estimate]:
        return lifted(self.series)

    @cached_property
    def _linked(self) -> dict[str, str]:
        return link_sentences(self.series, self.lang, name=self.name)

    @cached_property
    def _broken(self) -> dict[str, str]:
        return break_sentences(self.series, self.lang, name=self.name)

    @property
    def drawn(self) -> bool:
        """Whether there is anything to draw: a line needs two waves."""
        return sum(estimate.shown for _, estimate in self.series) > 1

    @property
    def undrawn(self) -> str:
        """Say why there is no line."""
        return translator(self.lang).gettext(_ONCE if len(self.series) == 1 else _SHOWN_ONCE)


@lru_cache(maxsize=DRAWINGS_KEPT)
def _drawn(
    points: tuple[WavePoint, ...],
    window: Window,
    lang: Language,
    frame: Frame,
    marks: tuple[EventPoint, ...],
) -> TrendChart:
    return draw_trend(points, window, lang, frame, marks)


def trend_window(many: Sequence[Series], base: int) -> Window:
    """Return the one window that all trend figures of a page share."""
    values = [
        value
        for series in many
        for _, estimate in in_words_of_now(series)
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
    """Put one measure over time together, with what happened in the time that it shows."""
    return TrendFigure(name, series, window, lang, within(events, series))


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


def lifted(series: Series) -> dict[str, Estimate]:
    """Return the figures that a link leads into the words of the last wave, by key of the wave."""
    own = {wave.key: cell for wave, cell in series}
    return {
        wave.key: cell for wave, cell in in_words_of_now(series) if cell.mean != own[wave.key].mean
    }


def trend_points(series: Series, lang: Language) -> list[WavePoint]:
    """Return the waves of a series as a drawing needs them."""
    over = link_sentences(series, lang)
    return [
        WavePoint(
            label=wave.label("short", lang),
            year=wave.year,
            mark=_LINKED.get(estimate.linked) or mark_of(wave.kind),
            mean=estimate.mean if estimate.shown else None,
            low=estimate.low,
            high=estimate.high,
            day=wave.day,
            wording=estimate.wording,
            over=wave.key in over,
        )
        for wave, estimate in in_words_of_now(series)
    ]


# of a wave before a unit was changed: its parts together, or the unit that it was a part of
_LINKED: Final[Mapping[str, Mark]] = {"together": "pooled", "reference": "reference"}


def mark_of(kind: str) -> Mark:
    """Return the sign of a wave: a diamond for a main wave, a dot for the rest."""
    main: Literal["main"] = "main"
    return main if kind == "main" else "pulse"
