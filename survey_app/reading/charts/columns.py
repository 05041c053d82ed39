"""How answers on 0-10 fall: one column for each answer, from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from survey_app.shared.i18n import Language
from survey_app.shared.numbers import per_hundred


@dataclass(frozen=True, slots=True)
class AnswerBin:
    """One answer and the share that gave it (0-1), with its interval where there is one."""

    label: str
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """One answer as drawn; ``reach`` are the ends of its interval."""

    label: str
    text: str
    x: float
    middle: float
    y: float
    height: float
    text_y: float
    reach: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Columns:
    """Everything that the macro draws."""

    width: int
    height: int
    base: int
    room: float
    columns: tuple[AnswerColumn, ...]


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    base: int
    air: int


_TOP: Final = 30
_BELOW: Final = 24
WIDE: Final = _Size(560, 190, 8)
NARROW: Final = _Size(358, 190, 4)


def draw_columns(answers: Sequence[AnswerBin], lang: Language, size: _Size = WIDE) -> Columns:
    """Place the columns of one question; the tallest, with its interval, fills the height."""
    tallest = max((max(one.share, one.high or 0.0) for one in answers), default=0.0)
    unit = (size.base - _TOP) / max(tallest, 0.01)
    step = (size.width + size.air) / max(len(answers), 1)
    return Columns(
        width=size.width,
        height=size.base + _BELOW,
        base=size.base,
        room=round(step - size.air, 1),
        columns=tuple(
            _column(one, index * step, step - size.air, unit, size.base, lang)
            for index, one in enumerate(answers)
        ),
    )


def _column(
    one: AnswerBin, x: float, room: float, unit: float, base: int, lang: Language
) -> AnswerColumn:
    top = base - one.share * unit
    reach = None
    if one.low is not None and one.high is not None:
        reach = (round(base - one.high * unit, 1), round(base - one.low * unit, 1))
    return AnswerColumn(
        label=one.label,
        text=per_hundred(one.share, lang),
        x=round(x, 1),
        middle=round(x + room / 2, 1),
        y=round(top, 1),
        height=round(one.share * unit, 1),
        text_y=round(min(top, reach[0] if reach else top) - 6, 1),
        reach=reach,
    )
