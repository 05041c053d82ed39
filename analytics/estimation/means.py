"""Weighted means of domains, indices composed from them, and their errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.estimation.degrees_of_freedom import drawn_of, each_scored, without_spread
from analytics.estimation.grouping import each_own, group_extremes, sum_by
from analytics.estimation.pooled import Pooled
from analytics.estimation.simple_random import one_of
from analytics.estimation.variance import domain_variance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition
    from analytics.estimation.pooled import Crossed

DUST: Final = 1e-9  # of a deviation, beside the mean: smaller ones are the rounding of sums
EPSILON: Final = 1e-13  # of a sum of squares over a million rows is its rounding


@dataclass(frozen=True, slots=True)
class DomainMeans:
    """Means of one level of domains, and what each respondent adds to their error.

    Parameters
    ----------
    n : ndarray of int64, shape (n_domains, n_columns)
        Scored respondents; for an index, the smallest count over its components.
    mean : ndarray of float, shape (n_domains, n_columns)
        NaN where nobody is scored, or a component of an index has nobody.
    influence : ndarray of float, shape (n_respondents, n_columns)
        u = w z, the weighted linearised residual in the respondent's own domain; summed over those
        whom a row stands for.
    scored : ndarray of bool, shape (n_respondents, n_columns)
        Who is scored; for an index, on at least one component.
    all_equal : ndarray of bool, shape (n_domains, n_columns)
        Everybody scored has the same value (on every component).
    squares : ndarray of float, shape (n_respondents, n_columns), optional
        Of pooled rows: the sum of u squared.
    counts : ndarray of float, shape (n_respondents, n_columns), optional
        Of pooled rows: how many are scored.
    """

    n: Integers
    mean: Floats
    influence: Floats
    scored: Booleans
    all_equal: Booleans
    squares: Floats | None = None
    counts: Floats | None = None

    @property
    def each(self) -> Booleans | Floats:
        """How many of each row are scored."""
        return self.scored if self.counts is None else self.counts


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of the same level, each of shape (n_domains, n_columns).

    ``se`` has the design's finite population corrections, ``se_model`` has none. ``deff`` compares
    the published variance with that of a simple random sample of the persons who are scored, out of
    the population that `analytics.estimation.simple_random` finds. ``n_eff`` is Kish's effective
    sample size of the scored. For an index both are about all who add to it, with the gaps in their
    answers (instruments.md 9.5), while its n is that of the smallest component. NaN where fewer
    than two are scored. ``weight`` is the sum of the weights of the scored. ``deviation`` is the
    standard deviation between persons (of a total: times the persons); NaN where none differs.
    ``drawn`` and ``n_drawn`` count what was drawn and holds somebody scored, and Kish's effective
    number of it: clusters, each with the weight of its scored, or else persons.
    """

    se: Floats
    se_model: Floats
    deff: Floats
    n_eff: Floats
    weight: Floats
    deviation: Floats
    drawn: Floats
    n_drawn: Floats


