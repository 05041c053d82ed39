"""How a sample is shared out among strata: proportional, Neyman, optimum with costs, power.

Each rule gives a stratum a size a_h, and the sample minimises sum a_h^2 / n_h, the variance that
the rule has in mind, over whole numbers between a minimum and what the stratum holds:

    proportional    a_h = N_h
    neyman          a_h = N_h S_h
    optimum         a_h = N_h S_h, with costs c_h (Cochran 1977, 5.5)
    power           a_h = X_h^q S_h / mean_h  (Bankier 1988)

Sources: Neyman, J. (1934). Journal of the Royal Statistical Society 97, 558-625. Cochran, W. G.
(1977). Sampling Techniques, 3rd ed. Wiley, 5.5-5.9. Bankier, M. D. (1988). Power allocations:
determining sample sizes for subnational areas. The American Statistician 42, 174-177. The whole
numbers are those of Wright, T. (2012). The equivalence of Neyman optimum allocation for sampling
and equal proportions for apportioning. The American Statistician 66, 217-224.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans, Floats, Integers


@dataclass(frozen=True, slots=True)
class Strata:
    """What is known of the strata before the draw; arrays of shape (n_strata,).

    Parameters
    ----------
    population : ndarray of float
        N_h, in persons.
    sd : ndarray of float
        S_h, the standard deviation expected within each.
    """

    population: Floats
    sd: Floats


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who is asked how often; arrays of shape (n_strata,).

    ``whole`` marks strata that are taken whole, ``at_minimum`` those that would have got fewer.
    """

    respondents: Integers
    whole: Booleans
    at_minimum: Booleans


def strata(population: Sequence[float] | Floats, sd: float | Sequence[float] | Floats) -> Strata:
    """Check and describe strata.

    Parameters
    ----------
    population : sequence of float, shape (n_strata,)
    sd : float or sequence of float, shape (n_strata,)

    Raises
    ------
    DesignError
        If a stratum holds nobody, or a deviation is negative or not a number.
    """
    people = np.asarray(population, dtype=np.float64)
    if people.ndim != 1 or not len(people) or not (np.isfinite(people) & (people >= 1)).all():
        raise DesignError("each stratum must hold at least one person")
    return Strata(people, _each(sd, people, "standard deviation"))


def proportional(given: Strata, total: int, *, minimum: int = 2) -> Allocation:
    """Share a sample out by the number of persons.

    Parameters
    ----------
    given : Strata
    total : int
        Respondents in all.
    minimum : int
        At least so many in each stratum, or all of it; two are needed for an error.

    Returns
    -------
    Allocation
        Adds up to ``total``, never above N_h.

    Raises
    ------
    DesignError
        If the minimum takes more than the total, or the total more than there are persons.
    """
    return _share_out(given, given.population, total, minimum)


def neyman(given: Strata, total: int, *, minimum: int = 2) -> Allocation:
    """Share a sample out so that the overall mean is as exact as it can be.

    Parameters, returns and errors are those of `proportional`.
    """
    return _share_out(given, given.population * given.sd, total, minimum)


def power_allocation(
    given: Strata,
    total: int,
    *,
    exponent: float = 0.5,
    mean: float | Sequence[float] | Floats = 1.0,
    measure: Sequence[float] | Floats | None = None,
    minimum: int = 2,
) -> Allocation:
    """Share a sample out between what the whole needs and what each stratum needs.

    Parameters
    ----------
    given : Strata
    total : int
        Respondents in all.
    exponent : float
        q: 1 thinks of the whole, 0 of each stratum alike; 0.5 is square-root allocation.
    mean : float or sequence of float, shape (n_strata,)
        Expected mean per stratum, for errors relative to it; 1 for errors in points.
    measure : sequence of float, shape (n_strata,), optional
        X_h, the importance of a stratum; its persons when left out.
    minimum : int
        As in `proportional`.

    Returns
    -------
    Allocation

    Raises
    ------
    DesignError
        As `proportional`; also if a mean or measure is not above 0.

    Notes
    -----
    Minimises the sum of (X_h^q CV_h)^2, where CV_h is the relative error of stratum h. With
    X_h = N_h mean_h, q = 1 is Neyman's allocation; with q = 0 strata that spread alike, relative
    to their mean, get samples of one size, whatever their population.
    """
    importance = given.population if measure is None else np.asarray(measure, dtype=np.float64)
    middle = _each(mean, given.population, "mean")
    if importance.shape != given.population.shape or not (importance > 0).all():
        raise DesignError("the measure of importance must be above 0 in every stratum")
    if not (middle > 0).all():
        raise DesignError("the expected means must be above 0")
    return _share_out(given, importance**exponent * given.sd / middle, total, minimum)


