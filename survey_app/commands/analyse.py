"""``barometer analyse``: the package ``analytics`` on a file, without a database."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from unicodedata import normalize

import click
import numpy as np
from psutil import virtual_memory

from analytics.workbench.analyse import analyse, files_named
from analytics.workbench.file.numbers import without_invisible
from analytics.workbench.specification.change import COURSES
from questionnaires.toml_text import NotTomlError, TooDeepError, read_toml_text
from survey_app.commands.analyse_input import LABELS, LAST_LINES, read_respondents
from survey_app.commands.analyse_quality import quality_lines
from survey_app.commands.files import UnreadableFileError, UnwritableFileError, read_text
from survey_app.shared.spreadsheet_text import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

type Labels = Mapping[str, Mapping[str, str]]

DEEPEST: Final = 16  # no section holds more than four levels
NESTED: Final = (
    f"tables or lists lie in each other more than {DEEPEST} deep, which no section of a "
    "specification does: see docs/formats/analyse.md"
)
COMMA: Final = re.compile(r"^[^#=]*=\s*(([+-]?[0-9]+),([0-9]+))\s*(?:#.*)?$")
NO_WEIGHTS: Final = "[published] is a table of figures, which have no weights: leave --weights out"
OWN_WARNINGS: Final = "{own} of {all} trends have warnings of their own: --format json has them"
LEGEND: Final = (
    "Changes. Measured: the difference of the two waves by itself. Likely: the change when all",
    "waves, places and measures of the file are read together; a large difference is often partly",
    "chance. Chance: that the change is at least half the margin in that direction. Apart: moved",
    'otherwise than what it is part of. The verdict is about the likely change (rule = "courses");',
    'where none stands, about the measured one (rule = "differences").',
)
PRINTED: Final = ("respondents", "estimates", "changes", "change_rule", "labels", "warnings")
ALSO: Final = "Not in this table: {names}. --format json has them."
WHOLE: Final = 2.0**53  # up to here a float holds every whole number


def read_specification_file(path: Path) -> dict[str, Any]:
    """Read the TOML specification.

    Raises
    ------
    UnreadableFileError
        If the file is missing, not TOML or nested more deeply than any section is; the sentence
        says where.
    """
    if not path.exists():
        raise UnreadableFileError(f"{path}: there is no such file")
    written = normalize("NFC", without_invisible(read_text(path)))
    try:
        found = read_toml_text(written)
    except TooDeepError:
        raise UnreadableFileError(f"{path}: {NESTED}") from None
    except NotTomlError as error:
        line = re.search(r"at line (\d+)", str(error))
        comma = line and COMMA.search(written.split("\n")[int(line[1]) - 1])
        mend = f"; write {comma[2]}.{comma[3]} for {comma[1]}" if comma else ""
        raise UnreadableFileError(f"{path}: not TOML: {error}{mend}") from None
    if _deeper_than(found, DEEPEST):
        raise UnreadableFileError(f"{path}: {NESTED}")
    return found


def mentioned(specification: Mapping[str, Any]) -> frozenset[str] | None:
    """List what a specification may call a column: every name and text in it.

    None where the columns of the file may have names that it does not mention.
    """
    if "published" in specification:
        return None
    found: set[str] = set()
    left: list[object] = [specification]
    while left:
        match left.pop():
            case dict() as table:
                found.update(table)
                left += table.values()
            case list() as values:
                left += values
            case value:
                found.add(str(value))
    return frozenset(found)


def _deeper_than(value: dict[str, Any], levels: int) -> bool:
    """Tell whether tables and lists lie in each other beyond some levels."""
    layer: list[dict[str, Any] | list[Any]] = [value]
    for _ in range(levels):
        inside = [one.values() if isinstance(one, dict) else one for one in layer]
        layer = [each for some in inside for each in some if isinstance(each, dict | list)]
        if not layer:
            return False
    return True


def analyse_file(data: Path, spec: Path, *, form: str, weights: Path | None) -> None:
    """Analyse ``data`` by ``spec`` and print a table, or JSON alone on standard output."""
    specification = read_specification_file(spec)
    counts = {name: spec.parent / name for name in files_named(specification)}
    if weights is not None and "published" in specification:
        raise UnwritableFileError(f"{weights}: {NO_WEIGHTS}")
    if weights is not None:
        _spare(weights, (data, spec, *counts.values()))
    # weights stand beside all columns of the file
    frame = read_respondents(data, mentioned(specification) if weights is None else None)
    labels = frame.attrs.pop(LABELS, {})
    tables = {name: read_respondents(path) for name, path in counts.items()}
    read = zip((data, *counts.values()), (frame, *tables.values()), strict=True)
    below = [
        f"{path.name}: {told}" for path, rows in read if (told := rows.attrs.pop(LAST_LINES, ""))
    ]
    analysis = analyse(frame, specification, tables, memory=virtual_memory().total)
    if below:
        warnings = cast("list[str]", analysis.result["warnings"])
        analysis.result["warnings"] = [*below, *warnings]
    if "published" not in specification:
        analysis.result.update(with_labels(analysis.result, labels))
    if weights is not None:
        _write(_with_weight(frame, analysis.weight), weights)
    if form == "json":
        click.echo(json.dumps(analysis.result, ensure_ascii=False, allow_nan=False))
    else:
        click.echo("\n".join(table_lines(analysis.result)))


def _spare(weights: Path, given: Iterable[Path]) -> None:
    """Refuse to write over what is read, by whatever name, before anything is computed.

    Raises
    ------
    UnwritableFileError
        If the file is one of those given, also by a link to it, or lies in no folder.
    """
    for path in given:
        if weights.exists() and path.exists() and weights.samefile(path):
            raise UnwritableFileError(
                f"{weights}: is the file {path} itself, which the weights would overwrite: "
                "give --weights another name"
            )
    if not weights.resolve().parent.is_dir():
        raise UnwritableFileError(f"{weights}: cannot be written: there is no such folder")


def with_labels(result: dict[str, Any], labels: Labels) -> dict[str, Any]:
    """Put the labels of SPSS values beside the codes that stand in a result.

    Parameters
    ----------
    result : dict
        Of `analytics.workbench.analyse`.
    labels : mapping of column to mapping of category to label

    Returns
    -------
    dict
        ``labels``: of each column that a domain or a share comes from, the labels of its
        categories; nothing where the file has none.
    """
    rows = result["estimates"]
    used = {column for row in rows for column in row["domain"]}
    used |= {row["index"] for row in rows if row.get("category") is not None}
    kept = {column: dict(labels[column]) for column in sorted(used & labels.keys())}
    return {"labels": kept} if kept else {}


def _write(rows: pd.DataFrame, path: Path) -> None:
    try:
        _for_spreadsheets(rows).to_csv(path, index=False)
    except OSError as error:
        raise UnwritableFileError(f"{path}: cannot be written: {error.strerror or error}") from None


def _for_spreadsheets(rows: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before each text and name of a column that a spreadsheet would reckon."""

    def told(value: object) -> object:
        return harmless(value) if isinstance(value, str) else value

    kept = rows.copy()
    for name, words in rows.select_dtypes(exclude=["number", "bool", "datetime"]).items():
        kept[name] = words.astype(object).map(told)
    return kept.rename(columns=told)


