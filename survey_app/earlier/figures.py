"""The values of a source, row by row or column by column, on 0-100."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from survey_app.earlier.errors import Problem
from survey_app.earlier.intervals import interval
from survey_app.earlier.manifest import Manifest
from survey_app.earlier.model import Figure, Measure, Unit
from survey_app.earlier.rows import Row

# figures of so few people do not come in, whoever published them
SMALLEST: Final = 5
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
_WHOLE: Final = 100.0


def read_year(row: Row, problems: list[Problem]) -> int | None:
    """Return the year of a row, or None and a mistake."""
    text = row.get("year")
    if text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    sentence = f"«{text}» is not a year from {FIRST_YEAR} to {LAST_YEAR}"
    problems.append(row.wrong("year", sentence))
    return None


def read_figures(
    rows: Sequence[Row],
    manifest: Manifest,
    measures: Sequence[Measure],
    units: Sequence[Unit],
    problems: list[Problem],
) -> Iterator[Figure]:
    """Read every value that is there; an empty cell was not published.

    Parameters
    ----------
    rows : sequence of Row
        Of the results.
    manifest : Manifest
        Gives the scale and whether there is a column for each measure.
    measures, units : sequence
        What is known.
    problems : list of Problem
        Grows.
    """
    by_code = {measure.code: measure for measure in measures}
    known = {unit.code for unit in units}
    seen: dict[tuple[int, str, str], Row] = {}
    wide = manifest.lists["results"].layout == "wide"
    for row in rows:
        year, unit = read_year(row, problems), row.get("unit")
        if unit not in known:
            problems.append(row.wrong("unit", f"there is no unit «{unit}» among the units"))
        for code in by_code if wide else (row.get("measure"),):
            if code not in by_code:
                sentence = f"there is no measure «{code}» among the measures"
                problems.append(row.wrong("measure", sentence))
                continue
            if year is None or not row.get(code if wide else "value"):
                continue
            first = seen.setdefault((year, unit, code), row)
            if first is not row:
                sentence = f"{year}, «{unit}», «{code}» stand on line {first.line} too"
                problems.append(row.wrong("", sentence))
            figure = _figure(row, year, by_code[code], manifest, problems, wide=wide)
            if figure is not None:
                yield figure


def _figure(
    row: Row,
    year: int,
    measure: Measure,
    manifest: Manifest,
    problems: list[Problem],
    *,
    wide: bool,
) -> Figure | None:
    column = measure.code if wide else "value"
    value = _number(row, column, problems)
    se = None if wide else _number(row, "se", problems)
    n = None if wide else _count(row, manifest, problems)
    if value is None:
        return None
    low, high = manifest.scale
    # a rate is a ratio of two counts: one from the register may be too low, and it passes 100
    if value < low or (value > high and measure.statistic != "rate"):
        sentence = f"{value:g} is outside the scale, {low:g} to {high:g}; is «scale» right?"
        problems.append(row.wrong(column, sentence))
        return None
    if se is not None and se < 0:
        problems.append(row.wrong("se", "is below zero"))
        return None
    stretch = _WHOLE / (high - low)
    level = round((value - low) * stretch, 4)
    found = interval(
        level, None if se is None else se * stretch, n, share=measure.statistic == "share"
    )
    lower, upper = found or (None, None)
    return Figure(year, row.get("unit"), measure.code, level, lower, upper, n)


def _number(row: Row, column: str, problems: list[Problem]) -> float | None:
    text = row.get(column).replace("\u2212", "-").replace("\u00a0", "")
    if not text:
        return None
    try:
        # a comma is how Norwegian spreadsheets write it
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        sentence = f"«{row.get(column)}» is not a number; leave it empty if it is not known"
        problems.append(row.wrong(column, sentence))
        return None
    return value


def _count(row: Row, manifest: Manifest, problems: list[Problem]) -> int | None:
    text = row.get("n").replace("\u00a0", "").replace(" ", "")
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        sentence = f"«{row.get('n')}» is not a number of respondents; leave it empty if not known"
        problems.append(row.wrong("n", sentence))
        return None
    if manifest.audience == "staff" and int(text) < SMALLEST:
        sentence = f"a value of fewer than {SMALLEST} people is not taken in; leave the row out"
        problems.append(row.wrong("n", sentence))
    return int(text)
