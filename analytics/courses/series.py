"""What is read of places over waves: figures, their errors, and how much answers go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers

# Variance of a wave without a figure, in points squared: far beyond any scale of 0-100.
NO_FIGURE: Final = 1e7


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Figures of places over waves, rows sorted by place.

    Attributes
    ----------
    value : ndarray of float, shape (n_series, n_waves)
        In points; anything where there is no figure.
    error : ndarray of float, shape (n_series, n_waves, n_waves)
        Covariance of their errors if a person's two answers had nothing to do with each other;
        `NO_FIGURE` on the diagonal where there is no figure.
    shared : ndarray of float, shape (n_series, n_waves, n_waves)
        What a correlation of one between a person's two answers would add to it.
    whole : ndarray of float, shape (n_series, n_waves, n_waves)
        What the figures of everybody in the place vary by themselves from one day to another, with
        the covariance that a correlation of one would make; 0 where nobody knows how many they are.
    place : ndarray of int64, shape (n_series,)
        0, 0, 1, 1, 1, ...: series of one place are looked at together.
    """

    value: Floats
    error: Floats
    shared: Floats
    whole: Floats
    place: Integers

    @property
    def needs_correlation(self) -> bool:
        """Whether anything depends on how much a person's two answers go together."""
        apart = ~np.eye(self.whole.shape[1], dtype=bool)
        return bool(self.shared.any() or self.whole[:, apart].any())

    @property
    def independent(self) -> bool:
        """Whether errors of two waves have nothing to do with each other, whatever answers have."""
        apart = ~np.eye(self.error.shape[1], dtype=bool)
        return not self.shared.any() and not self.error[:, apart].any()


@dataclass(frozen=True, slots=True, eq=False)
class Correlations:
    """How much a person's two answers may go together, 0-1, and what each possibility weighs."""

    values: tuple[float, ...]
    weights: tuple[float, ...]

    def weighed(self, over: Floats) -> Correlations:
        """Take the weights from those of all fits, which stand correlation by correlation."""
        shares = over.reshape(len(self.values), -1).sum(axis=1)
        return Correlations(self.values, tuple(shares.tolist()))
