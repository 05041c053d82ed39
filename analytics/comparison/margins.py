"""The limits by which a difference gets its verdict, for whoever shows them and computes nothing.

The rule that uses them is `analytics.comparison.verdict`.
"""

from __future__ import annotations

from typing import Final

from questionnaires.margins import USUAL

# The smallest change that matters where nobody says another (`questionnaires.margins`), in points
# on 0-100: of a unit, and of all else. The rule and plans were simulated with these.
UNIT_MARGIN: Final = USUAL.unit
MARGIN: Final = USUAL.general

# A change is named where the chance of at least half the margin is this large, and called steady
# where the chance that it lies inside the margin is.
SURE: Final = 0.9
SURE_OF_STEADY: Final = 0.99

# Latest waves that a change is judged by, besides those that changes are measured from: three years
# of months (docs/adr/0196).
WAVES_READ: Final = 36
# Latest waves between which the path of the whole is told: of more pairs, each must be surer.
WAVES_OF_PATH: Final = 12

# Coloured from 5 points (a region 3) where the interval excludes the other, darker from 10.
UNIT_LIMIT: Final = 5.0
REGION_LIMIT: Final = 3.0
DARK_LIMIT: Final = 10.0