def optimum(
    given: Strata,
    cost: float | Sequence[float] | Floats,
    *,
    budget: float,
    minimum: int = 2,
) -> Allocation:
    """Share a budget out so that the overall mean is as exact as it can be.

    Parameters
    ----------
    given : Strata
    cost : float or sequence of float, shape (n_strata,)
        Of one respondent in each stratum.
    budget : float
        In the same unit; never exceeded.
    minimum : int
        As in `proportional`.

    Returns
    -------
    Allocation

    Raises
    ------
    DesignError
        If a cost is not above 0, or the budget does not pay for the minimum.

    Notes
    -----
    n_h is proportional to N_h S_h / sqrt(c_h) (Cochran 1977, 5.5). Whole numbers are taken one
    respondent at a time where the variance falls most for its cost, while the budget lasts.
    """
    each = _each(cost, given.population, "cost")
    if not (each > 0).all():
        raise DesignError("a respondent must cost something in every stratum")
    return _share_out(given, given.population * given.sd, budget, minimum, each)


def _each(value: float | Sequence[float] | Floats, like: Floats, name: str) -> Floats:
    given = np.asarray(value, dtype=np.float64)
    if given.ndim and given.shape != like.shape:
        raise DesignError(f"give one {name}, or one for each stratum")
    if not (np.isfinite(given) & (given >= 0)).all():
        raise DesignError(f"each {name} must be a number of at least 0")
    return np.broadcast_to(given, like.shape).astype(np.float64)


def _share_out(
    given: Strata, size: Floats, budget: float, minimum: int, cost: Floats | None = None
) -> Allocation:
    """Minimise sum size^2 / n over whole n within bounds, one respondent after the other.

    Greedy steps reach the optimum with equal costs, since each further respondent of a stratum is
    worth less than the one before (Wright 2012): size^2 / (n (n + 1)).
    """
    each = np.ones_like(size) if cost is None else cost
    highest = np.floor(given.population).astype(np.int64)
    if minimum < 1:
        raise DesignError("the minimum per stratum must be at least 1")
    found = np.minimum(minimum, highest)
    left = float(budget - (found * each).sum())
    _check_budget(left, budget, highest, cost)
    value = [
        (-float(gain), place)
        for place, gain in enumerate(size**2 / (found * (found + 1.0)) / each)
        if found[place] < highest[place]
    ]
    heapq.heapify(value)
    while value and left >= each.min():
        place = value[0][1]
        if each[place] > left:
            heapq.heappop(value)
            continue
        found[place] += 1
        left -= float(each[place])
        n = float(found[place])
        if n < highest[place]:
            gain = float(size[place] ** 2 / (n * (n + 1.0)) / each[place])
            heapq.heapreplace(value, (-gain, place))
        else:
            heapq.heappop(value)
    return Allocation(found, found == highest, found == minimum)


def _check_budget(left: float, budget: float, highest: Integers, cost: Floats | None) -> None:
    if left < 0:
        what = "total" if cost is None else "budget"
        raise DesignError(
            f"the minimum of the strata takes more than the {what}: lower the minimum or raise "
            f"the {what}"
        )
    if cost is None and budget > highest.sum():
        raise DesignError(
            f"{budget:g} respondents are more than the {int(highest.sum())} persons there are"
        )
