"""The error where nobody seems to differ: borrowed, or none, but not 0 for want of information.

Where all of a few respondents gave the same answer, the linearised error is 0. That is so because
little was asked, not because chance had no part: eight equal answers are no proof that the ninth
would be the same, and two people who agree by chance in each of two waves would make any change
certain. Such an estimate borrows its error.

How much was asked is counted in what was drawn: persons, or clusters where those were drawn. The
members of a cluster may agree because they belong together, and a domain in which nobody differs
cannot tell whether they do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.estimation.degrees_of_freedom import unseen
from analytics.estimation.grouping import sum_by
from analytics.estimation.intervals import finite_bound, t_quantile

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition
    from analytics.estimation.means import DomainMeans, Errors

EQUAL: Final = 1e-9  # of the weights within a domain, relative
HALF: Final = 0.5
MOST: Final = 100_000  # persons; beyond, the exact bound is that of a population without end


@dataclass(frozen=True, slots=True)
class Level:
    """Estimates of one level of domains with their errors, before anything is borrowed."""

    design: Design
    partition: Partition
    means: DomainMeans
    errors: Errors

    @property
    def alike(self) -> Booleans:
        """Tell where an error is 0 because no respondent stands out, shape of the estimates."""
        error = self.errors
        flat = np.isfinite(error.se_model) & np.isnan(error.deviation)
        return np.asarray(flat & (error.se_model == 0), dtype=bool)


def borrow(level: Level, deviation: Floats, columns: Booleans) -> Errors:
    """Give means of domains that answered alike the deviation of everybody.

    Parameters
    ----------
    level : Level
    deviation : ndarray of float, shape (1, n_columns)
        The standard deviation between all persons of the wave; NaN where all answered alike.
    columns : ndarray of bool, shape (n_columns,)
        Which columns are means.

    Returns
    -------
    Errors
        ``se`` and ``se_model`` of the same errors; with what is borrowed, S sqrt((1 - f) / n) and
        S / sqrt(n), n Kish's effective number of clusters, or of persons where those were drawn.
        NaN where the whole wave answered alike. With correction the error of a domain of which
        everybody was heard stays 0.
    """
    error = level.errors
    alike = level.alike & columns[None, :]
    if not alike.any():
        return error
    silent = unseen(level.design, level.partition)[:, None]
    each = deviation / np.sqrt(np.where(alike, error.n_drawn, 1.0))
    return replace(
        error,
        se=np.where(alike & (silent > 0), each * np.sqrt(silent), error.se),
        se_model=np.where(alike, each, error.se_model),
    )


def lent_variances(level: Level) -> Floats:
    """Give what the variance of a comparison lacks where one of the domains answered alike.

    Returns
    -------
    ndarray of float, shape (n_domains, n_columns)
        The variance between persons within all domains that show one, over Kish's effective number
        of what was drawn; 0 where a domain has an error of its own; NaN where no domain shows any.
    """
    alike, error = level.alike, level.errors
    if not alike.any():
        return np.zeros(alike.shape)
    shown = np.isfinite(error.deviation)
    weight = np.where(shown, np.maximum(error.drawn - 1.0, 0.0), 0.0)
    squares = weight * np.nan_to_num(error.deviation) ** 2
    spare = weight.sum(axis=0, keepdims=True)
    within = np.divide(
        squares.sum(axis=0, keepdims=True), spare, out=np.full_like(spare, np.nan), where=spare > 0
    )
    return np.where(alike, within / np.where(alike, error.n_drawn, 1.0), 0.0)


def borrow_of_bounds(
    level: Level, interval: tuple[Floats, Floats], df: Floats, columns: Booleans, confidence: float
) -> Errors:
    """Give shares of 0 and 1 the error whose t interval is as long as their exact one.

    Parameters
    ----------
    level : Level
    interval : tuple of ndarray of float, shape (n_domains, n_columns)
        The exact bounds.
    df : ndarray of float, shape (n_domains, n_columns)
    columns : ndarray of bool, shape (n_columns,)
        Which columns are shares.
    confidence : float
        Of the interval.

    Returns
    -------
    Errors
        ``se`` from the interval, ``se_model`` from the binomial bound with Kish's effective number
        of what was drawn.
        With correction the error of a domain of which everybody was heard stays 0.
    """
    error = level.errors
    alike = level.alike & columns[None, :]
    if not alike.any():
        return error
    silent = unseen(level.design, level.partition)[:, None]
    t = t_quantile(df, confidence)
    endless = 1.0 - ((1.0 - confidence) / 2.0) ** (1.0 / np.fmax(error.n_drawn, 1.0))
    return replace(
        error,
        se=np.where(alike & (silent > 0), (interval[1] - interval[0]) / t, error.se),
        se_model=np.where(alike, endless / t, error.se_model),
    )


def exact_ends(
    level: Level, interval: tuple[Floats, Floats], columns: Booleans, confidence: float
) -> None:
    """Bound shares of 0 and 1 by the persons that are left, where their number is known.

    Parameters
    ----------
    level : Level
    interval : tuple of ndarray of float, shape (n_domains, n_columns)
        Written to, where persons were drawn, weights are equal within the domain and there is a
        finite population; or everybody was heard.
    columns : ndarray of bool, shape (n_columns,)
        Which columns are shares.
    confidence : float
    """
    design, partition, means = level.design, level.partition, level.means
    silent = unseen(design, partition)
    weight = level.errors.weight
    squares = sum_by(partition.code, (design.weight**2)[:, None] * means.each, partition.size)
    n = means.n.astype(np.float64)
    equal = np.abs(n * squares - weight**2) <= EQUAL * weight**2
    known = equal & (silent < 1)[:, None] & (np.round(weight) < MOST)
    known &= design.stages[0].drawn_themselves
    # Whatever the weights: of whom everybody was heard, nobody is left who could differ.
    heard = np.broadcast_to((silent == 0)[:, None], n.shape)
    ends = means.all_equal & columns[None, :] & (n > 0) & np.isfinite(interval[0])
    ends &= known | heard
    people = np.where(heard, n, np.round(weight))
    at = np.nonzero(ends)
    if not len(at[0]):
        return
    bound = finite_bound(means.n[at], people[at].astype(np.int64), confidence)
    none = means.mean[at] < HALF
    interval[0][at] = np.where(none, 0.0, 1.0 - bound)
    interval[1][at] = np.where(none, bound, 1.0)
