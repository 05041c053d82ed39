"""Respondents by the items they answered: the moments of each pattern of gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics.arrays import Booleans, Floats, Integers

BLOCK: Final = 4_000_000  # numbers at a time, so that many patterns need no more memory than few


@dataclass(frozen=True, slots=True)
class Patterns:
    """A group's patterns; one alone where everybody answered everything.

    Parameters
    ----------
    seen : ndarray of bool, shape (n_patterns, p)
        Items that were answered.
    rows : ndarray of int, shape (n_patterns,)
        Respondents.
    share : ndarray of float, shape (n_patterns,)
        Of the group's weight.
    mean : ndarray of float, shape (n_patterns, p)
        0 where an item was not answered.
    covariance : ndarray of float, shape (n_patterns, p, p)
        With divisor n, 0 where an item was not answered.
    """

    seen: Booleans
    rows: Integers
    share: Floats
    mean: Floats
    covariance: Floats

    @property
    def complete(self) -> bool:
        """Whether everybody answered everything."""
        return bool(self.seen.all())

    def blocks(self) -> Iterator[Patterns]:
        """Give some patterns at a time, in their order."""
        step = max(1, BLOCK // self.seen.shape[1] ** 2)
        for first in range(0, len(self.seen), step):
            own = slice(first, first + step)
            yield Patterns(
                self.seen[own], self.rows[own], self.share[own], self.mean[own],
                self.covariance[own],
            )  # fmt: skip


def by_pattern(values: Floats) -> Integers:
    """Order respondents by what they answered; shape (n,)."""
    _, kind = np.unique(np.isfinite(values), axis=0, return_inverse=True)
    return np.argsort(kind, kind="stable")


def patterns_of(values: Floats, weight: Floats) -> Patterns:
    """Collect the moments of each pattern.

    Parameters
    ----------
    values : ndarray of float, shape (n, p)
        In the order of `by_pattern`; NaN where an item was not answered.
    weight : ndarray of float, shape (n,)
    """
    seen, rows = np.unique(np.isfinite(values), axis=0, return_counts=True)
    p, ends = values.shape[1], np.cumsum(rows)
    mean, covariance = np.zeros((len(seen), p)), np.zeros((len(seen), p, p))
    share = np.zeros(len(seen))
    for number, (last, count) in enumerate(zip(ends, rows, strict=True)):
        own = slice(int(last - count), int(last))
        given, part = np.where(seen[number], values[own], 0.0), weight[own]
        share[number] = part.sum()
        mean[number] = part @ given / share[number]
        away = given - mean[number]
        covariance[number] = (away.T * part) @ away / share[number]
    return Patterns(seen, rows, share / share.sum(), mean, covariance)


def one_by_one(known: Patterns) -> tuple[Floats, Floats]:
    """Give each item's mean and variance (divisor n) among those who answered it; shape (p,)."""
    share = known.share[:, None] * known.seen
    share = share / share.sum(axis=0)
    mean = (share * known.mean).sum(axis=0)
    own = np.diagonal(known.covariance, axis1=1, axis2=2)
    away = np.where(known.seen, known.mean - mean, 0.0)
    return mean, (share * (own + away**2)).sum(axis=0)
