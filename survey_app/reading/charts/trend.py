"""A line with its band: one measure over the waves, in a drawing of a given size."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Final, Literal

from survey_app.reading.charts.event_marks import (
    NO_EVENTS,
    EventMarks,
    EventPoint,
    mark_events,
)
from survey_app.reading.charts.scale import Axis, Window
from survey_app.shared.i18n import Language, languages
from survey_app.shared.numbers import decimal, month_name

Mark = Literal["main", "pulse", "pooled", "reference"]
REFERENCE: Final = "reference"


@dataclass(frozen=True, slots=True)
class WavePoint:
    """One wave of a trend; without a mean it is suppressed and leaves a gap.

    Waves of another ``wording`` asked otherwise: no line leads from one to the other. One that is
    ``over`` other words than the one before asked both, and the line goes on.
    """

    label: str
    year: int
    mark: Mark
    mean: float | None
    low: float | None
    high: float | None
    day: date | None = None
    wording: int = 0
    over: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """Size and margins of a drawing, in SVG units, and how its axes are labelled."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    tick_step: int
    label_width: int
    ends: bool
    font: int

    @property
    def years_below(self) -> bool:
        """Whether years get a line of their own under the waves."""
        return self.ends and self.width > _NARROW


_NARROW: Final = 600
_SHORT: Final = 4  # letters of a month's name that fit
_LETTER: Final = 7.2  # width of a letter at 13 px, on the safe side
_BAR: Final = 16  # the bar that shows the window, and its air
WIDE: Final = Frame(1100, 330, 52, 1034, 26, 290, 10, 46, ends=True, font=17)
NARROW: Final = Frame(358, 300, 52, 292, 26, 260, 10, 56, ends=True, font=17)
SMALL: Final = Frame(358, 190, 40, 308, 12, 164, 15, 190, ends=False, font=16)
# on paper: the width of an A4 page, what the first page has room for, and a third
PRINT: Final = Frame(720, 250, 44, 678, 24, 208, 10, 46, ends=True, font=16)
PRINT_FIRST: Final = Frame(460, 146, 44, 424, 24, 118, 10, 60, ends=True, font=15)
PRINT_SMALL: Final = Frame(250, 150, 34, 212, 10, 126, 15, 150, ends=False, font=14)


@dataclass(frozen=True, slots=True)
class Tick:
    """A grid line and its number."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class WaveLabel:
    """The name of a wave under the axis; ``year`` where a new year begins."""

    x: float
    anchor: str
    text: str
    year: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Neighbouring waves that are all shown: the band's two edges and the line."""

    upper: str
    lower: str
    line: str
    single: bool
    x: float
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Dot:
    """The sign of one wave; one that stands apart from the line has its interval's ends."""

    mark: Mark
    x: float
    y: float
    top: float = 0.0
    bottom: float = 0.0


@dataclass(frozen=True, slots=True)
class HiddenWaves:
    """Neighbouring waves that are not shown."""

    x: float
    slashes: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TrendChart:
    """Everything that the macro draws; all coordinates are final."""

    frame: Frame
    ticks: tuple[Tick, ...]
    window_top: float
    window_height: float
    labels: tuple[WaveLabel, ...]
    segments: tuple[Segment, ...]
    dots: tuple[Dot, ...]
    gaps: tuple[HiddenWaves, ...]
    end: str
    end_y: float
    events: EventMarks = NO_EVENTS
    breaks: tuple[float, ...] = ()
    links: tuple[float, ...] = ()


def draw_trend(
    points: Sequence[WavePoint],
    window: Window,
    lang: Language,
    frame: Frame = WIDE,
    events: Sequence[EventPoint] = (),
) -> TrendChart:
    """Place every wave of a trend.

    Parameters
    ----------
    points : sequence of WavePoint
        In order of time, evenly spaced on the axis.
    window : Window
        Shared by all trend figures of the page.
    lang : str
        For the number at the end of the line.
    frame : Frame
        ``WIDE``, ``NARROW`` or ``SMALL``.
    events : sequence of EventPoint
        In order of time; drawn where every wave has a day.
    """
    across = _across(len(points), frame)
    up = Axis(window.low, window.high, frame.bottom, frame.top)
    whole = Axis(0, 100, frame.bottom, frame.top)
    step = frame.tick_step if (window.high - window.low) % frame.tick_step == 0 else 10
    last = points[-1] if points else None
    ends_shown = last is not None and last.mean is not None
    return TrendChart(
        frame=frame,
        ticks=tuple(Tick(up(value), str(value)) for value in window.ticks(step)),
        window_top=whole(window.high),
        window_height=round(whole(window.low) - whole(window.high), 1),
        labels=_labels(points, across, frame),
        segments=_segments(points, across, up),
        dots=tuple(
            Dot(point.mark, x, up(point.mean), *_ends(point, up))
            for point, x in zip(points, across, strict=True)
            if point.mean is not None
        ),
        gaps=_gaps(points, across),
        end=decimal(last.mean, lang, 0) if last and last.mean is not None else "",
        end_y=up(last.mean) if ends_shown and last and last.mean is not None else 0.0,
        events=_events(events, points, across, frame),
        breaks=_breaks(points, across),
        links=tuple(x for point, x in zip(points, across, strict=True) if point.over),
    )


