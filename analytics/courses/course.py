r"""The course of a place: it wanders a little, and now and then something happens.

For each place and measure the waves give figures with known errors. Between two waves the level
takes a step that is normal with deviation :math:`\tau`, the same for all places of a level, and,
seldom, something happens that lifts or lowers it, and stays or goes back after some waves
(docs/adr/0235). In each wave a place has something of that wave alone besides, of deviation
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
from scipy.special import logsumexp

from analytics.courses.evidence import (
    fits_that_weigh,
    gain_of,
    kin_of,
    score_of,
    weigh_components,
)
from analytics.courses.mixtures import Mixtures
from analytics.courses.series import Correlations
from analytics.courses.shapes import shapes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analytics.arrays import Floats, Integers
    from analytics.courses.evidence import Kin
    from analytics.courses.priors import Prior
    from analytics.courses.series import Series
    from analytics.courses.shapes import Shapes

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

    ``walk`` (waves, waves) is the covariance of levels, ``precision`` (n, waves, waves) the inverse
    of that of figures, ``value`` (n, waves) the figures around their mean. ``push`` and ``weight``
    (n_shapes, n) are what speaks for each shape, and how much.
    """

    walk: Floats
    precision: Floats
    value: Floats
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
    shapes = shapes_of(series.value.shape[1], prior)
    kin = kin_of(series, together=together)
    over = _weighed(series, fits, shapes, kin, _beforehand(possible, prior), prior)
    changes, weights = [], []
    # most fits weigh nothing, and changes take most of the room
    for number in fits_that_weigh(over):
        known = _conditioned(series, fits[number], shapes)
        gain = gain_of(known.push, known.weight, prior)
        weights.append(weigh_components(gain, shapes, kin, over[number], prior))
        changes.append(_changes(series, fits[number], known, shapes, prior, pairs))
    flat = np.concatenate(weights, axis=1)
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
    shapes = shapes_of(series.value.shape[1], prior)
    kin = kin_of(series, together=together)
    fits, beforehand = _fits(prior, correlation), _beforehand(correlation, prior)
    over = _weighed(series, fits, shapes, kin, beforehand, prior)
    return correlation.weighed(over)


def _fits(prior: Prior, correlation: Correlations) -> list[_Fit]:
    return [
        _Fit(one, wander, passing)
        for one in correlation.values
        for wander in prior.wander
        for passing in prior.passing
    ]


def _weighed(
    series: Series,
    fits: Sequence[_Fit],
    shapes: Shapes,
    kin: Kin,
    beforehand: Floats,
    prior: Prior,
) -> Floats:
    """Weigh the fits and how often something happens, over all series: (fits, events)."""
    score = np.empty((len(fits), len(prior.event)))
    for number, fit in enumerate(fits):
        plain, push, weight = _evidence(series, fit, shapes)
        gain = gain_of(push, weight, prior)
        score[number] = score_of(plain, gain, shapes, kin, prior) + beforehand[number]
    return np.asarray(np.exp(score - logsumexp(score)), dtype=np.float64)


def _beforehand(correlation: Correlations, prior: Prior) -> Floats:
    with np.errstate(divide="ignore"):  # the waves of units may have ruled a correlation out
        return np.log(np.outer(correlation.weights, _shares(prior))).ravel()


def _mixed(weight: Floats, fits: Sequence[tuple[Floats, Floats]]) -> Mixtures:
    """Put the components of all fits side by side, as weights are."""
    mean, variance = (np.concatenate([fit[what] for fit in fits], axis=1) for what in (0, 1))
    return Mixtures.of(weight, mean, variance)


def _shares(prior: Prior) -> Floats:
    weight = np.outer(prior.wander_weight, prior.passing_weight).ravel()
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def _conditioned(series: Series, fit: _Fit, shapes: Shapes) -> _Conditioned:
    walk = fit.walk(series.value.shape[1])
    covariance = series.error + fit.correlation * series.shared + walk + _UNKNOWN_LEVEL
    precision = np.linalg.inv(covariance)
    value = _around_mean(series)
    push = _following(np.einsum("sij,sj->is", precision, value), axis=0)
    both = _following(_following(np.moveaxis(precision, 0, -1), axis=0), axis=1)
    told = shapes.along(push[1:]), shapes.squared(both[1:, 1:])
    return _Conditioned(walk, precision, value, *told)


def _around_mean(series: Series) -> Floats:
    # so that it is all the same where on the scale they lie
    return np.asarray(series.value - series.value.mean(axis=1, keepdims=True), dtype=np.float64)


