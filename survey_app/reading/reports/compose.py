"""Put a report together from a publication: for the agency, a region, a unit, or the public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from survey_app.reading import kinds
from survey_app.reading.culture.fallen import fallen_regions
from survey_app.reading.culture.heatmap import columns_of, heatmap
from survey_app.reading.culture.heatmap_table import Heatmap
from survey_app.reading.culture.overview import overview
from survey_app.reading.culture.unit import UnitPage, unit_page
from survey_app.reading.decided import find_margins_before, other_margins
from survey_app.reading.exports.errors import ExportError
from survey_app.reading.levels import level_rows
from survey_app.reading.names import own, place_name, row_name
from survey_app.reading.published import Published
from survey_app.reading.reports.content import Hidden, Report, trend_part
from survey_app.reading.reports.items import item_blocks
from survey_app.reading.reports.words import (
    colophon,
    facts,
    hidden_sentence,
    promise_kept,
    reservations,
    sure,
    what,
)
from survey_app.reading.reputation.measures import buttons
from survey_app.reading.reputation.overview import reputation
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.staff_measures import columns, headlines, is_full, stands_alone
from survey_app.reading.verdicts import rule_of
from survey_app.reading.waves import Wave, waves
from survey_app.shared.agency import agency_in_sentence
from survey_app.shared.i18n import N_, Language, translator

REPORTED: Final = frozenset({"staff", "public"})


class NoReport(ExportError):  # noqa: N818 - a sentence, not a fault
    """Reports are made of surveys of the staff and of the public."""

    def __init__(self, wave: Wave) -> None:
        super().__init__(
            f"no report is made of '{wave.key}': it is neither of the staff nor of the population;"
            " take the tables instead"
        )


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants a report of; ``allowed`` are the places that may be spoken of."""

    wave: Wave
    shown: Published
    place: Domain
    allowed: Sequence[Domain]
    lang: Language
    at: datetime

    @property
    def population(self) -> str:
        """Who was asked."""
        return str(self.shown.content["campaign"]["population"])


async def compose_report(order: Order) -> Report:
    """Put the report together.

    Raises
    ------
    NoReport
        If the wave is neither of staff nor of the public, or lacks its headline index.
    """
    if order.population == "public":
        return await _reputation(order)
    if order.population != "staff":
        raise NoReport(order.wave)
    return await (_unit(order) if order.place.level == "unit" else _culture(order))


async def _culture(order: Order) -> Report:
    shown, place, lang = order.shown, order.place, order.lang
    gettext = translator(lang).gettext
    page = await overview(shown, order.wave, place, order.allowed, None, lang, order.at)
    if page is None:
        raise NoReport(order.wave)
    title = gettext(N_("Kulturen i %(agency)s")) % {"agency": agency_in_sentence(lang)}
    if place.level != AGENCY:
        title = gettext(N_("Kulturen i %(place)s")) % {"place": place_name(place, lang)}
    codes = columns_of(shown)
    # a pulse may ask all of one scale: two series that are never mixed, under one name
    whole = kinds.staff().values if is_full(shown) else ()
    wanted = dict.fromkeys([page.measure.code, *headlines(), *codes, *whole, *stands_alone()])
    return Report(
        kind="culture",
        lang=lang,
        wave=order.wave,
        demo=shown.content["campaign"]["demo"],
        rule=rule_of(shown.margins, place.level, shown.decided_by),
        within=shown.within,
        title=title,
        what=what("culture", lang),
        asked=place,
        place=place,
        place_name=place_name(place, lang),
        facts=facts(order.wave, shown, place, lang, page.response_then),
        hidden=None,
        headline=page.level,
        headline_name=row_name(page.measure.code, page.measure.title, lang),
        about=own(page.measure.about, lang),
        findings=page.findings,
        rows=level_rows(shown, wanted, place, lang),
        versus=place.level != AGENCY,
        trend=trend_part(
            page.trend.name,
            page.trend,
            page.window,
            lang,
            multiples=page.multiples,
            course=page.course,
        ),
        heatmap=_map(order),
        fallen=fallen_regions(shown, order.allowed, lang) if place.level == AGENCY else (),
        groups=None,
        counties=None,
        blocks=item_blocks(shown, place, lang),
        exposures=page.exposures,
        reservations=reservations(order.allowed, shown, codes, lang),
        sure=sure(shown, place, tuple(wanted), lang),
        promise=promise_kept(shown, lang),
        other_margins=await said_margins(order),
        colophon=colophon(order.wave, lang),
    )


