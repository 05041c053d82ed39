"""What a split form leaves to each of its modules, before anybody answers."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import DesignError
from analytics.planning.precision import mean_precision
from analytics.planning.sample import simple_sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats
    from analytics.planning.again import ToldFigure
    from analytics.planning.ahead import Base

FEWEST: Final = 2  # answers, below which nothing is known of chance
_MOST: Final = 60  # answers for each module, beyond which chance leaves none of them with too few


def chance_of_each(answers: int, modules: int, fewest: int) -> float:
    r"""Give the chance that each of some modules, drawn by person, has enough answers.

    Parameters
    ----------
    answers : int
        Of a unit, in all.
    modules : int
        Each with the same chance.
    fewest : int
        Answers that each of them needs.

    Raises
    ------
    DesignError
        If a number is out of range.

    Notes
    -----
    The multinomial probability that all counts are at least k:
    :math:`n!\, m^{-n} [x^n] (\sum_{j \ge k} x^j / j!)^m`.

    Examples
    --------
    >>> round(chance_of_each(20, 2, 5), 3)
    0.988
    >>> round(chance_of_each(20, 3, 5), 3)
    0.56
    """
    if answers < 0 or modules < 1 or fewest < 0:
        raise DesignError("answers, modules and the fewest answers must not be negative")
    # shares of a Poisson variable of mean n / m instead of x^j / j!, so that nothing overflows
    mean = answers / modules
    counts = np.arange(answers + 1)
    each = np.exp(counts * np.log(mean or 1.0) - mean - _log_factorials(answers))
    enough = np.where(counts >= fewest, each, 0.0)
    together = np.ones(1)
    for _ in range(modules):
        together = np.convolve(together, enough)[: answers + 1]
    all_of_them = math.exp(answers * math.log(answers or 1) - answers - math.lgamma(answers + 1))
    return float(together[answers] / all_of_them)


def answers_for_each(modules: int, fewest: int) -> int:
    """Give the answers from which each module more likely than not has as many as it needs.

    Examples
    --------
    >>> answers_for_each(2, 5), answers_for_each(3, 5)
    (12, 20)
    """
    return next(
        n
        for n in range(modules * fewest, modules * (fewest + _MOST))
        if chance_of_each(n, modules, fewest) >= 1 / 2
    )


def base_of_a_module(base: Base, modules: int) -> Base:
    """Take what a split wave told of those who all answered as what one of its modules told.

    Parameters
    ----------
    base : Base
        Of a wave whose form had so many ``modules``.
    modules : int
        0 where everybody was asked the same: the base is that of each question then.
    """
    return _each(base, lambda told: _of_so_many(told, told.n / modules)) if modules else base


def base_of_all(base: Base, modules: int) -> Base:
    """Take what one of so many modules told as what all who answered would have told.

    Parameters
    ----------
    base : Base
        Of a wave whose form had so many ``modules``, one of which alone asked what was told.
    modules : int
        0 where everybody was asked it: the base is that of all then.
    """

    def told_by_all(told: ToldFigure) -> ToldFigure | None:
        # where everybody has answered nothing tells how they differ
        most = math.inf if told.people is None else max(told.people - 1, told.n)
        return _of_so_many(told, min(told.n * modules, most))

    return _each(base, told_by_all) if modules else base


def _each(base: Base, of: Callable[[ToldFigure], ToldFigure | None]) -> Base:
    places = {
        key: replace(known, told=known.told and of(known.told))
        for key, known in base.places.items()
    }
    return replace(base, places=places)


def _of_so_many(told: ToldFigure, n: float) -> ToldFigure | None:
    """Give what so many of the answers tell; None where nothing is known of chance."""
    if n < FEWEST:
        return None
    spread = told.spread()
    margin = mean_precision(simple_sample(n, told.people), spread).margin if spread else told.margin
    return replace(told, margin=margin, n=n, n_eff=told.n_eff and told.n_eff * n / told.n)


def _log_factorials(most: int) -> Floats:
    return np.array([math.lgamma(one + 1) for one in range(most + 1)], dtype=np.float64)
