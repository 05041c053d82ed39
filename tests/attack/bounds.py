"""Bound hidden means by linear programming over what was rounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

from tests.attack.shelf import Content, Judge, Report, Row
from tests.attack.whole_numbers import mean_step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.attack.wave_system import WaveSystem

NARROW = 20.0  # points that a hidden mean must be free to move in (anonymity-design.md 7.4)
DUST = 1e-6
HALF_A_DIGIT = 0.05 + DUST


@dataclass(slots=True)
class _Programme:
    """Shares of the atoms in each shown mean, and the mean itself."""

    rows: list[np.ndarray] = field(default_factory=list)
    means: list[float] = field(default_factory=list)
    halves: list[float] = field(default_factory=list)
    wanted: list[tuple[str, Row, np.ndarray]] = field(default_factory=list)

    def solve(self, report: Report, way: str) -> None:
        """Report hidden means that have less room than they should."""
        rows, means, halves = np.array(self.rows), np.array(self.means), np.array(self.halves)
        for wave, row, goal in self.wanted:
            report.looked[way] += 1
            ends = []
            for sign in (1.0, -1.0):
                solved = linprog(
                    sign * goal,
                    A_ub=np.vstack([rows, -rows]) if len(rows) else None,
                    b_ub=np.concatenate([means + halves, halves - means]) if len(rows) else None,
                    bounds=(0, 100),
                    method="highs",
                )
                ends.append(sign * solved.fun if solved.status == 0 else np.nan)
            if ends[1] - ends[0] < NARROW:
                name = (row["measure"], row["level"], row["domain"])
                report.add(way, wave, *name, f"{ends[0]:.1f} to {ends[1]:.1f}")


def bound(system: WaveSystem, sees: Judge, report: Report) -> None:
    """Bound the hidden unit means of one wave's indices and scales."""
    for measure, found in system.measures.items():
        if found["kind"] == "item" or found["parts"]:
            continue
        programme = _Programme()
        _add(programme, system, measure, sees, (0, len(system.codes)))
        programme.solve(report, "bounds")


def bound_years(systems: Sequence[WaveSystem], sees: Judge, report: Report) -> None:
    """Bound them again over all waves that a figure for a year joins."""
    by_key = {system.key: system for system in systems}
    for measure, rows in _pooled_by_measure(systems, sees).items():
        keys = sorted({key for row in rows for key in row["waves"]})
        joined = [by_key[key] for key in keys if measure in by_key[key].measures]
        starts = np.cumsum([0, *(len(one.codes) for one in joined)])
        programme = _Programme()
        for at, system in enumerate(joined):
            _add(programme, system, measure, sees, (int(starts[at]), int(starts[-1])))
        for row in rows:
            share = np.zeros(starts[-1])
            mean = 0.0
            for at, system in enumerate(joined):
                if system.key not in row["waves"]:  # of another year
                    continue
                place = system.codes.index(row["domain"])
                people = system.population(row["domain"])
                share[starts[at] + place] = people
                mean += people * system.true_means(measure)[place]
            programme.rows.append(share / share.sum())
            told = row.get("mean")
            programme.means.append(mean / share.sum() if told is None else told)
            programme.halves.append(HALF_A_DIGIT)
        pooled = {row["domain"] for row in rows}
        programme.wanted = [one for one in programme.wanted if one[1]["domain"] in pooled]
        programme.solve(report, "bounds over a year")


def _pooled_by_measure(systems: Sequence[WaveSystem], sees: Judge) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for system in systems:
        for content in system.contents:
            for row in pooled_rows(content):
                composed = system.measures[row["measure"]]["parts"]
                if sees(row) and not composed:
                    found.setdefault(row["measure"], []).append(row)
    return found


def pooled_rows(content: Content) -> Iterator[Row]:
    """Read the figures of a publication that are made of several waves."""
    for table in content.get("yearly") or ():
        for row in table["figures"]:
            yield {**row, "waves": row.get("waves") or [one["key"] for one in table["waves"]]}


def _add(
    programme: _Programme, system: WaveSystem, measure: str, sees: Judge, span: tuple[int, int]
) -> None:
    """Add what one wave shows and hides of a measure; its atoms start at the span's first.

    What an earlier version told of the very same people is no secret (`WaveSystem.hidden`).
    """
    start, width = span
    n, means = system.scored_in(measure), system.true_means(measure)
    secret = {(version, *_cell(row)) for version, row in system.hidden(sees) if _is(row, measure)}
    for version, content in enumerate(system.contents):
        for row in content["estimates"]:
            if not _is(row, measure):
                continue
            inside = system.trees[version].inside[row["level"], row["domain"]]
            size = inside * n * system.weights[version]
            if not size.any():
                continue
            share = np.zeros(width)
            share[start : start + len(size)] = size / size.sum()
            if sees(row):
                told = row.get("mean")
                exact = float(size @ means / size.sum())
                programme.rows.append(share)
                programme.means.append(exact if told is None else told)
                answers = row.get("n") or round(float(inside @ n))
                programme.halves.append(
                    HALF_A_DIGIT if told is None else _half(system, row, answers)
                )
            elif row["level"] == "unit" and (version, *_cell(row)) in secret:
                programme.wanted.append((system.key, row, share))


def _half(system: WaveSystem, row: Row, answers: int) -> float:
    """Say how far an exact mean may be from one that is shown: one without an error is coarse.

    Where the number of answers is not told, it is granted.
    """
    if row["se"] is not None:
        return HALF_A_DIGIT
    items = system.measures[row["measure"]]["items"]
    grades = [sum(code.isdigit() for code in system.options[item]) for item in items]
    return mean_step(100 / (min(grades) - 1) / len(items), answers) / 2 + DUST


def _is(row: Row, measure: str) -> bool:
    return bool(row["measure"] == measure and row["statistic"] == "mean")


def _cell(row: Row) -> tuple[str, str]:
    return row["level"], row["domain"]
