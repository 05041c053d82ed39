"""What it takes to go over other words: answers in the wave that asks halves in either, and after.

Random halves of n answers differ by chance with the error

    SE = sqrt(S^2 / (n / 2) + S^2 / (n / 2)) = 2 S / sqrt(n)

without correction for a finite population: what the other words do to answers is not about these
persons alone. Whoever compares across the words carries it in every change.

Source: Cochran, W. G. (1977). Sampling Techniques, 3rd ed. Wiley, (2.8) and 2.9.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from analytics.errors import DesignError
from analytics.planning.found import error_found, smallest_found
from questionnaires.margins import USUAL, Margins


@dataclass(frozen=True, slots=True)
class OverlapAhead:
    """A wave that asks halves in the old and the new words, in points.

    ``needed`` answers make the error of new less old as small as it may be; ``error`` is what the
    ``answers`` that are expected make it. ``same`` and ``across`` are the smallest changes found in
    four of five waves that ask alike, and over the link; None where they were not asked for.
    """

    needed: int
    answers: float | None = None
    error: float | None = None
    same: float | None = None
    across: float | None = None


def halves_error(spread: float, answers: float) -> float:
    """Give the error of new less old between random halves, in points.

    Raises
    ------
    DesignError
        If the deviation between persons is negative, or nobody answers.
    """
    if not (spread >= 0 and answers > 0):
        raise DesignError("halves need a deviation that is not negative, and answers")
    return 2.0 * spread / math.sqrt(answers)


def overlap_ahead(
    spread: float,
    *,
    largest: float,
    answers: float | None = None,
    index_spread: float | None = None,
    smallest: float | None = None,
    margins: Margins = USUAL,
) -> OverlapAhead:
    """Tell what an overlap costs before it is chosen.

    Parameters
    ----------
    spread : float
        Deviation between persons of the scale that was reworded, in points.
    largest : float
        Error of new less old above which nothing is linked.
    answers : float, optional
        Expected in all, of both halves; without, only how many are needed is told.
    index_spread : float, optional
        Deviation of the index that changes are told of, where it is touched.
    smallest : float, optional
        Change of it that would be found in four of five waves that ask alike
        (`analytics.planning.found`).
    margins : Margins, optional
        The smallest changes that matter, which ``smallest`` was reckoned with.

    Raises
    ------
    DesignError
        If a number is out of range.

    Examples
    --------
    >>> overlap_ahead(20.0, largest=1.5).needed
    712
    """
    if not largest > 0:
        raise DesignError("the largest error of a link must be above zero")
    needed = math.ceil((2.0 * spread / largest) ** 2)
    if answers is None:
        return OverlapAhead(needed)
    error = halves_error(spread, answers)
    if index_spread is None or smallest is None:
        return OverlapAhead(needed, answers, error)
    link = halves_error(index_spread, answers)
    error_across = math.hypot(error_found(smallest, "agency", margins), link)
    across = smallest_found(error_across, "agency", margins)
    return OverlapAhead(needed, answers, error, smallest, across)
