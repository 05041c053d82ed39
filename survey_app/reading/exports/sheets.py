"""The sheets that are made to be read: places beside measures, and the headline over time.

The tables hold the same figures row by row; here they stand as on the pages. A level that is not
shown has its reason in its cell, and each level has its interval beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, cast

from survey_app.reading.broken import carried_over
from survey_app.reading.charts.scale import CULTURE_BASE, REPUTATION_BASE, window_for
from survey_app.reading.exports.model import ExportBook, Value
from survey_app.reading.exports.rows import SHOWN
from survey_app.reading.exports.series import SERIES
from survey_app.reading.verdicts import in_place_of
from survey_app.shared.i18n import N_, translator
from survey_app.shared.numbers import interval

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from survey_app.reading.verdicts import Figure


OVERVIEW: Final = N_("Steder og indekser")
TREND: Final = N_("Utvikling")
BROKEN: Final = N_(
    "Spørsmålene, hvem som får dem eller regelen for å regne ut tallet, ble endret. Tallene over "
    "og under kan ikke sammenlignes."
)
LINKED: Final = N_(
    "Spørsmål ble endret i en eller flere målinger som stilte både de gamle og de nye. Tallene fra "
    "før er regnet om til de nye. Slik de ble publisert, står de i «%(sheet)s»."
)
_OF: Final = {
    "staff": N_("Utvikling, ansatte"),
    "public": N_("Utvikling, befolkningen"),
    "open": N_("Utvikling, åpen lenke"),
}
_FIGURES: Final = ("mean", "low", "high")
_BASES: Final = {"staff": CULTURE_BASE}
_HEAD: Final = 46  # height of a head, in points
_CHART: Final = (900, 380)  # width and height, in pixels
_LINE, _LIMIT, _GRID, _QUIET = "#0a5566", "#4b8b99", "#d5dee2", "#465761"

type Row = Mapping[str, Value]
type Styles = Mapping[str, Format]


@dataclass(frozen=True, slots=True)
class HeadlineWaves:
    """One population's waves, oldest first, and each one's cells by measure."""

    name: str
    headline: str
    base: int
    waves: Sequence[Row]
    cells: Mapping[tuple[str, str], Row]
    measures: Mapping[str, str]


def overview_sheet(workbook: Workbook, book: ExportBook, styles: Styles) -> str | None:
    """Set places beside measures, each level with its interval; return the sheet's name."""
    cells = {
        (str(row["level"]), str(row["domain"]), str(row["measure"])): row
        for row in book.table("estimates").records()
        if row["statistic"] == "mean" and row["measure"] in book.overview
    }
    names = {code: str(row["measure_name"]) for (_, _, code), row in cells.items()}
    codes = [code for code in book.overview if code in names]
    if not codes:
        return None
    gettext = translator(book.language).gettext
    sheet = workbook.add_worksheet(gettext(OVERVIEW))
    head = [
        gettext(N_("Sted eller gruppe")), gettext(N_("Svarprosent")), gettext(N_("Antall svar")),
    ]  # fmt: skip
    head += [text for code in codes for text in (names[code], gettext(N_("Usikkerhet")))]
    _head(sheet, head, (34, 11, 11), styles)
    places = [row for row in book.table("participation").records() if row["level"] != "unit_type"]
    for number, place in enumerate(places, start=1):
        level, domain = str(place["level"]), str(place["domain"])
        style = "text" if level in {"unit", "group"} else "strong"
        inside = "inside" if level == "unit" else style
        sheet.write_string(number, 0, str(place["domain_name"]), styles[inside])
        _level(sheet, number, 1, place.get("rate"), styles["share"])
        first = cells.get((level, domain, codes[0]), {})
        _level(sheet, number, 2, first.get("n"), styles["whole"])
        for column, code in enumerate(codes):
            cell = cells.get((level, domain, code))
            _pair(sheet, number, 3 + 2 * column, cell, book, styles)
    sheet.autofilter(0, 0, len(places), len(head) - 1)
    notes = [gettext(N_("Nivå fra 0 til 100, med usikkerheten ved siden av. Forskjeller som er "
                        "mindre enn usikkerheten, kan være tilfeldige."))]  # fmt: skip
    if "staff" in book.headlines:
        notes.append(gettext(N_("Tallene er enhetenes egne svar, uten utjevning. Rekkefølgen er "
                                "organisasjonens.")))  # fmt: skip
    _below(sheet, len(places) + 2, notes, styles)
    made: str = sheet.get_name()
    return made


