"""The answers that the [quality] section judges, and the groups that it compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analytics.workbench.file.categories import categories
from analytics.workbench.file.items import item_values
from analytics.workbench.specification.quality import WHERE

if TYPE_CHECKING:
    from collections.abc import Collection

    from analytics.workbench.protection.shown_answers import ShownAnswers
    from analytics.workbench.specification.model import ScaleSpec


def scored_items(
    data: pd.DataFrame, name: str, scale: ScaleSpec, shown: ShownAnswers | None
) -> pd.DataFrame:
    """Score a scale's items on 0-100, high the same way; missing where no mean is shown."""
    values = (item_values(data, name, scale) - scale.minimum) / (scale.maximum - scale.minimum)
    scored = pd.DataFrame(100 * values, columns=list(scale.items), index=data.index)
    for item in scale.reversed:
        scored[item] = 100 - scored[item]
    return scored if shown is None else scored.where(shown.of_whole(name), axis=0)


def complete_rows(items: pd.DataFrame) -> int:
    """Count the rows that have an answer to every item."""
    return int(items.notna().all(axis=1).sum())


def shown_groups(
    data: pd.DataFrame, column: str, scales: Collection[str], shown: ShownAnswers | None
) -> pd.Series:
    """Read a column's groups, of a protected file those that show the means of some scales."""
    group = categories(data, column, WHERE)
    return group if shown is None else group.where(shown.of_groups(column, scales))


def large_groups(group: pd.Series, kept: pd.Series, minimum: int) -> pd.Series:
    """Leave groups of fewer than ``minimum`` among the kept rows out."""
    group = group.where(kept)
    size = group.value_counts()
    return group.where(group.map(size).fillna(0) >= minimum)
