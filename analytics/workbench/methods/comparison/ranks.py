"""Ranks with their uncertainty, in place of a league table.

An estimated rank is a number without an error: of sixty units that are all alike one is always
first. A rank interval says which places a unit may have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import AnalyticsError

if TYPE_CHECKING:
    from analytics.arrays import Integers
    from analytics.workbench.methods.comparison.pairs import Pairs


@dataclass(frozen=True, slots=True)
class RankIntervals:
    """Joint intervals of ranks, 1 is highest; arrays of shape (n_domains,)."""

    best: Integers
    worst: Integers


def rank_intervals(pairs: Pairs, size: int, confidence: float = 0.95) -> RankIntervals:
    """Bound all ranks at once by the pairs that surely differ.

    Parameters
    ----------
    pairs : Pairs
        From `all_pairs`, adjusted by Holm.
    size : int
        Number of domains.
    confidence : float
        Chance that every interval holds its domain's true rank.

    Returns
    -------
    RankIntervals
        Domain j may be as good as 1 + those surely above it, and as low as ``size`` less those
        surely below. From 1 to ``size`` where its mean is not known.

    References
    ----------
    Mogstad, M., Romano, J. P., Shaikh, A. M., Wilhelm, D. (2024). Inference for ranks with
    applications to mobility across neighbourhoods and academic achievement across countries.
    Review of Economic Studies 91, 476-518. Their joint sets, by Holm's step-down in place of the
    bootstrap: it needs no chance and is slightly wider.
    """
    _check(confidence)
    real = pairs.p_adjusted <= 1 - confidence
    higher = real & (pairs.found.difference > 0)
    lower = real & (pairs.found.difference < 0)
    above = _count(pairs.first[lower], size) + _count(pairs.second[higher], size)
    below = _count(pairs.first[higher], size) + _count(pairs.second[lower], size)
    return RankIntervals(1 + above, size - below)


def _count(code: Integers, size: int) -> Integers:
    return np.bincount(code, minlength=size).astype(np.int64)


def _check(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise AnalyticsError("the confidence of ranks must lie between 0 and 1, such as 0.95")
