"""Print every figure that is held against a published or R result.

``python -m tests.reference.table``

The rows are what the tests of this folder compare while they pass, not a list kept beside them:
statistic and data set as the test is named, our value, the reference with its tolerance, and the
source as the test's file tells it. Words in the command narrow the tests, as pytest's ``-k`` does.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

NUMBER = r"-?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)"
COMPARED = re.compile(rf"^(?:np\.float64\()?({NUMBER})\)? == ({NUMBER}) ± ({NUMBER})")
EACH = 6  # figures of one test; the rest are counted


class Table:
    """Collects what holds, one row for each number that was compared with another."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[str, str, str]]] = {}
        self.sources: dict[str, str] = {}

    def pytest_assertion_pass(self, item: pytest.Function, expl: str) -> None:
        """Keep a comparison of two numbers; others say nothing about figures."""
        if found := COMPARED.match(expl.strip()):
            self.rows.setdefault(item.nodeid, []).append(found.groups())  # type: ignore[arg-type]
            told = (item.module.__doc__ or "").strip().splitlines()[0]
            self.sources[item.nodeid] = told.rstrip(".")

    def lines(self) -> list[str]:
        """Lay the rows out as Markdown."""
        made = [
            "| statistic and data set | our value | reference | source |",
            "| --- | --- | --- | --- |",
        ]
        for test, found in self.rows.items():
            name = test.split("::")[1].removeprefix("test_").replace("_", " ")
            for ours, theirs, within in found[:EACH]:
                made.append(f"| {name} | {ours} | {theirs} ± {within} | {self.sources[test]} |")
            if len(found) > EACH:
                made.append(f"| {name} | {len(found) - EACH} more figures | | |")
        return made


def main() -> int:
    """Run the tests of this folder and print what they compared."""
    table = Table()
    words = ["-k", " and ".join(sys.argv[1:])] if sys.argv[1:] else []
    options = ["-n0", "-p", "no:cacheprovider", "-o", "enable_assertion_pass_hook=true"]
    failed = pytest.main([str(Path(__file__).parent), *options, *words], plugins=[table])
    print("\n".join(table.lines()))
    print(f"{sum(map(len, table.rows.values()))} figures in {len(table.rows)} tests")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
