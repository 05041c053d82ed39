"""A table as CSV: UTF-8 without a byte order mark, comma, decimal point, one header line.

The same in every language, so that a script reads it tomorrow as today. Excel in Norwegian splits
at semicolons and takes a point for a date, which no byte order mark would mend: for Excel there is
the workbook. Somebody will open the file there anyway: no text in it is a formula (``harmless``).
"""

from __future__ import annotations

import csv
import io

from survey_app.reading.exports.model import Table, Value
from survey_app.shared.spreadsheet_text import harmless


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
    return harmless(value) if isinstance(value, str) else value
