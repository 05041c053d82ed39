r"""The course of a place: it wanders a little, and now and then something happens.

For each place and measure the waves give figures with known errors. Between two waves the level
takes a step that is normal with deviation :math:`\tau`, the same for all places of a level, and,
seldom, one jump. In each wave a place has something of that wave alone besides, of deviation
:math:`\kappa`, as a season or a bad week gives it: what goes down and up again would else be taken
for error and smoothed away (docs/adr/0210, docs/adr/0233). What happens to a place moves several of
its measures, so that they are looked at together; measures err together, since the same people
answer them, and that is allowed for. Everything that is not known beforehand (:math:`\tau`,
:math:`\kappa`, how often something happens, how much a person's two answers go together) is weighed
by how well it explains the waves of all places and measures: a place's change is drawn towards what
changes are like in this agency.

Efron, B. (2010). Large-Scale Inference. Cambridge. Morris, C. N. (1983). Parametric empirical Bayes
inference. JASA 78, 47-55. Stephens, M. (2017). False discovery rates: a new deal. Biostatistics 18,
275-294. Rao, J. N. K., Yu, M. (1994). Small-area estimation by combining time-series and
cross-sectional data. Canadian Journal of Statistics 22, 511-528. De Jong, P., Penzer, J. (1998).
Diagnosing shocks in time series. JASA 93, 796-806.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.courses.evidence import fits_that_weigh, odds_of, weigh_components, weigh_fits
from analytics.courses.mixtures import Mixtures
from analytics.courses.series import Correlations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analytics.arrays import Floats, Integers
    from analytics.courses.priors import Prior
    from analytics.courses.series import Series

# Variance of a level that nothing is known of before, around the mean of its figures, in points
# squared.
_UNKNOWN_LEVEL: Final = 1e4
_AT_ONCE: Final = 4096  # series, as much as memory is to be taken for
_NOTHING_IN_COMMON: Final = Correlations((0.0,), (1.0,))


@dataclass(frozen=True, slots=True, eq=False)
class Courses:
    """What is known of the changes asked for, and how much a person's answers go together.

    One mixture for each pair of waves: ``lasting`` of the level that a place stands at, ``said`` of
    what all its people would have answered on the two days, as answers vary from day to day.
    """

    lasting: tuple[Mixtures, ...]
    said: tuple[Mixtures, ...]
    correlation: Correlations

    def moved_by(self, other: Courses, rows: Integers) -> Courses:
        """Add what is known of the places that these are inside, row by row."""
        lasting, said = (
            tuple(one.moved_by(outer, rows) for one, outer in zip(mine, theirs, strict=True))
            for mine, theirs in ((self.lasting, other.lasting), (self.said, other.said))
        )
        return Courses(lasting, said, self.correlation)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How much a person's answers go together, and how places wander."""

    correlation: float
    wander: float
    passing: float

    def walk(self, waves: int) -> Floats:
        """Give the covariance of levels (waves, waves)."""
        steps = np.minimum.outer(np.arange(waves), np.arange(waves)).astype(np.float64)
        return np.asarray(self.wander**2 * steps + self.passing**2 * np.eye(waves), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Conditioned:
    """Figures given one fit.

    ``walk`` (waves, waves) is the covariance of levels, ``covariance`` and ``precision``
    (n, waves, waves) that of figures and its inverse, ``value`` (n, waves) the figures around their
    mean, ``pull`` the inverse times these. ``push`` and ``weight`` (n, steps) are what speaks for
    a jump at each step, and how much.
    """

    walk: Floats
    covariance: Floats
    precision: Floats
    value: Floats
    pull: Floats
    push: Floats
    weight: Floats


def courses(
    series: Series,
    prior: Prior,
    pairs: Sequence[tuple[int, int]],
    correlation: Correlations,
    *,
    together: bool = False,
) -> Courses:
    """Weigh all courses that the figures may come from.

    Parameters
    ----------
    series : Series
        At least one, over at least two waves.
    prior : Prior
    pairs : sequence of (int, int)
        Waves that changes are asked between, earlier first.
    correlation : Correlations
        How much a person's two answers may go together.
    together : bool
        Whether what happens to a place may move several of its measures.
    """
    # else every course would be weighed as often as there are correlations, with the same weight
    possible = correlation if series.needs_correlation else _NOTHING_IN_COMMON
    fits = _fits(prior, possible)
    plain, gain = _evidence(series, fits, prior)
    odds = odds_of(series, gain, together=together)
    over = weigh_fits(series, plain, odds, _beforehand(possible, prior), prior, together=together)
    weights = weigh_components(series, gain, odds, over, prior, together=together)
    count = len(series.value)
    flat = np.concatenate([weights[0].T, np.moveaxis(weights[1], 0, 1).reshape(count, -1)], axis=1)
    # most fits weigh nothing, and changes take most of the room: of one pair of waves and fit as
    # much as all evidence of that fit
    held = [fits[number] for number in fits_that_weigh(over)]
    changes = [_changes(series, fit, prior, pairs) for fit in held]
    lasting, said = (
        tuple(_mixed(flat, [one[what][number] for one in changes]) for number in range(len(pairs)))
        for what in (0, 1)
    )
    learned = correlation.weighed(over) if possible is correlation else correlation
    return Courses(lasting, said, learned)


def weigh_correlations(
    series: Series, prior: Prior, correlation: Correlations, *, together: bool = False
) -> Correlations:
    """Say how well each correlation of a person's two answers explains the figures of all series.

    Parameters
    ----------
    series : Series
        At least one, over at least two waves.
    prior : Prior
    correlation : Correlations
        With what each is worth beforehand.
    together : bool
        Whether what happens to a place may move several of its measures.
    """
    plain, gain = _evidence(series, _fits(prior, correlation), prior)
    odds = odds_of(series, gain, together=together)
    over = weigh_fits(
        series, plain, odds, _beforehand(correlation, prior), prior, together=together
    )
    return correlation.weighed(over)


def _fits(prior: Prior, correlation: Correlations) -> list[_Fit]:
    return [
        _Fit(one, wander, passing)
        for one in correlation.values
        for wander in prior.wander
        for passing in prior.passing
    ]


def _evidence(series: Series, fits: Sequence[_Fit], prior: Prior) -> tuple[Floats, Floats]:
    """Give log likelihoods without a jump (fits, n), and what each jump adds to them."""
    told = _wave_by_wave if series.independent else _all_at_once
    plain, push, weight = told(series, fits)
    return plain, _gain(push, weight, prior)


def _beforehand(correlation: Correlations, prior: Prior) -> Floats:
    with np.errstate(divide="ignore"):  # the waves of units may have ruled a correlation out
        return np.log(np.outer(correlation.weights, _shares(prior))).ravel()


def _mixed(weight: Floats, fits: Sequence[tuple[Floats, Floats]]) -> Mixtures:
    """Put the components of all fits side by side: first those without a jump, as weights are."""
    mean, variance = (
        np.concatenate(
            [
                np.stack([fit[what][:, 0] for fit in fits], axis=1),
                np.concatenate([fit[what][:, 1:] for fit in fits], axis=1),
            ],
            axis=1,
        )
        for what in (0, 1)
    )
    return Mixtures.of(weight, mean, variance)


def _shares(prior: Prior) -> Floats:
    weight = np.outer(prior.wander_weight, prior.passing_weight).ravel()
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def _conditioned(series: Series, fit: _Fit) -> _Conditioned:
    walk = fit.walk(series.value.shape[1])
    covariance = series.error + fit.correlation * series.shared + walk + _UNKNOWN_LEVEL
    precision = np.linalg.inv(covariance)
    value = _around_mean(series)
    # a jump at a wave lifts it and all that follow: sums over what follows are all that is needed
    pull = np.einsum("sij,sj->si", precision, value)
    push = _following(pull, axis=1)[:, 1:]
    twice = _twice_what_follows(len(walk))
    weight = _following(np.einsum("sij,ij->si", precision, twice), axis=1)[:, 1:]
    return _Conditioned(walk, covariance, precision, value, pull, push, weight)


def _around_mean(series: Series) -> Floats:
    # so that it is all the same where on the scale they lie
    return np.asarray(series.value - series.value.mean(axis=1, keepdims=True), dtype=np.float64)


def _all_at_once(series: Series, fits: Sequence[_Fit]) -> tuple[Floats, Floats, Floats]:
    """Give log likelihoods without a jump (fits, n), and what speaks for each (fits, n, steps).

    ``push`` and ``weight`` are those of `_Conditioned`. With C = L D L' the covariance, b the
    figures and e the waves from a step on, both led through the inverse of L, they are b'e / D and
    e'e / D. Many series are led through it at once, one wave after the other.
    """
    count, waves = series.value.shape
    value = _around_mean(series)
    plain = np.zeros((len(fits), count))
    push, weight = np.zeros((2, len(fits), waves - 1, count))
    for first in range(0, count, _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        # figures, and beside them the waves from each step on
        sides = np.empty((waves, waves, len(value[some])))
        sides[:, 0] = value[some].T
        sides[:, 1:] = np.tri(waves)[:, 1:, None]
        error, shared = (
            np.moveaxis(one[some], 0, -1).copy() for one in (series.error, series.shared)
        )
        for number, fit in enumerate(fits):
            left = error + fit.correlation * shared
            left += (fit.walk(waves) + _UNKNOWN_LEVEL)[:, :, None]
            for pivot, led in _led_through(left, sides.copy()):
                part = led / pivot
                plain[number, some] -= 0.5 * (np.log(pivot) + led[0] * part[0])
                push[number, :, some] += led[1:] * part[0]
                weight[number, :, some] += led[1:] * part[1:]
    return plain, np.swapaxes(push, 1, 2), np.swapaxes(weight, 1, 2)


def _led_through(covariance: Floats, sides: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Eliminate wave by wave (waves, waves, n): D (n,) and what is left of the sides (sides, n).

    Both are written over.
    """
    for wave, (row, led) in enumerate(zip(covariance, sides, strict=True)):
        pivot, later = row[wave], slice(wave + 1, None)
        yield pivot, led
        taken = covariance[later, wave, None] / pivot
        sides[later] -= taken * led
        covariance[later, later] -= taken * row[later]


def _wave_by_wave(series: Series, fits: Sequence[_Fit]) -> tuple[Floats, Floats, Floats]:
    """Give the same of all fits, where errors of two waves have nothing to do with each other.

    What is known of a level before a wave, and its variance, is all that the waves before it say: a
    Kalman filter, and backwards what the waves from each on say of a jump there (De Jong, Penzer).
    """
    wander, passing = (
        np.array([getattr(fit, name) for fit in fits])[:, None] ** 2
        for name in ("wander", "passing")
    )
    value, own = _around_mean(series), np.diagonal(series.error, axis1=1, axis2=2)
    level = np.zeros((len(fits), len(value)))
    unsure = np.full_like(level, _UNKNOWN_LEVEL)
    plain = np.zeros_like(level)
    said = []
    for wave in range(value.shape[1]):
        error = own[:, wave] + passing
        spread = unsure + error
        new, kept = (value[:, wave] - level) / spread, error / spread
        plain -= 0.5 * (np.log(spread) + new**2 * spread)
        level += unsure * new
        unsure = unsure * kept + wander
        said.append((new, kept, spread))
    push = [np.zeros_like(plain)]
    weight = [np.zeros_like(plain)]
    for new, kept, spread in said[:0:-1]:
        push.append(new + kept * push[-1])
        weight.append(1.0 / spread + kept**2 * weight[-1])
    return plain, np.stack(push[:0:-1], axis=-1), np.stack(weight[:0:-1], axis=-1)


def _gain(push: Floats, weight: Floats, prior: Prior) -> Floats:
    """Say what each jump adds to the log likelihood (..., steps, sizes)."""
    square = np.array(prior.jump, dtype=np.float64) ** 2
    by_size = square.reshape(-1, *[1] * push.ndim)  # of few sizes the last axis would be too short
    spread = 1.0 + by_size * weight
    gain = -0.5 * (np.log(spread) - by_size * push**2 / spread)
    return np.asarray(np.moveaxis(gain, 0, -1), np.float64)


def _changes(
    series: Series, fit: _Fit, prior: Prior, pairs: Sequence[tuple[int, int]]
) -> tuple[list[tuple[Floats, Floats]], list[tuple[Floats, Floats]]]:
    """Say what changes are, given the figures and a fit: lasting, and said, for each pair of waves.

    Each is a pair of means and variances, both of shape (n, 1 + steps * sizes): without a jump,
    and with each.
    """
    known = _conditioned(series, fit)
    left = 1.0 / (1.0 / np.array(prior.jump, dtype=np.float64) ** 2 + known.weight[:, :, None])
    lifted = left * known.push[:, :, None]
    day = _of_a_day(series, fit.correlation)
    lasting: list[tuple[Floats, Floats]] = []
    said: list[tuple[Floats, Floats]] = []
    for earlier, later in pairs:
        contrast = np.zeros(len(known.walk))
        contrast[later], contrast[earlier] = 1.0, -1.0
        beneath = np.broadcast_to(known.walk @ contrast, known.value.shape)
        for along, of in ((beneath, lasting), (beneath + day @ contrast, said)):
            held = np.einsum("sij,sj->si", known.precision, along)
            mean = (held * known.value).sum(axis=1)
            variance = np.maximum(along @ contrast - (held * along).sum(axis=1), 0.0)
            reach = _following(contrast, axis=0)[None, 1:] - _following(held, axis=1)[:, 1:]
            moved = mean[:, None, None] + lifted * reach[:, :, None]
            unsure = variance[:, None, None] + left * reach[:, :, None] ** 2
            of.append((_beside(mean, moved), _beside(variance, unsure)))
    return lasting, said


def _of_a_day(series: Series, correlation: float) -> Floats:
    day = correlation * series.whole
    diagonal = np.arange(day.shape[1])
    day[:, diagonal, diagonal] = series.whole[:, diagonal, diagonal]
    return day


def _twice_what_follows(waves: int) -> Floats:
    # of a symmetric matrix, what a wave adds to the sum over all waves from it on
    return np.triu(np.full((waves, waves), 2.0), 1) + np.eye(waves)


def _following(values: Floats, axis: int) -> Floats:
    return np.asarray(np.flip(np.cumsum(np.flip(values, axis), axis), axis), dtype=np.float64)


def _beside(plain: Floats, jumping: Floats) -> Floats:
    return np.concatenate([plain[:, None], jumping.reshape(len(plain), -1)], axis=1)
