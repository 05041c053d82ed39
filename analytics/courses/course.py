r"""The course of a place: it wanders a little, and now and then something happens.

For each place and measure the waves give figures with known errors. Between two waves the level
takes a step that is normal with deviation :math:`\tau`, the same for all places of a level, and,
seldom, one jump. What happens to a place moves several of its measures, so that they are looked at
together; measures err together, since the same people answer them, and that is allowed for.
Everything that is not known beforehand (:math:`\tau`, how often something happens, how much a
person's two answers go together) is weighed by how well it explains the waves of all places and
measures: a place's change is drawn towards what changes are like in this agency.

Efron, B. (2010). Large-Scale Inference. Cambridge. Morris, C. N. (1983). Parametric empirical Bayes
inference. JASA 78, 47-55. Stephens, M. (2017). False discovery rates: a new deal. Biostatistics 18,
275-294. Rao, J. N. K., Yu, M. (1994). Small-area estimation by combining time-series and
cross-sectional data. Canadian Journal of Statistics 22, 511-528.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import logsumexp

from analytics.courses.mixtures import Mixtures
from analytics.courses.priors import ALONE, CORRELATIONS, MOVED, TOGETHER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats, Integers
    from analytics.courses.priors import Prior

# Variance of a level that nothing is known of before, around the mean of its figures, and of a wave
# without a figure, in points squared: far beyond any scale of 0-100.
_UNKNOWN_LEVEL: Final = 1e4
NO_FIGURE: Final = 1e7
_NEGLIGIBLE: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Figures of places over waves, rows sorted by place.

    Attributes
    ----------
    value : ndarray of float, shape (n_series, n_waves)
        In points; anything where there is no figure.
    error : ndarray of float, shape (n_series, n_waves, n_waves)
        Covariance of their errors if a person's two answers had nothing to do with each other;
        `NO_FIGURE` on the diagonal where there is no figure.
    shared : ndarray of float, shape (n_series, n_waves, n_waves)
        What a correlation of one between a person's two answers would add to it.
    whole : ndarray of float, shape (n_series, n_waves, n_waves)
        What the figures of everybody in the place vary by themselves from one day to another, with
        the covariance that a correlation of one would make; 0 where nobody knows how many they are.
    place : ndarray of int64, shape (n_series,)
        0, 0, 1, 1, 1, ...: series of one place are looked at together.
    """

    value: Floats
    error: Floats
    shared: Floats
    whole: Floats
    place: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Courses:
    """What is known of the changes asked for, and how much a person's answers go together.

    One mixture for each pair of waves: ``lasting`` of the level that a place stands at, ``said`` of
    what all its people would have answered on the two days, as answers vary from day to day.
    ``correlation`` has the weights of `CORRELATIONS`.
    """

    lasting: tuple[Mixtures, ...]
    said: tuple[Mixtures, ...]
    correlation: Floats

    def moved_by(self, other: Courses, rows: Integers) -> Courses:
        """Add what is known of the places that these are inside, row by row."""
        lasting, said = (
            tuple(one.moved_by(outer, rows) for one, outer in zip(mine, theirs, strict=True))
            for mine, theirs in ((self.lasting, other.lasting), (self.said, other.said))
        )
        return Courses(lasting, said, self.correlation)


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """Log likelihoods without (n,) and with each jump (n, steps, sizes), given how places wander.

    ``lasting`` and ``said`` are (mean, variance) pairs of shape (n, 1 + steps * sizes).
    """

    plain: Floats
    jumping: Floats
    lasting: tuple[tuple[Floats, Floats], ...]
    said: tuple[tuple[Floats, Floats], ...]