def _with_weight(frame: pd.DataFrame, weight: pd.Series) -> pd.DataFrame:
    """Put the final weight last; a column of that name is kept, as the file's own."""
    kept = frame.rename(columns={"weight": "weight_in_file"}) if "weight" in frame else frame
    # A column of whole numbers with gaps is read as 1.0: it is written as it stood, 1.
    whole = [
        name
        for name, values in kept.select_dtypes(["float16", "float32", "float64"]).items()
        if _are_whole(values.to_numpy(dtype=np.float64))
    ]
    return kept.astype(dict.fromkeys(whole, "Int64")).assign(weight=weight.to_numpy())


def _are_whole(values: np.ndarray) -> bool:
    known = values[~np.isnan(values)]
    return bool(((known % 1 == 0) & (np.abs(known) < WHOLE)).all())


def _figures(row: dict[str, Any]) -> str:
    """Write n, the value and its interval, or why there is none."""
    if row["status"] == "empty":
        return f"{0:>6} {'no answers':>10}"
    if row["status"] != "published":
        return f"{'not shown':>6}"
    known = row["low"] is not None and row["high"] is not None
    interval = f"{row['low']:.4g} to {row['high']:.4g}" if known else "no interval"
    value = "none" if row["mean"] is None else f"{row['mean']:z.4f}"
    return f"{row['n']:>6} {value:>10} {interval:>21}"


def _labelled(column: str, category: str, labels: Labels) -> str:
    """Write a category as in the file, with its label where it has one."""
    label = labels.get(column, {}).get(category)
    return f"{category} ({label})" if label else category


def _domain(row: dict[str, Any], labels: Labels) -> str:
    return ", ".join(
        f"{key}={_labelled(key, value, labels)}" for key, value in row["domain"].items()
    )


def _change_name(row: dict[str, Any], labels: Labels) -> str:
    category = row.get("category") and _labelled(row["index"], row["category"], labels)
    name = " ".join(part for part in (row["index"], category, _domain(row, labels)) if part)
    return f"{name} {row['from']} to {row['to']}"


def _change_line(row: dict[str, Any], labels: Labels) -> str:
    known = row["low"] is not None and row["high"] is not None
    interval = f"{row['low']:z.2f} to {row['high']:z.2f}" if known else "no interval"
    return f"{_change_name(row, labels)}: {row['difference']:+z.2f} ({interval}), {row['verdict']}"


