"""A table as CSV: UTF-8 without a byte order mark, comma, decimal point, one header line.

The same in every language, so that a script reads it tomorrow as today. Excel in Norwegian splits
at semicolons and takes a point for a date, which no byte order mark would mend: for Excel there is
the workbook. A text that a spreadsheet would reckon as a formula has an apostrophe before it: names
of units and words about events come from people, and somebody will open the file there anyway.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from survey_app.reading.exports.model import Table, Value

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # how one begins (OWASP, CSV injection)


def csv_bytes(table: Table) -> bytes:
    """Write a table; a figure that is not shown is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.key for column in table.columns])
    writer.writerows([_written(value) for value in row] for row in table.rows)
    return text.getvalue().encode()


def _written(value: Value) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
