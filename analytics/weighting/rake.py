"""Raking: weights that agree with several known margins at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import WeightError
from analytics.weighting.diagnostics import check_weights
from analytics.weighting.trim import limits, trim, trim_as_far_as_totals_allow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats, Integers

ROUNDS: Final = 50
TOLERANCE: Final = 0.001  # 0.1 percentage point
PUBLIC_LIMITS: Final = (0.2, 5.0)
_SLACK: Final = 1e-6  # of a limit: the rounding of weights
LEAST_SHARE: Final = 1e-12  # of a margin; less is the rounding of its sum, and no weight


@dataclass(frozen=True, slots=True)
class Margin:
    """One known margin and where each respondent stands in it.

    Parameters
    ----------
    name : str
        For messages, for instance ``county``.
    code : ndarray of int64, shape (n_respondents,)
        Position in ``share``; -1 keeps factor 1 in this margin (gender not stated, say).
    categories : sequence of str, shape (n_categories,)
        Names, for messages.
    share : ndarray of float, shape (n_categories,)
        The population's shares; their sum is 1.
    """

    name: str
    code: Integers
    categories: Sequence[str]
    share: Floats


@dataclass(frozen=True, slots=True)
class Raked:
    """Raked weights and how the rounds ended.

    ``empty`` names the categories of the population that nobody in the sample belongs to, as
    ``margin:category``; their share was spread over the others in proportion. ``widened`` says how
    many times wider the limits of `rake_and_trim` had to be for the margins to hold: 1 where they
    hold as they are.
    """

    weight: pd.Series
    converged: bool
    iterations: int
    empty: tuple[str, ...]
    widened: float = 1.0


def margin_from_column(name: str, values: pd.Series, shares: Mapping[str, float]) -> Margin:
    """Make a margin from a column of category names.

    Parameters
    ----------
    name : str
        For messages.
    values : Series of str, shape (n_respondents,)
        Categories; missing keeps factor 1.
    shares : mapping of category to float
        Population totals, shares or percentages.

    Raises
    ------
    WeightError
        If the shares are empty, negative or sum to nothing, or a value is no category of them.
    """
    categories = [str(category) for category in shares]
    share = np.array([float(value) for value in shares.values()], dtype=np.float64)
    if not len(share) or not np.isfinite(share).all() or (share < 0).any() or share.sum() <= 0:
        raise WeightError(
            f"the margin {name} needs shares or totals of its categories, each a number of zero or "
            "more and not all zero"
        )
    codes, unique = pd.factorize(values)
    place = pd.Index(categories).get_indexer(pd.Index(unique)).astype(np.int64)
    if (place < 0).any():
        value = unique[int(np.flatnonzero(place < 0)[0])]
        raise WeightError(f"the margin {name} has no share for the category {value!r}")
    return Margin(name, np.append(place, -1)[codes], categories, share / share.sum())


def rake(
    base: pd.Series,
    margins: Sequence[Margin],
    *,
    rounds: int = ROUNDS,
    tolerance: float = TOLERANCE,
    each: Floats | None = None,
) -> Raked:
    """Fit base weights to margins by iterative proportional fitting.

    Parameters
    ----------
    base : Series of float, shape (n_respondents,)
        Persons per respondent before raking, each above zero.
    margins : sequence of Margin
        Fitted one after the other in this order.
    rounds : int
        At most this many passes over all margins.
    tolerance : float
        Stop when every category is this close to its share (0.001 is 0.1 percentage point).
    each : ndarray of float, shape (n_respondents,), optional
        Respondents that a weight stands for, where it stands for several.

    Returns
    -------
    Raked
        The sum of the weights is kept. Those without a category in a margin keep factor 1 there.

    Raises
    ------
    WeightError
        If a weight is not finite and above zero, or a category with respondents has share 0.

    References
    ----------
    Deming, W. E., Stephan, F. F. (1940). Annals of Mathematical Statistics 11, 427-444.
    """
    check_weights(base)
    targets = [possible_shares(one) for one in margins]
    empty = tuple(
        f"{one.name}:{category}"
        for one, (_, absent) in zip(margins, targets, strict=True)
        for category in np.asarray(one.categories, dtype=object)[absent]
    )
    # as the sum over those whom a weight stands for: a factor is the same for all of them
    people = np.ones(len(base)) if each is None else each
    weight = base.to_numpy(dtype=np.float64) * people
    total = float(weight.sum())
    iterations, converged = 0, _miss(weight, margins, targets) <= tolerance
    while not converged and iterations < rounds:
        for one, (share, _) in zip(margins, targets, strict=True):
            weight = _fit(weight, one.code, share)
        iterations += 1
        converged = _miss(weight, margins, targets) <= tolerance
    weight *= total / weight.sum()
    return Raked(pd.Series(weight / people, index=base.index), converged, iterations, empty)


def rake_and_trim(
    base: pd.Series, margins: Sequence[Margin], *, each: Floats | None = None
) -> Raked:
    """Rake, trim to 0.2-5 times the median, and rake once more (instruments.md 5.4).

    Parameters
    ----------
    base, margins, each
        As for `rake`.

    Returns
    -------
    Raked
        Where raking once more takes weights beyond the limits again, those nearest the raked ones
        that keep the margins inside them; where none do, inside limits that are as little wider as
        the margins need (``widened``). ``iterations`` counts the rounds of all; ``converged`` is
        that of the last.

    Raises
    ------
    WeightError
        As `rake`.

    Notes
    -----
    Truncated linear calibration of the raked weights to their own totals (Deville & Sarndal 1992).
    """
    first = rake(base, margins, each=each)
    lowest, highest = PUBLIC_LIMITS
    trimmed = trim(first.weight, lowest=lowest, highest=highest, each=each)
    if np.allclose(trimmed, first.weight):
        return first
    second = rake(trimmed, margins, each=each)
    iterations = first.iterations + second.iterations
    again = Raked(second.weight, second.converged, iterations, second.empty)
    # of margins that hang together the first rounds may be too few, and the second enough
    start = first if first.converged else second
    low, high = limits(start.weight, lowest=lowest, highest=highest, each=each)
    beyond = max(float(second.weight.max()) / high, low / float(second.weight.min()))
    if beyond <= 1 + _SLACK or not start.converged:
        return again
    # those without a category in a margin stay as many persons as they are
    columns = np.column_stack([np.ones(len(base)), *([auxiliaries(margins)] if margins else [])])
    made, widened = trim_as_far_as_totals_allow(
        start.weight, columns, lowest=lowest, highest=highest, each=each
    )
    return Raked(made.weight, True, iterations + made.iterations, first.empty, widened)


def auxiliaries(margins: Sequence[Margin]) -> Floats:
    """Make the 0/1 columns whose totals raking fixes; a row without a category has zeros there.

    Returns
    -------
    ndarray of float, shape (n_respondents, total number of categories)
    """
    columns = [
        (one.code[:, None] == np.arange(len(one.categories))[None, :]).astype(np.float64)
        for one in margins
    ]
    return np.column_stack(columns)


def possible_shares(one: Margin) -> tuple[Floats, np.ndarray]:
    """Spread the share of categories without respondents over those that have some.

    Parameters
    ----------
    one : Margin

    Returns
    -------
    share : ndarray of float, shape (n_categories,)
        0 for those without respondents; the sum is 1.
    absent : ndarray of bool, shape (n_categories,)
        Categories with a share and without respondents.

    Raises
    ------
    WeightError
        If nobody belongs to a category, or a category with respondents has no share.
    """
    present = np.bincount(one.code[one.code >= 0], minlength=len(one.share)) > 0
    if not present.any():
        raise WeightError(f"nobody in the data belongs to a category of the margin {one.name}")
    nothing = present & (one.share <= LEAST_SHARE)
    if nothing.any():
        category = one.categories[int(np.flatnonzero(nothing)[0])]
        raise WeightError(f"the margin {one.name} gives {category!r} no share, but it has answers")
    share = np.where(present, one.share, 0.0)
    return share / share.sum(), ~present & (one.share > 0)


def largest_gap(weight: pd.Series, margins: Sequence[Margin]) -> tuple[str, float]:
    """Find the category furthest from its share, as ``margin:category``, and by how much.

    Raises
    ------
    WeightError
        As `possible_shares`.
    """
    found = ("", 0.0)
    for one in margins:
        share, _ = possible_shares(one)
        current = _sums(weight.to_numpy(dtype=np.float64), one.code, len(share))
        gap = np.abs(current / current.sum() - share)
        if gap.max() > found[1]:
            found = f"{one.name}:{one.categories[int(np.argmax(gap))]}", float(gap.max())
    return found


def _sums(weight: Floats, code: Integers, size: int) -> Floats:
    known = code >= 0
    return np.bincount(code[known], weights=weight[known], minlength=size).astype(np.float64)


def _fit(weight: Floats, code: Integers, share: Floats) -> Floats:
    current = _sums(weight, code, len(share))
    factor = np.divide(share * current.sum(), current, out=np.ones_like(share), where=current > 0)
    return np.where(code >= 0, weight * factor[np.maximum(code, 0)], weight)


def _miss(
    weight: Floats, margins: Sequence[Margin], targets: Sequence[tuple[Floats, np.ndarray]]
) -> float:
    worst = 0.0
    for one, (share, _) in zip(margins, targets, strict=True):
        current = _sums(weight, one.code, len(share))
        worst = max(worst, float(np.abs(current / current.sum() - share).max()))
    return worst
