"""How closely a hidden mean of one wave is bounded once waves are joined by yearly figures.

The flows of `bounds` end where a wave does. Here the waves of a year stand in one linear programme
for each hidden mean, over the means of all atoms: 0 to 100 each, with every shown figure fixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linprog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analytics.arrays import Floats
    from analytics.disclosure.releases.released_wave import ToldWave
    from analytics.disclosure.table.finest_cells import View
    from analytics.disclosure.table.keys import Key

_TOP: Final = 100.0
_LEAST_ROOM: Final = 20.0  # points (anonymity-design.md 7.4)
_SLACK: Final = 1e-6
type Place = tuple[str, Key]
type Sum = tuple[float, float]
"""Weight and mean of a cell or an atom."""


@dataclass(frozen=True, slots=True)
class _Programme:
    """Shown sums as rows over the atoms of all waves.

    Attributes
    ----------
    place : Mapping of (wave, atom) to int
    rows : ndarray of float, shape (n_rows, n_atoms)
    sums : ndarray of float, shape (n_rows,)
    """

    place: Mapping[Place, int]
    rows: Floats
    sums: Floats

    def room(self, atom: int) -> float:
        """Measure how far the mean of an atom can move, in points."""
        goal = np.zeros(len(self.place))
        goal[atom] = 1.0
        least, most = self._least(goal), self._least(-goal)
        # without a solution nothing is known of the room: then there is none
        return 0.0 if least is None or most is None else -most - least

    def _least(self, goal: Floats) -> float | None:
        solved = linprog(goal, A_eq=self.rows, b_eq=self.sums, bounds=(0.0, _TOP), method="highs")
        return solved.fun if solved.status == 0 else None


def too_narrow(proposed: pd.DataFrame, waves: Sequence[ToldWave]) -> set[str]:
    """Name the units whose mean in one of the pulses could be told too closely.

    Parameters
    ----------
    proposed : DataFrame
        Rows of a `YearlyTable` that would be published, none of an index that has parts.
    waves : sequence of ToldWave

    Returns
    -------
    set of str
        Units with less than 20 points of room in some pulse.
    """
    found: set[str] = set()
    for measure, rows in proposed.groupby("measure", sort=True):
        programme = _programme(str(measure), rows, waves)
        for unit in rows["unit"]:
            atoms = [programme.place[wave.key, ("unit", unit)] for wave in waves]
            if any(programme.room(atom) < _LEAST_ROOM - _SLACK for atom in atoms):
                found.add(str(unit))
    return found


def _programme(measure: str, rows: pd.DataFrame, waves: Sequence[ToldWave]) -> _Programme:
    place: dict[Place, int] = {}
    values: list[float] = []
    shown: list[dict[Place, float]] = []
    for wave in waves:
        cells = _cells(measure, wave)
        for view, told in zip(wave.views, wave.told, strict=True):
            there = atom_sums(view, cells)
            for atom, (_, mean) in there.items():
                if (wave.key, atom) not in place:
                    place[wave.key, atom] = len(values)
                    values.append(mean)
            for key in told.n.get((measure, "mean", ""), {}):
                inside = view.members[key]
                shown.append({(wave.key, a): there[a][0] for a in inside if a in there})
    people = _people(measure, waves)
    shown += [
        {(wave.key, ("unit", unit)): people[wave.key, unit] for wave in waves}
        for unit in rows["unit"]
    ]
    matrix = np.zeros((len(shown), len(place)))
    for number, row in enumerate(shown):
        for one, weight in row.items():
            matrix[number, place[one]] = weight
    matrix /= np.maximum(matrix.sum(axis=1, keepdims=True), 1.0)
    return _Programme(place, matrix, matrix @ np.array(values))


def atom_sums(view: View, cells: Mapping[Key, Sum]) -> dict[Key, Sum]:
    """Give each atom with respondents its weight and mean, a rest what is left of its parent."""
    found = {key: cells[key] for key in view.every if key in cells}
    for atom, (whole, others) in view.rests.items():
        weight, mean = cells.get(whole, (0.0, 0.0))
        total = weight * mean
        for one in (cells[key] for key in others if key in cells):
            weight -= one[0]
            total -= one[0] * one[1]
        if weight > _SLACK:
            found[atom] = (weight, float(np.clip(total / weight, 0.0, _TOP)))
    return found


def _cells(measure: str, wave: ToldWave) -> dict[Key, Sum]:
    frame = wave.table.frame
    rows = frame[(frame["measure"] == measure) & (frame["statistic"] == "mean") & (frame["n"] > 0)]
    columns = (rows[name].tolist() for name in ("level", "domain", "weight", "mean"))
    return {(lv, d): (weight, mean) for lv, d, weight, mean in zip(*columns, strict=True)}


def _people(measure: str, waves: Sequence[ToldWave]) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for wave in waves:
        frame = wave.table.frame
        rows = frame[(frame["level"] == "unit") & (frame["measure"] == measure)]
        for code, people in zip(rows["domain"], rows["population"], strict=True):
            found[wave.key, code] = float(people)
    return found
