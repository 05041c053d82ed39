"""Ranks of an outcome under the design, as scores whose means are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from analytics.estimation.grouping import sum_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats


MIDDLE: Final = 0.5 + 1e-9  # whoever is the median does not lie above it


def rank_scores(weight: Floats, values: Floats, scores: str) -> Floats:
    """Give each respondent the score of the rank that the sample tells of in the population.

    Parameters
    ----------
    weight : ndarray of float, shape (n_respondents,)
        Final weights.
    values : ndarray of float, shape (n_respondents,)
        NaN where a respondent has none, or is in none of the domains compared.
    scores : str
        One of `RANK_SCORES`.

    Returns
    -------
    ndarray of float, shape (n_respondents,)
        NaN where ``values`` is.

    Notes
    -----
    The rank is (F(y-) + F(y)) / 2 of the weighted distribution function F: equal values have one
    rank, whatever their weights and order. R's `svyranktest` takes the unweighted mean of the ranks
    within a tie, which is the same where tied rows weigh alike, else depends on their order.

    References
    ----------
    Lumley, T., Scott, A. J. (2013). Two-sample rank tests under complex sampling. Biometrika 100,
    831-842.
    """
    known = np.flatnonzero(np.isfinite(values))
    level, place = np.unique(values[known], return_inverse=True)
    heavy = sum_by(place.astype(np.int64), weight[known, None], len(level))[:, 0]
    middle = (np.cumsum(heavy) - heavy / 2) / heavy.sum()
    found = np.full(len(values), np.nan)
    found[known] = RANK_SCORES[scores](middle)[place]
    return found


RANK_SCORES: Final[dict[str, Callable[[Floats], Floats]]] = {
    "wilcoxon": lambda rank: rank,
    "normal": special.ndtri,
    "median": lambda rank: (rank > MIDDLE).astype(np.float64),
}
