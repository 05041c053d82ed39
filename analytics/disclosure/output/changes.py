"""Changes that may be shown, made so that nothing follows beside the figures they compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.disclosure.output.base_rounding import rounding_bases
from analytics.disclosure.output.rounding import round_changes
from analytics.disclosure.output.withheld_counts import WHOLE_POINTS
from analytics.disclosure.releases.published_cells import CELL, ShownMean
from analytics.disclosure.rules.status import PRIMARY, PUBLISHED
from analytics.tables import CHANGE_COLUMNS, tuples_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats
    from analytics.disclosure.releases.published_cells import PublishedCells
    from analytics.disclosure.table.plan import Plan

_NEITHER: Final = ShownMean(np.nan, np.nan, on_base=True)


def show_changes(
    frame: pd.DataFrame,
    cleared: pd.DataFrame,
    bases: Floats,
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
    bases : ndarray of float, shape (n_rows of cleared,)
        Bases that their figures were rounded to; 0 where they were not.
    plan : Plan
    earlier : sequence of PublishedCells

    Returns
    -------
    DataFrame
        Rounded, with a status; hidden rows still carry their figures.

    Notes
    -----
    Where either mean was rounded to a base, the change is what the two shown means differ by: the
    exact mean would follow from the exact change. Its interval is as wide as it was, outwards to
    multiples of the coarser base, and it has neither error nor p.
    """
    compared = _compared(frame, cleared, bases, plan, earlier)
    difference = compared["mean"] - compared["mean_then"]
    both = compared["interval"] & compared["interval_then"]
    both &= (compared["base"] == 0) | difference.notna()
    status = compared["status"].mask((compared["status"] == PUBLISHED) & ~both, PRIMARY)
    published = (status == PUBLISHED).to_numpy(dtype=bool)
    rounded = round_changes(
        frame[published],
        compared.loc[published, "n"].to_numpy(dtype=np.float64),
        shown=difference[published].to_numpy(dtype=np.float64),
        bases=compared.loc[published, "base"].to_numpy(dtype=np.float64),
    )
    whole = pd.concat([rounded, frame[~published]]).sort_index()
    return whole.assign(status=status.astype("str"))[[*CHANGE_COLUMNS, "status"]]


def _compared(
    frame: pd.DataFrame,
    cleared: pd.DataFrame,
    bases: Floats,
    plan: Plan,
    earlier: Sequence[PublishedCells],
) -> pd.DataFrame:
    """Find for each change what is shown of its two means; same index."""
    keys = frame.assign(category="")[CELL]
    plain = cleared.assign(base_now=bases)[cleared["category"] == ""].drop_duplicates(CELL)
    named = plain.assign(interval=plain["low"].notna())[
        [*CELL, "status", "interval", "n", "mean", "base_now"]
    ]
    now = keys.merge(named, on=CELL, how="left").set_index(frame.index)
    now = now.astype({"n": "float64"}).fillna({"status": PRIMARY, "base_now": 0.0})
    shown = {cells.wave: cells for cells in earlier}
    then, shown_then = [], []
    for key, since in zip(tuples_of(keys, CELL), frame["since"].tolist(), strict=True):
        cells = shown.get(since)
        shown_then.append(cells is not None and key in cells.shown)
        then.append(cells.means.get(key, _NEITHER) if cells else _NEITHER)
    n = np.array([mean.n for mean in then], dtype=np.float64)
    on_base = np.array([mean.on_base for mean in then], dtype=bool)
    on_base &= np.isfinite(n)
    base_then = rounding_bases(frame.assign(n=n, category=""), on_base, plan)
    # an index made of scales is rounded to a base where its count is withheld, and there alone
    base_then[on_base & (base_then == 0)] = WHOLE_POINTS
    return now.assign(
        interval=now["interval"].eq(other=True),
        interval_then=shown_then,
        mean_then=[mean.mean for mean in then],
        base=np.maximum(now["base_now"], base_then),
    )
