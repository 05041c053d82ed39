"""A planned sample of the public where no earlier one was shown: what it takes to be shown at all.

An agency pays for letters before anybody has answered. Whoever orders them has to know how many
answers figures of the public stand on, above all the first time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from analytics.planning.again import expected_of
from analytics.planning.ahead import FEWEST, SPREAD, PlaceAhead, WaveAhead
from questionnaires.margins import USUAL, Margins

if TYPE_CHECKING:
    from analytics.planning.ahead import NeededToShow

# What is assumed where no earlier sample tells. Fewer of the public answer a letter than of a staff
# its mail; and weighting to counties, ages and education makes answers worth fewer of equal weight.
RESPONSE: Final = 0.25
UNEVEN: Final = 1.3
_LETTERS: Final = 100  # no plan of letters is finer


def first_sample_ahead(
    asked: int | None,
    shown: NeededToShow,
    *,
    rate: float | None = None,
    margins: Margins = USUAL,
) -> WaveAhead | None:
    """Look ahead to a drawn sample of whom nothing was shown yet.

    Parameters
    ----------
    asked : int or None
        How many are drawn; where nobody knows yet, as many as it takes for figures to be shown.
    shown : NeededToShow
        What the whole needs to be shown.
    rate : float, optional
        The share that answered an earlier sample whose figures were not shown, above 0 and at most
        1; `RESPONSE` where there was none.
    margins : Margins, optional
        The smallest changes that matter.

    Returns
    -------
    WaveAhead or None
        Without groups, and without a change, since nothing is there to measure it from. None where
        hardly anybody will answer.
    """
    share = rate or RESPONSE
    needed = max(shown.n, shown.n_eff * UNEVEN)
    invited = asked or math.ceil(needed / share / _LETTERS) * _LETTERS
    answers = invited * share
    if answers < FEWEST:
        return None
    spread = SPREAD * math.sqrt(UNEVEN)
    expected = expected_of(spread, answers, None, "agency", margins=margins)
    whole = PlaceAhead("agency", "", answers, expected.margin, None)
    return WaveAhead(invited, share, whole, (), needed=needed)
