"""The links of letters as CSV, for a printing house that sets its own."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from survey_app.asking.letters.letter import Letter

COLUMNS = ("row", "language", "url", "code")


def write_csv(letters: Iterable[Letter]) -> bytes:
    """Write one row for each letter, in UTF-8 with comma."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows((one.row, one.language, one.url, one.code) for one in letters)
    return file.getvalue().encode()