def domain_means(design: Design, values: Floats | Pooled, partition: Partition) -> DomainMeans:
    """Estimate weighted means of many columns in every domain of a level.

    Parameters
    ----------
    design : Design
        Supplies the final weights.
    values : ndarray of float, shape (n_respondents, n_columns), or Pooled
        Scores or 0/1 indicators; NaN where a respondent has none. Faster where each column lies in
        one piece.
    partition : Partition
        The domains.

    Returns
    -------
    DomainMeans

    Notes
    -----
    M = sum(w y) / sum(w) over the scored of the domain (instruments.md 4.3), and
    u_i = w_i (y_i - M) / sum(w) (4.5).
    """
    code, size = partition.code, partition.size
    inside = code >= 0
    pooled = values if isinstance(values, Pooled) else None
    plain = values.mean if isinstance(values, Pooled) else values
    scored = np.isfinite(plain) if pooled is None else pooled.n > 0
    if not size:
        return _nowhere(plain, scored)
    each = each_scored(scored if pooled is None else pooled.n)
    filled = plain if scored.all() else np.where(scored, plain, 0.0)
    weight = design.weight[:, None] * each
    total = sum_by(code, weight, size)
    weighted = sum_by(code, weight * filled, size)
    n = np.zeros(weighted.shape, dtype=np.int64) + sum_by(code, each, size).astype(np.int64)
    mean = np.divide(weighted, total, out=np.full_like(weighted, np.nan), where=total > 0)
    home = np.maximum(code, 0)
    counted = (each > 0) & inside[:, None]
    apart = filled - each_own(np.nan_to_num(mean), home)
    share = np.zeros_like(weight)
    np.divide(weight, each_own(total, home), out=share, where=counted)
    influence = share * apart
    spread = sum_by(code, influence * apart, size)  # the variance of the domain's answers
    squares = None
    if pooled is not None:
        one = np.divide(share, each, out=np.zeros_like(share), where=each > 0)
        squares = one**2 * (each * apart**2 + pooled.within)
        spread += sum_by(code, one * pooled.within, size)
    equal = (n > 0) & ~(spread > _no_spread(mean))
    ends = (plain, plain) if pooled is None else (pooled.lowest, pooled.highest)
    alike = _all_equal(code, ends, equal)
    counts = None if pooled is None else pooled.n
    return DomainMeans(n, mean, influence, scored, alike, squares, counts)


def _nowhere(values: Floats, scored: Booleans) -> DomainMeans:
    """Give the means of a level that has no domain: no rows, and nobody adds to an error."""
    none = np.zeros((0, values.shape[1]))
    return DomainMeans(
        none.astype(np.int64), none, np.zeros_like(values), scored, none.astype(bool)
    )


def compose(
    means: DomainMeans,
    columns: Sequence[str],
    indices: Sequence[Mapping[str, float]],
    crossed: Crossed | None = None,
) -> DomainMeans:
    """Compose indices from scale means at group level.

    Parameters
    ----------
    means : DomainMeans
        Of the scales.
    columns : sequence of str
        The scale of each column of ``means``.
    indices : sequence of mapping of scale to weight
        The composition of each index; weights are used as they are, never normalised again.
    crossed : Crossed, optional
        Of pooled rows: who is scored on any part, and the squares of u.

    Returns
    -------
    DomainMeans
        One column per index.

    Notes
    -----
    I = sum of c_s M_s and z = sum of c_s z_s, so that an index always equals the weighted mean of
    the numbers under it (instruments.md 4.4 and 4.5).
    """
    position = {column: number for number, column in enumerate(columns)}
    domains, rows, count = len(means.n), len(means.influence), len(indices)
    n = np.zeros((domains, count), dtype=np.int64)
    mean = np.zeros((domains, count))
    influence = np.zeros((rows, count), order="F")
    scored = np.zeros((rows, count), dtype=bool, order="F")
    equal = np.zeros((domains, count), dtype=bool)
    for number, parts in enumerate(indices):
        where = [position[scale] for scale in parts]
        share = np.array(list(parts.values()), dtype=np.float64)
        n[:, number] = means.n[:, where].min(axis=1)
        mean[:, number] = means.mean[:, where] @ share
        influence[:, number] = means.influence[:, where] @ share
        scored[:, number] = means.scored[:, where].any(axis=1)
        equal[:, number] = means.all_equal[:, where].all(axis=1)
    if crossed is not None:
        return DomainMeans(n, mean, influence, scored, equal, crossed.squares, crossed.n)
    return DomainMeans(n, mean, influence, scored, equal)


