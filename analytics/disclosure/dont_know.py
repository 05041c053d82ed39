"""What is told of "don't know" in the middle: another mean of the same people (docs/adr/0039)."""

from __future__ import annotations

import math

from analytics.disclosure.rules.display_limits import DONT_KNOW_ANSWERS, DONT_KNOW_STEP


def enough(n: int, n_neutral: int, minimum_group: int) -> bool:
    """Say whether an index of the whole may be told with "don't know" in the middle.

    Parameters
    ----------
    n : int
        Those who have a score.
    n_neutral : int
        Those who have one when "don't know" is a middle answer: n, and more.
    minimum_group : int
        k: of fewer who are added, both means and both numbers would tell what they said.
    """
    return n >= DONT_KNOW_ANSWERS and not 0 < n_neutral - n < minimum_group


def told_move(moved: float, low: float, high: float) -> tuple[float, float, float]:
    """Round how far an index moves to its step, and the interval outwards to the same.

    Parameters
    ----------
    moved, low, high : float
        In points of 0-100; finite.
    """
    return (
        _steps(round(moved / DONT_KNOW_STEP)),
        _steps(math.floor(low / DONT_KNOW_STEP)),
        _steps(math.ceil(high / DONT_KNOW_STEP)),
    )


def _steps(number: int) -> float:
    return number * DONT_KNOW_STEP + 0.0  # -0.0 is 0
