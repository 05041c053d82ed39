"""The formats of tables: how each is named, sent and written. A new one is one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from survey_app.reading.exports.codebook import ddi_bytes
from survey_app.reading.exports.delimited import csv_bytes
from survey_app.reading.exports.json_stat import json_stat_bytes
from survey_app.reading.exports.model import Book
from survey_app.reading.exports.parquet import parquet_bytes
from survey_app.reading.exports.scope import Part
from survey_app.reading.exports.workbook import xlsx_bytes

DEFAULT_TABLE: Final = "estimates"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type Writer = Callable[[Book, list[Part], str], bytes]


@dataclass(frozen=True, slots=True)
class TableFormat:
    """One format; ``single`` ones hold one table, chosen by its key."""

    extension: str
    media_type: str
    single: bool
    write: Writer


FORMATS: Final[Mapping[str, TableFormat]] = {
    "csv": TableFormat(
        "csv", "text/csv; charset=utf-8", True, lambda book, _, key: csv_bytes(book.table(key))
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
        lambda book, _, key: json_stat_bytes(book, shares=key == "shares"),
    ),
    "ddi": TableFormat(
        "xml", "application/xml", False, lambda book, parts, _: ddi_bytes(book, parts)
    ),
}
