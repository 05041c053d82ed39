"""What is known of changes, in the digits that they are shown in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.comparison.verdict import Judged
from analytics.digits import to_digits

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.courses.course import Courses

_INTERVAL: Final = (0.025, 0.975)
_DUST: Final = 6  # digits of chances in hundredths that do not depend on the order of sums


def as_shown(known: Courses, rows: Integers, numbers: Integers, margin: Floats) -> Judged:
    """Read off what is shown, in the digits that it is shown in.

    The change of what all people in the place would have said is shown. What is called must be as
    sure of the level beneath, or a day on which answers happened to be high would be called one.
    """
    size = len(rows)
    names = ("middle", "low", "high", "lowest", "highest", "up", "down", "inside")
    found = {name: np.empty(size) for name in names}
    for number, changes in enumerate(zip(known.lasting, known.said, strict=True)):
        here = numbers == number
        beneath, said = (one.of_rows(rows[here]) for one in changes)
        limit, both = margin[here], (beneath, said)
        found["middle"][here] = said.middle()
        (low, high), (under, over) = (one.quantiles(*_INTERVAL) for one in (said, beneath))
        found["low"][here], found["high"][here] = low, high
        found["lowest"][here] = np.minimum(low, under)
        found["highest"][here] = np.maximum(high, over)
        found["up"][here] = np.minimum(*(one.above(limit / 2) for one in both))
        found["down"][here] = np.minimum(*(1 - one.above(-limit / 2) for one in both))
        found["inside"][here] = np.minimum(*(one.above(-limit) - one.above(limit) for one in both))
    chance = np.where(found["middle"] < 0, found["down"], found["up"])
    return Judged(
        to_digits(found["middle"], 1),
        to_digits(found["low"], 1),
        to_digits(found["high"], 1),
        # never rounded up to what would decide otherwise, but for dust: what is certain is 1
        chance=np.floor(to_digits(chance * 100, _DUST)) / 100,
        inside=np.floor(to_digits(found["inside"] * 1000, _DUST)) / 1000,
        clear=(to_digits(found["lowest"], 1) > 0) | (to_digits(found["highest"], 1) < 0),
    )
