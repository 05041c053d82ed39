"""Shrunken unit means, made anew of what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.digits import to_digits
from analytics.small_areas.pooled import pool_units
from analytics.tables import EstimateTable

if TYPE_CHECKING:
    from analytics.disclosure.table.plan import Plan
    from analytics.tables import PooledTable

_SHOWN: Final = "published"
_KEY: Final = ["measure", "unit"]


def shrink_anew(
    table: PooledTable, frame: pd.DataFrame, cleared: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    """Shrink units again, among those alone that are shown beside the mean of their type.

    Parameters
    ----------
    table : PooledTable
        Shrunken means of all units, for their keys.
    frame : DataFrame
        Exact estimates.
    cleared : DataFrame
        The same rows with their status.
    plan : Plan

    Returns
    -------
    DataFrame
        Columns of ``POOLED_COLUMNS``, rounded, and ``status``.

    Notes
    -----
    A shrunken mean leans on every unit of its type. Made with hidden ones, it would be a second
    equation about them beside the mean of their type, and two hidden units could be solved for.
    Nor does a unit enter whose mean stands without an interval: its error would follow. One whose
    mean stands on steps enters with that mean and the error that goes with it. Units are compared
    with the agency's mean as it is shown: for the exact one, their colours would be so many
    thresholds between which it must lie, though it was rounded to steps (`blurring`).
    """
    with_error = (cleared["level"] != "unit") | cleared["low"].notna()
    means = (cleared["status"] == _SHOWN) & (cleared["statistic"] == "mean")
    shown = (means & with_error).to_numpy(dtype=bool)
    cells = frame.loc[shown, ["measure", "level", "domain"]]
    seen = set(cells.itertuples(index=False, name=None))
    kinds = {d.code: d.unit_type for d in plan.tree.domains if d.level == "unit"}
    beside = [
        level != "unit"
        or {(measure, "agency", ""), (measure, "unit_type", kinds.get(code, ""))} <= seen
        for measure, level, code in cells.itertuples(index=False, name=None)
    ]
    kept = frame.loc[cells.index[np.array(beside, dtype=bool)]]
    agency = kept.index[kept["level"] == "agency"]
    kept.loc[agency, "mean"] = cleared.loc[agency, "mean"].astype("float64")
    on_steps = (kept["level"] == "unit") & cleared.loc[kept.index, "se"].isna()
    stepped = kept.index[on_steps & cleared.loc[kept.index, "se_model"].notna()]
    for name in ("mean", "se_model"):
        kept.loc[stepped, name] = cleared.loc[stepped, name].astype("float64")
    again = pool_units(EstimateTable(kept), kinds).frame
    found = set(again[_KEY].itertuples(index=False, name=None))
    others = [key not in found for key in table.frame[_KEY].itertuples(index=False, name=None)]
    hidden = table.frame[np.array(others, dtype=bool)]
    status = np.repeat([_SHOWN, "suppressed_secondary"], [len(again), len(hidden)])
    whole = pd.concat([again, hidden], ignore_index=True)
    return whole.assign(
        eb=to_digits(whole["eb"].to_numpy(dtype=np.float64), 1),
        eb_se=to_digits(whole["eb_se"].to_numpy(dtype=np.float64), 1),
        g=whole["g"].round(2),
        status=pd.Series(status, dtype="str"),
    )
