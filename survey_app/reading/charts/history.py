"""Own and imported series on one axis of years: never joined, breaks and events marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from survey_app.reading.charts.scale import Axis, Window
from survey_app.shared.i18n import Language
from survey_app.shared.numbers import decimal

Kind = Literal["own", "taken_in"]


@dataclass(frozen=True, slots=True)
class DrawnPoint:
    """One value at a place on the axis of years; without bounds its uncertainty is not known."""

    at: float
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Points that are joined by a line; two runs never are."""

    kind: Kind
    points: tuple[DrawnPoint, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands on the axis: years after a break, years of a link, letters of events."""

    breaks: tuple[float, ...] = ()
    links: tuple[float, ...] = ()
    events: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryFrame:
    """Size and margins of a drawing, in SVG units."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    room: int  # between the middles of two years
    font: int
    small: bool = False


WIDE: Final = HistoryFrame(1100, 330, 52, 1020, 34, 276, 52, 17)
NARROW: Final = HistoryFrame(358, 292, 52, 292, 34, 236, 56, 17)
SMALL: Final = HistoryFrame(358, 190, 40, 312, 12, 160, 110, 16, small=True)
_APART: Final = 18  # between two texts at the right edge
_FEW: Final = 3  # steps of 15 in a small figure; a wider window gets steps of 20
_SLASH: Final = 0.5  # years before the first one after a break
_SHORT: Final = 40  # width of a year in two digits and its air


@dataclass(frozen=True, slots=True)
class DrawnRun:
    """One run in the drawing: its line, its band where it is known, its marks."""

    kind: Kind
    line: str
    bands: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    bars: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A text in the drawing."""

    x: float
    y: float
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """Everything that the macro draws; all coordinates are final."""

    frame: HistoryFrame
    ticks: tuple[tuple[float, str], ...]
    years: tuple[tuple[float, str], ...]
    window_top: float
    window_height: float
    runs: tuple[DrawnRun, ...]
    median: str
    slashes: tuple[float, ...]
    links: tuple[float, ...]
    events: tuple[tuple[float, float, str], ...]
    ends: tuple[DrawnText, ...]


def draw_history(
    runs: Sequence[Run],
    median: Sequence[DrawnPoint],
    marks: Marks,
    window: Window,
    lang: Language,
    frame: HistoryFrame = WIDE,
    *,
    median_word: str = "",
) -> History:
    """Place every run, the median and the marks.

    Parameters
    ----------
    runs : sequence of Run
        Each with at least one point; ``at`` is in years.
    median : sequence of DrawnPoint
        A dotted line; may be empty.
    marks : Marks
        Years and letters.
    window : Window
        Shared by all figures of the page.
    lang : str
        For the numbers at the ends.
    frame : HistoryFrame
        ``WIDE``, ``NARROW`` or ``SMALL``.
    median_word : str
        What stands at the end of the dotted line.
    """
    places = [point.at for run in runs for point in run.points] + [one.at for one in median]
    first, last = (min(places), max(places)) if places else (0.0, 1.0)
    if first == last:
        first, last = first - 1, last + 1
    across = Axis(first, last, frame.left, frame.right)
    up = _Clipped(Axis(window.low, window.high, frame.bottom, frame.top), window)
    whole = Axis(0, 100, frame.bottom, frame.top)
    slashes = [across(year - _SLASH) for year in marks.breaks if first < year - _SLASH < last]
    return History(
        frame=frame,
        ticks=tuple((up(value), str(value)) for value in window.ticks(_step(window, frame))),
        years=_years(first, last, across, frame),
        window_top=whole(window.high),
        window_height=round(whole(window.low) - whole(window.high), 1),
        runs=tuple(_drawn(run, across, up) for run in runs),
        median=" ".join(f"{across(one.at)},{up(one.value)}" for one in median),
        slashes=tuple(slashes),
        links=tuple(across(year) for year in marks.links if first <= year <= last),
        # letters have no room in a small figure, and a line without one says nothing
        events=() if frame.small else _events(marks, across, frame, (first, last)),
        ends=_ends(runs, median, across, up, lang, frame, median_word),
    )


def _step(window: Window, frame: HistoryFrame) -> int:
    span = window.high - window.low
    if not frame.small:
        return 10
    return 15 if span % 15 == 0 and span <= _FEW * 15 else 20


class _Clipped:
    """A scale that keeps a value outside the window on its edge."""

    def __init__(self, scale: Axis, window: Window) -> None:
        self.scale, self.window = scale, window

    def __call__(self, value: float) -> float:
        return self.scale(min(max(value, self.window.low), self.window.high))


def _drawn(run: Run, across: Axis, up: _Clipped) -> DrawnRun:
    bands: list[list[DrawnPoint]] = [[]]
    for point in run.points:
        if point.low is None or point.high is None:
            bands.append([])
        else:
            bands[-1].append(point)
    known = [band for band in bands if band]
    return DrawnRun(
        kind=run.kind,
        line=" ".join(f"{across(point.at)},{up(point.value)}" for point in run.points),
        bands=tuple(_band(band, across, up) for band in known if len(band) > 1),
        dots=tuple((across(point.at), up(point.value)) for point in run.points),
        bars=tuple(
            (across(band[0].at), up(band[0].high or 0), _height(band[0], up))
            for band in known
            if len(band) == 1
        ),
    )


def _height(point: DrawnPoint, up: _Clipped) -> float:
    return round(up(point.low or 0) - up(point.high or 0), 1)


def _band(points: Sequence[DrawnPoint], across: Axis, up: _Clipped) -> str:
    upper = [f"{across(point.at)},{up(point.high or 0)}" for point in points]
    lower = [f"{across(point.at)},{up(point.low or 0)}" for point in reversed(points)]
    return " ".join(upper + lower)


def _years(
    first: float, last: float, across: Axis, frame: HistoryFrame
) -> tuple[tuple[float, str], ...]:
    """Label as many years as fit, with the first and the last among them."""
    begin, end = round(first), round(last)
    if begin == end:
        return ((across(begin), str(begin)),)
    one = (across.end - across.start) / (last - first)
    every = next(step for step in (1, 2, 3, 5, 10, 20, 50, 100) if one * step >= _room(frame))
    chosen = list(range(end, begin, -every))
    if (chosen[-1] - begin) * one < _room(frame) and len(chosen) > 1:
        chosen.pop()
    return tuple(
        (across(year), f"’{year % 100:02d}" if frame.width < WIDE.width else str(year))
        for year in (begin, *reversed(chosen))
    )


def _room(frame: HistoryFrame) -> int:
    return frame.room if frame.width == WIDE.width else _SHORT


def _events(
    marks: Marks, across: Axis, frame: HistoryFrame, span: tuple[float, float]
) -> tuple[tuple[float, float, str], ...]:
    """Place letters; one that would cover the one before it moves aside."""
    made: list[tuple[float, float, str]] = []
    for at, letter in sorted(marks.events):
        if not span[0] - 1 <= at <= span[1] + 1:
            continue
        x = across(min(max(at, span[0]), span[1]))
        aside = x if not made else max(x, made[-1][1] + 21)
        made.append((x, min(aside, frame.width - 11.0), letter))
    return tuple(made)


def _ends(
    runs: Sequence[Run],
    median: Sequence[DrawnPoint],
    across: Axis,
    up: _Clipped,
    lang: Language,
    frame: HistoryFrame,
    word: str,
) -> tuple[DrawnText, ...]:
    """Write the last value of each kind; at the right edge they make room for each other."""
    made: list[DrawnText] = []
    latest = {run.kind: run.points[-1] for run in runs if run.points}
    for point in latest.values():
        x, y = across(point.at), up(point.value)
        text = decimal(point.value, lang, 0)
        at_edge = x >= frame.right - 1
        made.append(
            DrawnText(x + 10, y + 5, text, strong=True)
            if at_edge
            else DrawnText(x - 8, y - 12, text)
        )
    if median and word:
        y = up(median[-1].value) + 4.5
        near = [label.y for label in made if label.strong and abs(label.y - y) < _APART]
        if near:
            y = near[0] + (_APART if y >= near[0] else -_APART)
        made.append(DrawnText(across(median[-1].at) + 10, round(y, 1), word))
    return tuple(made)
