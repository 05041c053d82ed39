"""The values of a source, row by row or column by column, on 0-100."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from survey_app.earlier.errors import SourceProblem
from survey_app.earlier.intervals import interval_of_value
from survey_app.earlier.manifest import Manifest
from survey_app.earlier.mistakes import SourceMistake
from survey_app.earlier.model import SourceFigure, SourceMeasure, SourceUnit
from survey_app.earlier.rows import SourceRow

# figures of so few people do not come in, whoever published them
SMALLEST: Final = 5
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
# longer ones are a mistake, and some are longer than can be stored or read
_YEAR: Final = 4  # digits
_COUNT: Final = 9  # digits
_MOST: Final = 10  # times the scale: of a rate, which may pass it
_TOLD: Final = 40  # characters of what cannot be read
_WHOLE: Final = 100.0


def read_year(row: SourceRow, problems: list[SourceProblem]) -> int | None:
    """Return the year of a row, or None and a mistake."""
    text = row.get("year")
    if text.isdecimal() and len(text) == _YEAR and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    years = {"first": FIRST_YEAR, "last": LAST_YEAR}
    problems.append(row.wrong("year", SourceMistake.YEAR, value=text[:_TOLD], **years))
    return None


def read_figures(
    rows: Sequence[SourceRow],
    manifest: Manifest,
    measures: Sequence[SourceMeasure],
    units: Sequence[SourceUnit],
    problems: list[SourceProblem],
) -> list[SourceFigure]:
    """Read every value that is there; an empty cell was not published.

    Parameters
    ----------
    rows : sequence of SourceRow
        Of the results.
    manifest : Manifest
        Gives the scale and whether there is a column for each measure.
    measures, units : sequence
        What is known.
    problems : list of SourceProblem
        Grows.
    """
    by_code = {measure.code: measure for measure in measures}
    known = {unit.code for unit in units}
    seen: dict[tuple[int, str, str], SourceRow] = {}
    found: list[SourceFigure] = []
    wide = manifest.lists["results"].layout == "wide"
    for row in rows:
        year, unit = read_year(row, problems), row.get("unit")
        if unit not in known:
            problems.append(row.wrong("unit", SourceMistake.NO_UNIT, code=unit))
        for code in by_code if wide else (row.get("measure"),):
            if code not in by_code:
                problems.append(row.wrong("measure", SourceMistake.NO_MEASURE, code=code))
                continue
            if year is None or not row.get(code if wide else "value"):
                continue
            first = seen.setdefault((year, unit, code), row)
            if first is not row:
                which = {"year": year, "unit": unit, "measure": code, "line": first.line}
                problems.append(row.wrong("", SourceMistake.TWICE, **which))
            figure = _figure(row, year, by_code[code], manifest, problems, wide=wide)
            if figure is not None:
                found.append(figure)
    problems.extend(_parts_of_one(found, seen, by_code, manifest))
    return found


def _parts_of_one(
    figures: Sequence[SourceFigure],
    rows: Mapping[tuple[int, str, str], SourceRow],
    measures: Mapping[str, SourceMeasure],
    manifest: Manifest,
) -> Iterator[SourceProblem]:
    """Name the measures whose values may be parts of 1 that are taken for parts of 100."""
    values: dict[str, list[float]] = {}
    for one in figures:
        values.setdefault(one.measure, []).append(one.value)
    first: dict[str, SourceRow] = {}
    for (_, _, code), row in rows.items():
        first.setdefault(code, row)
    wide = manifest.lists["results"].layout == "wide"
    for code, own in values.items():
        refused = measures[code].statistic != "rate"
        if refused and may_be_parts_of_one(own, manifest.scale):
            column = code if wide else "value"
            yield first[code].wrong(column, SourceMistake.PARTS_OF_ONE, measure=code)


def may_be_parts_of_one(values: Sequence[float], scale: tuple[float, float]) -> bool:
    """Tell whether a measure on 0-100 has nothing above 1, as shares have that are parts of 1.

    Of 0 and 1 alone nothing is said: they are few in a hundred. A rate may be as low as that, so
    whoever takes one in is asked and not refused.
    """
    return scale == (0.0, _WHOLE) and max(values) <= 1 and any(value % 1 for value in values)


def _figure(
    row: SourceRow,
    year: int,
    measure: SourceMeasure,
    manifest: Manifest,
    problems: list[SourceProblem],
    *,
    wide: bool,
) -> SourceFigure | None:
    column = measure.code if wide else "value"
    value = _number(row, column, problems)
    se = None if wide else _number(row, "se", problems)
    n = None if wide else _count(row, manifest, problems)
    if value is None:
        return None
    low, high = manifest.scale
    # a rate is a ratio of two counts: one from the register may be too low, and it passes 100
    above = low + _MOST * (high - low) if measure.statistic == "rate" else high
    if not low <= value <= above:
        told = {"value": f"{value:g}", "low": f"{low:g}", "high": f"{high:g}"}
        problems.append(row.wrong(column, SourceMistake.OUTSIDE, **told))
        return None
    if se is not None and se < 0:
        problems.append(row.wrong("se", SourceMistake.BELOW_ZERO))
        return None
    stretch = _WHOLE / (high - low)
    level = round((value - low) * stretch, 4)
    found = interval_of_value(
        level, None if se is None else se * stretch, n, share=measure.statistic == "share"
    )
    lower, upper = found or (None, None)
    return SourceFigure(year, row.get("unit"), measure.code, level, lower, upper, n)


def _number(row: SourceRow, column: str, problems: list[SourceProblem]) -> float | None:
    text = row.get(column).replace("\u2212", "-").replace("\u00a0", "")
    if not text:
        return None
    try:
        # a comma is how Norwegian spreadsheets write it
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        problems.append(row.wrong(column, SourceMistake.NUMBER, value=row.get(column)[:_TOLD]))
        return None
    return value


def _count(row: SourceRow, manifest: Manifest, problems: list[SourceProblem]) -> int | None:
    text = row.get("n").replace("\u00a0", "").replace(" ", "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > _COUNT or int(text) < 1:
        problems.append(row.wrong("n", SourceMistake.COUNT, value=row.get("n")[:_TOLD]))
        return None
    if manifest.audience == "staff" and int(text) < SMALLEST:
        problems.append(row.wrong("n", SourceMistake.TOO_FEW, least=SMALLEST))
    return int(text)
