"""From a value on 0-100 to a place in a drawing, and the fixed window of trend figures."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

WINDOW: Final = 30  # points; fixed so that no figure is fitted to its data
CULTURE_BASE: Final = 55
REPUTATION_BASE: Final = 45
_STEP: Final = 5
_TICK: Final = 10


@dataclass(frozen=True, slots=True)
class Axis:
    """A straight line from ``low``-``high`` to ``start``-``end`` (in SVG units)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of ``value``, to a tenth of a unit."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


@dataclass(frozen=True, slots=True)
class Window:
    """The part of 0-100 that all trend figures of a page show."""

    low: int
    high: int

    def ticks(self, step: int = _TICK) -> tuple[int, ...]:
        """Return the values that get a line, from low to high."""
        return tuple(range(self.low, self.high + 1, step))


def window_for(values: Iterable[float], base: int) -> Window:
    """Return the window of a page: 30 points from ``base``, moved only if a value lies outside.

    Parameters
    ----------
    values : iterable of float
        Every bound and mean that any trend figure of the page shows, on 0-100.
    base : int
        Where the window starts when all values fit: 55 for culture, 45 for reputation.

    Notes
    -----
    The window is moved in steps of 5 and, if the values span more than 30 points, widened in steps
    of 10 (interface document, section 3, rule 2).
    """
    shown = [float(value) for value in values]
    if not shown or (min(shown) >= base and max(shown) <= base + WINDOW):
        return Window(base, base + WINDOW)
    lowest, highest = min(shown), max(shown)
    low = base
    if highest > base + WINDOW:
        low = min(100 - WINDOW, _up(highest) - WINDOW)
    if lowest < low:
        low = max(0, _down(lowest))
    high = low + WINDOW
    while high < highest and high < 100:  # noqa: PLR2004 - the end of the scale
        high += _TICK
    if high > 100:  # noqa: PLR2004
        low, high = low - (high - 100), 100
    return Window(max(0, low), high)


def _up(value: float) -> int:
    return math.ceil(value / _STEP) * _STEP


def _down(value: float) -> int:
    return math.floor(value / _STEP) * _STEP
