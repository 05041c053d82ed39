"""A reader with every role, who subtracts everything ever published.

The reader has the contents of all publications and nothing else: their trees, counts, figures and
statuses. How figures came to be hidden is not looked at, and no code of disclosure control is used.
The reader is given more than a real one would have: the weights, and who left which items blank,
so that every figure is an exact row over *who chose what in which wave*, where people of one unit
who left the same items blank are one atom.

`Truth` is the judge's: it says which sets are protected, and never helps the reader to a figure.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from tests.attack.beside import entrants
from tests.attack.bounds import bound, bound_years, pooled_rows
from tests.attack.counts import count
from tests.attack.crosswalk import across_units
from tests.attack.shelf import Judge, Library, Report, Row, as_published
from tests.attack.span import DUST, row_space, without_dust
from tests.attack.wave_system import WaveSystem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.attack.shelf import Cell

    type Version = tuple[int, Cell]


def attack(library: Library, sees: Judge = as_published, *, bounds: bool = True) -> Report:
    """Work out what can be worked out.

    Parameters
    ----------
    library : Library
    sees : function of a row to bool
        Which figures the reader sees.
    bounds : bool
        Whether to solve the linear programmes too, which takes longest.

    Returns
    -------
    Report
    """
    report = Report(library.k)
    systems = [WaveSystem(contents, truth) for contents, truth in library.waves]
    for system in systems:
        system.learn(sees)
        _row_space(system, sees, library.k, report)
        _arithmetic(system, sees, library.k, report)
        count(system, sees, library.k, report)
        entrants(system, report)
        if bounds:
            bound(system, sees, report)
    _join_waves(systems, sees, report)
    across_units(systems, sees, report)
    if bounds:
        bound_years(systems, sees, report)
    return report


def _row_space(system: WaveSystem, sees: Judge, k: int, report: Report) -> None:
    """Look whether hidden figures and sets below k are combinations of shown figures."""
    inside: dict[str, list[tuple[Row, np.ndarray]]] = defaultdict(list)
    linked: list[tuple[Row, np.ndarray]] = []
    for row, vector in _secrets(system, sees, k, report):
        item = row["measure"]
        if item in system.options:
            inside[item].append((row, vector[system.span.place[item]]))
        else:
            linked.append((row, vector))
    for item, pairs in inside.items():
        told = system.span.follows_inside(item, np.array([vector for _, vector in pairs]))
        _note(report, "row space", system, [row for row, _ in pairs], told)
    if linked:
        told = system.span.follows(np.array([vector for _, vector in linked]))
        _note(report, "row space", system, [row for row, _ in linked], told)


def _secrets(
    system: WaveSystem, sees: Judge, k: int, report: Report
) -> Iterator[tuple[Row, np.ndarray]]:
    for version, row in system.hidden(sees):
        vector = system.row(version, row)
        # a region less a unit that has gone: both stood in the version before
        if vector is None or system.told_before(version, vector[None])[0]:
            continue
        report.looked["hidden figures"] += 1
        yield {**row, "n": system.counted(version, row)}, vector
    for item, codes in system.small_sets(k):
        vector = system.mean_row(item, codes)
        if vector is not None:
            report.looked["sets below k"] += 1
            name = {"statistic": "mean", "category": "", "level": "set", "domain": "+".join(codes)}
            yield {"measure": item, "n": 0, **name}, vector


def _note(
    report: Report, way: str, system: WaveSystem, rows: Sequence[Row], told: np.ndarray
) -> None:
    for row, known in zip(rows, told, strict=True):
        if known:
            report.add(way, system.key, *_name(row))


def _name(row: Row) -> tuple[str, ...]:
    return tuple(row[part] for part in ("measure", "statistic", "category", "level", "domain"))


def _arithmetic(system: WaveSystem, sees: Judge, k: int, report: Report) -> None:
    """Take shown cells from one another by their n, two and three at a time.

    Only printed numbers: an n of 1 to k - 1 that is left is a set that nobody may know of.
    """
    for measure, cells in _printed(system, sees).items():
        sets = {
            key: frozenset(np.flatnonzero(system.trees[key[0]].inside[key[1]]).tolist())
            for key in cells
        }
        for whole, chosen in _nested(sets):
            report.looked["differences"] += 1
            if 0 < cells[whole] - sum(cells[key] for key in chosen) < k:
                names = [f"{level} {code}" for _, (level, code) in (whole, *chosen)]
                report.add("set arithmetic", system.key, measure, *names)


def _printed(system: WaveSystem, sees: Judge) -> dict[str, dict[Version, int]]:
    """List the printed n of every mean; that of a composed index is its smallest part's."""
    found: dict[str, dict[Version, int]] = defaultdict(dict)
    for version, content in enumerate(system.contents):
        for row in content["estimates"]:
            measure = system.measures.get(row["measure"])
            if row["statistic"] != "mean" or measure is None or measure["parts"]:
                continue
            if sees(row) and row.get("n") is not None:
                found[row["measure"]][version, (row["level"], row["domain"])] = row["n"]
    return found


def _nested(
    sets: Mapping[Version, frozenset[int]],
) -> Iterator[tuple[Version, tuple[Version, ...]]]:
    """Pair each cell with one, or two apart, that lie within it."""
    for whole, everybody in sets.items():
        parts = [key for key, some in sets.items() if some < everybody]
        yield from ((whole, (part,)) for part in parts)
        for one, other in combinations(parts, 2):
            if not sets[one] & sets[other]:
                yield whole, (one, other)


def _join_waves(systems: Sequence[WaveSystem], sees: Judge, report: Report) -> None:
    """Join the waves by the figures that are pooled over them."""
    starts = np.cumsum([0, *(system.span.width for system in systems)])
    rows = [
        row
        for system in systems
        for content in system.contents
        for row in pooled_rows(content)
        if sees(row)
    ]
    report.looked["pooled figures"] += len(rows)
    if not rows:
        return
    basis = row_space(np.array([_over_waves(row, systems, starts) for row in rows]))
    for at, system in enumerate(systems):
        own = basis[:, starts[at] : starts[at + 1]]
        pairs = [
            ({**row, "n": system.counted(version, row)}, vector)
            for version, row in system.hidden(sees)
            if row["statistic"] == "mean" and (vector := system.row(version, row)) is not None
        ]
        if not pairs:
            continue
        vectors = np.array([vector for _, vector in pairs])
        left = system.span.left_of(vectors)
        whole = (vectors**2).sum(axis=1)
        alone = (left**2).sum(axis=1)
        together = alone - ((left @ own.T) ** 2).sum(axis=1)
        # what follows within its own wave was found there
        told = (alone >= DUST * whole) & (together < DUST * whole)
        _note(report, "pooled over waves", system, [row for row, _ in pairs], told)


def _over_waves(row: Row, systems: Sequence[WaveSystem], starts: np.ndarray) -> np.ndarray:
    """Write what a pooled figure adds to what its waves tell by themselves."""
    vector = np.zeros(starts[-1])
    for at, system in enumerate(systems):
        if system.key in row["waves"]:
            part = system.mean_row(row["measure"], (row["domain"],))
            if part is not None:
                left = system.span.left_of(part[None])
                if len(without_dust(left, part[None])):
                    vector[starts[at] : starts[at + 1]] = left[0]
    return vector