async def said_margins(order: Order) -> str:
    """Say that the wave before was judged by other margins; empty where it was not."""
    before = await find_margins_before(order.population, order.wave, order.at)
    return other_margins(order.shown.margins, before, order.lang)


def _map(order: Order) -> Heatmap | None:
    """Lay out regions and units; of a region, itself and its own."""
    whole = order.place.level == AGENCY
    places = [
        d
        for d in order.allowed
        if whole or d.level == AGENCY or order.place.code in {d.code, d.parent}
    ]
    if order.place.level == "unit" or not any(d.level in {"region", "unit"} for d in places):
        return None
    regions = frozenset(d.code for d in places if d.level == "region")
    return heatmap(order.shown, places, order.lang, opened=regions)


async def _unit(order: Order) -> Report:
    shown, unit, lang = order.shown, order.place, order.lang
    # of a corrected wave the list has the newest version, and the order may be of an older one
    known = await waves("staff", order.at)
    series = tuple(order.wave if one.key == order.wave.key else one for one in known)
    page = await unit_page(shown, order.wave, series, unit, lang, order.at)
    codes = columns(shown)
    return Report(
        kind="unit",
        lang=lang,
        wave=order.wave,
        demo=shown.content["campaign"]["demo"],
        rule=rule_of(shown.margins, page.place.level, shown.decided_by),
        within=shown.within,
        title=page.name,
        what=what("hidden" if page.hidden else "unit", lang),
        asked=unit,
        place=page.place,
        place_name=place_name(page.place, lang),
        facts=facts(order.wave, shown, unit, lang),
        hidden=hidden_of(page, shown, lang),
        headline=page.rows[0],
        headline_name=page.rows[0].name,
        about="",
        findings=page.findings,
        rows=page.rows,
        versus=page.place.level != AGENCY,
        trend=trend_part(page.trend.name, page.trend, page.window, lang) if page.trend else None,
        heatmap=None,
        groups=None,
        counties=None,
        blocks=item_blocks(shown, page.place, lang),
        year=page.year,
        exposures=page.exposures,
        reservations=reservations([page.place], shown, codes, lang),
        sure=sure(shown, page.place, codes, lang),
        promise=promise_kept(shown, lang),
        other_margins=await said_margins(order),
        colophon=colophon(order.wave, lang),
    )


def hidden_of(page: UnitPage, shown: Published, lang: Language) -> Hidden | None:
    """Say why a unit has no figures of its own; ``None`` where it has."""
    if not page.hidden:
        return None
    place = place_name(page.place, lang)
    return Hidden(page.hidden, hidden_sentence(page, shown, place, lang), place)


async def _reputation(order: Order) -> Report:
    shown, lang = order.shown, order.lang
    gettext = translator(lang).gettext
    page = await reputation(shown, order.wave, None, None, lang, order.at)
    if page is None:
        raise NoReport(order.wave)
    trust = shown.measures[kinds.public().trust]
    return Report(
        kind="reputation",
        lang=lang,
        wave=order.wave,
        demo=shown.content["campaign"]["demo"],
        rule=rule_of(shown.margins, order.place.level, shown.decided_by),
        within=shown.within,
        title=gettext(N_("Stoler folk på %(agency)s?")) % {"agency": agency_in_sentence(lang)},
        what=what("reputation", lang),
        asked=order.place,
        place=order.place,
        place_name=own(order.place.name, lang),
        facts=facts(order.wave, shown, order.place, lang, page.response_then),
        hidden=None,
        headline=page.trust,
        headline_name=own(trust.title, lang),
        about=own(trust.about, lang),
        findings=page.findings,
        rows=level_rows(shown, buttons(), order.place, lang),
        versus=False,
        trend=trend_part(own(trust.title, lang), page.trend, page.window, lang, course=page.course),
        heatmap=None,
        groups=page.groups,
        counties=page.counties,
        blocks=item_blocks(shown, order.place, lang),
        exposures=(),
        reservations=page.groups.shifted if page.groups else (),
        sure=sure(shown, order.place, buttons(), lang),
        promise=promise_kept(shown, lang),
        other_margins=await said_margins(order),
        colophon=colophon(order.wave, lang),
    )
