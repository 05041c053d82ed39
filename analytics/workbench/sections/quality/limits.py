"""How large a factor model may be before it runs for minutes, or takes all memory, in silence."""

from __future__ import annotations

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
# all groups are fitted at once
MOST_TOGETHER: Final = 1_000
MOST_ORDINAL_TOGETHER: Final = 250
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
    if count * groups > most:
        raise SpecificationError(
            f"{count} items in {groups} groups are too many to be fitted at once, at most {most} "
            f"together: {MEND}, or join groups"
        )
