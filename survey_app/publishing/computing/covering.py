"""What is said of units whose answers cover a small one beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.rules import PRIMARY, SECONDARY

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from analytics.disclosure.table import Plan

_FIGURE: Final = ["measure", "statistic"]
_RULED_BY: Final = ["kind", *_FIGURE, "category"]


def said_to_cover(
    frame: pd.DataFrame, units: Collection[str], estimates: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    """Say of units whose answers cover a small one beside them that they do, not that few answered.

    Nobody's answers carry their code, so that they look empty by themselves. A unit is taken for
    one of them from as many answers on as a mean needs, and more is not known of it: figures that
    need more keep their status, since the other one says that so many came.

    Parameters
    ----------
    frame : DataFrame
        Protected estimates or changes, with ``status``.
    units : collection of str
        The units that cover one: ``joined`` of the record of the count.
    estimates : DataFrame
        Protected estimates, whose figures say by which limits they are ruled.
    plan : Plan

    Returns
    -------
    DataFrame
        The same rows.
    """
    if not units:
        return frame
    least = plan.rules.limit("staff_mean") or 0
    needs_no_more = set()
    for kind, measure, statistic, category in (
        estimates[_RULED_BY].drop_duplicates().itertuples(index=False, name=None)
    ):
        rule = plan.rules.requirement(
            population=plan.population, level="unit", kind=kind, statistic=statistic,
            measure=measure, category=category,
        )  # fmt: skip
        if rule is not None and rule.n <= least:
            needs_no_more.add((measure, statistic))
    covers = (frame["level"] == "unit") & frame["domain"].isin(list(units))
    figures = frame[_FIGURE].itertuples(index=False, name=None)
    covers &= np.array([figure in needs_no_more for figure in figures], dtype=bool)
    return frame.assign(
        status=frame["status"].mask(covers & (frame["status"] == PRIMARY), SECONDARY)
    )
