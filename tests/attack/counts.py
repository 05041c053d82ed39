"""Work out hidden counts of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.attack.shelf import Cell, Content, Judge, Report, Row, Tree, primary_only
from tests.attack.span import DUST, row_space, stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.attack.wave_system import WaveSystem


def count(system: WaveSystem, sees: Judge, k: int, report: Report) -> None:
    """Work out hidden counts of answers from shown ones, rates, weights and the wave record."""
    before: set[tuple[float, ...]] = set()
    for version, content in enumerate(system.contents):
        known, held_back = _told_and_held_back(system, version, sees, k)
        # what an earlier version told is no secret any more, and the wave record stands for all
        secret = [(row, inside) for row, inside in held_back if tuple(inside) not in before]
        before |= {tuple(inside) for inside in known}
        report.looked["hidden counts"] += len(secret)
        # the record names its groups by the domains of the first version
        known += _from_record(content, system.trees[0])
        basis = row_space(stack(known, len(system.codes)))
        largest = _largest_n(content, sees)
        for row, inside in secret:
            cell = (row["level"], row["code"])
            if (cell in largest and row["level"] != "agency") or _follows(inside, basis):
                report.add("counts", system.key, *cell)
            if row["rate"] is not None and not row["bound"]:
                report.add("rate", system.key, *cell)
            if row["bound"] and largest.get(cell, 0) > row["answered"]:
                # that nearly all have answered may be seen (anonymity-design.md 10)
                report.looked["bounds that an n beside them tells more of"] += 1
        _extreme_weights(content, secret, system, report)


def _follows(inside: np.ndarray, basis: np.ndarray) -> bool:
    left = inside - (inside @ basis.T) @ basis
    return bool(left @ left < DUST * (inside @ inside))


def _told_and_held_back(
    system: WaveSystem, version: int, sees: Judge, k: int
) -> tuple[list[np.ndarray], list[tuple[Row, np.ndarray]]]:
    tree = system.trees[version]
    n = np.array([system.truth.respondents[code] for code in system.codes], dtype=float)
    known, secret = [tree.inside["agency", ""]], []
    for row in system.contents[version]["domains"]:
        inside = tree.inside[row["level"], row["code"]]
        if _count_is_told(row, round(inside @ n), k, sees):
            known.append(inside)
        elif inside.any():
            secret.append((row, inside))
    return known, secret


def _count_is_told(row: Row, there: int, k: int, sees: Judge) -> bool:
    if sees is primary_only:
        few = row["invited"] is not None and row["invited"] - there < k
        return there >= k and not few
    return row["answered"] is not None and not row["bound"]


def _largest_n(content: Content, sees: Judge) -> dict[Cell, int]:
    largest: dict[Cell, int] = {}
    for row in content["estimates"]:
        if sees(row) and row.get("n") is not None:
            cell = (row["level"], row["domain"])
            largest[cell] = max(largest.get(cell, 0), row["n"])
    return largest


def _from_record(content: Content, tree: Tree) -> list[np.ndarray]:
    """Read the ballots of each group from the wave record that stands beside the publication."""
    record = content.get("record") or {}
    return [
        tree.inside[row["level"], row["group"]]
        for row in record.get("groups", ())
        if row["ballots"] is not None and not row["bound"]
    ]


def _extreme_weights(
    content: Content, secret: Sequence[tuple[Row, np.ndarray]], system: WaveSystem, report: Report
) -> None:
    """Find the one unit whose persons and answers give the largest or smallest weight."""
    units = [row for row, _ in secret if row["level"] == "unit" and row["population"]]
    told = [
        row["population"] / row["answered"]
        for row in content["domains"]
        if row["level"] == "unit" and row["answered"] and not row["bound"] and row["population"]
    ]
    for name in ("min", "max"):
        weight = content["weights"].get(name)
        if weight is None or any(abs(one - weight) < 5e-4 for one in told):
            continue
        fits = {
            (row["code"], n)
            for row in units
            for n in range(1, row["population"] + 1)
            if abs(row["population"] / n - weight) < 5.1e-4
        }
        if len(fits) == 1:
            ((code, n),) = fits
            if system.truth.respondents.get(code) == n:
                report.add("weights", system.key, "unit", code)
