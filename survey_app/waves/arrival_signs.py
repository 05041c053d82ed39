"""By what one sees that forms do not come as from people: pure, so that each rule can be tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from survey_app.asking.campaigns.arrival_alarms import ArrivalSign
from survey_app.waves.arrivals import BY_DAY, Arrivals

LOUD: Final = 2
"""The level from which the number alone is a sign: twice what is many."""
FROM_ONE: Final = 60
"""So many from one network in five minutes: no class room fills in forms that fast."""
HALF: Final = 0.5
ENOUGH: Final = 10
"""Ballots that are exactly alike, from which on that is a sign."""
SHARE_ALIKE: Final = 0.05
STEPS: Final = (5, 10, 20, 30, 40, 50, 60, 70, 80, 90)
"""Percent that are told of ballots: not exactly how many answered alike."""


def signs_in(came: Arrivals) -> dict[ArrivalSign, int]:
    """Return the signs in one window: forms in five minutes, else percent of them."""
    found = {}
    if came.level >= LOUD:
        found[ArrivalSign.RATE] = int(came.counted)
    if came.largest >= FROM_ONE and came.largest >= HALF * came.forms:
        found[ArrivalSign.NETWORK] = round(100 * came.largest / came.forms)
    if came.forms >= BY_DAY and came.hasty >= HALF * came.forms:
        found[ArrivalSign.HASTY] = round(100 * came.hasty / came.forms)
    return found


def alike(
    ballots: Iterable[tuple[int, ...]], *, unanswered: frozenset[int]
) -> dict[ArrivalSign, int]:
    """Return the sign of many ballots that are exactly alike.

    Parameters
    ----------
    ballots : iterable of tuple of int
        All answers of each ballot that was not screened out.
    unanswered : frozenset of int
        Codes that say that somebody did not answer. Ballots with more of them than answers are
        left out: few questions answered are easily alike.

    Returns
    -------
    dict of ArrivalSign to int
        The percent of ballots that are like another, in steps; empty where that can happen.
    """
    every = list(ballots)
    full = [one for one in every if 2 * sum(code in unanswered for code in one) < len(one)]
    counts = Counter(full).most_common(1)
    most = counts[0][1] if counts else 0
    if most < ENOUGH or most < SHARE_ALIKE * len(every):
        return {}
    percent = 100 * most / len(every)
    return {ArrivalSign.ALIKE: max(step for step in STEPS if step <= percent)}
