"""Intervals side by side: one measure for groups under headings, on a shared fixed window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from survey_app.reading.charts.scale import Axis, Window
from survey_app.shared.i18n import Language
from survey_app.shared.numbers import decimal, percent, whole_interval


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group to draw; without a mean, ``note`` says why it is not shown."""

    name: str
    note: str
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class GroupBlock:
    """Groups of one kind; the first block of a figure has no heading."""

    heading: str
    rows: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One row as drawn: a heading, a group with its interval, or a group that is not shown."""

    heading: bool
    name: str
    note: str
    y: float
    shown: bool
    band_x: float
    band_width: float
    tick_x: float
    number: str
    interval: str


@dataclass(frozen=True, slots=True)
class Groups:
    """Everything that the macro draws."""

    width: int
    height: int
    name_above: bool
    bottom: float
    ticks: tuple[tuple[float, str], ...]
    whole_x: float | None
    whole_name: str
    lines: tuple[GroupLine, ...]


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    left: float
    right: float
    row: int
    name_above: bool


WIDE: Final = _Size(560, 190, 468, 40, name_above=False)
# The same room with the names above the bands, where a name would reach into them.
TALL: Final = _Size(560, 6, 468, 56, name_above=True)
NARROW: Final = _Size(358, 6, 274, 56, name_above=True)
_BESIDE: Final = 26  # letters at 15 px that fit beside the bands
_TOP: Final = 26
_TICK: Final = 10
_CLOSE: Final = 40
_HEADING: Final = 35


def draw_groups(
    blocks: Sequence[GroupBlock],
    window: Window,
    lang: Language,
    *,
    whole: tuple[str, float] | None = None,
    size: _Size = WIDE,
    as_percent: bool = False,
) -> Groups:
    """Place every group.

    Parameters
    ----------
    blocks : sequence of GroupBlock
        In the order in which they are to stand; groups are never ranked.
    window : Window
        The part of 0-100 that is shown.
    lang : str
        For numbers.
    whole : (str, float), optional
        Name and level of everybody, drawn as a thin line through the figure.
    size : _Size
        ``WIDE`` or ``NARROW``.
    as_percent : bool
        Write values and the axis as percent.
    """
    names = [len(row.name) for block in blocks for row in block.rows]
    if size is WIDE and max(names, default=0) > _BESIDE:
        size = TALL
    across = Axis(window.low, window.high, size.left, size.right)

    # words such as "60 %" would touch each other on a phone
    step = _TICK if window.high - window.low <= _CLOSE else 2 * _TICK

    def written(value: int) -> str:
        return percent(value / 100, lang) if as_percent else str(value)

    lines: list[GroupLine] = []
    y = float(_TOP)
    for block in blocks:
        if block.heading:
            y += _HEADING
            lines.append(GroupLine(True, block.heading, "", y - 8, False, 0, 0, 0, "", ""))
        for row in block.rows:
            lines.append(_line(row, y, across, lang, as_percent=as_percent))
            y += size.row
    return Groups(
        width=size.width,
        height=round(y + 24),
        name_above=size.name_above,
        bottom=y,
        ticks=tuple((across(value), written(value)) for value in window.ticks(step)),
        whole_x=across(whole[1]) if whole else None,
        whole_name=whole[0] if whole else "",
        lines=tuple(lines),
    )


def _line(row: GroupRow, y: float, across: Axis, lang: Language, *, as_percent: bool) -> GroupLine:
    if row.mean is None or row.low is None or row.high is None:
        return GroupLine(False, row.name, row.note, y, False, 0, 0, 0, "", "")
    low, high = across(max(row.low, across.low)), across(min(row.high, across.high))
    return GroupLine(
        heading=False,
        name=row.name,
        note=row.note,
        y=y,
        shown=True,
        band_x=low,
        band_width=round(max(high - low, 2), 1),
        tick_x=round(across(row.mean) - 1.75, 1),
        number=percent(row.mean / 100, lang) if as_percent else decimal(row.mean, lang, 0),
        interval=whole_interval(row.low, row.high, lang),
    )