def _evidence(series: Series, fit: _Fit, shapes: Shapes) -> tuple[Floats, Floats, Floats]:
    """Give log likelihoods if nothing happened (n,), and what speaks for shapes (n_shapes, n).

    ``push`` and ``weight`` are those of `_Conditioned`. With C = L D L' the covariance, b the
    figures and e, f the waves from two steps on, all led through the inverse of L, they are sums of
    b'e / D and e'f / D. Many series are led through it at once, one wave after the other.
    """
    count, waves = series.value.shape
    value = _around_mean(series)
    led_through = _wave_by_wave if series.independent else _all_at_once
    plain = np.zeros(count)
    push, weight = np.empty((2, len(shapes.first), count))
    for first in range(0, count, _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        # figures, and beside them the waves from each step on
        sides = np.empty((waves, waves, len(value[some])))
        sides[:, 0] = value[some].T
        sides[:, 1:] = np.tri(waves)[:, 1:, None]
        along = np.zeros(sides.shape[1:])
        both = np.zeros((waves - 1, *along.shape))[:, 1:]
        for wave, (pivot, led) in enumerate(led_through(series, fit, some, sides)):
            part = led / pivot
            plain[some] -= 0.5 * (np.log(pivot) + led[0] * part[0])
            begun = led[1 : wave + 1]  # the others say nothing yet
            along[1 : wave + 1] += begun * part[0]
            both[:wave, :wave] += begun[:, None] * part[None, 1 : wave + 1]
        push[:, some] = shapes.along(along[1:])
        weight[:, some] = shapes.squared(both)
    return plain, push, weight


def _all_at_once(
    series: Series, fit: _Fit, some: slice, sides: Floats
) -> Iterator[tuple[Floats, Floats]]:
    """Eliminate wave by wave: D (n,) and what is left of the sides (sides, n); written over."""
    error = series.error[some] + fit.correlation * series.shared[some]
    error += fit.walk(len(sides)) + _UNKNOWN_LEVEL
    left = np.ascontiguousarray(np.moveaxis(error, 0, -1))
    for wave, (row, led) in enumerate(zip(left, sides, strict=True)):
        pivot, later = row[wave], slice(wave + 1, None)
        yield pivot, led
        taken = left[later, wave, None] / pivot
        sides[later] -= taken * led
        left[later, later] -= taken * row[later]


def _wave_by_wave(
    series: Series, fit: _Fit, some: slice, sides: Floats
) -> Iterator[tuple[Floats, Floats]]:
    """Give the same where errors of two waves have nothing to do with each other.

    What is known of a level before a wave, and its variance, is all that the waves before it say: a
    Kalman filter (De Jong, Penzer).
    """
    own = np.diagonal(series.error[some], axis1=1, axis2=2)
    level = np.zeros(sides.shape[1:])
    unsure = np.full(sides.shape[2], _UNKNOWN_LEVEL)
    for wave, side in enumerate(sides):
        error = own[:, wave] + fit.passing**2
        spread = unsure + error
        new = side - level
        yield spread, new
        level += unsure / spread * new
        unsure = unsure * error / spread + fit.wander**2


def _changes(
    series: Series,
    fit: _Fit,
    known: _Conditioned,
    shapes: Shapes,
    prior: Prior,
    pairs: Sequence[tuple[int, int]],
) -> tuple[list[tuple[Floats, Floats]], list[tuple[Floats, Floats]]]:
    """Say what changes are, given the figures and a fit: lasting, and said, for each pair of waves.

    Each is a pair of means and variances, both of shape (n, 1 + sizes * n_shapes): if nothing
    happened, and with each shape.
    """
    square = np.array(prior.jump, dtype=np.float64)[:, None, None] ** 2
    left = 1.0 / (1.0 / square + known.weight)
    lifted = left * known.push
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
            reach = shapes.along(_following(contrast[:, None] - held.T, axis=0)[1:])
            moved = mean + lifted * reach
            unsure = variance + left * reach**2
            of.append((_beside(mean, moved), _beside(variance, unsure)))
    return lasting, said


def _of_a_day(series: Series, correlation: float) -> Floats:
    day = correlation * series.whole
    diagonal = np.arange(day.shape[1])
    day[:, diagonal, diagonal] = series.whole[:, diagonal, diagonal]
    return day


def _following(values: Floats, axis: int) -> Floats:
    return np.asarray(np.flip(np.cumsum(np.flip(values, axis), axis), axis), dtype=np.float64)


def _beside(plain: Floats, shaped: Floats) -> Floats:
    return np.concatenate([plain[:, None], shaped.reshape(-1, len(plain)).T], axis=1)
