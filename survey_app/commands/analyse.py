"""``barometer analyse``: the package ``analytics`` on a file, without a database."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from analytics.analyse import analyse, files_named
from survey_app.commands.analyse_input import read_table
from survey_app.commands.files import UnreadableFileError, UnwritableFileError, read_text

if TYPE_CHECKING:
    import pandas as pd

WHOLE: Final = 2.0**53  # up to here a float holds every whole number


def read_specification(path: Path) -> dict[str, Any]:
    """Read the TOML specification.

    Raises
    ------
    UnreadableFileError
        If the file is missing or not TOML; the sentence says where.
    """
    if not path.exists():
        raise UnreadableFileError(f"{path}: there is no such file")
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFileError(f"{path}: not TOML: {error}") from None


def analyse_file(data: Path, spec: Path, *, form: str, weights: Path | None) -> None:
    """Analyse ``data`` by ``spec`` and print a table, or JSON alone on standard output."""
    specification = read_specification(spec)
    frame = read_table(data)
    tables = {name: read_table(spec.parent / name) for name in files_named(specification)}
    analysis = analyse(frame, specification, tables)
    if weights is not None:
        _write(_with_weight(frame, analysis.weight), weights)
    if form == "json":
        click.echo(json.dumps(analysis.result, ensure_ascii=False, allow_nan=False))
    else:
        click.echo("\n".join(table_lines(analysis.result)))


def _write(rows: pd.DataFrame, path: Path) -> None:
    try:
        rows.to_csv(path, index=False)
    except OSError as error:
        raise UnwritableFileError(f"{path}: cannot be written: {error.strerror or error}") from None


def _with_weight(frame: pd.DataFrame, weight: pd.Series) -> pd.DataFrame:
    """Put the final weight last; a column of that name is kept, as the file's own."""
    kept = frame.rename(columns={"weight": "weight_in_file"}) if "weight" in frame else frame
    # A column of whole numbers with gaps is read as 1.0: it is written as it stood, 1.
    whole = [
        name
        for name, values in kept.select_dtypes("float64").items()
        if (values.isna() | ((values % 1 == 0) & (values.abs() < WHOLE))).all()
    ]
    return kept.astype(dict.fromkeys(whole, "Int64")).assign(weight=weight.to_numpy())


def _figures(row: dict[str, Any]) -> str:
    """Write n, the value and its interval, or why there is none."""
    if row["status"] == "empty":
        return f"{0:>6} {'no answers':>10}"
    if row["status"] != "published":
        return f"{'not shown':>6}"
    known = row["low"] is not None and row["high"] is not None
    interval = f"{row['low']:.4g} to {row['high']:.4g}" if known else "no interval"
    value = "none" if row["mean"] is None else f"{row['mean']:.4f}"
    return f"{row['n']:>6} {value:>10} {interval:>21}"


def _change_line(row: dict[str, Any]) -> str:
    domain = ", ".join(f"{key}={value}" for key, value in row["domain"].items())
    name = " ".join(part for part in (row["index"], row.get("category"), domain) if part)
    known = row["low"] is not None and row["high"] is not None
    interval = f"{row['low']:.2f} to {row['high']:.2f}" if known else "no interval"
    return (
        f"{name} {row['from']} to {row['to']}: {row['difference']:+.2f} ({interval}), "
        f"{row['verdict']}"
    )


def table_lines(result: dict[str, Any]) -> list[str]:
    """Write a result as a table for the eye: estimates, changes, warnings."""
    lines = [f"{result['respondents']} respondents"]
    head = f"{'measure':<22} {'statistic':<9} {'domain':<28} {'n':>6} {'value':>10} {'95 %':>21}"
    lines += ["", head, "-" * len(head)]
    for row in result["estimates"]:
        domain = ", ".join(f"{key}={value}" for key, value in row["domain"].items())
        if row.get("wave") is not None:
            domain = f"{row['wave']} {domain}".strip()
        name = row["index"] + (f"={row['category']}" if row.get("category") else "")
        start = f"{name:<22} {row['statistic']:<9} {domain:<28}"
        lines.append(f"{start} {_figures(row)}")
    lines += [_change_line(row) for row in result["changes"]]
    return [*lines, "", *(f"warning: {text}" for text in result["warnings"])]
