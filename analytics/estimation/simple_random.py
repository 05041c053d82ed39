"""What a design is compared with: a simple random sample out of which population.

A design effect compares with sampling without replacement out of as many persons as the weights
add up to, as R's ``svymean(deff = TRUE)``. That has a meaning only where weights are in persons and
most of these were not asked: 1/n - 1/N is all but nothing where weights have been brought to a mean
of 1, and the design effect then without any bound. Where the sampling fractions are known, they
tell the population; else the comparison is with sampling with replacement (R: ``"replace"``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.estimation.degrees_of_freedom import taken
from analytics.estimation.grouping import sum_by

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.estimation.design import Design

# Persons per row from which on weights are taken to be in persons. Weights that were brought to a
# mean of 1 stay below; where more than half have answered, the fractions should be told.
PERSONS: Final = 2.0


def in_persons(design: Design) -> bool:
    """Tell whether weights add up to a population, as far as one can see.

    Returns
    -------
    bool
        Where all sampling fractions are known: whether the weights add up to half of what these
        make of the rows, or more. Else whether they add up to twice the rows.
    """
    share, each = taken(design), design.repeated
    known = bool((share > 0).all())
    least = float((each / share).sum()) / 2.0 if known else PERSONS * float(each.sum())
    return bool((each * design.weight).sum() >= least)


def compared_with_replacement(design: Design) -> bool:
    """Tell whether no population can be seen behind a sample.

    Returns
    -------
    bool
        True where weights are not in persons and some sampling fraction is not known.
    """
    return not in_persons(design) and not bool((taken(design) > 0).all())


def one_of(design: Design, code: Integers, each: Floats, total: Floats) -> Floats:
    """Give 1/N for the population that a sample out of each domain would be drawn from.

    Parameters
    ----------
    design : Design
    code : ndarray of int64, shape (n_respondents,)
        The domain of each respondent, -1 for none.
    each : ndarray of float, shape (n_respondents, n_columns or 1)
        1 where a respondent is scored.
    total : ndarray of float, shape (n_domains, n_columns)
        What their weights add up to.

    Returns
    -------
    ndarray of float, shape (n_domains, n_columns)
        1 over the sum of weights where these are in persons, and twice as many as the rows; else 1
        over the persons that known sampling fractions tell of; else 0, a population without end.
    """
    size = len(total)
    n = sum_by(code, each, size)
    found = np.zeros_like(total)
    share = taken(design)
    if share.any():
        persons = sum_by(code, each / np.where(share > 0, share, 1.0)[:, None], size)
        known = (n > 0) & (sum_by(code, each * (share == 0)[:, None], size) == 0)
        np.divide(1.0, persons, out=found, where=known & (found == 0))
    if in_persons(design):
        np.divide(1.0, total, out=found, where=(n > 0) & (total >= PERSONS * n))
    return found
