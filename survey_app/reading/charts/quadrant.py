"""Share of what is explained against level: where a strong relation meets a low level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from survey_app.reading.charts.scale import Axis


@dataclass(frozen=True, slots=True)
class Spot:
    """One measure: its level on 0-100, its share in percent with its interval."""

    name: str
    level: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mark:
    """One measure as drawn; ``anchor`` says to which side of ``label_x`` the label runs."""

    x: float
    top: float
    height: float
    y: float
    label: str
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Quadrant:
    """Everything that the macro draws."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    even_y: float
    good_x: float
    across: tuple[tuple[float, str], ...]
    up: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    height: int
    letter: float
    numbered: bool


WIDE: Final = _Size(1040, 420, 7.4, numbered=False)
# on a phone names would cover each other: numbers stand for them
NARROW: Final = _Size(358, 340, 9.0, numbered=True)
_LEFT: Final = 34
_TOP: Final = 12
_BELOW: Final = 30
_LINE: Final = 18  # height of a label
_BAND: Final = 10
_TITLE: Final = 24  # height of the words in a corner
_TITLES: Final = (300, 100, 220, 105)  # their widths in the longest language, as the macro has them


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def shared(self, other: _Box) -> float:
        """Return the area that both cover."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(wide, 0.0) * max(high, 0.0)


def draw_quadrant(
    spots: Sequence[Spot], *, even: float, good: float, most: float, size: _Size = WIDE
) -> Quadrant:
    """Place every measure, each label where it covers least.

    Parameters
    ----------
    spots : sequence of Spot
        In the order of the form.
    even : float
        The share that each would have if all counted alike, in percent.
    good : float
        The level from which a measure counts as good.
    most : float
        End of the axis of shares, in percent; the same for every figure of a page.
    size : _Size
        ``WIDE`` or ``NARROW``.
    """
    levels = [spot.level for spot in spots] + [good]
    low = max(0, math.floor((min(levels) - 4) / 10) * 10)
    high = min(100, math.ceil((max(levels) + 4) / 10) * 10)
    right, bottom = size.width - 6, size.height - _BELOW
    across = Axis(low, high, _LEFT, right)
    up = Axis(0, most, bottom, _TOP)
    bands = [
        _Box(across(s.level) - _BAND / 2, up(min(s.high, most)), across(s.level) + _BAND / 2,
             up(s.low))
        for s in spots
    ]  # fmt: skip
    inside = _Box(_LEFT, _TOP, right, bottom)
    taken = [*bands, *([] if size.numbered else _corners(inside))]
    marks = []
    for number, (spot, band) in enumerate(zip(spots, bands, strict=True), start=1):
        text = str(number) if size.numbered else spot.name
        box, anchor = _room(text, band, up(spot.share), taken, inside, size)
        taken.append(box)
        label_x = {"start": box.left, "end": box.right, "middle": (box.left + box.right) / 2}
        marks.append(
            Mark(
                x=round(band.left, 1),
                top=round(band.top, 1),
                height=round(max(band.bottom - band.top, 2), 1),
                y=up(spot.share),
                label=text,
                label_x=round(label_x[anchor], 1),
                label_y=round(box.bottom - 4.5, 1),
                anchor=anchor,
            )
        )
    return Quadrant(
        width=size.width,
        height=size.height,
        left=_LEFT,
        right=right,
        top=_TOP,
        bottom=bottom,
        even_y=up(even),
        good_x=across(good),
        across=tuple((across(x), str(x)) for x in range(low, high + 1, 10)),
        up=tuple((up(y), str(y)) for y in range(0, round(most) + 1, 10)),
        marks=tuple(marks),
    )


def _corners(inside: _Box) -> list[_Box]:
    """Keep the corners free, where the four fields have their names."""
    first, second, third, fourth = _TITLES
    left, top, right, bottom = inside.left, inside.top, inside.right, inside.bottom
    return [
        _Box(left, top, left + first, top + _TITLE),
        _Box(right - second, top, right, top + _TITLE),
        _Box(left, bottom - _TITLE, left + third, bottom),
        _Box(right - fourth, bottom - _TITLE, right, bottom),
    ]


def _room(
    text: str, band: _Box, y: float, taken: Sequence[_Box], inside: _Box, size: _Size
) -> tuple[_Box, str]:
    """Find the place beside, above or below a band where the label covers least."""
    wide = len(text) * size.letter + 2
    middle = (band.left + band.right) / 2
    places = [
        (_Box(band.right + 4, at - _LINE / 2, band.right + 4 + wide, at + _LINE / 2), "start")
        for at in (y, band.top + 8, band.bottom - 8)
    ]
    places += [
        (_Box(band.left - 4 - wide, at - _LINE / 2, band.left - 4, at + _LINE / 2), "end")
        for at in (y, band.top + 8, band.bottom - 8)
    ]
    places += [
        (_Box(middle - wide / 2, top, middle + wide / 2, top + _LINE), "middle")
        for top in (band.top - _LINE - 1, band.bottom + 1)
    ]

    def cost(place: tuple[_Box, str]) -> float:
        box = place[0]
        outside = wide * _LINE - box.shared(inside)
        return 4 * outside + sum(box.shared(other) for other in taken)

    return min(places, key=cost)
