"""How what happens to a place lies over the waves: it stays, or it is over after some of them.

Chen, C., Liu, L.-M. (1993). Joint estimation of model parameters and outlier effects in time
series. JASA 88, 284-297: level shifts, and changes that go back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.courses.priors import Prior

# Each shape takes time and room; what was over after more waves is read as one that stays.
_LONGEST: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """All that an event may look like: it lifts some waves in a row by the same points.

    ``first`` and ``end``, of shape (n_shapes,), are steps between two waves: the one that it begins
    at, 0 before the second wave, and the one that it is over at, ``steps`` where it stays.
    ``log_share`` is the logarithm of the shape's share in what begins there.
    """

    steps: int
    first: Integers
    end: Integers
    log_share: Floats

    def along(self, following: Floats) -> Floats:
        """Add up over the waves that each shape lifts, (n_shapes, n).

        Parameters
        ----------
        following : ndarray of float, shape (n_steps, n)
            Sums over all waves after each step.
        """
        padded = np.concatenate([following, np.zeros((1, following.shape[1]))])
        return np.asarray(padded[self.first] - padded[self.end], dtype=np.float64)

    def squared(self, following: Floats) -> Floats:
        """Add up over all pairs of waves that each shape lifts, (n_shapes, n).

        Parameters
        ----------
        following : ndarray of float, shape (n_steps, n_steps, n)
            Sums over all pairs of waves, one after each of two steps.
        """
        padded = np.pad(following, ((0, 1), (0, 1), (0, 0)))
        own = padded[self.first, self.first] + padded[self.end, self.end]
        return np.asarray(own - 2.0 * padded[self.first, self.end], dtype=np.float64)


def shapes_of(waves: int, prior: Prior) -> Shapes:
    """Lay out what an event may look like over so many waves, at least two.

    Notes
    -----
    With the share ``transient`` an event is one that goes back, at each wave with the chance
    ``hazard``; of one that has not gone back by the last wave nobody knows yet whether it will.
    """
    steps = waves - 1
    first, end = np.triu_indices(steps + 1, 1)
    stays = end == steps
    possible = stays | ((end - first <= _LONGEST) & (prior.transient > 0.0))
    first, end, stays = first[possible], end[possible], stays[possible]
    # of those that go back, the share that has not done so after so many waves
    left = (1.0 - prior.hazard) ** (end - first - 1)
    gone = prior.transient * prior.hazard * left
    share = np.where(stays, 1.0 - prior.transient * (1.0 - left), gone)
    return Shapes(steps, first, end, np.log(share))
