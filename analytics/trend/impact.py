"""Whether a published series was another after a known event than before it.

The model is that of `smooth` with one event, written out with dense matrices: numpy alone, so that
a page can ask it of an event that somebody has just drawn. The test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import erfc, log, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.comparison.verdict import P_DECIMALS, adjusted_within, discovered, verdicts
from analytics.trend.events import check_event, effect_pattern, possible_half_lives
from analytics.trend.integrate import nodes, normalised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats
    from analytics.trend.events import KnownEvent
    from analytics.trend.series import WaveSeries

# Two waves before say nothing of how much the figure moves by itself; one after is one wave's luck.
FEWEST_BEFORE: Final = 3
FEWEST_AFTER: Final = 2
DECIMALS: Final = 1
_NORMAL: Final = 1.959963984540054  # 97.5 % of the normal distribution


@dataclass(frozen=True, slots=True)
class Impact:
    """What a series did after an event, in points; NaN where it is too short.

    ``before`` and ``after`` count the waves with a figure. Of a step the estimate is the lasting
    difference, of a decay the difference at the first wave after.
    """

    before: int
    after: int
    estimate: float
    se: float
    low: float
    high: float
    p: float

    @property
    def enough(self) -> bool:
        """Whether there are waves enough on both sides."""
        return self.before >= FEWEST_BEFORE and self.after >= FEWEST_AFTER

    @property
    def days(self) -> int:
        """Count the gaps between waves that somebody who had seen the series could have chosen."""
        return self.before + self.after - FEWEST_BEFORE - FEWEST_AFTER + 1


@dataclass(frozen=True, slots=True)
class JudgedImpact:
    """An impact on one decimal, with its verdict among all that were tried at once."""

    estimate: float
    low: float
    high: float
    verdict: str
    under_limit: bool


def impact(series: WaveSeries, event: KnownEvent) -> Impact:
    r"""Estimate what a series did after an event, with a 95 % interval.

    Parameters
    ----------
    series : WaveSeries
        Comparable waves, with the error of each; a wave with the error 0 counts as missing.
    event : KnownEvent
        A step or a decay. A wave on its day counts as after: a wave that was asked while it
        happened should be missing.

    Returns
    -------
    Impact
        Without figures below 3 waves before the event or 2 after it.

    Raises
    ------
    SpecificationError
        If the event cannot be one.

    Notes
    -----
    :math:`y = \mu + x\beta + u`, :math:`V = \sigma^2 \min(t, t') + diag(SE^2) + SS'`: a level that
    drifts by itself, waves with known errors, and an effect at a known date. :math:`\mu` and
    :math:`\beta` are free; the drift :math:`\sigma` is averaged over its restricted likelihood, as
    is the half-life of a decay that was given none (`nodes`). So an ordinary drift is no effect. A
    steady rise over many waves can pass for a step more often than 5 % (docs/methods.md).

    References
    ----------
    Box, G. E. P., Tiao, G. C. (1975). Intervention analysis. Journal of the American Statistical
    Association 70, 70-79. van den Brakel, J. A., Roels, J. (2010). Annals of Applied Statistics 4,
    1105-1138.
    """
    check_event(event)
    rows = np.flatnonzero(series.known & (series.se > 0))
    before = sum(series.dates[row] < event.day for row in rows)
    found = no_impact(before, len(rows) - before)
    if not found.enough:
        return found
    model = _Model(series, rows)
    time = series.time[rows]
    observed = np.ones(len(rows), dtype=bool)
    parts: list[tuple[float, float]] = []
    weights = []
    for half_life in possible_half_lives([event], time):
        fading = event.half_life or half_life
        pattern = effect_pattern(event, series.dates[0], time, observed, fading)
        points, weight = nodes(partial(model.height, pattern), [model.scale])
        parts += [model.fit(pattern, float(point[0]))[:2] for point in points]
        weights.append(weight)
    weight = normalised(np.concatenate(weights))
    mean, variance = np.array(parts).T
    middle = float(weight @ mean)
    se = float(np.sqrt(weight @ (variance + (mean - middle) ** 2)))
    reach = _NORMAL * se
    return Impact(
        before, len(rows) - before, middle, se, middle - reach, middle + reach, _tails(middle / se)
    )


def no_impact(before: int, after: int) -> Impact:
    """Count waves that give no figure."""
    return Impact(before, after, *(float("nan"),) * 5)


class _Model:
    """The likelihood of a series at each drift; what whitens it is kept for the next pattern."""

    def __init__(self, series: WaveSeries, rows: np.ndarray) -> None:
        time, shared = series.time[rows], series.shared[rows]
        # less their mean, which the level takes up: fewer digits are lost
        self._values = series.estimate[rows] - series.estimate[rows].mean()
        self._error = np.diag(series.se[rows] ** 2) + shared @ shared.T
        self._walk = np.minimum.outer(time - time[0], time - time[0])
        moved = np.diff(self._values) / np.sqrt(np.diff(time))
        size = float(np.sqrt((moved**2).mean()))
        self.scale = size if size > 0 else float(series.se[rows].max())
        self._whiteners: dict[float, tuple[Floats, float]] = {}

    def fit(self, pattern: Floats, drift: float) -> tuple[float, float, float]:
        """Give the effect, its variance and the restricted log likelihood, up to a constant."""
        inverse, size = self._whitener(drift)
        white = inverse @ np.column_stack([np.ones_like(pattern), pattern, self._values])
        # the normal equations of two unknowns, written out: this runs some hundred times a page
        (one, cross, level), (_, own, across), (_, _, rest) = (white.T @ white).tolist()
        det = one * own - cross**2
        effect = (one * across - cross * level) / det
        left = rest - (own * level**2 - 2 * cross * level * across + one * across**2) / det
        return effect, one / det, -size - log(det) / 2 - left / 2

    def height(self, pattern: Floats, drift: Floats) -> float:
        """Give the restricted log likelihood alone, as `nodes` asks for it."""
        return self.fit(pattern, float(drift[0]))[2]

    def _whitener(self, drift: float) -> tuple[Floats, float]:
        if drift not in self._whiteners:
            root = np.linalg.cholesky(drift**2 * self._walk + self._error)
            self._whiteners[drift] = (np.linalg.inv(root), float(np.log(np.diag(root)).sum()))
        return self._whiteners[drift]


def judge_impacts(
    found: Sequence[Impact], margin: float, afterwards: Sequence[bool] = ()
) -> list[JudgedImpact | None]:
    """Give each impact its verdict, counting how many were tried at once.

    Parameters
    ----------
    found : sequence of Impact
        Everything that is tried in one place: each event in each measure, also of events that were
        taken away again. Who tries often finds something; so all of it is one family.
    margin : float
        The smallest difference that matters, in points.
    afterwards : sequence of bool, optional
        Whether each event was written down when the waves after it were known; by default none.
        Its day may have been chosen because the line bends there, and the p value is multiplied by
        the number of days that could have been chosen (Bonferroni).

    Returns
    -------
    list of JudgedImpact or None
        In the same order; None where the series is too short.

    Notes
    -----
    The four-way rule on one decimal (`analytics.comparison.verdict`), with Benjamini-Hochberg at
    10 % over the family.
    """
    rows = [number for number, one in enumerate(found) if one.enough]
    figures = np.array([[one.estimate, one.low, one.high] for one in (found[row] for row in rows)])
    if not rows:
        return [None] * len(found)
    picked = afterwards or [False] * len(found)
    p = np.array([min(1.0, found[row].p * (found[row].days if picked[row] else 1)) for row in rows])
    holds = discovered(adjusted_within(p, [np.arange(len(rows))]), P_DECIMALS)
    shown = figures.round(DECIMALS) + 0.0
    estimate, low, high = shown.T
    named, under = verdicts(estimate, low, high, np.full(len(rows), margin), holds)
    told: list[JudgedImpact | None] = [None] * len(found)
    for number, row in enumerate(rows):
        told[row] = JudgedImpact(
            float(estimate[number]),
            float(low[number]),
            float(high[number]),
            str(named[number]),
            bool(under[number]),
        )
    return told


def _tails(z: float) -> float:
    return erfc(abs(z) / sqrt(2))
