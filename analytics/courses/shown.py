"""What is known of changes, in the digits that they are shown in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.comparison.verdict import Judged
from analytics.digits import to_digits

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats, Integers
    from analytics.courses.course import Courses
    from analytics.courses.mixtures import Mixtures

_INTERVAL: Final = (0.025, 0.975)
_DUST: Final = 6  # digits of chances in hundredths that do not depend on the order of sums


def as_shown(known: Courses, rows: Integers, numbers: Integers, margin: Floats) -> Judged:
    """Read off what is shown, in the digits that it is shown in.

    The change of what all people in the place would have said is shown. What is called must be as
    sure of the level beneath, or a day on which answers happened to be high would be called one.
    """
    names = ("middle", "low", "high", "chance", "inside", "clear")
    found = {name: np.empty(len(rows)) for name in names}
    for number, changes in enumerate(zip(known.lasting, known.said, strict=True)):
        here = numbers == number
        if here.any():
            beneath, said = (one.of_rows(rows[here]) for one in changes)
            for name, values in _read_off(beneath, said, margin[here]).items():
                found[name][here] = values
    return Judged(
        to_digits(found["middle"], 1),
        to_digits(found["low"], 1),
        to_digits(found["high"], 1),
        # never rounded up to what would decide otherwise, but for dust: what is certain is 1
        chance=np.floor(to_digits(found["chance"] * 100, _DUST)) / 100,
        inside=np.floor(to_digits(found["inside"] * 1000, _DUST)) / 1000,
        clear=found["clear"] > 0,
    )


def _read_off(beneath: Mixtures, said: Mixtures, limit: Floats) -> dict[str, Floats]:
    middle, both = said.middle(), (beneath, said)
    low, high = said.quantiles(*_INTERVAL)
    falls = middle < 0
    half = np.where(falls, -limit / 2, limit / 2)
    beyond = [one.above(half) for one in both]
    within = [one.above(-limit) - one.above(limit) for one in both]
    return {
        "middle": middle,
        "low": low,
        "high": high,
        "chance": np.minimum(*(np.where(falls, 1 - one, one) for one in beyond)),
        "inside": np.minimum(*within),
        "clear": _clear(beneath, low, high).astype(np.float64),
    }


def _clear(beneath: Mixtures, low: Floats, high: Floats) -> Booleans:
    """Say whether both intervals lie beside 0; the second is sought only where the first does."""
    clear = (to_digits(low, 1) > 0) | (to_digits(high, 1) < 0)
    rows = np.flatnonzero(clear)
    if len(rows):
        under, over = beneath.picked(rows).quantiles(*_INTERVAL)
        lowest, highest = np.minimum(low[rows], under), np.maximum(high[rows], over)
        clear[rows] = (to_digits(lowest, 1) > 0) | (to_digits(highest, 1) < 0)
    return clear
