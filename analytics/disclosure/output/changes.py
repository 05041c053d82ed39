"""Which changes may be shown, and that they tell nothing beside the figures they compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.disclosure.output.base_rounding import steps_of
from analytics.disclosure.output.rounding import round_changes
from analytics.disclosure.output.withheld_counts import WHOLE_POINTS
from analytics.disclosure.releases.published_cells import CELL, ShownMean
from analytics.disclosure.rules.status import PRIMARY, PUBLISHED
from analytics.tables import CHANGE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats
    from analytics.disclosure.releases.published_cells import PublishedCells
    from analytics.disclosure.table.plan import Plan

_NEITHER: Final = ShownMean(np.nan, np.nan, blurred=True)


def show_changes(
    frame: pd.DataFrame,
    cleared: pd.DataFrame,
    steps: Floats,
    plan: Plan,
    earlier: Sequence[PublishedCells],
) -> pd.DataFrame:
    """Show a change only where both of its cells are shown with their intervals.

    Parameters
    ----------
    frame : DataFrame
        Exact changes, the columns of a `ChangeTable`.
    cleared : DataFrame
        This wave's protected estimates.
    steps : ndarray of float, shape (n_rows of cleared,)
        Steps that their figures were rounded to; 0 where they were not.
    plan : Plan
    earlier : sequence of PublishedCells

    Returns
    -------
    DataFrame
        Rounded, with a status; hidden rows still carry their figures.

    Notes
    -----
    Where either mean was rounded to steps, the change is what the two shown means differ by: the
    exact one would give the exact mean back. Its interval is as wide as it was, outwards to the
    coarser step, and it has neither error nor p.
    """
    beside = _beside(frame, cleared, steps, plan, earlier)
    difference = beside["mean"] - beside["mean_then"]
    both = beside["interval"] & beside["interval_then"]
    both &= (beside["step"] == 0) | difference.notna()
    status = beside["status"].mask((beside["status"] == PUBLISHED) & ~both, PRIMARY)
    published = (status == PUBLISHED).to_numpy(dtype=bool)
    rounded = round_changes(
        frame[published],
        beside.loc[published, "n"].to_numpy(dtype=np.float64),
        shown=difference[published].to_numpy(dtype=np.float64),
        steps=beside.loc[published, "step"].to_numpy(dtype=np.float64),
    )
    whole = pd.concat([rounded, frame[~published]]).sort_index()
    return whole.assign(status=status.astype("str"))[[*CHANGE_COLUMNS, "status"]]


def _beside(
    frame: pd.DataFrame,
    cleared: pd.DataFrame,
    steps: Floats,
    plan: Plan,
    earlier: Sequence[PublishedCells],
) -> pd.DataFrame:
    """Find for each change what is told of its two means; same index."""
    keys = frame.assign(category="")[CELL]
    plain = cleared.assign(step_now=steps)[cleared["category"] == ""].drop_duplicates(CELL)
    named = plain.assign(interval=plain["low"].notna())[
        [*CELL, "status", "interval", "n", "mean", "step_now"]
    ]
    now = keys.merge(named, on=CELL, how="left").set_index(frame.index)
    now = now.astype({"n": "float64"}).fillna({"status": PRIMARY, "step_now": 0.0})
    shown = {cells.wave: cells for cells in earlier}
    then, there = [], []
    for *cell, since in keys.assign(since=frame["since"]).itertuples(index=False, name=None):
        key = (cell[0], cell[1], cell[2], cell[3], cell[4])
        cells = shown.get(since)
        there.append(cells is not None and key in cells.shown)
        then.append(cells.means.get(key, _NEITHER) if cells else _NEITHER)
    n = np.array([one.n for one in then], dtype=np.float64)
    blurred = np.array([one.blurred for one in then], dtype=bool)
    blurred &= np.isfinite(n)
    step_then = steps_of(frame.assign(n=n, category=""), blurred, plan)
    # an index made of scales has steps where its place was not counted, and those alone
    step_then[blurred & (step_then == 0)] = WHOLE_POINTS
    return now.assign(
        interval=now["interval"].eq(other=True),
        interval_then=there,
        mean_then=[one.mean for one in then],
        step=np.maximum(now["step_now"], step_then),
    )
