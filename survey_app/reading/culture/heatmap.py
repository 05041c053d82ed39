"""Units by indices: a cell is coloured only where the figures support a difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from survey_app.reading.culture.measures import HEATMAP, HEATMAP_PULSE
from survey_app.reading.names import inside, listed, place_name, row_name
from survey_app.reading.published import AGENCY, Domain, Published
from survey_app.reading.shifts import sentences_of
from survey_app.reading.verdicts import BANDS, NOT_COMPARABLE, band_number, why_hidden
from survey_app.shared.i18n import N_, Language, translator

Colour = Literal["difference", "level"]
Order = Literal["organisation", "changes"]

MOST_OPEN: Final = 2
_SIDES = {
    "low2": N_("mye lavere enn etaten"),
    "low1": N_("lavere enn etaten"),
    "high1": N_("høyere enn etaten"),
    "high2": N_("mye høyere enn etaten"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: ``style`` is the CSS class, ``words`` what the colour says.

    ``shifted``: units of this type read a question behind it otherwise, so it is not comparable.
    """

    measure: str
    mean: float | None
    style: str
    words: str
    move: str
    points: float
    hidden: str
    shifted: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A place with its cells; ``hidden`` where none of them is shown."""

    place: Domain
    name: str
    merged: bool
    cells: tuple[Cell, ...]
    hidden: str

    @property
    def changed(self) -> bool:
        """Whether any of its figures has really changed."""
        return any(cell.move for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Region:
    """A region, folded or open."""

    row: Row
    units: tuple[Row, ...]
    count: int
    open: bool


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Everything that the table shows; ``alike`` are the columns that no unit is coloured in."""

    columns: tuple[str, ...]
    alike: str
    shifted: tuple[str, ...]
    agency: Row
    regions: tuple[Region, ...]
    colour: Colour
    order: Order


def heatmap(
    published: Published,
    places: Sequence[Domain],
    lang: Language,
    *,
    colour: Colour = "difference",
    order: Order = "organisation",
    opened: frozenset[str] = frozenset(),
) -> Heatmap:
    """Put the table together.

    Parameters
    ----------
    places : sequence of Domain
        What the reader may see, in the organisation's order; nothing is ranked by level.
    colour : {"difference", "level"}
        What the cells' colour says.
    order : {"organisation", "changes"}
        ``changes`` puts those with a real change first and keeps the order otherwise.
    opened : frozenset of str
        Codes of the regions whose units are shown.
    """
    codes = columns_of(published)
    rows = {d.code: _row(published, d, codes, colour, lang) for d in places}
    regions = [
        Region(
            row=rows[region.code],
            units=tuple(_sorted([rows[d.code] for d in places if d.parent == region.code], order))
            if region.code in opened
            else (),
            count=sum(d.parent == region.code and d.level == "unit" for d in published.domains),
            open=region.code in opened,
        )
        for region in places
        if region.level == "region"
    ]
    if order == "changes":
        regions.sort(key=lambda region: not region.row.changed)
    agency = next(d for d in places if d.level == AGENCY)
    return Heatmap(
        columns=tuple(
            row_name(code, measure.title, lang)
            for code in codes
            if (measure := published.measure(code))
        ),
        alike=listed(names_alike(published, codes, lang), lang),
        shifted=_shifted(published, codes, rows.values(), opened, lang),
        agency=rows[agency.code],
        regions=tuple(regions),
        colour=colour,
        order=order,
    )


def names_alike(published: Published, codes: Sequence[str], lang: Language) -> tuple[str, ...]:
    """Name the measures on which units cannot be told apart, as inside a sentence."""
    return tuple(
        inside(row_name(code, measure.title, lang))
        for code in codes
        if published.alike(code) and (measure := published.measure(code))
    )


def _shifted(
    published: Published,
    codes: Sequence[str],
    rows: Iterable[Row],
    opened: frozenset[str],
    lang: Language,
) -> tuple[str, ...]:
    """Say why some of the cells that are in sight cannot be compared."""
    units = [row.place for row in rows if row.place.parent in opened and not row.hidden]
    return sentences_of(published, codes, units, lang)


