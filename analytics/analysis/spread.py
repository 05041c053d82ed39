"""How much people differ behind an estimate, and the error where nobody seems to differ.

Where all of a few respondents gave the same answer, the linearised error is 0. That is so for want
of information, not because chance had no part: two people who agree by chance in each of two waves
would make any change certain. Such an estimate borrows its error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.estimation.domains import unseen
from analytics.estimation.grouping import sum_by
from analytics.estimation.intervals import finite_bound, t_quantile

if TYPE_CHECKING:
    from analytics.analysis.estimates import Level
    from analytics.arrays import Booleans, Floats
    from analytics.estimation.domains import Partition
    from analytics.estimation.means import DomainMeans, Errors
    from analytics.estimation.variance import Design

EQUAL: Final = 1e-9  # of the weights within a domain, relative
HALF: Final = 0.5
MOST: Final = 100_000  # persons; beyond, the exact bound is that of a population without end


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Errors of a level, each of shape (n_domains, n_columns): with and without correction."""

    se: Floats
    model: Floats


def borrowed_errors(level: Level, whole: Level, design: Design, confidence: float) -> Borrowed:
    """Give the errors of a level, with one borrowed where all of a domain answered alike.

    Parameters
    ----------
    level : Level
        The domains.
    whole : Level
        Everybody, with the same columns.
    design : Design
        Of the wave.
    confidence : float
        Of the intervals of ``level``.

    Returns
    -------
    Borrowed
        As the errors of ``level``, but for domains where all gave the same answer: a share of 0 or
        1 takes the error whose t interval is as long as its exact one; a mean takes the deviation
        between all persons of the wave, and is NaN where all of them answered alike. With
        correction that of a domain of which everybody was heard stays 0.
    """
    se = level.errors.se
    # With few clusters the first stage alone may come out below both stages together.
    model = np.maximum(se, level.errors.se_model)
    alike = level.means.all_equal & (se == 0)
    if not alike.any():
        return Borrowed(se, model)
    silent = unseen(design, level.partition)[:, None]
    share = np.array([label.statistic == "share" for label in level.labels], dtype=bool)[None, :]
    each = whole.errors.deviation / np.sqrt(np.maximum(level.means.n, 1))
    t = t_quantile(level.df, confidence)
    some, anybody = (level.high - level.low) / t, _binomial_bound(level, design, confidence) / t
    borrowed = np.where(share, some, each * np.sqrt(silent))
    endless = np.fmax(np.where(share, anybody, each), model)
    return Borrowed(np.where(alike & (silent > 0), borrowed, se), np.where(alike, endless, model))


def _binomial_bound(level: Level, design: Design, confidence: float) -> Floats:
    """Bound shares of 0 and 1 in a population without end, with Kish's effective size."""
    code, size = level.partition.code, level.partition.size
    squares = sum_by(code, (design.weight**2)[:, None] * level.means.scored, size)
    n_eff = np.divide(level.errors.weight**2, squares, out=np.ones_like(squares), where=squares > 0)
    return 1.0 - ((1.0 - confidence) / 2.0) ** (1.0 / np.maximum(n_eff, 1.0))


def exact_ends(
    design: Design,
    partition: Partition,
    means: DomainMeans,
    error: Errors,
    interval: tuple[Floats, Floats],
    share: Booleans,
    confidence: float,
) -> None:
    """Bound shares of 0 and 1 by the persons that are left, where their number is known.

    Parameters
    ----------
    design, partition, means, error
        Of one level.
    interval : tuple of ndarray of float, shape (n_domains, n_columns)
        Written to, where weights are equal within the domain and there is a finite population.
    share : ndarray of bool, shape (n_columns,)
        Which columns are shares.
    confidence : float
    """
    silent = unseen(design, partition)
    weight = error.weight
    squares = sum_by(partition.code, (design.weight**2)[:, None] * means.scored, partition.size)
    n = means.n.astype(np.float64)
    equal = np.abs(n * squares - weight**2) <= EQUAL * weight**2
    ends = means.all_equal & share[None, :] & equal & (silent < 1)[:, None] & (n > 0)
    people = np.where((silent > 0)[:, None], np.round(weight), n)
    ends &= np.isfinite(interval[0]) & (people < MOST)
    at = np.nonzero(ends)
    if not len(at[0]):
        return
    bound = finite_bound(means.n[at], people[at].astype(np.int64), confidence)
    none = means.mean[at] < HALF
    interval[0][at] = np.where(none, 0.0, 1.0 - bound)
    interval[1][at] = np.where(none, bound, 1.0)
