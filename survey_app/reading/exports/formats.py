"""The formats of tables: how each is named, sent and written. A new one is one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from questionnaires.margins import Margins
from survey_app.publications.formats import read_content
from survey_app.reading.events.placed import PlacedEvent
from survey_app.reading.exports.book import book_of
from survey_app.reading.exports.codebook import ddi_bytes
from survey_app.reading.exports.delimited import csv_bytes, excel_csv_bytes
from survey_app.reading.exports.errors import UnknownTable
from survey_app.reading.exports.json_stat import json_stat_bytes
from survey_app.reading.exports.model import ExportBook
from survey_app.reading.exports.parquet import parquet_bytes
from survey_app.reading.exports.scope import ExportScope, Part
from survey_app.reading.exports.series import SERIES, SeriesPoint
from survey_app.reading.exports.workbook import xlsx_bytes
from survey_app.reading.published import Published
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import Language

DEFAULT_TABLE: Final = "estimates"
SHARES: Final = "shares"  # how answers fall: a cube of its own in JSON-stat
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type Writer = Callable[[ExportBook, list[Part], str], bytes]


@dataclass(frozen=True, slots=True)
class TableFormat:
    """One format; ``single`` ones hold one table, chosen by its key."""

    extension: str
    media_type: str
    single: bool
    write: Writer


FORMATS: Final[Mapping[str, TableFormat]] = {
    "csv": TableFormat("csv", "text/csv", True, lambda book, _, key: csv_bytes(book.table(key))),
    "csv-excel": TableFormat(
        "excel.csv", "text/csv", True, lambda book, _, key: excel_csv_bytes(book.table(key))
    ),
    "xlsx": TableFormat("xlsx", _XLSX, False, lambda book, _, __: xlsx_bytes(book)),
    "parquet": TableFormat(
        "parquet",
        "application/vnd.apache.parquet",
        True,
        lambda book, _, key: parquet_bytes(book, book.table(key)),
    ),
    "json-stat": TableFormat(
        "json",
        "application/json",
        True,
        lambda book, _, key: json_stat_bytes(book, shares=key == SHARES),
    ),
    "ddi": TableFormat(
        "xml", "application/xml", False, lambda book, parts, _: ddi_bytes(book, parts)
    ),
}


@dataclass(frozen=True, slots=True)
class TableOrder:
    """A file of tables that is to be written from a publication's content, wherever that is.

    ``margins_before`` as a `Part` has them.
    """

    form: str
    lang: Language
    wave: Wave
    scope: ExportScope
    table: str = DEFAULT_TABLE
    events: tuple[PlacedEvent, ...] = ()
    series: tuple[SeriesPoint, ...] = ()
    margins_before: Margins | None = None


def takes_series(form: str, table: str) -> bool:
    """Tell whether a file has the waves before its own: a workbook, or that table alone."""
    return form == "xlsx" or (FORMATS[form].single and table == SERIES)


def write_tables(order: TableOrder, content: bytes) -> bytes:
    """Read a publication's content and write the file that somebody ordered of it.

    Raises
    ------
    UnknownTable
        If the publication has no such table.
    """
    shown = Published(read_content(content))
    part = Part(order.wave, shown, order.scope, order.margins_before)
    return file_of(
        [part], order.form, order.table, order.lang, events=order.events, series=order.series
    )


def file_of(
    parts: list[Part],
    form: str,
    table: str,
    lang: Language,
    *,
    open_data: bool = False,
    events: Sequence[PlacedEvent] = (),
    series: Sequence[SeriesPoint] = (),
) -> bytes:
    """Write tables of publications in a format.

    Raises
    ------
    UnknownTable
        If a format that holds one table is asked for one that is not there.
    """
    book = book_of(parts, lang, open_data=open_data, events=events, series=series)
    known = [DEFAULT_TABLE, SHARES] if form == "json-stat" else [one.key for one in book.tables]
    if FORMATS[form].single and table not in known:
        raise UnknownTable(table, known)
    return FORMATS[form].write(book, parts, table)
