"""What the figures of all places say for each way that courses may have gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.courses.priors import ALONE, MOVED, TOGETHER
from analytics.courses.series import NO_FIGURE

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.courses.priors import Prior
    from analytics.courses.series import Series
    from analytics.courses.shapes import Shapes

_NEGLIGIBLE: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Kin:
    """Which series are looked at together, and how much each counts.

    ``place`` (n,) of each series, ``starts`` (places,) where places begin, ``counted`` (places,)
    what each measure of a place counts.
    """

    place: Integers
    starts: Integers
    counted: Floats
    together: bool

    def chances(self, prior: Prior) -> tuple[Floats, Floats]:
        """Give the chances of a move of one measure alone, and of an event of a place."""
        event = np.array(prior.event, dtype=np.float64)
        return (event * ALONE, event) if self.together else (event, np.zeros_like(event))

    def joint(self, inner: Floats) -> Floats:
        """Add up over the measures of each place: (n_shapes, places)."""
        return np.asarray(self.counted * np.add.reduceat(inner, self.starts, axis=-1))


def kin_of(series: Series, *, together: bool) -> Kin:
    """Find which series belong to a place, and what each counts."""
    places = int(series.place[-1]) + 1
    starts = np.searchsorted(series.place, np.arange(places))
    counted = _counted_as(series, starts) if together else np.full(places, TOGETHER)
    return Kin(series.place, starts, counted, together)


def gain_of(push: Floats, weight: Floats, prior: Prior) -> Floats:
    """Say what each shape of each size adds to the log likelihood (sizes, n_shapes, n)."""
    square = np.array(prior.jump, dtype=np.float64)[:, None, None] ** 2
    spread = 1.0 + square * weight
    return np.asarray(-0.5 * (np.log(spread) - square * push**2 / spread), np.float64)


def _inner(own: Floats) -> Floats:
    """Weigh an event: this measure is moved, or it is one of those left alone."""
    return np.asarray(np.logaddexp(np.log1p(-MOVED), np.log(MOVED) + own), dtype=np.float64)


def score_of(plain: Floats, gain: Floats, shapes: Shapes, kin: Kin, prior: Prior) -> Floats:
    """Say how well one fit explains all series, for each chance of an event: (events,)."""
    alone, shared = kin.chances(prior)
    rows, share = kin.counted[kin.place], shapes.log_share[:, None]
    by_shape = _log_sum(gain) - np.log(len(gain))
    own, joint = _log_sum(by_shape + share), _log_sum(kin.joint(_inner(by_shape)) + share)
    score = np.zeros(len(alone))
    with np.errstate(divide="ignore"):
        for number, (one, all_of) in enumerate(zip(np.log(alone), np.log(shared), strict=True)):
            by_series = rows * np.logaddexp(0.0, one + own)
            # what happened to a place explains its measures, or what happened to each alone does
            by_place = np.logaddexp(np.add.reduceat(by_series, kin.starts), all_of + joint)
            score[number] = by_place.sum()
    places, steps = len(kin.counted), shapes.steps
    unmoved = steps * np.log1p(-np.array(prior.event))
    unmoved *= places if kin.together else rows.sum()
    return np.asarray(score + plain @ rows + unmoved, dtype=np.float64)


def fits_that_weigh(over: Floats) -> Integers:
    """Pick out the fits that are not next to impossible, given their weights (fits, events)."""
    return np.flatnonzero((over > _NEGLIGIBLE).any(axis=1))


def weigh_components(gain: Floats, shapes: Shapes, kin: Kin, over: Floats, prior: Prior) -> Floats:
    """Weigh the components of each series given a fit, (n, 1 + sizes * n_shapes).

    Nothing happened, and each shape of each size; ``over`` (events,) is what the fit weighs with
    each chance of an event.
    """
    alone, shared = kin.chances(prior)
    sizes = len(gain)
    share = np.exp(shapes.log_share)[:, None]
    own = _log_sum(gain) - np.log(sizes)
    inner = _inner(own)
    chosen = np.exp(np.log(MOVED) + own - inner)
    at_place = kin.joint(inner)[:, kin.place] if kin.together else np.zeros_like(own)
    # odds beside the largest of each series: they would overflow otherwise
    largest = np.maximum(np.maximum(gain.max(axis=(0, 1)), at_place.max(axis=0)), 0.0)
    ratio = share * np.exp(gain - largest) / sizes
    within = np.exp(gain - own) / sizes
    placed = share * np.exp(at_place - largest)
    nothing, events = np.zeros(gain.shape[2]), np.zeros_like(gain)
    for number in np.flatnonzero(over > _NEGLIGIBLE):
        lifted = shared[number] * placed
        event = alone[number] * ratio + (lifted * chosen) * within
        none = np.exp(-largest) + (lifted * (1.0 - chosen)).sum(axis=0)
        total = none + event.sum(axis=(0, 1))
        nothing += over[number] * none / total
        events += over[number] * event / total
    return np.concatenate([nothing[:, None], events.reshape(-1, len(nothing)).T], axis=1)


def _log_sum(values: Floats) -> Floats:
    """Add up the first axis of what is given in logarithms; all of it is finite."""
    largest = values.max(axis=0)
    beside = np.exp(values - largest).sum(axis=0)
    return np.asarray(largest + np.log(beside), dtype=np.float64)


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
