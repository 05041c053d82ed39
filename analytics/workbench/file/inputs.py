"""The columns of a file that a specification asks to estimate, read and scored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.workbench.file.box_scores import balance, favourable
from analytics.workbench.file.categories import categories, natural_order
from analytics.workbench.file.items import Label, finite, refuse_beyond
from analytics.workbench.file.told_scales import ScaleScores, scores_of_scales

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Floats
    from analytics.workbench.specification.model import Specification


@dataclass(frozen=True, slots=True)
class Inputs:
    """The columns to estimate, one row per respondent; NaN is missing."""

    scales: ScaleScores
    means: dict[str, Floats]
    shares: list[tuple[Label, Floats]]
    totals: dict[str, Floats]
    ratios: list[tuple[Label, Floats, Floats]]


def inputs(data: pd.DataFrame, spec: Specification) -> Inputs:
    """Read and score the columns that a specification names.

    Raises
    ------
    FrameError
        If a column is missing, holds text, or a value outside its response scale.
    """
    shares: list[tuple[Label, Floats]] = []
    for column in spec.variables.shares:
        values = categories(data, column, "[variables] shares")
        known = values.notna().to_numpy()
        for category in spec.variables.categories.get(column) or _occurring(values):
            hit = (values == category).to_numpy(dtype=bool, na_value=False)
            indicator = np.where(known, hit.astype(np.float64), np.nan)
            shares.append((Label(column, "share", category), indicator))
    for name, scale in spec.scales.items():
        if scale.favourable:
            shares += favourable(data, name, scale)
    shares += [balance(data, column) for column in spec.variables.balances]
    ratios = [
        (
            Label(f"{top}/{bottom}", "ratio"),
            finite(data, top, "[variables] ratios"),
            finite(data, bottom, "[variables] ratios"),
        )
        for top, bottom in spec.variables.ratios
    ]
    return Inputs(
        scales=scores_of_scales(data, spec),
        means={name: _mean(data, name, spec) for name in spec.variables.means},
        shares=shares,
        totals={name: finite(data, name, "[variables] totals") for name in spec.variables.totals},
        ratios=ratios,
    )


def _mean(data: pd.DataFrame, name: str, spec: Specification) -> Floats:
    """Read a column whose mean is asked for; where its response scale is told, on that scale."""
    values = finite(data, name, "[variables] means")
    ends = spec.ends_of(name, "mean")
    refuse_beyond(ends, data, name, values, "[variables] ranges", "give the ends that it has")
    return values


def with_categories(data: pd.DataFrame, spec: Specification) -> Specification:
    """Note the categories that shares have in the whole file, not in each wave.

    A category that nobody chose in a wave has a share of 0 there, and not none.

    Raises
    ------
    FrameError
        If a column is missing.
    """
    found = {
        column: _occurring(categories(data, column, "[variables] shares"))
        for column in spec.variables.shares
    }
    return replace(spec, variables=replace(spec.variables, categories=found))


def _occurring(values: pd.Series) -> tuple[str, ...]:
    return tuple(natural_order(values.dropna().unique()))


def measured(data: pd.DataFrame, spec: Specification) -> dict[str, Floats]:
    """Give the columns whose means are asked for, of persons: scales, then variables."""
    given = inputs(data, spec)
    return {**given.scales.scores, **given.means}
