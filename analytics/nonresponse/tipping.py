"""How much the silent would have to move for a finding about a change to turn.

A gap that stays from wave to wave, among as large a part of the people, drops out of a change. So
only what the gap changes by can turn a finding, and a finding is the safer the more that takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr, ndtri

from analytics.comparison.margins import SURE, SURE_OF_STEADY
from analytics.digits import to_digits
from analytics.nonresponse.assumption import NORMAL

if TYPE_CHECKING:
    import numpy.typing as npt

    from analytics.arrays import Floats

_DIGITS: Final = 1
_HALVINGS: Final = 40
_CUT: Final = 0.01  # what a shown chance was cut to


@dataclass(frozen=True, slots=True, eq=False)
class ShownChanges:
    """Changes as they are shown; arrays of shape (n,).

    ``difference`` with its 95 % interval ``low`` to ``high``, and ``margin``, in points; ``chance``
    of at least half the margin in the direction of the difference, 0-1; ``verdict`` is ``up``,
    ``down``, ``steady`` or ``uncertain``.
    """

    difference: Floats
    low: Floats
    high: Floats
    chance: Floats
    margin: Floats
    verdict: npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Tipping:
    """By how many points the silent of the later wave would have to differ; arrays of shape (n,).

    ``lower`` and ``higher`` than those who answered it, beyond what the silent of the earlier wave
    differed, for the verdict not to be given; NaN where that way does not turn it, or where it says
    nothing. ``gone``: the same way, for a rise or a fall not to be known at all.
    """

    lower: Floats
    higher: Floats
    gone: Floats


def tipping_points(shown: ShownChanges, response: Floats, sure: float | Floats = SURE) -> Tipping:
    r"""Find how far the silent would have to move for verdicts not to be given any more.

    Parameters
    ----------
    shown : ShownChanges
    response : ndarray of float, shape (n,)
        Share that answered in the later wave; NaN where it is not told, and then nothing is found.
    sure : float or ndarray of float, shape (n,)
        The chance that a rise or fall had to have to be called, as `verdicts_of_courses` was given.

    Notes
    -----
    Were the gap :math:`g_1` in the earlier wave and :math:`g_1 + d` in the later one, the change of
    everybody would be :math:`\Delta - (1 - r_2) (g_1 + d) + (1 - r_1) g_1`; where as many answered
    both times that is :math:`\Delta - (1 - r_2) d`. The verdict turns where the first condition of
    `analytics.comparison.verdict.verdicts_of_courses` fails for the moved figures: the margin, the
    interval, or the chance. The chance is moved as that of a normal distribution with the
    interval's deviation, whose own chance is taken as far as it agrees with the one shown, which
    was cut to hundredths; a steady verdict's is that distribution's. A rise or fall is known as
    long as its interval lies beside 0. Rounded downwards to a tenth: nothing is said to be safer
    than it is.
    """
    size, margin = np.abs(shown.difference), shown.margin
    deviation = np.maximum((shown.high - shown.low) / (2.0 * NORMAL), np.finfo(float).tiny)
    least, most = ndtri(shown.chance), ndtri(np.minimum(shown.chance + _CUT, 1.0))
    beyond = deviation * (np.clip((size - margin / 2) / deviation, least, most) - ndtri(sure))
    to_zero = np.where(shown.difference < 0, -shown.high, shown.low)
    named = np.fmin(np.fmin(size - margin, to_zero), beyond)
    inside = _furthest_inside(margin, deviation)
    down = np.fmin(shown.low + margin, inside + shown.difference)
    up = np.fmin(margin - shown.high, inside - shown.difference)
    steady, rise, fall = (shown.verdict == word for word in ("steady", "up", "down"))
    silent = np.where(response < 1, 1.0 - response, np.nan)
    return Tipping(
        _points(np.select([steady, rise], [down, named], np.nan) / silent),
        _points(np.select([steady, fall], [up, named], np.nan) / silent),
        _points(np.where(rise | fall, to_zero, np.nan) / silent),
    )


def _furthest_inside(margin: Floats, deviation: Floats) -> Floats:
    """Return the largest change that is still inside the margin with the chance of a steady one."""
    least, most = np.zeros(len(margin)), np.array(margin, dtype=np.float64)
    for _ in range(_HALVINGS):
        middle = (least + most) / 2
        chance = ndtr((margin - middle) / deviation) - ndtr((-margin - middle) / deviation)
        least = np.where(chance >= SURE_OF_STEADY, middle, least)
        most = np.where(chance >= SURE_OF_STEADY, most, middle)
    return least


def _points(values: Floats) -> Floats:
    steps = 10.0**_DIGITS
    return np.asarray(np.floor(to_digits(np.maximum(values, 0.0) * steps, 6)) / steps)
