"""``barometer bench``: run the scripts of ``tests/benchmarks`` one after the other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

import survey_app
from survey_app.shared.errors import BarometerError

FOLDER = Path(survey_app.__file__).parent.parent / "tests" / "benchmarks"


def run_benchmarks(which: Sequence[str]) -> None:
    """Run the named benchmarks, or all.

    Raises
    ------
    BarometerError
        If there is none of that name, or one fails.
    """
    known = {path.stem: path for path in sorted(FOLDER.glob("*.py")) if path.stem != "__init__"}
    for name in which or known:
        if name not in known:
            raise BarometerError(f"no benchmark «{name}»; there are: {', '.join(known)}")
        click.echo(f"== {name}")
        done = subprocess.run(  # noqa: S603 - our own scripts
            [sys.executable, "-m", f"tests.benchmarks.{name}"],
            cwd=FOLDER.parent.parent,
            check=False,
        )
        if done.returncode:
            raise BarometerError(f"the benchmark «{name}» failed")
