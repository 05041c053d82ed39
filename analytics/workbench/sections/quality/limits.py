"""How large a factor model may be before it runs for minutes, or takes all memory, in silence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import SpecificationError

if TYPE_CHECKING:
    import pandas as pd

    from analytics.workbench.specification.quality import QualitySpec

# About half a minute each on one processor core. The time of a model of answers as numbers grows
# with the fourth power of its items (300 took a minute and 5 GB), of graded answers faster still.
MOST_ITEMS: Final = 200
MOST_ORDINAL: Final = 100
# All groups are fitted at once, in four models: items squared times groups. 50 items in 20 groups
# and 100 in 5 took 15 to 18 s, 200 in 2 a minute and in 5 more than three; of graded answers 25 in
# 10 groups 14 s, 50 in 5 34 s, 100 in 2 100 s and 5 GB.
MOST_TOGETHER: Final = 50_000
MOST_ORDINAL_TOGETHER: Final = 12_500
# each pattern of gaps has a likelihood of its own, whose time grows with the cube of the items
MOST_GAPS: Final = 300_000_000
MEND: Final = "take a model for each scale ([quality] models), or fewer items"


def check_items(items: pd.DataFrame, spec: QualitySpec) -> None:
    """Refuse a model that would be fitted for minutes.

    Raises
    ------
    SpecificationError
        Says how many items may be in it, and what to do.
    """
    count = items.shape[1]
    most = MOST_ORDINAL if spec.ordinal else MOST_ITEMS
    if count > most:
        raise SpecificationError(
            f"{count} items are too many to be fitted at once, at most {most}: {MEND}"
        )
    if spec.missing == "fiml" and len(items) * count**3 > MOST_GAPS:  # else they need no counting
        patterns = len(np.unique(np.packbits(items.notna().to_numpy(), axis=1), axis=0))
        if patterns * count**3 > MOST_GAPS:
            raise SpecificationError(
                f'{count} items with {patterns} patterns of gaps are too many for "fiml": {MEND}, '
                "or leave missing out"
            )


def check_groups(items: pd.DataFrame, group: pd.Series, spec: QualitySpec) -> None:
    """Refuse groups that would be compared for minutes, as `check_items` does.

    Raises
    ------
    SpecificationError
        Says how many items and groups there are, and what to do.
    """
    count, groups = items.shape[1], group.nunique()
    most = MOST_ORDINAL_TOGETHER if spec.ordinal else MOST_TOGETHER
    if count**2 * groups > most:
        raise SpecificationError(
            f"{count} items in {groups} groups are too many to be fitted at once, at most "
            f"{math.isqrt(most // groups)} in as many groups: {MEND}, or join groups"
        )
