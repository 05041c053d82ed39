"""The limits by which a difference gets its verdict, for whoever shows them and computes nothing.

The rule that uses them is `analytics.comparison.verdict`.
"""

from __future__ import annotations

from typing import Final

# The smallest change that matters, in points on 0-100: of a unit, and of all else.
UNIT_MARGIN: Final = 5.0
MARGIN: Final = 3.0

# A change is named where the chance of at least half the margin is this large, and called steady
# where the chance that it lies inside the margin is.
SURE: Final = 0.8
SURE_OF_STEADY: Final = 0.99

# Coloured from 5 points (a region 3) where the interval excludes the other, darker from 10.
UNIT_LIMIT: Final = 5.0
REGION_LIMIT: Final = 3.0
DARK_LIMIT: Final = 10.0
