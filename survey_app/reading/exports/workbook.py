"""A book as an Excel workbook: what it is, sheets to be read, and a sheet for each table.

Figures are numbers in the reader's own notation. A cell that is not shown is empty, and its row
says why in words.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from survey_app.reading.exports.model import Column, ExportBook, ExportTable, Value
from survey_app.reading.exports.series import SERIES
from survey_app.reading.exports.sheets import overview_sheet, trend_sheets
from survey_app.shared.agency import agency_as_source
from survey_app.shared.i18n import N_, translator

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


# shown as they were published: 71.5, 0.74, 0.5467
_FORMATS: Final = {
    "text": "@", "whole": "#,##0", "figure": "0.0##", "points": "+0.0;\u22120.0;0.0",
    "share": "0.0 %", "flag": "@",
}  # fmt: skip
_SHEET_NAME: Final = 31  # characters that Excel allows
_FOOTER: Final = 120  # of a title in a footer: Excel allows 255, in which each & counts twice
_INK, _ACCENT, _QUIET, _GROUND = "#14222b", "#0a5566", "#465761", "#f3f6f7"
_NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)  # the same bytes each time


def xlsx_bytes(book: ExportBook) -> bytes:
    """Write the whole book."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - large, and seldom needed

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as workbook:
        workbook.set_properties(
            {"title": book.title, "company": agency_as_source(book.language), "created": _NEVER}
        )
        styles = _styles(workbook)
        front = workbook.add_worksheet(translator(book.language).gettext(N_("Om tallene")))
        read = [overview_sheet(workbook, book, styles), *trend_sheets(workbook, book, styles)]
        first = [name for name in read if name]
        for name in first:
            _paper(workbook.get_worksheet_by_name(name), book)
        # a first survey has no changes: a head alone is no sheet to open
        tables = [table for table in book.tables if table.rows]
        _front(front, book, styles, [*((name, name) for name in first), *map(_linked, tables)])
        single = sum(1 for _ in book.table("waves").rows) == 1
        for table in tables:
            # which wave a row is of follows from the front where there is one
            keep_facts = table.key in {"waves", SERIES} or not single
            _sheet(workbook, book, table, styles, keep_facts=keep_facts)
    return file.getvalue()


def _styles(workbook: Workbook) -> Mapping[str, Format]:
    base = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "top"}
    made = {
        kind: workbook.add_format({**base, "num_format": form}) for kind, form in _FORMATS.items()
    }
    quiet = {**base, "font_color": _QUIET, "italic": True}
    return {
        **made,
        "hidden": workbook.add_format(quiet),
        "quiet": workbook.add_format({**base, "font_color": _QUIET}),
        "strong": workbook.add_format({**base, "bold": True}),
        "inside": workbook.add_format({**base, "indent": 1}),
        "wrapped": workbook.add_format({**base, "text_wrap": True}),
        "title": workbook.add_format({**base, "font_size": 18, "bold": True}),
        "heading": workbook.add_format({**base, "font_size": 13, "bold": True}),
        "label": workbook.add_format({**base, "font_color": _QUIET}),
        "link": workbook.add_format({**base, "font_color": _ACCENT, "underline": 1}),
        "head": workbook.add_format(
            {**base, "bold": True, "text_wrap": True, "bg_color": _GROUND, "bottom": 2,
             "bottom_color": _INK, "valign": "bottom"}
        ),
    }  # fmt: skip


def _front(
    sheet: Worksheet,
    book: ExportBook,
    styles: Mapping[str, Format],
    linked: Sequence[tuple[str, str]],
) -> None:
    """Say what the book is, how to read it, and where each sheet is, by its name and title."""
    gettext = translator(book.language).gettext
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, book.title, styles["title"])
    row = 2
    for label, text in book.facts.items():
        sheet.write_string(row, 0, label, styles["label"])
        sheet.write_string(row, 1, text, styles["text"])
        row += 1
    sheet.write_string(row + 1, 0, gettext(N_("Slik leser du tallene")), styles["heading"])
    row += 2
    for note in book.notes:
        sheet.write_string(row, 1, note, styles["wrapped"])
        row += 1
    sheet.write_string(row + 1, 0, gettext(N_("Arkene")), styles["heading"])
    row += 2
    for name, title in linked:
        sheet.write_url(row, 1, f"internal:'{name}'!A1", styles["link"], title)
        row += 1
    _paper(sheet, book)


def _name(table: ExportTable) -> str:
    return table.title[:_SHEET_NAME]


def _linked(table: ExportTable) -> tuple[str, str]:
    return _name(table), table.title


def _sheet(
    workbook: Workbook,
    book: ExportBook,
    table: ExportTable,
    styles: Mapping[str, Format],
    *,
    keep_facts: bool,
) -> None:
    sheet = workbook.add_worksheet(_name(table))
    shown = [(i, one) for i, one in enumerate(table.columns) if keep_facts or not one.fact]
    status = next((i for i, one in enumerate(table.columns) if one.key == "status"), None)
    yes_no = _yes_no(book)
    for place, (_, column) in enumerate(shown):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, styles["head"])
    sheet.set_row(0, 46)
    for number, row in enumerate(table.rows, start=1):
        hidden = status is not None and row[status] != "published"
        for place, (index, column) in enumerate(shown):
            style = styles["hidden"] if hidden else styles[column.kind]
            _write(sheet, number, place, row[index], column, style, yes_no)
    sheet.freeze_panes(1, 0)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(shown) - 1)
    sheet.repeat_rows(0)
    _paper(sheet, book)


def _write(
    sheet: Worksheet,
    row: int,
    place: int,
    value: Value,
    column: Column,
    style: Format,
    yes_no: tuple[str, str],
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(row, place, yes_no[0] if value else yes_no[1], style)
    elif column.kind == "text":
        sheet.write_string(row, place, str(value), style)
    else:
        sheet.write_number(row, place, value, style)


def _yes_no(book: ExportBook) -> tuple[str, str]:
    gettext = translator(book.language).gettext
    return gettext(N_("ja")), gettext(N_("nei"))


def _paper(sheet: Worksheet, book: ExportBook) -> None:
    """Set how a sheet prints: A4 across, as wide as the paper, with its title and number."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    title = book.title[:_FOOTER].replace("&", "&&")
    sheet.set_footer(f"&L{title}&R&P / &N")
