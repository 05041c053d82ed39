"""How much a person's two answers go together in this agency, learned without linking anybody.

People who answer twice give much the same answer again, so that the means of a unit in two waves
err together, the more the more alike a person's answers are. How far the means of units lie from
each other over waves therefore tells how alike they are: errors that are shared move no two waves
apart, a course that wanders moves them further apart the longer the time between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.interpolate import CubicSpline

from analytics.courses.course import weigh_correlations
from analytics.courses.priors import CORRELATION_WEIGHT, CORRELATIONS, MOST_ALIKE, priors_of
from analytics.courses.series import NO_FIGURE, Correlations

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.courses.series import Series

_GRID: Final = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, MOST_ALIKE)
_FINE: Final = np.linspace(0.0, MOST_ALIKE, 91)
_SURE: Final = 0.95
# An interval that is longer, or comes of fewer units, tells too little.
_LONGEST: Final = 0.5
_FEWEST_UNITS: Final = 10


@dataclass(frozen=True, slots=True)
class Alike:
    """The correlation of a person's two answers, 0-1, with its 95 % interval.

    ``known`` says whether the waves tell it; where they do not, nothing rests on it.
    """

    estimate: float
    low: float
    high: float
    known: bool

    def careful(self) -> Correlations:
        """Return what changes are judged with: the end at which they are least sure."""
        return Correlations((self.low,), (1.0,)) if self.known else ASSUMED


ASSUMED: Final = Correlations(CORRELATIONS, CORRELATION_WEIGHT)


def how_alike(series: Series) -> Alike | None:
    """Estimate how much a person's two answers go together.

    Parameters
    ----------
    series : Series
        Units beside their regions.

    Returns
    -------
    Alike or None
        None where no two waves have people in common.

    Notes
    -----
    The likeliest 95 % of the posterior under a flat prior on 0 to `MOST_ALIKE`, averaged over how
    places wander and how often something happens, with the evidence of a place's measures counted
    as in `analytics.courses.evidence`. It is known on a grid, and its logarithm is drawn through
    that.

    Errors are those of published intervals, which are t intervals, so that small units' are a
    little too large and answers seem more alike than they are, by .05 to .1 where they have nothing
    to do with each other.
    """
    if not series.shared.any():
        return None
    flat = Correlations(_GRID, (1.0 / len(_GRID),) * len(_GRID))
    prior = priors_of(series.value.shape[1]).unit
    density = _density(weigh_correlations(series, prior, flat, together=True))
    low, high = _likeliest(density)
    enough = _units(series) >= _FEWEST_UNITS and high - low <= _LONGEST
    return Alike(float(density @ _FINE), low, high, enough)


def _density(found: Correlations) -> Floats:
    tiny = np.finfo(np.float64).tiny
    logarithm = np.log(np.maximum(np.array(found.weights), tiny))
    fine = CubicSpline(found.values, logarithm)(_FINE)
    density = np.exp(fine - fine.max())
    return np.asarray(density / density.sum(), dtype=np.float64)


def _likeliest(density: Floats) -> tuple[float, float]:
    order = np.argsort(-density, kind="stable")
    kept = order[: int(np.searchsorted(np.cumsum(density[order]), _SURE)) + 1]
    return float(_FINE[kept.min()]), float(_FINE[kept.max()])


def _units(series: Series) -> int:
    """Count the units with figures of two waves that have people in common."""
    figure = np.diagonal(series.error, axis1=1, axis2=2) < NO_FIGURE
    both = figure[:, :, None] & figure[:, None, :] & (series.shared > 0)
    return len(np.unique(series.place[both.any(axis=(1, 2))]))
