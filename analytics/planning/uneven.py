"""What it costs, or gains, that a wave asks a larger part of some units than of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.small_areas.sampling_variance import squeezed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.planning.again import ToldFigure


def steady_spreads(told: Mapping[str, ToldFigure]) -> tuple[dict[str, float], float]:
    """Draw what single units told of how much their people differ towards what all of them told.

    Parameters
    ----------
    told : mapping of str to ToldFigure
        Unit by unit.

    Returns
    -------
    spreads : dict of str to float
        In points, of the units that told any.
    usual : float
        Of another unit; 1 where none told any.
    """
    known = {code: one.spread() or 0.0 for code, one in told.items()}
    own = np.array([spread**2 for spread in known.values()])
    df = np.array([one.n - 1.0 for one in told.values()])
    usable = (own > 0) & (df > 0)
    if not usable.any():
        return {}, 1.0
    found = np.sqrt(squeezed(own[usable], df[usable], np.ones(int(usable.sum()), dtype=bool))[0])
    codes = [code for code, here in zip(known, usable, strict=True) if here]
    return dict(zip(codes, found.tolist(), strict=True)), float(np.sqrt(np.mean(found**2)))


def cost_of(
    people: Sequence[float],
    spread: Sequence[float],
    asked: Sequence[float],
    before: Sequence[float | None],
) -> float:
    """Compare the variance of a place's mean, answer for answer, with that of an earlier wave.

    Parameters
    ----------
    people, spread, asked : sequence of float, shape (n_units,)
        N_h, S_h, and how many a planned wave asks.
    before : sequence of float, shape (n_units,)
        How many that wave asked. Units that either did not ask are left out; where none is left,
        it is taken to have asked the same part of all.

    Returns
    -------
    float
        n sum N_h^2 S_h^2 / n_h of the planned wave over that of the earlier one (Cochran 1977,
        5.6); 1 where nobody is asked or nothing differs. With equal spreads, and after a wave that
        asked all, it is Kish's (1992) cost of unequal weights.

    Examples
    --------
    >>> round(cost_of([200, 200], [20, 20], [30, 70], [200, 200]), 2)
    1.19
    >>> cost_of([200, 200], [20, 20], [30, 70], [60, 140])
    1.0
    """
    squares = (np.asarray(people) * np.asarray(spread)) ** 2
    later = np.asarray(asked, dtype=np.float64)
    earlier = np.array([one or 0.0 for one in before], dtype=np.float64)
    if not ((later > 0) & (earlier > 0)).any():
        earlier = np.asarray(people, dtype=np.float64)
    both = (later > 0) & (earlier > 0)
    if not both.any():
        return 1.0
    costs = [n[both].sum() * (squares[both] / n[both]).sum() for n in (later, earlier)]
    return float(costs[0] / costs[1]) if costs[1] > 0 else 1.0
