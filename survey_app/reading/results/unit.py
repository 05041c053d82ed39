"""A unit's figures for its own people, who have no account: where the agency opens them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.reading.culture.unit import newest_with_figures, unit_page
from survey_app.reading.levels import LevelRow
from survey_app.reading.open_to_all import is_open
from survey_app.reading.results.overview import waves_for_everybody
from survey_app.reading.rows import Domain
from survey_app.reading.scope import home_of, places_in
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class OpenUnit:
    """Levels of a unit in its newest open wave, or why it has none.

    There are no changes, which would tell of waves that may not be open, and no questions, which
    are in no open result of the agency either.
    """

    wave: Wave
    unit: Domain
    name: str
    hidden: str
    rows: Sequence[LevelRow]
    within: float | None
    shown_from: int


async def open_unit(
    code: str, lang: Language, at: datetime, units_from: date | None
) -> OpenUnit | None:
    """Put the page together; ``None`` where there is no such unit, or nothing of it is open."""
    every = await waves("staff", at)
    if not every or units_from is None:
        return None
    unit = home_of(code, places_in(await published(every[-1], at)))
    if unit is None or unit.level != "unit":
        return None
    for_everybody = await waves_for_everybody("staff", at)
    series = tuple(wave for wave in for_everybody if is_open(wave, unit, units_from))
    if not series:
        return None
    wave = await newest_with_figures(series, unit.code, at)
    shown = await published(wave, at)
    page = await unit_page(shown, wave, series, shown.domain(unit.code) or unit, lang, at)
    return OpenUnit(
        wave=wave,
        unit=page.unit,
        name=page.name,
        hidden=page.hidden,
        rows=() if page.hidden else page.rows,
        within=shown.within,
        shown_from=int(shown.content["limits"]["staff_mean"]),
    )
