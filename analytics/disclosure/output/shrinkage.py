"""Shrunken unit means (EBLUP), recomputed from what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.digits import to_digits
from analytics.disclosure.rules.status import PUBLISHED, SECONDARY
from analytics.small_areas.pooled import pool_units
from analytics.tables import EstimateTable

if TYPE_CHECKING:
    from analytics.disclosure.table.plan import Plan
    from analytics.tables import PooledTable

_KEY: Final = ["measure", "unit"]


def recompute_eblup(
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
    A shrunken mean leans on every unit of its type. Made with suppressed ones, it would be a second
    equation about them beside the mean of their type, and two suppressed units could be solved for.
    Nor does a unit enter whose mean stands without an interval: its error would follow. One whose
    mean is rounded to a base enters with that mean and the error that goes with it. Units are
    compared with the agency's mean as it is shown: for the exact one, their colours would be so
    many thresholds between which it must lie, though it was rounded to a base (`base_rounding`).
    """
    with_error = (cleared["level"] != "unit") | cleared["low"].notna()
    means = (cleared["status"] == PUBLISHED) & (cleared["statistic"] == "mean")
    shown = (means & with_error).to_numpy(dtype=bool)
    cells = frame.loc[shown, ["measure", "level", "domain"]]
    shown_cells = set(cells.itertuples(index=False, name=None))
    kinds = {d.code: d.unit_type for d in plan.tree.domains if d.level == "unit"}
    with_type = [
        level != "unit"
        or {(measure, "agency", ""), (measure, "unit_type", kinds.get(code, ""))} <= shown_cells
        for measure, level, code in cells.itertuples(index=False, name=None)
    ]
    kept = frame.loc[cells.index[np.array(with_type, dtype=bool)]]
    agency = kept.index[kept["level"] == "agency"]
    kept.loc[agency, "mean"] = cleared.loc[agency, "mean"].astype("float64")
    on_base = (kept["level"] == "unit") & cleared.loc[kept.index, "se"].isna()
    rounded = kept.index[on_base & cleared.loc[kept.index, "se_model"].notna()]
    for name in ("mean", "se_model"):
        kept.loc[rounded, name] = cleared.loc[rounded, name].astype("float64")
    recomputed = pool_units(EstimateTable(kept), kinds).frame
    units = set(recomputed[_KEY].itertuples(index=False, name=None))
    others = [key not in units for key in table.frame[_KEY].itertuples(index=False, name=None)]
    hidden = table.frame[np.array(others, dtype=bool)]
    status = np.repeat([PUBLISHED, SECONDARY], [len(recomputed), len(hidden)])
    whole = pd.concat([recomputed, hidden], ignore_index=True)
    return whole.assign(
        eb=to_digits(whole["eb"].to_numpy(dtype=np.float64), 1),
        eb_se=to_digits(whole["eb_se"].to_numpy(dtype=np.float64), 1),
        g=whole["g"].round(2),
        status=pd.Series(status, dtype="str"),
    )
