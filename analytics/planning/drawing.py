"""Draw a stratified sample: how many of each stratum, and who, by chance that can be repeated.

Within a stratum every person has the same chance, n_h / N_h, and so has every set of n_h persons
(simple random sampling without replacement; Cochran 1977, 5.1). Weights N_h / n_h, and the finite
population correction 1 - n_h / N_h, follow from that alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.errors import DesignError
from analytics.planning.allocation import neyman, proportional, strata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans, Floats, Integers

type Rule = Literal["proportional", "neyman"]
FEWEST: Final = 2  # of a stratum, so that its error can be estimated


def sizes_of(
    population: Sequence[int] | Integers, sd: Sequence[float] | Floats, total: int, rule: Rule
) -> Integers:
    """Share a sample out among strata.

    Parameters
    ----------
    population : sequence of int, shape (n_strata,)
        N_h, persons; at least one each.
    sd : sequence of float, shape (n_strata,)
        S_h, in points; not used by the proportional rule.
    total : int
        Persons to draw in all.
    rule : str
        ``proportional`` gives each stratum its share of the persons, ``neyman`` more to those
        whose people differ more, so that the mean of all is as exact as it can be.

    Raises
    ------
    DesignError
        If the total is less than two of each stratum, or more than there are persons.
    """
    given = strata(np.asarray(population, dtype=np.float64), sd)
    share = neyman if rule == "neyman" else proportional
    return share(given, total, minimum=FEWEST).respondents


def drawn(stratum: Sequence[int] | Integers, sizes: Integers, rng: np.random.Generator) -> Booleans:
    """Draw so many of each stratum.

    Parameters
    ----------
    stratum : sequence of int, shape (n_persons,)
        The stratum of each person, 0 to n_strata - 1.
    sizes : ndarray of int, shape (n_strata,)
        n_h.
    rng : numpy.random.Generator
        Chance; the same again draws the same persons in the same order.

    Returns
    -------
    ndarray of bool, shape (n_persons,)

    Raises
    ------
    DesignError
        If more are to be drawn than a stratum holds.
    """
    at = np.asarray(stratum, dtype=np.int64)
    held = np.bincount(at, minlength=len(sizes))
    if len(held) > len(sizes) or (sizes > held).any():
        raise DesignError("a stratum holds fewer persons than are to be drawn of it")
    order = np.lexsort((rng.random(len(at)), at))
    place = np.arange(len(at)) - np.repeat(np.cumsum(held) - held, held)
    found = np.zeros(len(at), dtype=np.bool_)
    found[order] = place < np.repeat(sizes, held)
    return found
