"""Hold what a demo's staff publications say of changes against the demo's own truth.

``python -m tests.reference.findings.of_demo DATA_DIR``, of a demo that runs: everything is read
from `barometer export`, as anybody may, and from ``truth/means.csv`` beside the data, what all
staff would have answered. Over the wave that asked both wordings a true change is that of the old
words up to it and of the new ones from it.

Below stands what a test of each plain difference alone would have called, from the usual 1.96
standard errors to stricter ones: what it finds of large changes, and how much of what it calls is
under half the limit.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from tests.reference.findings.tally import LARGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Rows = list[dict[str, str]]

STAFF = "verdipuls"
SIGNS = {"up": 1, "down": -1}
PRINTED = 0.05  # points: what a printed end may be off by
NORMAL = 1.96  # standard errors on either side of a difference, nearly, in its interval
SURER = 0.95  # a chance of half the limit: more than the rule asks for
STRICTNESS = (1.96, 2.3, 2.6, 3.0, 3.2, 3.6)


class Truth:
    """What all staff would have answered, by wave, measure, level and place."""

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["wave"].startswith(STAFF)]
        self.waves = list(dict.fromkeys(row["wave"] for row in rows))
        self._means = {
            (row["wave"], row["measure"], row["level"], row["domain"]): float(row["mean"])
            for row in rows
        }

    def change(self, row: Mapping[str, str]) -> float | None:
        """Return the true change of a row of `changes`; None where there is none."""
        before, after = row["since"], row["wave"]
        place = row["level"], row["domain"]
        total = 0.0
        for start, end in self._steps(before, after, row["measure"], place):
            ends = self._means.get((*end, *place)), self._means.get((*start, *place))
            if ends[0] is None or ends[1] is None:
                return None
            total += ends[0] - ends[1]
        return total

    def _steps(
        self, before: str, after: str, measure: str, place: tuple[str, str]
    ) -> list[tuple[tuple[str, str], tuple[str, str]]]:
        at = self.waves.index
        for wave in self.waves[at(before) + 1 : at(after) + 1] if before in self.waves else ():
            old = wave, f"{measure}@1"
            if (*old, *place) in self._means:
                return [((before, measure), old), ((wave, measure), (after, measure))]
        return [((before, measure), (after, measure))]


def changes(data_dir: Path, wave: str) -> list[dict[str, str]]:
    """Read what a publication says of changes, as it is exported."""
    command = [str(Path(sys.executable).with_name("barometer")), "export", wave]
    found = subprocess.run(
        [*command, "--format", "csv", "--table", "changes", "--output", "-"],
        env=os.environ | {"BAROMETER_DATA_DIR": str(data_dir)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return list(csv.DictReader(io.StringIO(found.stdout)))


def counted(truth: Truth, rows: Rows) -> dict[str, Counter[str]]:
    """Count what was called, and how true it was, by level."""
    levels: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        true = truth.change(row) if row["model_low"] else None
        if true is None:
            continue
        tally, margin, verdict = levels[row["level"]], float(row["margin"]), row["verdict"]
        low, high = float(row["model_low"]) - PRINTED, float(row["model_high"]) + PRINTED
        tally.update({"changes": 1, "held": low <= true <= high, "large": abs(true) >= margin})
        if verdict == "steady":
            tally.update({"steady": 1, "steady right": abs(true) < margin})
        if verdict in SIGNS:
            told = true * SIGNS[verdict]
            tally.update({"called": 1, "wrong": told <= 0, "under half": told < margin / 2})
            tally["shown, hundredths"] += round(100 * abs(float(row["model_difference"])))
            tally["true, hundredths"] += round(100 * told)
    return levels


def frontier(truth: Truth, rows: Rows, level: str) -> Iterator[tuple[str, Counter[str]]]:
    """Say what the rule and tests of plain differences call and find at a level.

    Each with ``called``, ``under half`` of the limit, true changes that are ``large``
    (`tests.reference.findings.tally.LARGE`) and how many of them are ``found``.
    """
    here = [(row, truth.change(row)) for row in rows if row["level"] == level and row["model_low"]]
    known = [(row, true) for row, true in here if true is not None and row["low"]]
    rule = [SIGNS.get(row["verdict"], 0) for row, _ in known]
    yield "the rule", _found(known, rule, level)
    surer = [
        sign if sign and float(row["chance"]) >= SURER else 0
        for sign, (row, _) in zip(rule, known, strict=True)
    ]
    yield f"the rule with a chance of {SURER}", _found(known, surer, level)
    for errors in STRICTNESS:
        yield f"{errors} errors", _found(known, [_tested(row, errors) for row, _ in known], level)


def _tested(row: Mapping[str, str], errors: float) -> int:
    """Call a difference of the margin or more that is so many standard errors from 0: 1, -1, 0."""
    difference = float(row["difference"])
    error = (float(row["high"]) - float(row["low"])) / 2 / NORMAL
    far = abs(difference) > errors * error and abs(difference) >= float(row["margin"])
    return (1 if difference > 0 else -1) if far else 0


def _found(known: list[tuple[dict[str, str], float]], signs: list[int], level: str) -> Counter[str]:
    tally: Counter[str] = Counter()
    for (row, true), sign in zip(known, signs, strict=True):
        large = abs(true) >= LARGE[level]
        tally.update({"large": large, "found": large and sign * true > 0, "called": abs(sign)})
        tally["under half"] += sign != 0 and sign * true < float(row["margin"]) / 2
    return tally


def main() -> None:
    """Print the counts of each level."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.findings.of_demo")
    parser.add_argument("data_dir", type=Path)
    data_dir = parser.parse_args().data_dir
    truth = Truth(data_dir / "truth" / "means.csv")
    rows = [row for wave in truth.waves for row in changes(data_dir, wave)]
    for level, tally in counted(truth, rows).items():
        print(level, dict(tally))
        for rule, found in frontier(truth, rows, level):
            print(" ", rule, dict(found))


if __name__ == "__main__":
    main()
