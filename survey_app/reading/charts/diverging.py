"""Answers to one item: agree to the right of a line, disagree to the left, neutral apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from survey_app.shared.i18n import Language
from survey_app.shared.numbers import per_hundred

_STEPS: Final = 5
_LEADING: Final = 18  # between the lines of a name, as the macro sets them
_LABEL_ROOM: Final = 24  # a segment narrower than this has its number in the table only


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """Shares of the five answers, from "strongly disagree" to "strongly agree", each 0-1."""

    name: str
    note: str
    shares: tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """One coloured part of a bar; ``step`` 1-5 chooses the colour."""

    step: int
    x: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One row as drawn; ``lines`` are those of its name, and ``y`` is where the bar begins."""

    lines: tuple[str, ...]
    note: str
    y: float
    bold: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Diverging:
    """Everything that the macro draws."""

    width: int
    height: int
    thick: int
    name_above: bool
    middle: float
    neutral_left: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    left: float
    gap: float
    row: int
    first: int
    thick: int
    letters: int
    """In a line of a name, by what a letter takes on average: 7.6 pixels of the widest font."""
    name_above: bool


WIDE: Final = _Size(1100, 190, 40, 54, 38, 34, 24, name_above=False)
NARROW: Final = _Size(358, 0, 14, 76, 60, 34, 38, name_above=True)
# bars alone, each in the row of its question
PRINT: Final = _Size(220, 0, 10, 26, 3, 20, 24, name_above=False)


def draw_diverging(rows: Sequence[AnswerRow], lang: Language, size: _Size = WIDE) -> Diverging:
    """Place every bar on one scale, so that rows can be compared along the middle line.

    The scale is the largest that lets the widest disagreeing, agreeing and neutral bars fit side by
    side; the neutral answers have the same scale in a place of their own. Where a name needs more
    lines than one, all rows have the height of the highest.
    """
    disagree = max((row.shares[0] + row.shares[1] for row in rows), default=0.0)
    agree = max((row.shares[3] + row.shares[4] for row in rows), default=0.0)
    neutral = max((row.shares[2] for row in rows), default=0.0)
    unit = (size.width - size.left - size.gap) / max(disagree + agree + neutral, 0.01)
    neutral_left = round(size.width - neutral * unit, 1)
    middle = round(size.left + disagree * unit, 1)
    names = [tuple(wrap(row.name, size.letters)) or ("",) for row in rows]
    more = _LEADING * (max(map(len, names), default=1) - 1)
    first, height = size.first + (more if size.name_above else 0), size.row + more
    bars = tuple(
        Bar(
            lines=names[index],
            note=row.note,
            y=first + index * height,
            bold=index == 0,
            pieces=_pieces(row.shares, middle, neutral_left, unit, lang),
        )
        for index, row in enumerate(rows)
    )
    end = size.first + len(rows) * height - (10 if size.name_above else 6)
    return Diverging(size.width, end, size.thick, size.name_above, middle, neutral_left, bars)


def _pieces(
    shares: tuple[float, ...], middle: float, neutral_left: float, unit: float, lang: Language
) -> tuple[Piece, ...]:
    widths = [share * unit for share in shares]
    starts = {
        2: middle - widths[1],
        1: middle - widths[1] - widths[0],
        4: middle,
        5: middle + widths[3],
        3: neutral_left,
    }
    return tuple(
        Piece(
            step=step,
            x=round(start, 1),
            width=round(widths[step - 1], 1),
            text=per_hundred(shares[step - 1], lang) if widths[step - 1] >= _LABEL_ROOM else "",
        )
        for step, start in starts.items()
        if shares[step - 1] > 0
    )
