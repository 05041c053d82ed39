"""A correction weighs answers as the version that stands did, or it is not published.

Two versions with different weights are two equations about the same hidden units: their region was
told as one weighted mean of them, and then as another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.disclosure.rules import DisclosureError

if TYPE_CHECKING:
    from analytics.tables import EstimateTable

_FINEST: Final = frozenset({"unit", "group"})
_KEY: Final = ["measure", "statistic", "category", "level", "domain"]
_DUST: Final = 1e-9  # of the weight of the whole: what sums of weights differ by


def refuse_other_weights(standing: EstimateTable, corrected: EstimateTable) -> None:
    """Compare the sums of weights of the finest cells of both versions.

    Units, groups of the public, and the rests of regions and of the whole: answers of units too
    small to be stored by themselves, which have a weight of their own and no row.

    Parameters
    ----------
    standing, corrected : EstimateTable
        Exact figures of the version that stands and of the correction.

    Raises
    ------
    DisclosureError
        If a cell with the same respondents weighs otherwise, or the version that stands was kept
        without weights.
    """
    both = _weights(standing).merge(_weights(corrected), on=_KEY, suffixes=("", "_now"))
    if both["weight"].isna().any():
        raise DisclosureError(
            "nothing is published: the version that stands is of the first days, which kept no "
            "weights, so that nobody can say whether a correction weighs answers as it did"
        )
    apart = (both["weight"] - both["weight_now"]).abs()
    same = (apart <= _DUST * both["whole"]).to_numpy()
    if not (same | (both["n"] != both["n_now"])).all():
        raise DisclosureError(
            "nothing is published: this correction weighs answers otherwise than the version that "
            "stands, and the two together would tell what each of them hides; keep the register's "
            "counts and the units of the version that stands; where that was published before "
            "weights of staff stopped being trimmed, correct it with the version of Verdibarometer "
            "that published it"
        )


def _weights(table: EstimateTable) -> pd.DataFrame:
    """Lay out ``n`` and ``weight`` of each finest cell, and the ``whole`` that it is a part of."""
    frame = table.frame
    means = frame[(frame["statistic"] == "mean") & (frame["n"] > 0)].drop_duplicates(_KEY)
    finest = means.loc[means["level"].isin(_FINEST)]
    finest = finest.assign(whole=finest["weight"])
    found: pd.DataFrame = pd.concat([finest, _rests(means)])[[*_KEY, "n", "weight", "whole"]]
    return found


def _rests(means: pd.DataFrame) -> pd.DataFrame:
    """Take from each region its units, and from the whole its regions: who is left has no row.

    Of items alone: the ``n`` and ``weight`` of an index are those of its smallest part in each
    place, and do not add up.
    """
    items = means[(means["kind"] == "item") & means["level"].isin(["agency", "region", "unit"])]
    wholes = items[items["level"] != "unit"].assign(whole=items["weight"])
    parts = items[items["level"] != "agency"]
    region = parts["level"] == "region"
    taken = parts.assign(
        level=np.where(region, "agency", "region"),
        domain=parts["parent"].where(~region, ""),
        n=-parts["n"],
        weight=-parts["weight"],
        whole=0.0,
    )
    both = pd.concat([wholes, taken]).groupby(_KEY, as_index=False)
    left = both[["n", "weight", "whole"]].sum(min_count=1)
    return left[left["n"] > 0]