def _change_lines(result: dict[str, Any], labels: Labels) -> list[str]:
    """Write changes, and by which rule they were judged: side by side, where a model has a part."""
    rows = result["changes"]
    told = [result["change_rule"]] if "change_rule" in result else []
    if all(row["verdict_rule"] != COURSES for row in rows):
        return [*told, *(_change_line(row, labels) for row in rows)]
    names = [_change_name(row, labels) for row in rows]
    wide = max(len("change"), *map(len, names))
    head = (
        f"{'change':<{wide}}  {'measured':>8} {'95 %':<16}  {'likely':>8} {'95 %':<16}  "
        f"{'chance':>6}  verdict"
    )
    figures = (_judged_line(name.ljust(wide), row) for name, row in zip(names, rows, strict=True))
    return ["", *LEGEND, *told, "", head, "-" * len(head), *figures]


def _judged_line(name: str, row: dict[str, Any]) -> str:
    chance = "" if row.get("chance") is None else _chance(row["chance"])
    verdict = row["verdict"] + (", apart" if row.get("apart") else "")
    return f"{name}  {_beside(row, '')}  {_beside(row, 'model_')}  {chance:>6}  {verdict}"


def _chance(value: float) -> str:
    """Write a chance in whole percent; none is 0 or 100."""
    whole = round(100 * value)
    return "< 1 %" if whole < 1 else "> 99 %" if whole > 99 else f"{whole} %"  # noqa: PLR2004


def _beside(row: dict[str, Any], prefix: str) -> str:
    """Write a difference and its interval in columns, empty where there is none."""
    middle, low, high = (row.get(f"{prefix}{name}") for name in ("difference", "low", "high"))
    if middle is None:
        return " " * 25
    interval = "no interval" if low is None or high is None else f"{low:+z.2f} to {high:+z.2f}"
    return f"{middle:>+z8.2f} {interval:<16}"


def table_lines(result: dict[str, Any]) -> list[str]:
    """Write a result as a table for the eye: estimates, changes, factor models, warnings."""
    if "series" in result:
        return published_lines(result)
    labels = result.get("labels", {})
    lines = [f"{result['respondents']} respondents"]
    head = f"{'measure':<22} {'statistic':<9} {'domain':<28} {'n':>6} {'value':>10} {'95 %':>21}"
    lines += ["", head, "-" * len(head)]
    for row in result["estimates"]:
        domain = _domain(row, labels)
        if row.get("wave") is not None:
            domain = f"{row['wave']} {domain}".strip()
        name = row["index"]
        if row.get("category"):
            name += f"={_labelled(name, row['category'], labels)}"
        start = f"{name:<22} {row['statistic']:<9} {domain:<28}"
        lines.append(f"{start} {_figures(row)}")
    lines += _change_lines(result, labels)
    lines += quality_lines(result.get("quality", {}))
    more = ", ".join(key for key, found in result.items() if found and key not in PRINTED)
    lines += ["", ALSO.format(names=more)] if more else []
    return [*lines, "", *(f"warning: {text}" for text in result["warnings"])]


def published_lines(result: dict[str, Any]) -> list[str]:
    """Write trends and changes of published figures as a table for the eye."""
    trends = result.get("trends", [])
    names = [_series_name(row) for row in trends]
    wide = max(len("trend"), *map(len, names)) if names else 0
    lines = [f"{result['rows']} rows, {result['series']} series"]
    if trends:
        head = (
            f"{'trend':<{wide}}  {'level':>7} {'95 %':<16}  {'change':>8} {'95 %':<16}  direction"
        )
        lines += ["", head, "-" * len(head)]
    for name, row in zip(names, trends, strict=True):
        since = row["change"]["since"] if row["change"] else None
        told = row["direction"] + (f" since {since}" if since else "")
        lines.append(f"{name:<{wide}}  {_level(row['level'])}  {_moved(row['change'])}  {told}")
    own = sum(bool(row["warnings"]) for row in trends)
    told = [OWN_WARNINGS.format(own=own, all=len(trends))] if own else []
    warned = [f"warning: {text}" for text in (*result["warnings"], *told)]
    return [*lines, *_change_lines(result, {}), "", *warned]


def _series_name(row: dict[str, Any]) -> str:
    return " ".join(part for part in (row["index"], row.get("category"), _domain(row, {})) if part)


def _level(figure: dict[str, Any]) -> str:
    return f"{figure['estimate']:>z7.2f} {figure['low']:z.2f} to {figure['high']:z.2f}".ljust(24)


def _moved(figure: dict[str, Any] | None) -> str:
    if figure is None:
        return " " * 25
    return _beside(figure | {"difference": figure["estimate"]}, "")
