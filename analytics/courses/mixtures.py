"""Mixtures of normal distributions, one for each row: what is known of a change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr, ndtri

from analytics.courses.quantiles import mixture_quantiles

if TYPE_CHECKING:
    from typing import Self

    from analytics.arrays import Floats, Integers

_NOTHING: Final = 1e-9  # components of less weight, over all rows, are left out


@dataclass(frozen=True, slots=True, eq=False)
class Mixtures:
    """One mixture for each row; all arrays have the shape (n_rows, n_components).

    ``weight`` adds up to one in each row, ``mean`` is in points, ``variance`` in points squared.
    """

    weight: Floats
    mean: Floats
    variance: Floats

    @classmethod
    def of(cls, weight: Floats, mean: Floats, variance: Floats) -> Self:
        """Normalise the weights, and leave out components that weigh nothing in any row."""
        share = weight / weight.sum(axis=1, keepdims=True)
        kept = share.max(axis=0) > _NOTHING
        share = share[:, kept]
        return cls(
            share / share.sum(axis=1, keepdims=True),
            mean[:, kept],
            np.maximum(variance[:, kept], 0.0),
        )

    def of_rows(self, rows: Integers) -> Mixtures:
        """Pick rows, with the components that weigh something in them."""
        if not len(rows):
            return self.picked(rows)
        return Mixtures.of(self.weight[rows], self.mean[rows], self.variance[rows])

    def picked(self, rows: Integers) -> Mixtures:
        """Pick rows with all components."""
        return Mixtures(self.weight[rows], self.mean[rows], self.variance[rows])

    def middle(self) -> Floats:
        """Return the mean of each row, in points."""
        return np.asarray((self.weight * self.mean).sum(axis=1), dtype=np.float64)

    def spread(self) -> Floats:
        """Return the variance of each row, in points squared."""
        second = (self.weight * (self.variance + self.mean**2)).sum(axis=1)
        return np.asarray(np.maximum(second - self.middle() ** 2, 0.0), dtype=np.float64)

    def moved_by(self, other: Mixtures, rows: Integers) -> Mixtures:
        """Add what is known of another change, taken as one normal distribution.

        Parameters
        ----------
        other : Mixtures
            Of the places that these are inside.
        rows : ndarray of int64, shape (n_rows,)
            The row of ``other`` for each row.
        """
        mean, variance = other.middle()[rows], other.spread()[rows]
        return Mixtures(self.weight, self.mean + mean[:, None], self.variance + variance[:, None])

    def above(self, limit: Floats) -> Floats:
        """Return the chance that each row is above its limit."""
        chance = ndtr((self.mean - np.asarray(limit)[:, None]) / self._deviation())
        return np.asarray((self.weight * chance).sum(axis=1), dtype=np.float64)

    def quantiles(self, *shares: float) -> Floats:
        """Return the points below which each row lies with these chances, (n_shares, n_rows)."""
        deviation, middle, spread = self._deviation(), self.middle(), np.sqrt(self.spread())
        starts = middle + ndtri(np.array(shares))[:, None] * spread
        return np.array([
            mixture_quantiles(self.weight, self.mean, deviation, share, start)
            for share, start in zip(shares, starts, strict=True)
        ])  # fmt: skip

    def _deviation(self) -> Floats:
        tiny = np.finfo(float).tiny
        return np.asarray(np.sqrt(np.maximum(self.variance, tiny)), dtype=np.float64)