def courses(
    series: Series,
    prior: Prior,
    pairs: Sequence[tuple[int, int]],
    correlation: Floats,
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
    correlation : ndarray of float, shape (n_correlations,)
        What each of `CORRELATIONS` is worth beforehand.
    together : bool
        Whether what happens to a place may move several of its measures.
    """
    fits = [
        _fit(series, correlation_, wander, prior.jump, pairs)
        for correlation_ in CORRELATIONS
        for wander in prior.wander
    ]
    with np.errstate(divide="ignore"):  # the waves of units may have ruled a correlation out
        beforehand = np.log(np.outer(correlation / correlation.sum(), _shares(prior))).ravel()
    plain = np.array([one.plain for one in fits])
    # of a jump of any of the sizes, beside none
    gain = np.array([one.jumping - one.plain[:, None, None] for one in fits])
    weights, over = _weigh(series, plain, gain, beforehand, prior, together=together)
    count = len(series.value)
    flat = np.concatenate([weights[0].T, np.moveaxis(weights[1], 0, 1).reshape(count, -1)], axis=1)
    lasting, said = (
        tuple(_mixed(flat, [one[number] for one in of]) for number in range(len(pairs)))
        for of in ([fit.lasting for fit in fits], [fit.said for fit in fits])
    )
    return Courses(lasting, said, over.reshape(len(CORRELATIONS), -1).sum(axis=1))


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
    weight = np.array(prior.wander_weight, dtype=np.float64)
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def _fit(
    series: Series,
    correlation: float,
    wander: float,
    jump: Sequence[float],
    pairs: Sequence[tuple[int, int]],
) -> _Fitted:
    """Condition on the figures under one correlation and wander, without and with each jump."""
    waves = series.value.shape[1]
    steps = np.minimum.outer(np.arange(waves), np.arange(waves)).astype(np.float64)
    walk = wander**2 * steps
    covariance = series.error + correlation * series.shared + walk + _UNKNOWN_LEVEL
    precision = np.linalg.inv(covariance)
    _, size = np.linalg.slogdet(covariance)
    # around their mean, so that it is all the same where on the scale they lie
    value = series.value - series.value.mean(axis=1, keepdims=True)
    pull = np.einsum("sij,sj->si", precision, value)
    plain = -0.5 * (size + (value * pull).sum(axis=1))
    # a jump at a wave lifts it and all that follow: sums over what follows are all that is needed
    push = _following(pull, axis=1)[:, 1:]
    both = _following(_following(precision, axis=1), axis=2)
    weight = np.diagonal(both, axis1=1, axis2=2)[:, 1:]
    square = np.array(jump, dtype=np.float64)[None, None, :] ** 2
    spread = 1.0 + square * weight[:, :, None]
    jumping = plain[:, None, None] - 0.5 * (
        np.log(spread) - square * push[:, :, None] ** 2 / spread
    )
    left = 1.0 / (1.0 / square + weight[:, :, None])
    lifted = left * push[:, :, None]
    day = correlation * series.whole
    diagonal = np.arange(waves)
    day[:, diagonal, diagonal] = series.whole[:, diagonal, diagonal]
    lasting: list[tuple[Floats, Floats]] = []
    said: list[tuple[Floats, Floats]] = []
    for earlier, later in pairs:
        contrast = np.zeros(waves)
        contrast[later], contrast[earlier] = 1.0, -1.0
        beneath = np.broadcast_to(walk @ contrast, series.value.shape)
        for along, of in ((beneath, lasting), (beneath + day @ contrast, said)):
            held = np.einsum("sij,sj->si", precision, along)
            mean = (held * value).sum(axis=1)
            variance = np.maximum(along @ contrast - (held * along).sum(axis=1), 0.0)
            reach = _following(contrast, axis=0)[None, 1:] - _following(held, axis=1)[:, 1:]
            moved = mean[:, None, None] + lifted * reach[:, :, None]
            unsure = variance[:, None, None] + left * reach[:, :, None] ** 2
            of.append((_beside(mean, moved), _beside(variance, unsure)))
    return _Fitted(plain, jumping, tuple(lasting), tuple(said))


def _following(values: Floats, axis: int) -> Floats:
    return np.asarray(np.flip(np.cumsum(np.flip(values, axis), axis), axis), dtype=np.float64)


def _beside(plain: Floats, jumping: Floats) -> Floats:
    return np.concatenate([plain[:, None], jumping.reshape(len(plain), -1)], axis=1)


def _weigh(
    series: Series, plain: Floats, gain: Floats, beforehand: Floats, prior: Prior, *, together: bool
) -> tuple[tuple[Floats, Floats], Floats]:
    """Weigh the components of each series, and the fits over all series.

    Shapes: ``plain`` (fits, n), ``gain`` (fits, n, steps, sizes); returned ``(fits, n)``, the same
    as ``gain``, and (fits,).
    """
    fits, count, steps, sizes = gain.shape
    places = int(series.place[-1]) + 1
    event = np.array(prior.event, dtype=np.float64)
    alone = event * ALONE if together else event
    shared = event if together else np.zeros_like(event)
    starts = np.searchsorted(series.place, np.arange(places))
    counted = _counted_as(series, starts) if together else np.full(places, TOGETHER)
    own = logsumexp(gain, axis=3) - np.log(sizes)
    # of an event: this measure is moved, or it is one of those left alone
    inner = np.logaddexp(np.log1p(-MOVED), np.log(MOVED) + own)
    joint = counted[None, :, None] * np.add.reduceat(inner, starts, axis=1)
    chosen = np.exp(np.log(MOVED) + own - inner)
    at_place = joint[:, series.place] if together else np.zeros_like(own)
    rows = counted[series.place]
    score = np.zeros((fits, len(event)))
    with np.errstate(divide="ignore"):
        for number, (one, all_of) in enumerate(zip(np.log(alone), np.log(shared), strict=True)):
            by_place = np.logaddexp(0.0, all_of + logsumexp(joint, axis=2)).sum(axis=1)
            by_series = np.logaddexp(0.0, one + logsumexp(own, axis=2))
            score[:, number] = by_place + (rows * by_series).sum(axis=1)
    unmoved = steps * np.log1p(-event) * (places if together else count * TOGETHER)
    score += (TOGETHER * plain).sum(axis=1)[:, None] + unmoved[None, :] + beforehand[:, None]
    over = np.exp(score - logsumexp(score))
    nothing, jumps = np.zeros_like(plain), np.zeros_like(gain)
    # odds beside the largest of each series: they would overflow otherwise
    largest = np.maximum(np.maximum(gain.max(axis=(2, 3)), at_place.max(axis=2)), 0.0)
    ratio = np.exp(gain - largest[..., None, None]) / sizes
    within = np.exp(gain - own[..., None]) / sizes
    for fit, number in zip(*np.nonzero(over > _NEGLIGIBLE), strict=True):
        lifted = shared[number] * np.exp(at_place[fit] - largest[fit, :, None])
        jump = alone[number] * ratio[fit]
        jump += (lifted * chosen[fit])[..., None] * within[fit]
        none = np.exp(-largest[fit]) + (lifted * (1.0 - chosen[fit])).sum(axis=1)
        total = none + jump.sum(axis=(1, 2))
        nothing[fit] += over[fit, number] * none / total
        jumps[fit] += over[fit, number] * jump / total[:, None, None]
    return (nothing, jumps), over


def _counted_as(series: Series, starts: Integers) -> Floats:
    """Say how much each measure of a place counts, since its measures err and move together.

    One over the design effect of as many measures, 1 + (m - 1) r, with the correlation r of their
    steps from wave to wave over all places.
    """
    step = np.diff(series.value, axis=1)
    own = np.diagonal(series.error, axis1=1, axis2=2)
    known = (own[:, 1:] < NO_FIGURE) & (own[:, :-1] < NO_FIGURE)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where(known, step / np.sqrt(own[:, 1:] + own[:, :-1]), 0.0)
    total = np.add.reduceat(score, starts, axis=0)
    squares = np.add.reduceat(score**2, starts, axis=0)
    here = np.add.reduceat(known.astype(np.float64), starts, axis=0)
    apart = ((here - 1.0).clip(0.0) * squares).sum()
    together = float((total**2 - squares).sum() / apart) if apart > 0 else 1.0
    measures = np.diff([*starts, len(series.value)]).astype(np.float64)
    return np.asarray(1.0 / (1.0 + (measures - 1.0) * np.clip(together, 0.0, 1.0)), np.float64)
