"""``barometer bench``: run the scripts of ``tests/benchmarks``, and hold them to their budgets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

import survey_app
from survey_app.shared.errors import BarometerError

FOLDER = Path(survey_app.__file__).parent.parent / "tests" / "benchmarks"
# modules that benchmarks share
HELPERS = {"__init__", "bare_stack", "budgets"}


def run_benchmarks(which: Sequence[str]) -> None:
    """Run the named benchmarks, or all, and print every budget beside what was measured.

    Raises
    ------
    BarometerError
        If there is none of that name, one fails, or a budget is missed.
    """
    known = {path.stem: path for path in sorted(FOLDER.glob("*.py")) if path.stem not in HELPERS}
    for name in which:
        if name not in known:
            raise BarometerError(f"no benchmark «{name}»; there are: {', '.join(known)}")
    with tempfile.TemporaryDirectory(prefix="barometer-bench-") as folder:
        report = Path(folder) / "budgets.jsonl"
        failed = [name for name in which or known if not _ran(name, report)]
        rows = _read(report)
    _print(rows)
    missed = sum(not row["kept"] for row in rows)
    if failed:
        raise BarometerError(f"failed: {', '.join(failed)}")
    if missed:
        raise BarometerError(f"{missed} of {len(rows)} budgets are missed")


def _ran(name: str, report: Path) -> bool:
    click.echo(f"== {name}")
    done = subprocess.run(  # noqa: S603 - our own scripts
        [sys.executable, "-m", f"tests.benchmarks.{name}"],
        cwd=FOLDER.parent.parent,
        env=os.environ | {"BENCH_REPORT": str(report)},
        check=False,
    )
    return not done.returncode


def _read(report: Path) -> list[dict[str, Any]]:
    if not report.exists():
        return []
    return [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]


def _print(rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        click.echo(f"\n{'':7}{'budget':54}{'measured':>10} {'limit':>12}  load  beside")
    for row in rows:
        limit = f"{'≥' if row['least'] else '≤'} {row['limit']:g} {row['unit']}".rstrip()
        click.echo(
            f"{'kept' if row['kept'] else 'MISSED':7}{row['what']:54}{row['measured']:10.3g}"
            f" {limit:>12}  {row['load']:4.1f}  {row['beside']}".rstrip()
        )
