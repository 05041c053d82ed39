"""What the figures of all places say for each way that courses may have gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import logsumexp

from analytics.courses.priors import ALONE, MOVED, TOGETHER
from analytics.courses.series import NO_FIGURE

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.courses.priors import Prior
    from analytics.courses.series import Series

_NEGLIGIBLE: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Odds:
    """What speaks for jumps beside none, in logarithms.

    ``own`` (fits, n, steps) of a jump of this measure of any size; ``joint`` (fits, places, steps)
    of something that happened to a place; ``chosen``, as ``own``, the chance that it then moved
    this measure; ``counted`` (places,) what each measure of a place counts; ``starts`` where places
    begin.
    """

    own: Floats
    joint: Floats
    chosen: Floats
    counted: Floats
    starts: Integers


def odds_of(series: Series, gain: Floats, *, together: bool) -> Odds:
    """Weigh each jump of each series beside none; ``gain`` is (fits, n, steps, sizes)."""
    places = int(series.place[-1]) + 1
    starts = np.searchsorted(series.place, np.arange(places))
    counted = _counted_as(series, starts) if together else np.full(places, TOGETHER)
    own = _log_sum(gain) - np.log(gain.shape[3])
    # of an event: this measure is moved, or it is one of those left alone
    inner = np.logaddexp(np.log1p(-MOVED), np.log(MOVED) + own)
    joint = counted[None, :, None] * np.add.reduceat(inner, starts, axis=1)
    return Odds(own, joint, np.exp(np.log(MOVED) + own - inner), counted, starts)


def _chances(prior: Prior, *, together: bool) -> tuple[Floats, Floats]:
    """Give the chances of a jump of one measure alone, and of something that happens to a place."""
    event = np.array(prior.event, dtype=np.float64)
    return (event * ALONE, event) if together else (event, np.zeros_like(event))


def weigh_fits(
    series: Series, plain: Floats, odds: Odds, beforehand: Floats, prior: Prior, *, together: bool
) -> Floats:
    """Weigh the fits and how often something happens, over all series: (fits, events)."""
    alone, shared = _chances(prior, together=together)
    rows = odds.counted[series.place]
    score = np.zeros((len(plain), len(alone)))
    own, joint = _log_sum(odds.own), _log_sum(odds.joint)
    with np.errstate(divide="ignore"):
        for number, (one, all_of) in enumerate(zip(np.log(alone), np.log(shared), strict=True)):
            by_series = rows * np.logaddexp(0.0, one + own)
            # what happened to a place explains its measures, or what happened to each alone does
            by_place = np.logaddexp(
                np.add.reduceat(by_series, odds.starts, axis=1),
                all_of + joint,
            )
            score[:, number] = by_place.sum(axis=1)
    places, steps = len(odds.counted), odds.own.shape[2]
    unmoved = steps * np.log1p(-np.array(prior.event))
    unmoved *= places if together else rows.sum()
    score += (plain @ rows)[:, None] + unmoved[None, :] + beforehand[:, None]
    return np.asarray(np.exp(score - logsumexp(score)), dtype=np.float64)


def fits_that_weigh(over: Floats) -> Integers:
    """Pick out the fits that are not next to impossible, given their weights (fits, events)."""
    return np.flatnonzero((over > _NEGLIGIBLE).any(axis=1))


def weigh_components(
    series: Series, gain: Floats, odds: Odds, over: Floats, prior: Prior, *, together: bool
) -> tuple[Floats, Floats]:
    """Weigh the components of each series, of `fits_that_weigh` alone.

    No jump (fits, n), and each jump (fits, n, steps, sizes).
    """
    alone, shared = _chances(prior, together=together)
    held = fits_that_weigh(over)
    gain, own, chosen, over = gain[held], odds.own[held], odds.chosen[held], over[held]
    sizes = gain.shape[3]
    at_place = odds.joint[held][:, series.place] if together else np.zeros_like(own)
    nothing, jumps = np.zeros(gain.shape[:2]), np.zeros_like(gain)
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
    return nothing, jumps


def _log_sum(values: Floats) -> Floats:
    """Add up the last axis of what is given in logarithms; all of it is finite."""
    largest = values.max(axis=-1)
    beside = np.exp(values - largest[..., None]).sum(axis=-1)
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
