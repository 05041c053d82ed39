"""What rows of the result begin with, and how the figures of protected files are rounded."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analytics.digits import number_to_digits
from analytics.disclosure.rules.display_limits import (
    SHARE_DIGITS,
    SHARE_DIGITS_SMALL,
    SHARE_SMALL_BELOW,
)

if TYPE_CHECKING:
    from analytics.workbench.file.items import Label


def head(label: Label) -> dict[str, object]:
    """Name the measure and its statistic, and of a share the category."""
    named: dict[str, object] = {"index": label.index, "statistic": label.statistic}
    return named | ({"category": label.category} if label.statistic == "share" else {})


def rounded(value: float, name: str, label: Label, n: int) -> float:
    """Round as publications do: means 0.1, shares to percent below 100, totals to units."""
    if not math.isfinite(value):
        return value
    if name in {"deff", "n_eff", "df"}:
        return number_to_digits(value, 2 if name == "deff" else 1)
    if label.statistic in {"share", "balance"}:
        return number_to_digits(
            value, SHARE_DIGITS_SMALL if n < SHARE_SMALL_BELOW else SHARE_DIGITS
        )
    if label.statistic == "ratio":
        return float(f"{value:.3g}")
    return number_to_digits(value, 0 if label.statistic == "total" else 1)
