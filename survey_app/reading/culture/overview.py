"""The culture of the agency or of a region in one wave: level, findings, values, trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.events.kinds import Side
from survey_app.reading.charts.scale import CULTURE_BASE
from survey_app.reading.course import course_finding, jump_sentence, untold
from survey_app.reading.culture.heatmap import units_shown
from survey_app.reading.event_axis import AxisEvent, axis_events
from survey_app.reading.findings import findings
from survey_app.reading.levels import LevelRow, exposures, level_row
from survey_app.reading.names import culture_note, row_name
from survey_app.reading.published import Published
from survey_app.reading.response_then import response_then
from survey_app.reading.rows import AGENCY, Domain, Measure
from survey_app.reading.sentences import Finding
from survey_app.reading.staff_measures import headline, items_of, parts_of, stands_alone
from survey_app.reading.trends import TrendFigure, trend_figure, trend_window
from survey_app.reading.waves import Wave, trends_until
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the page shows."""

    measure: Measure
    items: tuple[Measure, ...]
    level: LevelRow
    findings: list[Finding]
    values: list[LevelRow]
    trend: TrendFigure
    course: Finding | None
    jump: str
    multiples: list[TrendFigure]
    window: tuple[int, int]
    coverage: str
    not_reachable: int
    exposures: list[tuple[str, str]]
    response_then: str


async def overview(
    published: Published,
    wave: Wave,
    place: Domain,
    allowed: Sequence[Domain],
    index: str | None,
    lang: Language,
    at: datetime,
) -> Overview | None:
    """Put the page together; ``None`` where the wave has no culture index at all."""
    measure = headline(published, index)
    if measure is None:
        return None
    level = level_row(published, measure.code, place, lang)
    if level is None:
        return None
    parts = tuple(code for code in parts_of(measure) if published.measure(code))
    events = await axis_events(Side.STAFF, place, allowed, published, lang)
    named = [measure, *(published.measures[code] for code in parts)]
    figures, window = await _trends(wave, place, named, lang, at, events)
    told = _findings(published, place, allowed, (measure.code, *parts, *stands_alone()), lang)
    course = course_finding(published, measure.code, place, figures[0].series, lang)
    return Overview(
        measure=measure,
        items=items_of(published, measure),
        level=level,
        findings=told,
        values=_values(published, place, parts, lang),
        trend=figures[0],
        course=untold(course, told),
        jump=jump_sentence(
            published, measure.code, place, (one for one, _ in figures[0].series), lang
        ),
        multiples=[figure for figure in figures[1:] if figure.drawn],
        window=window,
        exposures=exposures(published, place, lang),
        response_then=await response_then(
            published, place, [one for one, _ in figures[0].series], lang, at
        ),
        coverage=units_shown(published, lang) if place.level == AGENCY else "",
        not_reachable=published.content["response"].get("not_reachable", 0)
        if place.level == AGENCY
        else 0,
    )


def _findings(
    published: Published,
    place: Domain,
    allowed: Sequence[Domain],
    codes: tuple[str, ...],
    lang: Language,
) -> list[Finding]:
    """Speak of the place, and on the agency's page of the regions that the reader may see."""
    measures = tuple(dict.fromkeys(codes))
    spoken = {place.code}
    if place.level == AGENCY:
        spoken |= {domain.code for domain in allowed if domain.level == "region"}
    return findings(
        published, measures, lang, places=lambda domain: domain.code in spoken, here=place.code
    )


def _values(
    published: Published, place: Domain, parts: tuple[str, ...], lang: Language
) -> list[LevelRow]:
    rows = [level_row(published, code, place, lang) for code in parts]
    rows += [
        level_row(published, code, place, lang, new_part=number == 0, note=culture_note(code, lang))
        for number, code in enumerate(code for code in stands_alone() if published.measure(code))
    ]
    return [row for row in rows if row is not None]


async def _trends(
    wave: Wave,
    place: Domain,
    measures: Sequence[Measure],
    lang: Language,
    at: datetime,
    events: Sequence[AxisEvent],
) -> tuple[list[TrendFigure], tuple[int, int]]:
    codes = [measure.code for measure in measures]
    many = await trends_until("staff", codes, place.level, place.code, until=wave, at=at)
    window = trend_window(many, CULTURE_BASE)
    figures = []
    for measure, series in zip(measures, many, strict=True):
        name = row_name(measure.code, measure.title, lang)
        figures.append(trend_figure(name, series, window, lang, events))
    return figures, (window.low, window.high)