def unfolded(table: Published, places: Sequence[Domain], codes: Sequence[str]) -> frozenset[str]:
    """Return the regions that stand open where the address does not say which.

    At most two: those with both a coloured and a really changed cell before those with either,
    then those whose units have such cells; else the first region.
    """
    marks = {
        place.code: _moved(table, place, codes) + _apart(table, place, codes) for place in places
    }
    regions = [place.code for place in places if place.level == "region"]
    own_cells = sorted((code for code in regions if marks[code]), key=lambda code: -marks[code])
    of_units = [place.parent for place in places if place.level == "unit" and marks[place.code]]
    wanted = list(dict.fromkeys([*own_cells, *of_units]))
    return frozenset(wanted[:MOST_OPEN] or regions[:1])


def _moved(table: Published, place: Domain, codes: Sequence[str]) -> bool:
    changes = (table.change(code, place.level, place.code, "previous") for code in codes)
    return any(one is not None and one.shown and one.verdict in {"up", "down"} for one in changes)


def _apart(table: Published, place: Domain, codes: Sequence[str]) -> bool:
    pooled = (table.pooled(code, place.code) for code in codes)
    return any(one is not None and one.difference != "none" for one in pooled)


def many_alike(table: Published, places: Sequence[Domain], codes: Sequence[str]) -> bool:
    """Tell whether most of the units' figures cannot be told from the agency's."""
    sides = [
        pooled.difference
        for d in places
        if d.level == "unit"
        for code in codes
        if (pooled := table.pooled(code, d.code)) is not None
    ]
    return bool(sides) and 2 * sides.count("none") > len(sides)


def columns_of(published: Published) -> tuple[str, ...]:
    """Return the measures of the table: the full indices, or what a pulse asks of them."""
    wanted = HEATMAP if published.measure("KI") else HEATMAP_PULSE
    return tuple(code for code in wanted if published.measure(code))


def _sorted(rows: list[Row], order: Order) -> list[Row]:
    return sorted(rows, key=lambda row: not row.changed) if order == "changes" else rows


def _row(
    published: Published, place: Domain, codes: Sequence[str], colour: Colour, lang: Language
) -> Row:
    cells = tuple(_cell(published, place, code, colour, lang) for code in codes)
    hidden = ""
    if all(cell.mean is None for cell in cells):
        hidden = cells[0].hidden if cells else ""
    return Row(place, place_name(place, lang), len(place.members) > 1, cells, hidden)


def _cell(published: Published, place: Domain, code: str, colour: Colour, lang: Language) -> Cell:
    _ = translator(lang).gettext
    found = published.estimate(code, place.level, place.code)
    if found is None or not found.shown or found.mean is None:
        why = _(why_hidden(found.status if found else "suppressed_primary"))
        return Cell(code, None, "", "", "", 0.0, why)
    pooled = published.pooled(code, place.code) if place.level != AGENCY else None
    # The colour is decided on the smoothed mean, so that is the number that stands in the cell.
    mean = pooled.eb if pooled is not None and pooled.eb is not None else found.mean
    shifted = place.level == "unit" and bool(published.shifted(code, place))
    if shifted:
        style, words = "", _(NOT_COMPARABLE.word).lower()
    elif place.level == "unit" and published.alike(code):
        style, words = "", ""
    elif colour == "level":
        band = band_number(mean)
        style, words = f"l{band}", _(BANDS[band - 1][1]).lower()
    else:
        side = pooled.difference if pooled else "none"
        style, words = ("", "") if side == "none" else (side, _(_SIDES[side]))
    change = published.change(code, place.level, place.code, "previous")
    real = change is not None and change.shown and change.verdict in {"up", "down"}
    return Cell(
        measure=code,
        mean=mean,
        style=style,
        words=words,
        move=change.verdict if real and change else "",
        points=abs(change.difference or 0.0) if real and change else 0.0,
        hidden="",
        shifted=shifted,
    )
