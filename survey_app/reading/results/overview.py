"""What everybody may see: the public's figures, and the staff's where the campaign opens them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from survey_app.events.kinds import Side
from survey_app.reading import kinds
from survey_app.reading.charts.scale import CULTURE_BASE, REPUTATION_BASE
from survey_app.reading.event_axis import axis_events
from survey_app.reading.levels import LevelRow, level_row, level_rows
from survey_app.reading.names import row_name
from survey_app.reading.path import path_finding
from survey_app.reading.published import Published
from survey_app.reading.response_then import response_then
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.sentences import Finding
from survey_app.reading.since_open import told_since_open
from survey_app.reading.trends import TrendFigure, trend_figure, trend_window
from survey_app.reading.waves import Wave, published, trend_until, waves
from survey_app.shared.i18n import Language

_BASES: Final = {"staff": CULTURE_BASE, "public": REPUTATION_BASE}


@dataclass(frozen=True, slots=True)
class Unshown:
    """A newest wave without its headline; ``why`` is empty where it is that few answered."""

    wave: Wave
    why: str


@dataclass(frozen=True, slots=True)
class OpenPart:
    """One population's part of the page."""

    wave: Wave
    whole: Domain
    headline: LevelRow
    rows: list[LevelRow]
    trend: TrendFigure
    window: tuple[int, int]
    answers: int | None
    rate: float | None
    within: float | None
    margin: float
    """The smallest change of the whole that matters, by which its changes were judged."""
    path: Finding | None
    """What the headline did before the last wave, as every other page has it."""
    response_then: str
    unshown: Unshown | None = None
    """The newest wave, where its headline is not shown."""


async def waves_for_everybody(population: str, at: datetime) -> tuple[Wave, ...]:
    """Return the waves that everybody may see: the public's always, the staff's where opened.

    What happened to others is not told beside them.
    """
    found = await waves(population, at)
    if population != "staff":
        return found
    return tuple(
        replace(
            wave,
            retracted=tuple(one for one in wave.retracted if one.open_results >= 1),
            outdated=tuple(one for one in wave.outdated if one.open_results >= 1),
        )
        for wave in found
        if wave.open_results >= 1
    )


async def open_staff(lang: Language, at: datetime) -> OpenPart | None:
    """Put together what everybody may see of staff: the values, from every wave's questions."""
    return await _open_part("staff", kinds.staff().values_core, lang, at)


async def open_public(lang: Language, at: datetime) -> OpenPart | None:
    """Put together what everybody may see of the public: trust, and the goals."""
    return await _open_part("public", kinds.public().goals, lang, at)


async def _open_part(
    population: str, codes: tuple[str, ...], lang: Language, at: datetime
) -> OpenPart | None:
    """Put together the newest open figures of a population; ``None`` where there are none."""
    series = await waves_for_everybody(population, at)
    unshown = None
    for wave in reversed(series):
        found = await _look(population, wave, series, lang, at)
        if found is None:
            return None
        if found.headline.estimate is not None:
            return replace(await _part_of(found, codes, series, lang, at), unshown=unshown)
        unshown = unshown or _unshown(found)
    return None


async def newest_unshown(population: str, lang: Language, at: datetime) -> Unshown | None:
    """Return the newest open wave of a population where its headline is not shown."""
    series = await waves_for_everybody(population, at)
    newest = await _look(population, series[-1], series, lang, at) if series else None
    return _unshown(newest) if newest and newest.headline.estimate is None else None


def _unshown(found: _Open) -> Unshown:
    return Unshown(found.wave, "" if found.headline.few else found.headline.hidden)


@dataclass(frozen=True, slots=True)
class _Open:
    """An open wave with its headline, which may not be shown."""

    wave: Wave
    shown: Published
    whole: Domain
    headline: LevelRow


async def _look(
    population: str, wave: Wave, series: Sequence[Wave], lang: Language, at: datetime
) -> _Open | None:
    shown = told_since_open(await published(wave, at), {each.key for each in series})
    whole = next(d for d in shown.domains if d.level == AGENCY)
    headline = level_row(shown, kinds.headline_index(population), whole, lang)
    return _Open(wave, shown, whole, headline) if headline else None


async def _part_of(
    newest: _Open, codes: tuple[str, ...], series: Sequence[Wave], lang: Language, at: datetime
) -> OpenPart:
    wave, shown, whole = newest.wave, newest.shown, newest.whole
    population = shown.content["campaign"]["population"]
    headline = kinds.headline_index(population)
    keys = {each.key for each in series}
    measure = shown.measure(headline)
    assert measure is not None  # it has a figure
    points = await trend_until(population, headline, AGENCY, "", until=wave, at=at)
    points = [point for point in points if point[0].key in keys]
    window = trend_window([points], _BASES[population])
    response = shown.content["response"]
    return OpenPart(
        wave=wave,
        whole=whole,
        headline=newest.headline,
        rows=level_rows(shown, codes, whole, lang),
        trend=trend_figure(
            row_name(headline, measure.title, lang),
            points,
            window,
            lang,
            await axis_events(Side(population), whole, (), shown, lang, everybody=True),
        ),
        window=(window.low, window.high),
        answers=response.get("answers", whole.answered),
        rate=response.get("rr2", whole.rate),
        within=shown.within,
        margin=shown.margins.at(AGENCY),
        path=path_finding(shown, headline, lang),
        response_then=await response_then(shown, whole, [one for one, _ in points], lang, at),
    )
