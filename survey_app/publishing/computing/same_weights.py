"""A correction weighs answers as the version that stands did, or it is not published.

Two versions with different weights are two equations about the same hidden units: their region was
told as one weighted mean of them, and then as another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.rules import DisclosureError

if TYPE_CHECKING:
    import pandas as pd

    from analytics.tables import EstimateTable

_FINEST: Final = frozenset({"unit", "group"})
_KEY: Final = ["measure", "statistic", "category", "level", "domain"]


def refuse_other_weights(standing: EstimateTable, corrected: EstimateTable) -> None:
    """Compare the sums of weights of the finest cells of both versions.

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
    same = np.isclose(both["weight"], both["weight_now"], rtol=1e-9, atol=0)
    if not (same | (both["n"] != both["n_now"])).all():
        raise DisclosureError(
            "nothing is published: this correction weighs answers otherwise than the version that "
            "stands, and the two together would tell what each of them hides; keep the register's "
            "counts and the units of the version that stands; where that was published before "
            "weights of staff stopped being trimmed, correct it with the version of Verdibarometer "
            "that published it"
        )


def _weights(table: EstimateTable) -> pd.DataFrame:
    frame = table.frame
    rows = frame["level"].isin(_FINEST) & (frame["statistic"] == "mean") & (frame["n"] > 0)
    found: pd.DataFrame = frame.loc[rows, [*_KEY, "n", "weight"]]
    return found.drop_duplicates(_KEY)
