"""The mean of several places together, from what was published of each of them.

Nothing else goes in: it tells no more than a reader with a pencil could find out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_PRINTED: Final = 10.0  # tenths
_DUST: Final = 6  # digits of tenths that do not depend on the order of sums


@dataclass(frozen=True, slots=True)
class ShownPart:
    """What is shown of a place: its people, its mean with interval, its error and answers."""

    people: int
    mean: float
    low: float
    high: float
    se: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """The same of all parts as one; ``se`` and ``n`` where every part tells its own."""

    people: int
    mean: float
    low: float
    high: float
    se: float | None
    n: int | None


def put_together(parts: Sequence[ShownPart]) -> Together:
    r"""Put places together, each with the weight of its people.

    Parameters
    ----------
    parts : sequence of ShownPart
        At least one; no person belongs to two. In points.

    Returns
    -------
    Together
        The mean in tenths; the interval rounded outwards, so that it never looks surer than it is.

    Raises
    ------
    ValueError
        If there is no part, or one without people.

    Notes
    -----
    A mean of strata, :math:`\sum N_h \bar y_h / \sum N_h`, whose errors are independent; the
    arms of the interval are put together as errors are. Cochran (1977), Sampling Techniques, 5.3.

    Examples
    --------
    >>> put_together([ShownPart(30, 60.0, 56.0, 64.0), ShownPart(10, 70.0, 64.0, 76.0)]).mean
    62.5
    """
    people = sum(part.people for part in parts)
    if not parts or any(part.people <= 0 for part in parts):
        raise ValueError("every part needs people")
    shares = [part.people / people for part in parts]

    def combined(errors: Sequence[float]) -> float:
        return math.hypot(*(w * one for w, one in zip(shares, errors, strict=True)))

    mean = math.fsum(w * part.mean for w, part in zip(shares, parts, strict=True))
    low = mean - combined([part.mean - part.low for part in parts])
    high = mean + combined([part.high - part.mean for part in parts])
    errors = [part.se for part in parts if part.se is not None]
    counts = [part.n for part in parts if part.n is not None]
    return Together(
        people,
        round(mean, 1),
        max(0.0, _outwards(low, math.floor)),
        min(100.0, _outwards(high, math.ceil)),
        round(combined(errors), 1) if len(errors) == len(parts) else None,
        sum(counts) if len(counts) == len(parts) else None,
    )


def _outwards(value: float, rounded: type[int] | object) -> float:
    return float(rounded(round(value * _PRINTED, _DUST))) / _PRINTED  # type: ignore[operator]
