"""Rows of a listing with the place of each: from CSV, or as the manifest holds them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from survey_app.asking.csv_file import MOST_COLUMNS, bounded_rows, line_of, split_table
from survey_app.earlier.errors import SourceProblem, source_problem
from survey_app.earlier.manifest import Listing
from survey_app.earlier.mistakes import SourceMistake
from survey_app.shared.i18n import first_language, languages

_DELIMITERS: Final = ";\t,"  # the first of the most frequent wins
NEEDED: Final = {
    "results": ("year", "unit", "measure", "value"),
    "units": ("code",),
    "measures": ("code",),
    "unit_changes": ("year", "unit", "previous", "kind"),
    "measure_changes": ("year", "measure", "kind"),
}
OPTIONAL: Final = {
    "results": ("se", "n"),
    "units": ("own",),
    "measures": ("own", "comparable", "statistic"),
    "unit_changes": ("reason",),
    "measure_changes": (),
}
WORDED: Final = {"units": "name", "measures": "name", "measure_changes": "note"}


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row: what its columns hold under our names, and where it stands."""

    file: str
    line: int
    values: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return what a column holds; empty where there is none."""
        return self.values.get(column, "")

    def text(self, column: str) -> dict[str, str]:
        """Return a text by language; one without a language is in the agency's first."""
        found = {lang: self.get(f"{column}_{lang}") for lang in languages()}
        found[first_language()] = found[first_language()] or self.get(column)
        return {lang: text for lang, text in found.items() if text}

    def wrong(self, column: str, mistake: SourceMistake, /, **values: object) -> SourceProblem:
        """Return a mistake in this row."""
        return source_problem(self.file, self.line, column, mistake, **values)


def rows_of(
    listing: Listing,
    manifest: str,
    files: Mapping[str, bytes],
    problems: list[SourceProblem],
    measures: tuple[str, ...] = (),
) -> list[SourceRow]:
    """Return the rows of a listing; mistakes are added to ``problems``.

    Parameters
    ----------
    listing : Listing
        As the manifest declares it.
    manifest : str
        What the manifest's file is called.
    files : mapping of str to bytes
        What the CSV files hold, by name.
    problems : list of SourceProblem
        Grows.
    measures : tuple of str
        Codes that are columns where the results are wide.
    """
    if listing.file:
        if listing.file not in files:
            problems.append(
                source_problem(listing.file, 0, "", SourceMistake.NOT_THERE, manifest=manifest)
            )
            return []
        return list(_read_csv(listing, files[listing.file], problems, measures))
    rows = []
    for at, values in enumerate(listing.rows, start=1):
        row = SourceRow(f"{manifest} [[{listing.name}]]", at, values)
        problems.extend(_columns_wrong(row, listing, list(values), measures))
        rows.append(row)
    return rows


def delimiter_of(text: str) -> str:
    """Tell what separates the columns, by the first line."""
    first = text.split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)


def _read_csv(
    listing: Listing, content: bytes, problems: list[SourceProblem], measures: tuple[str, ...]
) -> Iterator[SourceRow]:
    try:
        text, above = split_table(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        problems.append(source_problem(listing.file, 0, "", SourceMistake.NOT_UTF8))
        return
    reader = bounded_rows(text, delimiter_of(text))
    theirs = {column: ours for ours, column in listing.columns.items()}
    try:
        given = [name.strip() for name in next(reader, [])]
        header = [theirs.get(name, name) for name in given]
        head = SourceRow(listing.file, above + 1, {})
        found = list(_columns_wrong(head, listing, header, measures))
        problems.extend(found)
        if found:
            return
        for cells in reader:
            row = _row(listing, header, cells, above + reader.line_num, problems)
            if row is not None:
                yield row
    except csv.Error as error:
        line = above + line_of(error, reader)
        problems.append(source_problem(listing.file, line, "", SourceMistake.NOT_CSV, error=error))


def _row(
    listing: Listing, header: list[str], cells: list[str], line: int, problems: list[SourceProblem]
) -> SourceRow | None:
    if not any(cell.strip() for cell in cells):
        return None
    if len(cells) != len(header):
        counts = {"cells": len(cells), "header": len(header)}
        problems.append(source_problem(listing.file, line, "", SourceMistake.CELLS, **counts))
        return None
    given = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    for column, known in listing.values.items():
        if column in given:
            given[column] = known.get(given[column], given[column])
    return SourceRow(listing.file, line, given)


def _columns_wrong(
    head: SourceRow, listing: Listing, header: list[str], measures: tuple[str, ...]
) -> Iterator[SourceProblem]:
    if len(header) > MOST_COLUMNS:
        wrong: dict[str, object] = {"number": len(header), "most": MOST_COLUMNS}
        yield head.wrong("", SourceMistake.TOO_WIDE, **wrong)
        return
    wide = listing.layout == "wide"
    needed = ("year", "unit", *measures) if wide else NEEDED[listing.name]
    worded = WORDED.get(listing.name, "")
    texts = (worded, *(f"{worded}_{lang}" for lang in languages())) if worded else ()
    allowed = {*needed, *texts, *(() if wide else OPTIONAL[listing.name]), *listing.ignore}
    for name in needed:
        if name not in header:
            told = listing.columns.get(name, name)
            yield head.wrong(told, SourceMistake.NO_COLUMN, listing=listing.name)
    for name in sorted(set(header) - allowed):
        yield head.wrong(name, SourceMistake.UNREAD_COLUMN)
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield head.wrong(name, SourceMistake.COLUMN_TWICE)
