"""What it costs, or gains, that a wave asks a larger part of some units than of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from analytics.small_areas.sampling_variance import squeezed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats
    from analytics.planning.again import ToldFigure

FEWEST: Final = 5  # units, below which nothing is learned of how spreads go with the parts asked


@dataclass(frozen=True, slots=True)
class Spreads:
    """How much people of units differ, in points: of those that told it, and of others.

    ``usual`` is that of another unit, of which the ``typical`` part was asked; where more or less
    was, people differ more or less, as that to the power ``slope``.
    """

    told: Mapping[str, float]
    usual: float = 1.0
    slope: float = 0.0
    typical: float = 1.0

    def of(self, code: str, part: float) -> float:
        """Expect of a unit what it told; of another what the part that was asked of it says."""
        if code in self.told:
            return self.told[code]
        other = (min(part, 1.0) or self.typical) / self.typical
        return float(self.usual * other**self.slope)


def steady_spreads(told: Mapping[str, ToldFigure], asked: Mapping[str, int | None]) -> Spreads:
    """Draw what single units told of how much their people differ towards what all of them told.

    Parameters
    ----------
    told : mapping of str to ToldFigure
        Unit by unit.
    asked : mapping of str to int or None
        How many of each the same wave asked.

    Returns
    -------
    Spreads
        1 point of each where none told any.

    Notes
    -----
    Units that told nothing are seldom like the others: Neyman's rule asks few of units whose people
    are alike, so that they are not shown. How spreads go with the parts asked is learned from the
    units shown, as a prior of variances that goes with a covariate.

    References
    ----------
    Sartor, M. A., Tomlinson, C. R., Wesselkamper, S. C., Sivaganesan, S., Leikauf, G. D.,
    Medvedovic, M. (2006). Intensity-based hierarchical Bayes method improves testing for
    differentially expressed genes in microarray experiments. BMC Bioinformatics 7, 538.
    """
    known = {code: one.spread() or 0.0 for code, one in told.items()}
    own = np.array([spread**2 for spread in known.values()])
    df = np.array([one.n - 1.0 for one in told.values()])
    usable = (own > 0) & (df > 0)
    if not usable.any():
        return Spreads({})
    own, df = own[usable], df[usable]
    codes = [code for code, here in zip(known, usable, strict=True) if here]
    part = np.array([min((asked.get(code) or 0) / (told[code].people or 1), 1) for code in codes])
    slope, typical = _with_parts(own, df, part)
    like = (part / typical) ** (2 * slope)
    squares = squeezed(own / like, df, np.ones_like(own, dtype=bool))[0]
    return Spreads(
        dict(zip(codes, np.sqrt(squares * like).tolist(), strict=True)),
        float(np.sqrt(np.mean(squares))),
        slope,
        typical,
    )


def _with_parts(own: Floats, df: Floats, part: Floats) -> tuple[float, float]:
    """Give the power of the part asked that spreads go with, 0 to 1, and the typical part.

    Neyman's rule makes it 1, less by as much as its spreads were luck; where units were asked
    alike, what little they were not tells next to nothing, hence a normal prior (0, 1).
    """
    if len(part) < FEWEST or not (part > 0).all():
        return 0.0, 1.0
    # the logarithm of a variance is too small on average (Smyth 2004)
    logs = np.log(own) - special.digamma(df / 2) + np.log(df / 2)
    away = 2 * np.log(part)
    typical = float(away.mean())
    away = away - typical
    logs = logs - logs.mean()
    both, squares = float(away @ logs), float(away @ away)
    if squares <= 0:
        return 0.0, 1.0
    left = float(((logs - both / squares * away) ** 2).sum()) / (len(part) - 2)
    return float(np.clip(both / (squares + left), 0.0, 1.0)), float(np.exp(typical / 2))


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
