"""The workplace over time: inside and outside each as a line of its own, on one scale."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.events.kinds import Side
from survey_app.reading.charts.scale import REPUTATION_BASE
from survey_app.reading.course import course_finding, untold
from survey_app.reading.event_axis import axis_events
from survey_app.reading.names import row_name
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY
from survey_app.reading.sentences import Finding
from survey_app.reading.trends import Series, TrendFigure, trend_figure, trend_window
from survey_app.reading.waves import Wave, trend_until
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class SideLine:
    """One side's figure, and what its waves tell together where that was judged.

    ``linked`` is whether the reader may open what happened there.
    """

    side: Side
    figure: TrendFigure
    course: Finding | None
    linked: bool


@dataclass(frozen=True, slots=True)
class OverTime:
    """The lines that there are, and the window of 0-100 that they share."""

    lines: tuple[SideLine, ...]
    window: tuple[int, int]


@dataclass(frozen=True, slots=True)
class MeasuredSide:
    """What one side is followed by: a measure, and the newest publication that has it."""

    side: Side
    code: str
    shown: Published
    wave: Wave


async def over_time(
    sides: Sequence[MeasuredSide],
    seen: Collection[Side],
    told: Sequence[Finding],
    lang: Language,
    at: datetime,
) -> OverTime:
    """Draw each side up to the wave that the page shows of it.

    ``seen`` are the sides whose events the reader may see; of others, those that are open to all.
    ``told`` are the findings of the page, which are not told again.
    """
    many: list[Series] = [
        await trend_until(one.side.value, one.code, AGENCY, "", until=one.wave, at=at)
        for one in sides
    ]
    window = trend_window(many, REPUTATION_BASE)
    lines = []
    for one, series in zip(sides, many, strict=True):
        measure, whole = one.shown.measures[one.code], one.shown.whole
        figure = trend_figure(
            row_name(one.code, measure.title, lang),
            series,
            window,
            lang,
            await axis_events(one.side, whole, (), one.shown, lang, everybody=one.side not in seen),
        )
        course = untold(course_finding(one.shown, one.code, whole, series, lang), told)
        lines.append(SideLine(one.side, figure, course, one.side in seen))
    return OverTime(tuple(lines), (window.low, window.high))
