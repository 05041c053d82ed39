"""Weights that make each unit count for the persons it has.

Staff: w = N_u / n_u per reporting unit, small cells merged with their nearest (instruments.md 5.4).
Nothing is trimmed: all answers of a cell weigh alike, so a weight that is moved takes the cell's
known count away, and where the few who answer there differ from others, the truth with it
(docs/adr/0024). What keeps a weight from growing without limit is that a cell has five answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import WeightError

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

SMALLEST_CELL: Final = 5
WHOLE: Final = ""
"""Code of answers that are stored with no region: the rest of the whole."""


@dataclass(frozen=True, slots=True)
class UnitWeights:
    """Staff weights and the cells they were made in.

    ``weight`` and ``cell`` have one entry per response; ``population`` has the persons of each
    cell. ``merged`` names the units that had too few answers for a cell of their own.
    """

    weight: pd.Series
    cell: pd.Series
    population: pd.Series
    merged: tuple[str, ...]


def poststratify(
    cell: pd.Series, counts: Mapping[Hashable, float], base: pd.Series | None = None
) -> pd.Series:
    """Scale the base weights of each cell to its known count.

    Parameters
    ----------
    cell : Series, shape (n_respondents,)
        The cell of each respondent.
    counts : mapping of cell to float
        Persons in the population, for every cell that occurs.
    base : Series of float, shape (n_respondents,), optional
        Persons per respondent before; equal within a cell when left out.

    Returns
    -------
    Series of float, shape (n_respondents,)
        Weights whose sum in each cell is its count.

    Raises
    ------
    WeightError
        If a cell has no count, or one of zero, or the population has a cell without respondents.
    """
    start = pd.Series(1.0, index=cell.index) if base is None else base.astype("float64")
    known = pd.Series(dict(counts), dtype="float64")
    unknown = [value for value in pd.unique(cell) if value not in known.index]
    if unknown:
        raise WeightError(f"there is no known count for the cell {unknown[0]!r}")
    present = set(pd.unique(cell))
    silent = [value for value in known.index if value not in present and known[value] > 0]
    if silent:
        raise WeightError(
            f"nobody answered in the cell {silent[0]!r}: merge it with another before weighting"
        )
    wrong = [value for value in pd.unique(cell) if not known[value] > 0]
    if wrong:
        raise WeightError(f"the cell {wrong[0]!r} has respondents, but a known count of zero")
    total = start.groupby(cell, sort=False).sum()
    return start * cell.map(known / total.reindex(known.index)).astype("float64")


def unit_weights(unit: pd.Series, frame: pd.DataFrame) -> UnitWeights:
    """Weight staff answers to the register's counts.

    Parameters
    ----------
    unit : Series of str, shape (n_respondents,)
        The stored code: a reporting unit, or where it was too small to store, the rest of its
        region or ("") of the whole.
    frame : DataFrame
        One row per reporting unit: ``unit``, ``region``, ``unit_type``, ``population``.

    Returns
    -------
    UnitWeights

    Raises
    ------
    WeightError
        If a code is neither a unit nor a region of the frame, or the frame has no persons.

    Notes
    -----
    Units without a code of their own among the answers are one cell with the rest of their region,
    whose answers speak for all of them. A cell with fewer than five answers is merged with the
    smallest unit of its region and type, else of its region, else of all.
    """
    units = frame.set_index("unit")[["region", "unit_type", "population"]].astype(
        {"region": "str", "unit_type": "str", "population": "float64"}
    )
    count = unit.value_counts(sort=False)
    _check_codes(count.index, units)
    own = _own_cells(units, count)
    cells = _cells(units, count, own)
    home = _merge(cells)
    population = cells["population"].groupby(home).sum()
    answers = cells["n"].groupby(home).sum()
    if not (population[answers > 0] > 0).all():
        raise WeightError("a unit with answers has no persons in the sampling frame")
    cell = unit.map(home).astype("str")
    weight = cell.map(population / answers.where(answers > 0)).astype("float64")
    moved = own.index[(own.map(home) != own.index).to_numpy()]
    return UnitWeights(
        weight, cell, population[answers > 0].astype("float64"), tuple(sorted(map(str, moved)))
    )


def _check_codes(codes: pd.Index, units: pd.DataFrame) -> None:
    known = {*units.index, *units["region"], WHOLE}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise WeightError(f"the code {unknown[0]!r} is neither a unit nor a region of the frame")


def _own_cells(units: pd.DataFrame, count: pd.Series) -> pd.Series:
    """Give each unit its cell: its own, or the rest that its answers would have gone to."""
    region = units["region"]
    stored = pd.Series(units.index, index=units.index, dtype="str").isin(count.index)
    with_answers = {*region[stored], *count.index}
    up = region.where(region.isin(with_answers) | (WHOLE not in count.index), WHOLE)
    silent = ~stored & up.isin(count.index)
    return pd.Series(units.index, index=units.index, dtype="str").where(~silent, up)


def _cells(units: pd.DataFrame, count: pd.Series, own: pd.Series) -> pd.DataFrame:
    """Lay one row per cell: ``region``, ``unit_type``, ``population`` and ``n`` answers."""
    rests = [code for code in count.index if code not in units.index]
    names = pd.Index([*units.index, *rests], dtype="str")
    population = units["population"].groupby(own).sum().reindex(names).fillna(0.0)
    cells = pd.DataFrame(
        {
            "region": units["region"].reindex(names).fillna(pd.Series(names, index=names)),
            "unit_type": units["unit_type"].reindex(names).fillna(""),
            "population": population,
            "n": count.reindex(names).fillna(0).astype("int64"),
        }
    )
    kept = names.isin(own) | names.isin(count.index)
    found: pd.DataFrame = cells[kept].sort_index()
    return found


def _merge(cells: pd.DataFrame) -> pd.Series:
    """Find the cell each code ends in: merge the one with fewest answers until all have five."""
    home = pd.Series(cells.index, index=cells.index)
    live = cells.copy()
    while len(live) > 1:
        # The rest of the whole may have answers of units whose persons are counted in their region.
        weak = live[(live["n"] < SMALLEST_CELL) | (live["population"] == 0)]
        if weak.empty:
            break
        small = weak.sort_values(["n", "population"], kind="stable").index[0]
        target = _nearest(live, small)
        # The larger name stays, whichever of the two was too small.
        live.loc[target, "n"] += live.loc[small, "n"]
        live.loc[target, "population"] += live.loc[small, "population"]
        live = live.drop(index=small)
        home = home.where(home != small, target)
    return home


def _nearest(live: pd.DataFrame, small: str) -> str:
    others = live.drop(index=small)
    same_region = (others["region"] == live.loc[small, "region"]).to_numpy(dtype=bool)
    same_type = (others["unit_type"] == live.loc[small, "unit_type"]).to_numpy(dtype=bool)
    for near in (same_region & same_type, same_region, same_type, np.ones(len(others), dtype=bool)):
        # A cell without persons is a neighbour only when nothing else is left.
        pool = others[near & (others["population"] > 0).to_numpy(dtype=bool)]
        if len(pool):
            return str(pool.sort_values("population", kind="stable").index[0])
    return str(others.index[0])
