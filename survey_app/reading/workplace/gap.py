"""How far two groups are apart, from the two figures as they are published."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from survey_app.reading.rows import Estimate
from survey_app.reading.verdicts import GROUP_LIMIT

if TYPE_CHECKING:
    import numpy as np

    from analytics.comparison.recovered import ShownEstimates


_DIGITS: Final = 1
_NOISE: Final = 9  # the last bits of a float push no end outwards


@dataclass(frozen=True, slots=True)
class LevelGap:
    """One level minus another, in points of 0-100, with its interval and verdict."""

    difference: float
    low: float
    high: float
    verdict: str
    under_limit: bool

    @property
    def margin(self) -> float:
        """The smallest difference that gets a name, in points."""
        return GROUP_LIMIT


def gaps(pairs: Sequence[tuple[Estimate, Estimate]]) -> list[LevelGap]:
    """Subtract the second of each pair from the first; all of them are shown.

    Notes
    -----
    The two groups share nobody. The verdict is decided on the digits shown, and the interval is
    rounded outwards, since the figures it is made of were rounded already.
    """
    import numpy as np  # noqa: PLC0415 - large, and seldom needed

    from analytics.comparison.recovered import recovered_difference  # noqa: PLC0415 - large, and seldom needed
    from analytics.comparison.verdict import verdicts  # noqa: PLC0415 - large, and seldom needed

    if not pairs:
        return []
    found = recovered_difference(*(_level(side) for side in zip(*pairs, strict=True)))
    difference = found.mean.round(_DIGITS)
    low, high = _outwards(found.low, math.floor), _outwards(found.high, math.ceil)
    margin = np.full(len(pairs), GROUP_LIMIT)
    named, under = verdicts(difference, low, high, margin, np.ones(len(pairs), dtype=bool))
    columns = (difference.tolist(), low.tolist(), high.tolist(), named.tolist(), under.tolist())
    return [LevelGap(*row) for row in zip(*columns, strict=True)]


def _level(cells: Sequence[Estimate]) -> ShownEstimates:
    import numpy as np  # noqa: PLC0415 - large, and seldom needed

    from analytics.comparison.recovered import ShownEstimates  # noqa: PLC0415 - large, and seldom needed

    return ShownEstimates(*(np.array([getattr(cell, name) for cell in cells], dtype=np.float64)
                   for name in ("mean", "low", "high")))  # fmt: skip


def _outwards(values: np.ndarray, to: object) -> np.ndarray:
    import numpy as np  # noqa: PLC0415 - large, and seldom needed

    tenths = [to(value) / 10 for value in (values * 10).round(_NOISE).tolist()]  # type: ignore[operator]
    return np.array(tenths, dtype=np.float64)
