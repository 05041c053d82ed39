"""R squared of every set of predictors at once, by sweeping a growing stack of matrices.

A set is written as a whole number whose bit j says whether predictor j is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError

if TYPE_CHECKING:
    from analytics.arrays import Floats

MOST_PREDICTORS: Final = 18
# A predictor of which less than this is left beside others adds nothing to them.
SMALLEST_PIVOT: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Sweeps:
    """What each step of the sweep found.

    Parameters
    ----------
    r_squared : ndarray of float, shape (2 ** k,)
        Of each set of predictors; 0 for the empty one.
    steps : tuple of ndarray of float, shape (2 ** j, k - j)
        For predictor j and each set of those before it: the slopes that its later fellows and, as
        last column, the outcome have on what is left of it.
    """

    r_squared: Floats
    steps: tuple[Floats, ...]


def sweep(correlation: Floats) -> Sweeps:
    """Fit the outcome on every set of predictors.

    Parameters
    ----------
    correlation : ndarray of float, shape (k + 1, k + 1)
        The outcome first, then the predictors.

    Returns
    -------
    Sweeps

    Raises
    ------
    FrameError
        If there are more predictors than can be tried in all sets.

    Notes
    -----
    After predictor j the stack holds, for each of the 2^(j + 1) sets of the first j + 1
    predictors, the covariances that the others have once the set is held constant: half of it as
    before, half swept. Each step halves what is left of a matrix, so all sets together cost about
    12 numbers each. A predictor that follows from those before it is passed over.
    """
    size = len(correlation) - 1
    if size > MOST_PREDICTORS:
        raise FrameError(
            f"{size} predictors have too many subsets to try them all: name at most "
            f"{MOST_PREDICTORS}, or use relative weights"
        )
    order = [*range(1, size + 1), 0]
    rest = correlation[np.ix_(order, order)][None].astype(np.float64)
    steps = []
    for _ in range(size):
        first = rest[:, 0, :]
        pivot = first[:, :1]
        slope = np.divide(first, pivot, out=np.zeros_like(first), where=pivot > SMALLEST_PIVOT)
        left = rest[:, 1:, 1:]
        steps.append(slope[:, 1:])
        rest = np.concatenate([left, left - slope[:, 1:, None] * first[:, None, 1:]])
    return Sweeps(np.clip(1.0 - rest[:, 0, 0], 0.0, 1.0), tuple(steps))


def slopes(steps: tuple[Floats, ...]) -> Floats:
    """Give the standardised regression coefficients of every set of predictors.

    Parameters
    ----------
    steps : tuple of ndarray
        From `sweep`.

    Returns
    -------
    ndarray of float, shape (2 ** k, k)
        0 for a predictor outside the set.
    """
    size = len(steps)
    found = np.zeros((2**size, size))
    for number in range(size - 1, -1, -1):
        step = steps[number]
        # the axes: what later predictors do, whether this one is in, what earlier ones do
        shape = (2 ** (size - number - 1), 2, 2**number, size)
        part = found.reshape(shape)
        later = part[:, 1, :, number + 1 :]
        part[:, 1, :, number] = step[None, :, -1] - np.einsum("hsl,sl->hs", later, step[:, :-1])
    return found