def errors(
    design: Design, means: DomainMeans, partition: Partition, least: Integers | int = 2
) -> Errors:
    """Estimate the errors of a level's means.

    Parameters
    ----------
    design : Design
        Strata, clusters, corrections and weights.
    means : DomainMeans
        From `domain_means` or `compose`.
    partition : Partition
        The same domains.
    least : ndarray of int64, shape (n_columns,), or int
        The answers from which on an error is known: one answer has no spread, while the error of
        a total is that of who is in the domain, too.

    Returns
    -------
    Errors
    """
    code, size = partition.code, partition.size
    variance = domain_variance(design, means.influence, code, size, means.squares)
    each = each_scored(means.each)
    weight = design.weight[:, None] * each
    total = np.zeros(means.mean.shape) + sum_by(code, weight, size)
    squares = sum_by(code, weight * design.weight[:, None], size)
    n = sum_by(code, each, size)
    known = (means.n >= least) & np.isfinite(means.mean)
    unknown = np.full_like(total, np.nan)
    n_eff = np.divide(total**2, squares, out=unknown.copy(), where=squares > 0)
    second = means.influence**2 if means.squares is None else means.squares
    residual = sum_by(code, second / design.weight[:, None], size)
    # What is left by rounding when the terms of a total cancel.
    rounding = EPSILON * residual * total / np.maximum(n, 1.0)
    # The residuals of a mean add up to nothing; the terms of a total do not.
    together = sum_by(code, means.influence, size)
    before = residual
    residual = before - np.divide(together**2, total, out=np.zeros_like(total), where=total > 0)
    residual[residual < EPSILON * before] = 0.0  # where all terms are one, their rounding is left
    alone = design.stages[0].drawn_themselves
    drawn, n_drawn = (n, n_eff) if alone else drawn_of(design, partition, weight)
    spread = total * residual * n / np.maximum(n - 1.0, 1.0)
    # rows of one cluster that repeat each other tell no more of how persons differ
    apart = total * residual * drawn / np.maximum(drawn - 1.0, 1.0)
    reference = spread * (1.0 / np.maximum(n, 1.0) - one_of(design, code, each, total))
    differ = spread > _no_spread(means.mean)
    flat = means.all_equal | ~differ
    dust = np.maximum(rounding, _dust(reference, means.mean))
    corrected = np.where(variance.corrected < dust, 0.0, variance.corrected)
    model = np.where(variance.model < dust, 0.0, variance.model)
    if (known & (corrected == 0)).any():
        known &= ~(without_spread(design, partition, means.each) & (corrected == 0))
    # where nobody differs, both are the rounding of sums, or nothing
    compared = known & differ & (reference > 0)
    deff = np.divide(corrected, reference, out=unknown.copy(), where=compared)
    return Errors(
        se=np.where(known, np.sqrt(corrected), np.nan),
        se_model=np.where(known, np.sqrt(model), np.nan),
        deff=deff,
        n_eff=n_eff,
        weight=total,
        deviation=np.where(known & ~flat, np.sqrt(np.abs(apart)), np.nan),
        drawn=np.broadcast_to(drawn, total.shape),
        n_drawn=np.broadcast_to(n_drawn, total.shape),
    )


def _no_spread(mean: Floats) -> Floats:
    """Find how small a variance between persons is only the rounding of sums."""
    return np.asarray((DUST * (1.0 + np.abs(mean))) ** 2, dtype=np.float64)


def _dust(reference: Floats, mean: Floats) -> Floats:
    """Find how small a variance is only the rounding of sums that cancel.

    That is so for a share that its strata fix, and where everybody has the same value.
    """
    return np.maximum(np.abs(reference) * 1e-12, (np.nan_to_num(mean) * 1e-12) ** 2)


def _all_equal(code: Integers, ends: tuple[Floats, Floats], possible: Booleans) -> Booleans:
    """Look at the lowest and highest answer of each row, but only where their spread is dust."""
    equal = np.zeros_like(possible)
    rows = np.flatnonzero((code >= 0) & possible.any(axis=1)[np.maximum(code, 0)])
    key, lowest, highest = group_extremes(code[rows], ends[0][rows])
    if ends[1] is not ends[0]:
        highest = group_extremes(code[rows], ends[1][rows])[2]
    equal[key] = lowest == highest
    return equal
