"""Answers by day: counted, usual, and expected with its band."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from survey_app.reading.charts.scale import Axis
from survey_app.shared.i18n import Language
from survey_app.shared.numbers import percent, short_date


@dataclass(frozen=True, slots=True)
class DayPoint:
    """One day, with shares 0-1 by its end; ``None`` where there is none."""

    day: date
    counted: float | None
    usual: float | None
    expected: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class FieldFrame:
    """Size and margins of a drawing, in SVG units, and days between two labels below it."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    room: int
    font: int


WIDE: Final = FieldFrame(1100, 330, 52, 950, 26, 286, 110, 17)
NARROW: Final = FieldFrame(358, 280, 44, 268, 22, 236, 100, 16)
_TICK: Final = 0.1
_MANY: Final = 5  # grid lines; with more of them every other is left out
_APART: Final = 20  # between two texts at the right edge


@dataclass(frozen=True, slots=True)
class FieldLabel:
    """A text in the drawing; ``strong`` for the number of this wave."""

    x: float
    y: float
    text: str
    strong: bool = False
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """Everything that the macro draws; all coordinates are final."""

    frame: FieldFrame
    ticks: tuple[tuple[float, str], ...]
    days: tuple[tuple[float, str, str], ...]
    usual: str
    band: str
    expected: str
    counted: str
    dots: tuple[tuple[float, float], ...]
    labels: tuple[FieldLabel, ...]


def draw_fieldwork(
    points: Sequence[DayPoint], lang: Language, frame: FieldFrame = WIDE, *, words: tuple[str, str]
) -> Fieldwork:
    """Place every day of a wave, from zero.

    Parameters
    ----------
    points : sequence of DayPoint
        At least one, in order of days.
    lang : str
        For numbers and days.
    frame : FieldFrame
        ``WIDE`` or ``NARROW``.
    words : (str, str)
        What stands beside the expected and the usual end.
    """
    shown = [v for p in points for v in (p.counted, p.usual, p.high) if v is not None]
    top = min(1.0, max(_TICK, math.ceil(round(max(shown, default=_TICK) / _TICK, 6)) * _TICK))
    across = Axis(0, max(len(points) - 1, 1), frame.left, frame.right)
    up = Axis(0, top, frame.bottom, frame.top)
    step = _TICK if round(top / _TICK) <= _MANY else 2 * _TICK
    counted = [(across(i), up(p.counted)) for i, p in enumerate(points) if p.counted is not None]
    ahead = [
        (across(i), up(p.expected), up(p.low), up(p.high))
        for i, p in enumerate(points)
        if p.expected is not None and p.low is not None and p.high is not None
    ]
    if ahead and counted:
        x, y = counted[-1]
        ahead.insert(0, (x, y, y, y))
    upper = [f"{x},{high}" for x, _, _, high in ahead]
    lower = [f"{x},{low}" for x, _, low, _ in reversed(ahead)]
    return Fieldwork(
        frame,
        tuple(
            (up(at * step), percent(at * step, lang)) for at in range(int(round(top / step, 6)) + 1)
        ),
        _days(points, across, frame, lang),
        " ".join(f"{across(i)},{up(p.usual)}" for i, p in enumerate(points) if p.usual is not None),
        " ".join(upper + lower),
        " ".join(f"{x},{y}" for x, y, _, _ in ahead),
        " ".join(f"{x},{y}" for x, y in counted),
        tuple(counted),
        _labels(points, across, up, lang, words),
    )


def _days(
    points: Sequence[DayPoint], across: Axis, frame: FieldFrame, lang: Language
) -> tuple[tuple[float, str, str], ...]:
    """FieldLabel the ends, and between them every week for which there is room."""
    last = len(points) - 1
    chosen = [
        at
        for at in range(7, last, 7)
        if across(last) - across(at) >= frame.room and across(at) - across(0) >= frame.room
    ]
    spaced: list[int] = []
    for at in chosen:
        if not spaced or across(at) - across(spaced[-1]) >= frame.room:
            spaced.append(at)
    return tuple(
        (across(at), "start" if at == 0 else "middle", short_date(points[at].day, lang))
        for at in dict.fromkeys((0, *spaced, last))
    )


def _labels(
    points: Sequence[DayPoint], across: Axis, up: Axis, lang: Language, words: tuple[str, str]
) -> tuple[FieldLabel, ...]:
    """Write the last count, and at the right edge what is expected and usual, apart."""
    made = []
    counted = [(i, p.counted) for i, p in enumerate(points) if p.counted is not None]
    if counted:
        at, share = counted[-1]
        place = (across(at) + 2, up(share) + 22, percent(share, lang))
        made.append(FieldLabel(*place, strong=True))
    end, edge = points[-1], across(len(points) - 1) + 10
    taken: float | None = None
    if end.expected is not None:
        taken = up(end.expected) + 2
        made.append(FieldLabel(edge, taken, percent(end.expected, lang), strong=True))
        made.append(FieldLabel(edge, taken + 17, words[0]))
    if end.usual is not None:
        y = up(end.usual) + 5
        if taken is not None and taken - _APART < y < taken + 17 + _APART:
            y = taken - _APART if y <= taken + _APART / 2 else taken + 17 + _APART
        made.append(FieldLabel(edge, y, f"{percent(end.usual, lang)} {words[1]}"))
    return tuple(made)