def trend_sheets(workbook: Workbook, book: ExportBook, styles: Styles) -> list[str]:
    """Set the waves of each population below one another, with a chart of the headline."""
    found = [_trend(book, population, code) for population, code in book.headlines.items() if code]
    made = []
    for trend in found:
        if len(trend.waves) > 1:
            sheet = workbook.add_worksheet(trend.name)
            _waves(sheet, trend, book, styles)
            _chart(workbook, sheet, trend, book)
            made.append(trend.name)
    return made


def _trend(book: ExportBook, population: str, headline: str) -> HeadlineWaves:
    gettext = translator(book.language).gettext
    single = len(book.headlines) == 1
    key = SERIES if any(table.key == SERIES for table in book.tables) else "estimates"
    found = [
        row
        for row in book.table(key).records()
        if row["population"] == population
        and (row["level"], row["domain"]) == book.focus
        and row.get("statistic", "mean") == "mean"
        # of another unit: in the table of all waves, and in no line
        and row.get("linked") != "reference"
    ]
    rows = list(_in_words_of_now(found))
    waves: dict[str, Row] = {str(row["wave"]): row for row in reversed(rows)}
    measures = {str(row["measure"]): str(row["measure_name"]) for row in rows}
    first = [headline] if headline in measures else []
    order = [*first, *(code for code in book.overview if code in measures and code != headline)]
    return HeadlineWaves(
        gettext(TREND if single else _OF.get(population, TREND)),
        headline,
        _BASES.get(population, REPUTATION_BASE),
        sorted(waves.values(), key=lambda row: str(row["closed_on"])),
        {(str(row["wave"]), str(row["measure"])): row for row in rows},
        {code: measures[code] for code in order or measures},
    )


def _in_words_of_now(rows: Sequence[Row]) -> Iterator[Row]:
    """Lead figures over links, as on the pages: this sheet is made to be read."""
    newest: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: str(row["closed_on"])):
        newest[str(row["measure"])] = row
    for row in rows:
        last = newest[str(row["measure"])]
        if row.get("delta") is None or row["wording"] == last["wording"]:
            yield row
            continue
        alike = {**row, "wording": last["wording"], "carried": True}
        figure = [row[name] for name in _FIGURES]
        if None not in figure:
            mean, low, high = cast("list[float]", figure)
            delta, se = cast("float", row["delta"]), cast("float", row["delta_se"])
            alike |= zip(_FIGURES, carried_over((mean, low, high), delta, se), strict=True)
        yield alike


def _waves(sheet: Worksheet, trend: HeadlineWaves, book: ExportBook, styles: Styles) -> None:
    gettext = translator(book.language).gettext
    first, *others = trend.measures
    head = [gettext(N_("Måling")), gettext(N_("Stengt")), trend.measures[first]]
    head += [gettext(N_("Nedre grense (95 %)")), gettext(N_("Øvre grense (95 %)"))]
    head.append(gettext(N_("Antall svar")))
    head += [text for code in others for text in (trend.measures[code], gettext(N_("Usikkerhet")))]
    _head(sheet, head, (30, 12, 12, 12, 12, 10), styles)
    lines = _lines(trend)
    for number, wave in enumerate(lines, start=1):
        if wave is None:
            # a row without figures: the line of the chart stops there, too
            sheet.write_string(number, 0, gettext(BROKEN), styles["quiet"])
            continue
        sheet.write_string(number, 0, str(wave["wave_name"]), styles["strong"])
        sheet.write_string(number, 1, str(wave["closed_on"]), styles["text"])
        cell = trend.cells.get((str(wave["wave"]), first), {})
        if cell and (why := _why_not(cell, book)):
            sheet.write_string(number, 2, why, styles["hidden"])
        else:
            for column, name in enumerate(_FIGURES, start=2):
                _level(sheet, number, column, cell.get(name), styles["figure"])
            _level(sheet, number, 5, cell.get("n"), styles["whole"])
        for column, code in enumerate(others):
            found = trend.cells.get((str(wave["wave"]), code))
            _pair(sheet, number, 6 + 2 * column, found, book, styles)
    if any(cell.get("carried") for cell in trend.cells.values()):
        told = gettext(LINKED) % {"sheet": book.table(SERIES).title}
        _below(sheet, len(lines) + 1, [told], styles)


def _lines(trend: HeadlineWaves) -> list[Row | None]:
    """Lay out the waves, with an empty line where the headline was asked otherwise."""
    headline, made, last = next(iter(trend.measures)), list[Row | None](), None
    for wave in trend.waves:
        cell = trend.cells.get((str(wave["wave"]), headline), {})
        number = cell.get("wording")
        if last is not None and number is not None and number != last:
            made.append(None)
        last = last if number is None else number
        made.append(wave)
    return made


