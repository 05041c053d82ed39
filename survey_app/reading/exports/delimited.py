"""A table as CSV, in two notations: for programs, and for Excel as it is set up in Norway.

For programs: UTF-8 without a byte order mark, comma, decimal point. For Excel: with the mark, by
which it knows the letters, semicolon, decimal comma and the line ends of Windows. Columns, rows
and codes are the same, and the same in every language, so that a script reads them tomorrow as
today. Either may be opened in a spreadsheet: no text in it is a formula (``harmless``).
"""

from __future__ import annotations

import csv
import io

from survey_app.reading.exports.model import ExportTable, Value
from survey_app.shared.spreadsheet_text import harmless


def csv_bytes(table: ExportTable) -> bytes:
    """Write a table for programs; a figure that is not shown is an empty cell."""
    return _lines(table, ",", ".", "\n").encode()


def excel_csv_bytes(table: ExportTable) -> bytes:
    """Write a table as Excel opens it where numbers have a decimal comma."""
    return _lines(table, ";", ",", "\r\n").encode("utf-8-sig")


def _lines(table: ExportTable, separator: str, point: str, end: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=end)
    writer.writerow([column.key for column in table.columns])
    writer.writerows([_written(value, point) for value in row] for row in table.rows)
    return text.getvalue()


def _written(value: Value, point: str) -> str | int:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).replace(".", point)
    return harmless(value) if isinstance(value, str) else value
