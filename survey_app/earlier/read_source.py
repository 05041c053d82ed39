"""Put a source together from its manifest and files, or say all that is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, get_args

from survey_app.earlier.errors import EarlierProblems, SourceProblem, SourceProblems, source_problem
from survey_app.earlier.figures import LAST_YEAR, read_figures, read_year
from survey_app.earlier.manifest import Manifest
from survey_app.earlier.mistakes import SourceMistake
from survey_app.earlier.model import (
    REASONS,
    Comparable,
    MeasureChange,
    Source,
    SourceFigure,
    SourceMeasure,
    SourceUnit,
    UnitChange,
)
from survey_app.earlier.rows import SourceRow, rows_of
from survey_app.shared.i18n import first_language

_LONGEST_CODE: Final = 60
# pages have a row or a column for each, and are written while others wait
MOST_MEASURES: Final = 200
MOST_UNITS: Final = 2000
_COMPARABLE: Final = tuple(one for one in get_args(Comparable) if one)
_STATISTICS: Final = ("mean", "share", "rate")
_ITEM_CHANGES: Final = ("break", "reworded", "linked")


def read_source(manifest: Manifest, files: Mapping[str, bytes]) -> Source:
    """Read a whole source.

    Parameters
    ----------
    manifest : Manifest
        As ``read_manifest`` gives it.
    files : mapping of str to bytes
        What the CSV files hold that the manifest names.

    Raises
    ------
    EarlierProblems
        With every mistake: file, line, column, and how to mend it.
    """
    problems = SourceProblems()

    def rows(name: str, measures: tuple[str, ...] = ()) -> list[SourceRow]:
        return rows_of(manifest.lists[name], manifest.file, files, problems, measures)

    measures = tuple(_measures(rows("measures"), problems))
    results = manifest.lists["results"]
    codes = tuple(measure.code for measure in measures)
    figures: tuple[SourceFigure, ...] = ()
    units: tuple[SourceUnit, ...] = tuple(_units(rows("units"), problems))
    if not problems:
        read = rows("results", codes if results.layout == "wide" else ())
        # without a list of units, those of the results are called by their codes
        known = units or _named_by_code(read)
        figures = tuple(read_figures(read, manifest, measures, known, problems))
        units = known
    problems.extend(_too_many(results.file or manifest.file, measures, units))
    unit_codes = {unit.code for unit in units}
    unit_changes = tuple(_unit_changes(rows("unit_changes"), manifest, unit_codes, problems))
    changes = tuple(_measure_changes(rows("measure_changes"), set(codes), problems))
    problems.extend(_named_units_wrong(manifest, unit_codes))
    if not figures and not problems:
        problems.append(
            source_problem(results.file or manifest.file, 0, "", SourceMistake.NO_VALUE)
        )
    if problems:
        raise EarlierProblems(problems)
    return _source(manifest, units, measures, unit_changes, changes, figures)


def _too_many(
    file: str, measures: Sequence[SourceMeasure], units: Sequence[SourceUnit]
) -> Iterator[SourceProblem]:
    for mistake, found, most in (
        (SourceMistake.MANY_MEASURES, measures, MOST_MEASURES),
        (SourceMistake.MANY_UNITS, units, MOST_UNITS),
    ):
        if len(found) > most:
            yield source_problem(file, 0, "", mistake, number=len(found), most=most)


def _source(
    manifest: Manifest,
    units: tuple[SourceUnit, ...],
    measures: tuple[SourceMeasure, ...],
    unit_changes: tuple[UnitChange, ...],
    measure_changes: tuple[MeasureChange, ...],
    figures: tuple[SourceFigure, ...],
) -> Source:
    names = (
        "key",
        "kind",
        "audience",
        "title",
        "about",
        "source",
        "licence",
        "url",
        "published",
        "retrieved",
        "scale",
        "whole_until",
        "benchmarks",
        "start",
    )
    return Source(
        **{name: getattr(manifest, name) for name in names},
        units=units,
        measures=measures,
        unit_changes=tuple(sorted(unit_changes, key=lambda one: (one.year or LAST_YEAR, one.unit))),
        measure_changes=tuple(sorted(measure_changes, key=lambda one: (one.year, one.measure))),
        figures=figures,
    )


def _named_by_code(rows: Sequence[SourceRow]) -> tuple[SourceUnit, ...]:
    codes = dict.fromkeys(row.get("unit") for row in rows if row.get("unit"))
    return tuple(SourceUnit(code, {first_language(): code}) for code in codes)


def _name_of(row: SourceRow) -> dict[str, str]:
    return row.text("name") or {first_language(): row.get("code")}


def _code_wrong(row: SourceRow, seen: dict[str, SourceRow]) -> Iterator[SourceProblem]:
    code = row.get("code")
    if not code:
        yield row.wrong("code", SourceMistake.EMPTY)
    elif len(code) > _LONGEST_CODE:
        yield row.wrong("code", SourceMistake.TOO_LONG, most=_LONGEST_CODE)
    elif code in seen:
        yield row.wrong("code", SourceMistake.CODE_TWICE, code=code, line=seen[code].line)
    seen.setdefault(code, row)


def _units(rows: Sequence[SourceRow], problems: list[SourceProblem]) -> Iterator[SourceUnit]:
    seen: dict[str, SourceRow] = {}
    owned: dict[str, SourceRow] = {}
    for row in rows:
        problems.extend(_code_wrong(row, seen))
        own = row.get("own")
        if own and own in owned:
            problems.append(
                row.wrong("own", SourceMistake.OWN_TWICE, line=owned[own].line, own=own)
            )
        owned.setdefault(own, row)
        yield SourceUnit(row.get("code"), _name_of(row), own)


def _measures(rows: Sequence[SourceRow], problems: list[SourceProblem]) -> Iterator[SourceMeasure]:
    seen: dict[str, SourceRow] = {}
    for row in rows:
        problems.extend(_code_wrong(row, seen))
        own, comparable = row.get("own"), row.get("comparable")
        statistic = row.get("statistic") or "mean"
        if own and comparable not in _COMPARABLE:
            known = ", ".join(_COMPARABLE)
            problems.append(
                row.wrong("comparable", SourceMistake.HOW_COMPARABLE, own=own, known=known)
            )
        if comparable and not own:
            problems.append(row.wrong("own", SourceMistake.COMPARABLE_ALONE))
        if statistic not in _STATISTICS:
            known = ", ".join(_STATISTICS)
            problems.append(row.wrong("statistic", SourceMistake.STATISTIC, known=known))
        yield SourceMeasure(
            row.get("code"),
            _name_of(row),
            own,
            comparable,  # type: ignore[arg-type]  # checked above: a wrong one is a problem
            statistic,  # type: ignore[arg-type]  # likewise
        )


def _unit_changes(
    rows: Sequence[SourceRow], manifest: Manifest, units: set[str], problems: list[SourceProblem]
) -> Iterator[UnitChange]:
    for row in rows:
        no_year = manifest.unknown_year is not None and row.get("year") == str(
            manifest.unknown_year
        )
        year = None if no_year else read_year(row, problems)
        kind, reason = row.get("kind"), row.get("reason") or "other"
        for column in ("unit", "previous"):
            code = row.get(column)
            if code and code not in units:
                problems.append(row.wrong(column, SourceMistake.NO_UNIT, code=code))
        if not row.get("unit"):
            problems.append(row.wrong("unit", SourceMistake.EMPTY))
        if kind not in {"", "direct", "indirect"}:
            problems.append(row.wrong("kind", SourceMistake.UNIT_CHANGE, value=kind))
        if reason not in REASONS:
            known = ", ".join(REASONS)
            problems.append(row.wrong("reason", SourceMistake.REASON, value=reason, known=known))
        yield UnitChange(year, row.get("unit"), row.get("previous"), kind, reason)  # type: ignore[arg-type]  # checked above


def _measure_changes(
    rows: Sequence[SourceRow], measures: set[str], problems: list[SourceProblem]
) -> Iterator[MeasureChange]:
    for row in rows:
        year, kind, measure = read_year(row, problems), row.get("kind"), row.get("measure")
        if measure not in measures:
            problems.append(row.wrong("measure", SourceMistake.NO_MEASURE, code=measure))
        if kind not in _ITEM_CHANGES:
            known = ", ".join(_ITEM_CHANGES)
            problems.append(row.wrong("kind", SourceMistake.NONE_OF, value=kind, known=known))
        if year is not None:
            yield MeasureChange(year, measure, kind, row.text("note"))  # type: ignore[arg-type]  # checked above


def _named_units_wrong(manifest: Manifest, units: set[str]) -> Iterator[SourceProblem]:
    named = [("benchmarks", code) for code in manifest.benchmarks]
    named += [("start", manifest.start)] if manifest.start else []
    for key, code in named:
        if code not in units:
            yield source_problem(manifest.file, 0, key, SourceMistake.NO_UNIT, code=code)
