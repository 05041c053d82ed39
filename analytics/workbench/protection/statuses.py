"""Which cells of a file's tables may show, decided by `analytics.disclosure`.

A file has no register, so only answers count. The columns of the hierarchy nest: the first is the
disclosure control's region, those below are its units. A column of which each unit has one category
is their type (`two_ways`); any other is a group on its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.rules.display_limits import DISPLAY_LIMITS
from analytics.disclosure.table import DomainTree, TableDomain, plan_crossed_tables
from analytics.errors import UnsupportedError
from analytics.tables import ESTIMATE_COLUMNS, EstimateTable
from analytics.workbench.protection.figures import Figures
from analytics.workbench.protection.two_ways import SecondWay, same_domains, second_way

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.workbench.file.waves import DivisionEstimates
    from analytics.workbench.protection.figures import Ends
    from analytics.workbench.specification.model import DisclosureSpec, Specification

type Statuses = Mapping[tuple[str, ...], np.ndarray] | None

PUBLISHED: Final = "published"
SUPPRESSED: Final = "suppressed_primary"
"""The word of every hidden cell of a file, of the two that its format knows.

Which cells are small by themselves and which cover them bounds their counts from both sides, and
beside the counts that are shown told some of them exactly.
"""
CELL: Final = ["level", "domain", "measure", "category"]
# No count of the population is known; the limits on it are for registers.
UNKNOWN_POPULATION: Final = 10**9


def statuses(
    levels: list[DivisionEstimates], spec: Specification, ends: Ends
) -> dict[tuple[str, ...], np.ndarray]:
    """Decide the status of every cell of one wave.

    Parameters
    ----------
    levels : list of DivisionEstimates
        Overall, what was asked for, and the hierarchy from `missing_levels`.
    spec : Specification
        The minimum group and the hierarchy; an index is hidden with its parts.
    ends : mapping of measure to (float, float)
        From `scale_ends`.

    Returns
    -------
    dict of by-columns to ndarray of str, shape (n_domains, n_columns)
        ``published``, ``suppressed_primary`` or ``suppressed_secondary``.
    """
    # Loads the optimiser, which takes longer than a file of a few thousand rows.
    from analytics.disclosure.decide_suppression import decide_suppression  # noqa: PLC0415

    rule = spec.disclosure
    assert rule is not None
    named = {level.by: level for level in levels}
    second = second_way(levels, rule)
    paths = {level.by: _cells(level, rule, named, second) for level in levels}
    figures = Figures.of(levels[0].labels, spec, ends)
    plan = plan_crossed_tables(
        DomainTree(tuple({cell for cells in paths.values() for cell in cells})),
        rules=DisclosureRules(rule.minimum, dict.fromkeys(DISPLAY_LIMITS, rule.minimum)),
        scales=figures.scales,
        indices={name: tuple(parts) for name, parts in spec.indices.items()} | figures.together,
        # What is hidden for another's sake could show by itself; near an end of the scale the same
        # room for it would hide whole files.
        complements_centred=True,
    )
    rows = pd.concat([_rows(level, paths[level.by], figures) for level in levels])
    # A level below the first may be asked for by its own name and along its path.
    table = EstimateTable(rows.drop_duplicates(CELL, ignore_index=True))
    status = decide_suppression(table, plan=plan).status
    found = dict(zip(table.frame[CELL].itertuples(index=False, name=None), status, strict=True))
    asked = [(one.measure, one.category) for one in figures.all[: figures.asked]]
    return {
        by: np.array([
            [str(found[cell.level, cell.code, *name]) for name in asked] for cell in cells
        ]).reshape(len(cells), len(asked))
        for by, cells in paths.items()
    }  # fmt: skip


def _cells(
    level: DivisionEstimates,
    spec: DisclosureSpec,
    levels: Mapping[tuple[str, ...], DivisionEstimates],
    second: SecondWay | None,
) -> list[TableDomain]:
    """Place a level's domains in the tree."""
    if not level.by:
        return [TableDomain("agency", "")]
    if second is not None and level.by == second.by:
        return [TableDomain("unit_type", name) for name in second.types]
    hierarchy = spec.hierarchy
    if len(level.by) == 1 and level.by[0] in hierarchy[1:]:
        path = levels[hierarchy[: hierarchy.index(level.by[0]) + 1]]
        same = same_domains(level, path)
        if same is not None:
            cells = _cells(path, spec, levels, second)
            return [cells[place] for place in same]
    if level.by == hierarchy[: len(level.by)]:
        name = "region" if len(level.by) == 1 else "unit"
        kinds = [""] * len(level.domains)
        if second is not None and level.by == hierarchy:
            kinds = second.of_place
        return [
            TableDomain(name, _path(domain), _path(domain[:-1]), kind)
            for domain, kind in zip(level.domains, kinds, strict=True)
        ]
    if level.by[0] in hierarchy:
        raise UnsupportedError(
            f"[disclosure] {level.by[0]} lies below {hierarchy[0]}: ask for it in [domains] by as "
            f"{list(hierarchy[: hierarchy.index(level.by[0]) + 1])}"
        )
    return [TableDomain("group", f"{level.by[0]}:{domain[0]}") for domain in level.domains]


def _path(domain: tuple[str, ...]) -> str:
    """Name a node so that no two of the tree share a name."""
    return "/".join(domain)


def _rows(level: DivisionEstimates, cells: list[TableDomain], figures: Figures) -> pd.DataFrame:
    """Give disclosure control what it judges by: counts, means, and whether all answered alike."""
    size, times = len(figures.all), len(cells)
    n = level.means.n[:, [one.column for one in figures.all]].ravel()
    mean, weight = (values.ravel() for values in figures.on_scale(level))
    columns: dict[str, object] = {
        "measure": [one.measure for one in figures.all] * times,
        "kind": [one.kind for one in figures.all] * times,
        "statistic": [one.statistic for one in figures.all] * times,
        "category": [one.category for one in figures.all] * times,
        "level": _each([cell.level for cell in cells], size),
        "domain": _each([cell.code for cell in cells], size),
        "parent": _each([cell.parent for cell in cells], size),
        "n": n,
        "population": pd.array([UNKNOWN_POPULATION] * len(n), dtype="Int64"),
        # Only the status is read: errors and intervals have no part in it.
        "mean": np.where(n > 0, mean, np.nan), "se": 0.0, "low": mean, "high": mean,
        "se_model": 0.0, "df": 1.0, "deff": 1.0, "n_eff": n.astype(np.float64),
        "weight": weight,
        "all_equal": figures.alike(level).ravel(),
    }  # fmt: skip
    return pd.DataFrame({name: columns[name] for name in ESTIMATE_COLUMNS})


def _each(texts: Sequence[str], times: int) -> pd.Series:
    return pd.Series(texts, dtype="str").repeat(times).reset_index(drop=True)
