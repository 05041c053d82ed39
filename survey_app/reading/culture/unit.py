"""One unit: its own figures, or its region's where its own cannot be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.events.kinds import Side
from survey_app.reading import kinds
from survey_app.reading.charts.scale import CULTURE_BASE
from survey_app.reading.culture.heatmap import names_alike
from survey_app.reading.culture.past import MAIN
from survey_app.reading.culture.questions import Questions, questions_of
from survey_app.reading.culture.year import YearFigures, year_figures
from survey_app.reading.event_axis import AxisEvent, axis_events, of_itself
from survey_app.reading.findings import findings
from survey_app.reading.history.beside import earlier_of
from survey_app.reading.history.own import OwnHistory
from survey_app.reading.levels import LevelRow, exposures, level_rows
from survey_app.reading.names import noun, place_name, row_name
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Change, Domain, Estimate, PooledRow
from survey_app.reading.sentences import Finding, difference_finding
from survey_app.reading.shifts import sentences_of
from survey_app.reading.staff_measures import columns, headlines
from survey_app.reading.trends import TrendFigure, trend_figure, trend_window
from survey_app.reading.unit_links import own_then
from survey_app.reading.verdicts import why_hidden
from survey_app.reading.waves import Wave, published, trend_until
from survey_app.shared.i18n import Language, translator
from survey_app.shared.numbers import decimal, listed

FINDINGS = 3
_CALLED = frozenset({"up", "down"})
LOOK_BACK = 5  # waves: a year of pulses and a main wave


@dataclass(frozen=True, slots=True)
class RateRow:
    """Response rate of one wave, beside the agency's."""

    wave: Wave
    invited: int | None
    answered: int | None
    rate: float | None
    agency: float | None
    low: bool


@dataclass(frozen=True, slots=True)
class MainFindings:
    """What the newest main wave called up or down in a unit, for a page about a later pulse."""

    wave: Wave
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class UnitPage:
    """Everything that the page shows; ``place`` is the region where the unit is hidden.

    ``smoothed`` is what stands for the unit beside the others, in the table of units.

    ``changed`` says how the unit was changed, where that leaves no curve to draw.

    ``alike`` names the measures on which the wave cannot tell units apart, ``shifted`` says which
    questions units of this type may read otherwise than the rest.
    """

    unit: Domain
    name: str
    region: Domain | None
    region_name: str
    hidden: str
    place: Domain
    level: LevelRow | None
    smoothed: float | None
    rows: list[LevelRow]
    findings: list[Finding]
    main: MainFindings | None
    trend: TrendFigure | None
    changed: tuple[AxisEvent, ...]
    window: tuple[int, int]
    rates: list[RateRow]
    units_in_region: int
    exposures: list[tuple[str, str]]
    year: YearFigures | None
    alike: str
    shifted: tuple[str, ...]
    earlier: OwnHistory | None
    questions: Questions


async def unit_page(
    shown: Published,
    wave: Wave,
    series: Sequence[Wave],
    unit: Domain,
    lang: Language,
    at: datetime,
) -> UnitPage:
    """Put the page together."""
    codes = columns(shown)
    region = shown.domain(unit.parent) if unit.parent else None
    own_rows = level_rows(shown, codes, unit, lang)
    status = "" if any(row.estimate for row in own_rows) else _status(shown, codes, unit)
    hidden = translator(lang).gettext(why_hidden(status, unit.level)) if status else ""
    place = _told(shown, codes, region) if status else unit
    rows = level_rows(shown, codes, place, lang) if place is not unit else own_rows
    figure, window = await _trend(shown, unit, wave, lang, at)
    return UnitPage(
        unit=unit,
        name=place_name(unit, lang),
        region=place if status else region,
        region_name=place_name(place, lang) if status else "",
        hidden=hidden,
        place=place,
        level=rows[0] if rows and not hidden else None,
        smoothed=_smoothed(shown, rows[0].code, unit) if rows and not hidden else None,
        rows=rows,
        findings=_findings(shown, codes, place, unit.code, lang),
        main=None if hidden else await _main_findings(series, wave, unit, lang, at),
        trend=figure if not hidden and figure.drawn else None,
        changed=() if hidden or figure.drawn else of_itself(figure.events),
        window=window,
        exposures=exposures(shown, place, lang),
        rates=await _rates(unit, wave, series, at),
        year=await year_figures(wave, series, unit, lang, at) if hidden else None,
        alike=listed(names_alike(shown, codes, lang), lang) if place is unit else "",
        shifted=sentences_of(shown, codes, [unit], lang) if place is unit else (),
        earlier=await earlier_of(shown, unit, wave, lang, at),
        questions=questions_of(shown, place, lang),
        units_in_region=sum(d.parent == unit.parent and d.level == "unit" for d in shown.domains),
    )


def _smoothed(shown: Published, code: str, unit: Domain) -> float | None:
    found = shown.pooled(code, unit.code)
    return found.eb if found is not None else None


def _told(shown: Published, codes: Sequence[str], region: Domain | None) -> Domain:
    """Return the region, or the agency where the region is hidden as well."""
    if region is not None and any(
        (cell := shown.estimate(code, region.level, region.code)) and cell.shown for code in codes
    ):
        return region
    return next(domain for domain in shown.domains if domain.level == AGENCY)