def _chart(workbook: Workbook, sheet: Worksheet, trend: HeadlineWaves, book: ExportBook) -> None:
    """Draw the headline with its limits; the sheet's own cells stand behind it."""
    gettext = translator(book.language).gettext
    last, name = len(_lines(trend)), sheet.get_name()
    headline = next(iter(trend.measures))
    shown = [trend.cells.get((str(wave["wave"]), headline), {}) for wave in trend.waves]
    values = [cell[bound] for cell in shown for bound in ("low", "high") if cell.get(bound)]
    window = window_for([cast("float", value) for value in values], trend.base)
    chart = workbook.add_chart({"type": "line"})
    for column, colour, width in ((3, _LIMIT, 1.0), (4, _LIMIT, 1.0), (2, _LINE, 2.5)):
        marker = {"type": "circle", "size": 7, "fill": {"color": _LINE}, "border": {"none": True}}
        chart.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, 0, last, 0],
                "values": [name, 1, column, last, column],
                "line": {"color": colour, "width": width},
                "marker": marker if column == 2 else {"type": "none"},  # noqa: PLR2004 - the level
            }
        )
    axis = {"num_font": {"color": _QUIET}, "line": {"color": _GRID}}
    chart.set_title(
        {"name": f"{trend.measures[headline]} ({_where(book)})", "name_font": {"size": 14}}
    )
    said = gettext(N_("Aksen viser %(low)s–%(high)s av 0–100."))
    chart.set_y_axis(
        {**axis, "min": window.low, "max": window.high, "major_unit": 10, "num_format": "0",
         "major_gridlines": {"visible": True, "line": {"color": _GRID}},
         "name": said % {"low": window.low, "high": window.high},
         "name_font": {"bold": False, "color": _QUIET}}
    )  # fmt: skip
    chart.set_x_axis(axis)
    chart.set_legend({"position": "bottom"})
    chart.show_blanks_as("gap")
    chart.set_size({"width": _CHART[0], "height": _CHART[1]})
    label = gettext(N_("%(index)s over tid, med usikkerhet.")) % {"index": trend.measures[headline]}
    sheet.insert_chart(last + 3, 0, chart, {"description": label})


def _where(book: ExportBook) -> str:
    """Name the place that the trend is of."""
    rows = book.table("participation").records()
    found = [row for row in rows if (row["level"], row["domain"]) == book.focus]
    return str(found[-1]["domain_name"]) if found else ""


def _head(sheet: Worksheet, head: Sequence[str], widths: Sequence[int], styles: Styles) -> None:
    for column, text in enumerate(head):
        sheet.write_string(0, column, text, styles["head"])
        sheet.set_column(column, column, widths[column] if column < len(widths) else 14)
    sheet.set_row(0, _HEAD)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)


def _pair(
    sheet: Worksheet, row: int, column: int, cell: Row | None, book: ExportBook, styles: Styles
) -> None:
    """Write a level and its interval, or why it is not shown."""
    if cell is None:
        return
    low, high = _end(cell, "low"), _end(cell, "high")
    if why := _why_not(cell, book):
        sheet.write_string(row, column, why, styles["hidden"])
        return
    _level(sheet, row, column, cell["mean"], styles["figure"])
    sheet.write_string(row, column + 1, interval(low or 0.0, high or 0.0, book.language),
                       styles["quiet"])  # fmt: skip


def _why_not(cell: Row, book: ExportBook) -> str:
    """Say why a level does not stand in its cell, as pages do; empty where it does."""
    if cell["status"] != SHOWN:
        return str(cell["status_name"])
    if all(cell.get(name) is not None for name in _FIGURES):
        return ""
    told = {name: cell.get(name) for name in ("mean", "n", "level", "status")}
    return in_place_of(cast("Figure", SimpleNamespace(**told)), book.language)


def _end(cell: Row, name: str) -> float | None:
    """Return an end of what is said of a level: for everybody, where the publication tells."""
    value = cell.get(f"range_{name}")
    return cast("float | None", cell.get(name) if value is None else value)


def _level(sheet: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
    if isinstance(value, int | float):
        sheet.write_number(row, column, value, style)


def _below(sheet: Worksheet, row: int, notes: Sequence[str], styles: Styles) -> None:
    for number, note in enumerate(notes):
        sheet.write_string(row + number, 0, note, styles["quiet"])
