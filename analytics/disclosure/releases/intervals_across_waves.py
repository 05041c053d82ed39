"""Interval disclosure across waves: feasibility intervals once yearly figures join the waves.

The networks of `feasibility_interval` end where a wave does. Here the waves of a year stand in one
linear programme for each suppressed mean, over the means of all finest cells: 0 to 100 each, with
every shown figure fixed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linprog

from analytics.disclosure.rules.display_limits import PROTECTION_LEVEL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analytics.arrays import Floats
    from analytics.disclosure.releases.released_wave import ReleasedWave
    from analytics.disclosure.table.finest_cells import CellPartition
    from analytics.disclosure.table.keys import DomainKey

_TOP: Final = 100.0
_PROTECTION_LEVEL: Final = PROTECTION_LEVEL * _TOP
_SLACK: Final = 1e-6
type WaveCell = tuple[str, DomainKey]
"""Wave and finest cell."""
type WeightedMean = tuple[float, float]
"""Weight and mean of a cell."""


@dataclass(frozen=True, slots=True)
class _AttackerSubproblem:
    """Shown means as rows over the finest cells of all waves.

    Attributes
    ----------
    column : Mapping of (wave, finest cell) to int
    rows : ndarray of float, shape (n_rows, n_finest)
    means : ndarray of float, shape (n_rows,)
    possible : list of ndarray of float, shape (n_finest,)
        Means that were found to be possible together.
    """

    column: Mapping[WaveCell, int]
    rows: Floats
    means: Floats
    possible: list[Floats] = field(default_factory=list)

    def is_narrow(self, cell: WaveCell) -> bool:
        """Say whether a finest cell's feasibility interval is too narrow."""
        place = self.column[cell]
        # what was found for other cells is possible too, and mostly says that it is wide enough
        if self._width(place) >= _PROTECTION_LEVEL - _SLACK:
            return False
        goal = np.zeros(len(self.column))
        goal[place] = 1.0
        # without a solution nothing is known of the interval: then it counts as narrow
        solved = self._minimum(goal) and self._minimum(-goal)
        return not solved or self._width(place) < _PROTECTION_LEVEL - _SLACK

    def _width(self, place: int) -> float:
        found = [one[place] for one in self.possible]
        return max(found) - min(found) if found else 0.0

    def _minimum(self, goal: Floats) -> bool:
        """Find the means that are possible and least by a goal; say whether there are any."""
        solution = linprog(
            goal, A_eq=self.rows, b_eq=self.means, bounds=(0.0, _TOP), method="highs"
        )
        if solution.status != 0 or solution.x is None:
            return False
        self.possible.append(solution.x)
        return True


def interval_disclosure_across_waves(
    proposed: pd.DataFrame, waves: Sequence[ReleasedWave]
) -> set[str]:
    """Name the units whose mean in one of the pulses would have too narrow an interval.

    Parameters
    ----------
    proposed : DataFrame
        Rows of a `YearlyTable` that would be published, none of an index that has parts.
    waves : sequence of ReleasedWave

    Returns
    -------
    set of str
        Units with an interval of less than 20 points in some pulse (anonymity-design.md 7.4).
    """
    narrow: set[str] = set()
    for measure, rows in proposed.groupby("measure", sort=True):
        attacker = _attacker_subproblem(str(measure), rows, waves)
        for unit in rows["unit"]:
            if any(attacker.is_narrow((wave.key, ("unit", unit))) for wave in waves):
                narrow.add(str(unit))
    return narrow


def _attacker_subproblem(
    measure: str, rows: pd.DataFrame, waves: Sequence[ReleasedWave]
) -> _AttackerSubproblem:
    column: dict[WaveCell, int] = {}
    means: list[float] = []
    shown: list[dict[WaveCell, float]] = []
    for wave in waves:
        cells = _cells(measure, wave)
        for partition, release in zip(wave.partitions, wave.releases, strict=True):
            finest = finest_totals(partition, cells)
            for cell, (_, mean) in finest.items():
                if (wave.key, cell) not in column:
                    column[wave.key, cell] = len(means)
                    means.append(mean)
            for key in release.n.get((measure, "mean", ""), {}):
                members = partition.members[key]
                shown.append(
                    {(wave.key, cell): finest[cell][0] for cell in members if cell in finest}
                )
    people = _people(measure, waves)
    shown += [
        {(wave.key, ("unit", unit)): people[wave.key, unit] for wave in waves}
        for unit in rows["unit"]
    ]
    matrix = np.zeros((len(shown), len(column)))
    for number, weights in enumerate(shown):
        for wave_cell, weight in weights.items():
            matrix[number, column[wave_cell]] = weight
    matrix /= np.maximum(matrix.sum(axis=1, keepdims=True), 1.0)
    return _AttackerSubproblem(column, matrix, matrix @ np.array(means))


def finest_totals(
    partition: CellPartition, cells: Mapping[DomainKey, WeightedMean]
) -> dict[DomainKey, WeightedMean]:
    """Give each finest cell with respondents its weight and mean.

    Parameters
    ----------
    partition : CellPartition
    cells : Mapping of DomainKey to (float, float)
        Weight and mean, 0 to 100, of domains with respondents.

    Returns
    -------
    dict of DomainKey to (float, float)
        A remainder has what its parent has beyond the others.
    """
    finest = {key: cells[key] for key in partition.all_cells if key in cells}
    for remainder, (parent, children) in partition.remainders.items():
        weight, mean = cells.get(parent, (0.0, 0.0))
        total = weight * mean
        for child_weight, child_mean in (cells[key] for key in children if key in cells):
            weight -= child_weight
            total -= child_weight * child_mean
        if weight > _SLACK:
            finest[remainder] = (weight, float(np.clip(total / weight, 0.0, _TOP)))
    return finest


def _cells(measure: str, wave: ReleasedWave) -> dict[DomainKey, WeightedMean]:
    frame = wave.table.frame
    rows = frame[(frame["measure"] == measure) & (frame["statistic"] == "mean") & (frame["n"] > 0)]
    columns = (rows[name].tolist() for name in ("level", "domain", "weight", "mean"))
    return {(lv, d): (weight, mean) for lv, d, weight, mean in zip(*columns, strict=True)}


def _people(measure: str, waves: Sequence[ReleasedWave]) -> dict[tuple[str, str], float]:
    people: dict[tuple[str, str], float] = {}
    for wave in waves:
        frame = wave.table.frame
        rows = frame[(frame["level"] == "unit") & (frame["measure"] == measure)]
        for code, population in zip(rows["domain"], rows["population"], strict=True):
            people[wave.key, code] = float(population)
    return people