async def newest_with_figures(series: Sequence[Wave], code: str, at: datetime) -> Wave:
    """Return the newest wave that has figures for a unit, else the newest main wave.

    A pulse asks a third, so the newest wave often has nothing of a unit's own; a year is looked
    back.
    """
    for wave in reversed(series[-LOOK_BACK:]):
        shown = await published(wave, at)
        found = [shown.estimate(one, "unit", code) for one in headlines()]
        if any(cell is not None and cell.shown for cell in found):
            return wave
    main = [wave for wave in series if wave.kind == MAIN]
    return (main or list(series))[-1]


def _status(shown: Published, codes: Sequence[str], unit: Domain) -> str:
    found = (shown.estimate(code, unit.level, unit.code) for code in codes)
    statuses = [cell.status for cell in found if cell is not None and cell.status]
    return statuses[0] if statuses else unit.status


def _findings(
    shown: Published, codes: Sequence[str], place: Domain, here: str, lang: Language
) -> list[Finding]:
    """Return three findings: changes first, then what differs from the agency."""
    measures = (*codes, *items_beside(shown, codes))
    changed = findings(
        shown,
        measures,
        lang,
        places=lambda domain: domain.code == place.code,
        changes=_worth_telling(shown, measures, codes, place),
        here=here,
        most=FINDINGS,
    )
    strong = [finding for finding in changed if finding.sign in _CALLED]
    rest = [finding for finding in changed if finding.sign not in _CALLED]
    return [*strong, *_differences(shown, codes, place, lang), *rest][:FINDINGS]


def _worth_telling(
    shown: Published, measures: Sequence[str], codes: Sequence[str], place: Domain
) -> list[Change]:
    """Leave out single questions of which nothing is known: one of sixteen would be anyone's."""
    here = [one for one in shown.changes(measures, {place.code}) if one.shown]
    known = [one for one in here if one.measure in codes or one.verdict != "uncertain"]
    return known or here


async def _main_findings(
    series: Sequence[Wave], wave: Wave, unit: Domain, lang: Language, at: datetime
) -> MainFindings | None:
    """Find what others speak of with the unit: the list of units stands on the main wave."""
    before = [one for one in series[: series.index(wave)] if one.kind == MAIN]
    if wave.kind == MAIN or not before:
        return None
    shown = await published(before[-1], at)
    place = shown.domain(unit.code)
    if place is None or place.level != unit.level:
        return None
    told = _findings(shown, columns(shown), place, unit.code, lang)
    called = [one for one in told if one.sign in _CALLED]
    return MainFindings(before[-1], called) if called else None


def items_beside(shown: Published, codes: Sequence[str]) -> tuple[str, ...]:
    """Return the items that may be told beside some measures.

    An item that is one of them alone would be told twice, once by each name.
    """
    alone = {m.items[0] for code in codes if (m := shown.measure(code)) and len(m.items) == 1}
    items = (m.code for m in shown.measures.values() if m.kind == "item")
    return tuple(code for code in items if code not in alone)


def _differences(
    shown: Published, codes: Sequence[str], place: Domain, lang: Language
) -> list[Finding]:
    _ = translator(lang).gettext
    made = []
    for code in codes:
        pooled = shown.pooled(code, place.code)
        measure = shown.measure(code)
        level = shown.estimate(code, place.level, place.code)
        agency = shown.estimate(code)
        if not (pooled and measure and level and agency) or pooled.difference == "none":
            continue
        if not _as_smoothed(pooled, level, agency, lang):
            continue
        name = noun(code, measure.title, lang)
        finding = difference_finding(
            place_name(place, lang), name, _("etaten"), level, agency, lang
        )
        if finding is not None:
            made.append(finding)
    return made[:1]


def _as_smoothed(pooled: PooledRow, level: Estimate, agency: Estimate, lang: Language) -> bool:
    """Tell whether a unit's own figure lies, as it is printed, where its smoothed one does.

    Few answers may lie on the other side of the agency's; no sentence has both sides.
    """
    if level.mean is None or agency.mean is None:
        return False
    if decimal(level.mean, lang, 0) == decimal(agency.mean, lang, 0):
        return False
    return (level.mean > agency.mean) == pooled.difference.startswith("high")


async def _trend(
    shown: Published, unit: Domain, wave: Wave, lang: Language, at: datetime
) -> tuple[TrendFigure, tuple[int, int]]:
    code = kinds.headline_index("staff")
    measure = shown.measure(code)
    name = row_name(code, measure.title if measure else kinds.title(code), lang)
    series = await trend_until("staff", code, unit.level, unit.code, until=wave, at=at)
    window = trend_window([series], CULTURE_BASE)
    events = await axis_events(Side.STAFF, unit, (), shown, lang)
    return trend_figure(name, series, window, lang, events), (window.low, window.high)


async def _rates(unit: Domain, wave: Wave, series: Sequence[Wave], at: datetime) -> list[RateRow]:
    last = series.index(wave)
    now, rows = await published(wave, at), []
    for each in series[max(0, last - 4) : last + 1]:
        content = await published(each, at)
        mine, agency = own_then(content, now, unit), content.domain("")
        if mine is not None and agency is not None:
            rows.append(
                RateRow(each, mine.invited, mine.answered, mine.rate, agency.rate, mine.low_rate)
            )
    return rows
