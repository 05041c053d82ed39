"""What the weights of a protected file may tell: not how many answered in hidden groups.

The sum of different weights, beside the number of people, parts the groups that they are of: of 9
people who weigh 7 or 3, 43 leaves 4 of the first and 5 of the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.estimation.grouping import sum_by
from analytics.workbench.protection.statuses import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.specification.model import Specification

SAME: Final = 1e-9  # relative
WEIGHT_DECIMALS: Final = 9
# Numbers of answers by weight, of which a share in permille leaves every thousandth.
MOST_WAYS: Final = 100_000


def sums_told(
    wave: Wave, hidden: Mapping[tuple[str, ...], np.ndarray]
) -> dict[tuple[str, ...], Booleans]:
    """Mark the cells of a wave whose sum of weights may show.

    Parameters
    ----------
    wave : Wave
    hidden : mapping of by-columns to ndarray of str, shape (n_domains, n_columns)
        Statuses.

    Returns
    -------
    dict of by-columns to ndarray of bool, shape (n_domains, n_columns)
        False where weights differ inside, and a group that answered is hidden in that column.
    """
    secret = np.zeros(len(wave.levels[0].labels), dtype=bool)
    for level in wave.levels:
        secret |= ((hidden[level.by] != PUBLISHED) & (level.means.n > 0)).any(axis=0)
    return {level.by: all_weigh_the_same(wave, level)[:, None] | ~secret for level in wave.levels}


def all_weigh_the_same(wave: Wave, level: DivisionEstimates) -> Booleans:
    """Tell in which domains everybody weighs the same.

    Returns
    -------
    ndarray of bool, shape (n_domains,)
    """
    return _alike(level, wave.design.weight[:, None])


def design_tells_errors(wave: Wave, level: DivisionEstimates) -> Booleans:
    """Tell in which domains a design effect has nothing of the answers in it.

    Persons who were drawn themselves, from one stratum, and who weigh the same have an error that
    is a multiple of that of a simple random sample, by their number alone.

    Returns
    -------
    ndarray of bool, shape (n_domains,)
    """
    design = wave.design
    first = design.stages[0]
    if len(design.stages) > 1 or not first.drawn_themselves:
        return np.zeros(len(level.domains), dtype=bool)
    known = [design.weight[:, None], first.stratum[:, None].astype(np.float64)]
    known += [] if design.calibration is None else [design.calibration]
    return _alike(level, np.column_stack(known))


def weights_part_few(wave: Wave, level: DivisionEstimates, minimum: int) -> Booleans:
    """Tell in which domains different weights set fewer than the minimum apart.

    Two women in a unit of six who weigh more than its men: one share of the unit fits few numbers
    of answers of each, and tells how many of the two gave the answer.

    Parameters
    ----------
    wave : Wave
    level : DivisionEstimates
    minimum : int
        The smallest group of which anything is told.

    Returns
    -------
    ndarray of bool, shape (n_domains, n_columns)
        As `part_few`.
    """
    # by their logarithm: the same in whatever unit weights are
    alike = np.unique(np.log(wave.design.weight).round(WEIGHT_DECIMALS), return_inverse=True)[1]
    return part_few(level, alike, minimum)


def part_few(level: DivisionEstimates, alike: Integers, minimum: int) -> Booleans:
    """Tell in which domains fewer than the minimum are unlike the others.

    Parameters
    ----------
    level : DivisionEstimates
    alike : ndarray of int64, shape (n_respondents,)
        Who has the same number is alike.
    minimum : int
        The smallest group of which anything is told.

    Returns
    -------
    ndarray of bool, shape (n_domains, n_columns)
        By those who have the figure: a few of many may have answered. False where so many kinds
        stand together that a share fits hundreds of their answers.
    """
    code, size = level.partition.code, len(level.domains)
    there = code >= 0
    many = int(alike.max(initial=0)) + 1
    group, of_row = np.unique(code[there] * many + alike[there], return_inverse=True)
    scored = level.means.scored[there].astype(np.float64)
    n = sum_by(of_row.reshape(-1), scored, len(group))
    few, kinds, ways = (
        sum_by(group // many, np.asarray(part, dtype=np.float64), size)
        for part in ((n > 0) & (n < minimum), n > 0, np.log1p(n))
    )
    return np.asarray((few > 0) & (kinds > 1) & (ways < np.log(MOST_WAYS)), dtype=bool)


def _alike(level: DivisionEstimates, values: Floats) -> Booleans:
    """Tell in which domains everybody has the same of each column."""
    code, size = level.partition.code, (len(level.domains), values.shape[1])
    least, most = np.full(size, np.inf), np.full(size, -np.inf)
    known = code >= 0
    np.minimum.at(least, code[known], values[known])
    np.maximum.at(most, code[known], values[known])
    return np.asarray((most - least <= SAME * np.abs(most)).all(axis=1), dtype=bool)


def persons_known(by: tuple[str, ...], asked: Specification) -> bool:
    """Tell whether a specification gives how many persons each domain of a division has."""
    given = asked.poststratify.by if asked.poststratify else ()
    if not by:
        return bool(given or asked.rake)
    return {*by} <= {*given} or (len(by) == 1 and by[0] in asked.rake)


def persons_tell(
    wave: Wave, level: DivisionEstimates, gone: Booleans, asked: Specification
) -> bool:
    """Tell whether the persons of hidden domains would part them by how many answered.

    Parameters
    ----------
    wave : Wave
    level : DivisionEstimates
    gone : ndarray of bool, shape (n_domains,)
        The hidden domains.
    asked : Specification
        Where it gives counts of the population for each domain, persons are known beforehand.
    """
    if persons_known(level.by, asked):
        return False
    weight = wave.design.weight[np.append(gone, False)[level.partition.code]]
    return bool(len(weight)) and bool(np.ptp(weight) > SAME * weight.max())
