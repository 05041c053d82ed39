"""Units by indices: a cell is coloured only where the figures support a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from survey_app.reading.culture.heatmap_table import (
    ORGANISATION,
    Heatmap,
    HeatmapCell,
    HeatmapColumn,
    HeatmapRow,
    Region,
)
from survey_app.reading.culture.past import Changes, since_last
from survey_app.reading.culture.shading import Compare, Own, beside_regions, shade
from survey_app.reading.names import inside, place_name, row_name, sentence_name
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Change, Domain
from survey_app.reading.sentences import since
from survey_app.reading.shifts import sentences_of
from survey_app.reading.staff_measures import columns
from survey_app.reading.verdicts import UNCERTAINTY_HIDDEN, bare, why_hidden, why_no_figure
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import listed

CHANGES: Final = "changes"
_NO_UNIT: Final = N_("Ingen enhet har egne tall.")
_ALL_UNITS: Final = N_("Alle enhetene har egne tall.")
_SOME_UNITS: Final = N_(
    "%(shown)s av %(units)s enheter har egne tall; resten er med i tallene for regionen."
)
_SOME_UNITS_OF_ONE: Final = N_(
    "%(shown)s av %(units)s enheter har egne tall; resten er med i tallene for alle."
)


def heatmap(
    published: Published,
    places: Sequence[Domain],
    lang: Language,
    *,
    compare: Compare = "agency",
    order: str = ORGANISATION,
    opened: frozenset[str] = frozenset(),
    changes: Changes | None = None,
    together: bool = False,
) -> Heatmap:
    """Put the table together.

    Parameters
    ----------
    places : sequence of Domain
        What the reader may see, in the organisation's order; nothing is ranked by level.
    compare : {"agency", "parent", "own", "level"}
        What the cells' colour says.
    order : str
        ``organisation``; ``changes`` puts those with a real change first; a measure's code puts
        those certainly lower first and those certainly higher last, with a minus the other way
        round. Whoever cannot be told apart keeps the organisation's order: nothing is ranked.
    opened : frozenset of str
        Codes of the regions whose units are shown.
    changes : callable, optional
        Which changes count; without it those since the measure was last asked.
    together : bool
        All units in one list, sorted whole, instead of under their regions; so they always stand
        where the reader sees no region, as in an agency that has none.
    """
    codes = columns_of(published)
    moved = changes or since_last(published)
    beside = beside_regions(published, places, codes) if compare == "parent" else {}

    def own(code: str, place: Domain) -> Own:
        return Own(moved(code, place), beside.get((code, place.code), "none"))

    rows = {d.code: _row(published, d, codes, own, compare, lang) for d in places}
    at, sign = _sorting(codes, order)
    regions = [
        Region(
            row=rows[region.code],
            units=tuple(
                _sorted([rows[d.code] for d in places if d.parent == region.code], order, at, sign)
            )
            if region.code in opened
            else (),
            count=sum(d.parent == region.code and d.level == "unit" for d in published.domains),
            open=region.code in opened,
        )
        for region in places
        if region.level == "region"
    ]
    together = together or not regions
    in_sight = frozenset(d.code for d in places) if together else opened
    by_row = {id(region.row): region for region in regions}
    regions = [by_row[id(row)] for row in _sorted([one.row for one in regions], order, at, sign)]
    agency = next(d for d in places if d.level == AGENCY)
    units = [rows[d.code] for d in places if d.level == "unit"]
    return Heatmap(
        columns=tuple(
            HeatmapColumn(
                code,
                row_name(code, measure.title, lang),
                inside(sentence_name(code, measure.kind, measure.title, lang)),
                _since((moved(code, place) for place in places), lang),
                "" if number != at else "ascending" if sign > 0 else "descending",
            )
            for number, code in enumerate(codes)
            if (measure := published.measure(code))
        ),
        alike=listed(names_alike(published, codes, lang), lang),
        shifted=_shifted(published, codes, rows.values(), in_sight, lang),
        agency=rows[agency.code],
        regions=tuple(regions),
        together=tuple(_sorted(units, order, at, sign)) if together else (),
        mostly_plain=_mostly_plain(units),
        compare=compare,
        order=order if order == CHANGES or at is not None else ORGANISATION,
    )


def names_alike(published: Published, codes: Sequence[str], lang: Language) -> tuple[str, ...]:
    """Name the measures on which units cannot be told apart, as inside a sentence."""
    return tuple(
        inside(sentence_name(code, measure.kind, measure.title, lang))
        for code in codes
        if published.alike(code) and (measure := published.measure(code))
    )


def _shifted(
    published: Published,
    codes: Sequence[str],
    rows: Iterable[HeatmapRow],
    opened: frozenset[str],
    lang: Language,
) -> tuple[str, ...]:
    """Say why some of the cells that are in sight cannot be compared."""
    units = [row.place for row in rows if row.place.parent in opened and not row.hidden]
    return sentences_of(published, codes, units, lang)


def columns_of(published: Published) -> tuple[str, ...]:
    """Return the measures of the table: the full indices, or what a pulse asks of them."""
    return tuple(code for code in columns(published) if published.measure(code))


def units_shown(published: Published, lang: Language) -> str:
    """Say how many units have a figure of their own in the table; empty without units."""
    units = [domain for domain in published.domains if domain.level == "unit"]
    codes = columns_of(published)
    told = sum(any(_told(published, code, unit) for code in codes) for unit in units)
    if not units:
        return ""
    regions = any(domain.level == "region" for domain in published.domains)
    some = _SOME_UNITS if regions else _SOME_UNITS_OF_ONE
    said = _NO_UNIT if not told else _ALL_UNITS if told == len(units) else some
    return translator(lang).gettext(said) % {"shown": told, "units": len(units)}


def _told(published: Published, code: str, place: Domain) -> bool:
    found = published.estimate(code, place.level, place.code)
    return found is not None and (found.shown or bare(found))


def _mostly_plain(units: Sequence[HeatmapRow]) -> bool:
    steps = [cell.step for row in units for cell in row.cells if cell.mean is not None]
    return bool(steps) and 2 * steps.count(0) > len(steps)


def _sorting(codes: Sequence[str], order: str) -> tuple[int | None, int]:
    """Return which column the rows are sorted by, and 1 or -1."""
    code = order.removeprefix("-")
    return codes.index(code) if code in codes else None, -1 if order.startswith("-") else 1


def _sorted(rows: list[HeatmapRow], order: str, at: int | None, sign: int) -> list[HeatmapRow]:
    if order == CHANGES:
        return sorted(rows, key=lambda row: not row.changed)
    if at is None:
        return rows
    return sorted(rows, key=lambda row: (bool(row.hidden), sign * row.cells[at].step))


def _since(changes: Iterable[Change | None], lang: Language) -> str:
    """Name the wave that changes are counted from, by the first place that shows one."""
    return next((since(one, lang) for one in changes if one is not None and one.shown), "")


def _row(
    published: Published,
    place: Domain,
    codes: Sequence[str],
    own: Callable[[str, Domain], Own],
    compare: Compare,
    lang: Language,
) -> HeatmapRow:
    cells = tuple(_cell(published, place, code, own(code, place), compare, lang) for code in codes)
    hidden = ""
    if all(cell.mean is None for cell in cells):
        hidden = cells[0].hidden if cells else ""
    return HeatmapRow(place, place_name(place, lang), len(place.members) > 1, cells, hidden)


def _cell(
    published: Published,
    place: Domain,
    code: str,
    own: Own,
    compare: Compare,
    lang: Language,
) -> HeatmapCell:
    found = published.estimate(code, place.level, place.code)
    if found is None or not found.shown or found.mean is None:
        if found is not None and bare(found):
            words = translator(lang).gettext(UNCERTAINTY_HIDDEN)
            return HeatmapCell(code, found.mean, "", words, "", 0.0, "")
        why = why_no_figure(found) if found is not None else why_hidden("", place.level)
        return HeatmapCell(code, None, "", "", "", 0.0, translator(lang).gettext(why))
    pooled = published.pooled(code, place.code) if place.level != AGENCY else None
    # The colour is decided on the smoothed mean, so that is the number that stands in the cell.
    mean = pooled.eb if pooled is not None and pooled.eb is not None else found.mean
    shaded = shade(published, place, code, mean, own, compare, lang, pooled)
    change = own.change
    real = change is not None and change.shown and change.verdict in {"up", "down"}
    return HeatmapCell(
        measure=code,
        mean=mean,
        style=shaded.style,
        words=shaded.words,
        move=change.verdict if real and change else "",
        points=abs(change.difference or 0.0) if real and change else 0.0,
        hidden="",
        shifted=shaded.shifted,
        step=shaded.step,
    )