def _ends(point: WavePoint, up: Axis) -> tuple[float, ...]:
    if point.mark != REFERENCE or point.low is None or point.high is None:
        return ()
    return up(point.high), up(point.low)


def _events(
    events: Sequence[EventPoint],
    points: Sequence[WavePoint],
    across: Sequence[float],
    frame: Frame,
) -> EventMarks:
    days = [point.day for point in points if point.day is not None]
    if not events or len(days) < len(points):
        return NO_EVENTS
    return mark_events(events, days, across, frame.width)


def _across(count: int, frame: Frame) -> tuple[float, ...]:
    if count <= 1:
        return (round((frame.left + frame.right) / 2, 1),) * count
    place = Axis(0, count - 1, frame.left, frame.right)
    return tuple(place(index) for index in range(count))


def _breaks(points: Sequence[WavePoint], across: Sequence[float]) -> tuple[float, ...]:
    """Place a mark in the middle between two waves that asked otherwise."""
    neighbours = pairwise(zip(points, across, strict=True))
    return tuple(
        round((x + next_x) / 2, 1)
        for (point, x), (after, next_x) in neighbours
        if point.wording != after.wording
    )


def _segments(
    points: Sequence[WavePoint], across: Sequence[float], up: Axis
) -> tuple[Segment, ...]:
    made = []
    pairs = zip(points, across, strict=True)
    for (shown, _), run in groupby(pairs, key=lambda pair: _drawn_with(pair[0])):
        if not shown:
            continue
        places = [
            (x, up(point.mean), up(point.low), up(point.high))
            for point, x in run
            if point.mean is not None and point.low is not None and point.high is not None
        ]
        if not places:
            continue
        x, _, low, high = places[0]
        made.append(
            Segment(
                upper=" ".join(f"{x},{high}" for x, _, _, high in places),
                lower=" ".join(f"{x},{low}" for x, _, low, _ in reversed(places)),
                line=" ".join(f"{x},{mean}" for x, mean, _, _ in places),
                single=len(places) == 1,
                x=x,
                top=high,
                height=round(low - high, 1),
            )
        )
    return tuple(made)


def _drawn_with(point: WavePoint) -> tuple[bool, int]:
    """Which points are one line: what was of another unit, or asked otherwise, never is."""
    return point.mean is not None and point.mark != REFERENCE, point.wording


def _gaps(points: Sequence[WavePoint], across: Sequence[float]) -> tuple[HiddenWaves, ...]:
    made = []
    pairs = zip(points, across, strict=True)
    for hidden, run in groupby(pairs, key=lambda pair: pair[0].mean is None):
        if hidden:
            places = tuple(x for _, x in run)
            made.append(HiddenWaves(round(sum(places) / len(places), 1), places))
    return tuple(made)


def _labels(
    points: Sequence[WavePoint], across: Sequence[float], frame: Frame
) -> tuple[WaveLabel, ...]:
    """Label as many waves as fit: the ends first, then main waves, then the rest."""
    texts = [_axis_text(point, frame) for point in points]
    if not points:
        return ()
    last = len(points) - 1
    by_weight = sorted(
        range(len(points)), key=lambda i: (i not in {0, last}, points[i].mark != "main", i)
    )
    chosen: list[int] = []
    for index in by_weight:
        if all(
            abs(across[index] - across[other]) >= _room(texts[index], texts[other], frame)
            for other in chosen
        ):
            chosen.append(index)
    years: set[int] = set()
    made = []
    for index in sorted(chosen):
        point = points[index]
        new_year = frame.years_below and point.year not in years
        years.add(point.year)
        anchor = "middle"
        if not frame.ends:
            anchor = {0: "start", last: "end"}.get(index, "middle")
        elif index == 0 and len(texts[0]) * _LETTER / 2 > frame.left - _BAR:
            anchor = "start"
        year = str(point.year) if new_year else ""
        made.append(WaveLabel(across[index], anchor, texts[index], year))
    return tuple(made)


@functools.cache
def _short_months() -> Mapping[str, str]:
    """Return the short names of long months; mars, mai, juni and juli are short as they are."""
    every = ((number, lang) for lang in languages() for number in range(1, 13))
    return {
        month: month_name(number, lang, "abbreviated")
        for number, lang in every
        if len(month := month_name(number, lang)) > _SHORT
    }


def _axis_text(point: WavePoint, frame: Frame) -> str:
    """Shorten long months, and put the year beside where it has no line of its own."""
    short = _short_months().get(point.label, point.label)
    return short if frame.years_below else f"{short} {point.year % 100:02d}"


def _room(one: str, other: str, frame: Frame) -> float:
    """Return how far apart the middles of two labels must be, in SVG units."""
    return max(frame.label_width, (len(one) + len(other)) * _LETTER / 2 + 8)
