"""Whether people changed their minds, or the people changed: a change taken apart.

With S the mean of those who are in both waves, the change of a mean M is exactly

    M2 - M1 = (S2 - S1) + (M2 - S2) - (M1 - S1)

what those who stayed have moved, plus what those who joined make of the later mean, less what those
who left made of the earlier. Who stayed may be known from the register or from the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.comparison.covariance import covariance
from analytics.comparison.difference import difference_errors, differences
from analytics.errors import DesignError
from analytics.estimation.calibration import calibration_residual
from analytics.estimation.domains import Partition, degrees_of_freedom
from analytics.estimation.means import compose, domain_means
from analytics.estimation.variance import domain_variance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Floats
    from analytics.comparison.difference import Differences
    from analytics.comparison.overlap import Link
    from analytics.estimation.means import DomainMeans
    from analytics.estimation.variance import Design


@dataclass(frozen=True, slots=True)
class Side:
    """One of two waves.

    Parameters
    ----------
    design : Design
        Of the wave.
    values : ndarray of float, shape (n_respondents, n_columns)
        Scores; NaN is missing.
    stayed : ndarray of bool, shape (n_respondents,)
        Who belongs to the domain in the other wave too.
    inside : ndarray of bool, shape (n_respondents,)
        Who belongs to the domain.
    columns : tuple of str, optional
        Names of the columns of ``values``, needed with ``figures``.
    figures : tuple of mapping of column to weight, optional
        What is taken apart, composed of the columns' means; without it, each column's mean.

    Raises
    ------
    DesignError
        If these do not have one row per respondent.
    """

    design: Design
    values: Floats
    stayed: Booleans
    inside: Booleans
    columns: tuple[str, ...] = ()
    figures: tuple[Mapping[str, float], ...] = ()

    def __post_init__(self) -> None:
        rows = len(self.design.weight)
        if {len(self.values), len(self.stayed), len(self.inside)} != {rows}:
            raise DesignError("values, stayed and inside need one row per respondent")


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A change and its three parts; each holds arrays of shape (n_columns,).

    ``total`` is ``stayers`` + ``joiners`` - ``leavers``. ``joined`` is the weighted share of the
    later wave who were not there before, ``left`` that of the earlier who are not there now.
    """

    total: Differences
    stayers: Differences
    joiners: Differences
    leavers: Differences
    joined: Floats
    left: Floats


@dataclass(frozen=True, slots=True)
class _Part:
    """A figure of one wave with its residuals; arrays of shape (n_columns,) and (n_rows, ...)."""

    mean: Floats
    residual: Floats


def decompose(
    then: Side, now: Side, links: tuple[Link, ...] = (), confidence: float = 0.95
) -> Decomposition:
    """Take a change apart into those who stayed, joined and left.

    Parameters
    ----------
    then, now : Side
        The earlier and the later wave.
    links : tuple of Link
        From `link_samples`; without them the waves are taken as independent, which is careful.
    confidence : float
        For instance 0.95.

    Returns
    -------
    Decomposition
        Errors with finite population correction. NaN parts where nobody stayed.

    Notes
    -----
    Each part is a difference of means, linearised on the rows of both waves. Who stayed is taken as
    known. Where the file alone says who stayed, one who did not answer twice counts as having left:
    then the parts are about respondents, not about staff.
    """
    before, after = _parts(then), _parts(now)
    nothing = _none(before["all"]), _none(after["all"])
    pairs = {
        "total": (before["all"], after["all"]),
        "stayers": (before["stayed"], after["stayed"]),
        "joiners": (nothing[0], _less(after["all"], after["stayed"])),
        "leavers": (_turned(_less(before["all"], before["stayed"])), nothing[1]),
    }
    found = {
        name: _difference(then.design, now.design, pair, links, (then, now), confidence)
        for name, pair in pairs.items()
    }
    return Decomposition(**found, joined=_gone(now), left=_gone(then))


def _parts(side: Side) -> dict[str, _Part]:
    residual_of = calibration_residual(side.design)
    found = {}
    for name, mask in (("all", side.inside), ("stayed", side.inside & side.stayed)):
        means = _means(side, mask)
        found[name] = _Part(means.mean[0], residual_of(means.influence, np.flatnonzero(mask)))
    return found


def _means(side: Side, mask: Booleans) -> DomainMeans:
    means = domain_means(side.design, side.values, _partition(mask))
    return compose(means, side.columns, side.figures) if side.figures else means


def _partition(mask: Booleans) -> Partition:
    return Partition("part", ("",), ("",), (None,), np.where(mask, 0, -1).astype(np.int64))


def _less(one: _Part, other: _Part) -> _Part:
    return _Part(one.mean - other.mean, one.residual - other.residual)


def _turned(part: _Part) -> _Part:
    # leavers stand in the earlier wave with a plus: a difference takes the earlier away
    return _Part(-part.mean, -part.residual)


def _none(part: _Part) -> _Part:
    return _Part(np.zeros_like(part.mean), np.zeros_like(part.residual))


def _difference(
    then: Design,
    now: Design,
    pair: tuple[_Part, _Part],
    links: tuple[Link, ...],
    sides: tuple[Side, Side],
    confidence: float,
) -> Differences:
    variance = _variance(then, pair[0].residual), _variance(now, pair[1].residual)
    shared = covariance(links, then, now, pair[0].residual, pair[1].residual)
    limit = np.sqrt(variance[0] * variance[1])
    total = variance[0] + variance[1] - 2 * np.clip(shared, -limit, limit)
    difference = pair[1].mean - pair[0].mean
    spare = [
        np.full(len(difference), degrees_of_freedom(side.design, _partition(side.inside))[0])
        for side in sides
    ]
    _, df = difference_errors(np.sqrt(variance[1]), np.sqrt(variance[0]), spare[1], spare[0])
    se = np.where(np.isnan(difference), np.nan, np.sqrt(np.maximum(total, 0.0)))
    return differences(difference, se, df, confidence)


def _variance(design: Design, residual: Floats) -> Floats:
    """Estimate the variance of residuals that calibration has already been taken from."""
    plain = type(design)(design.weight, design.stages, design.lonely)
    everybody = np.zeros(len(residual), dtype=np.int64)
    return np.asarray(domain_variance(plain, residual, everybody, 1).corrected[0], dtype=np.float64)


def _gone(side: Side) -> Floats:
    scored = _means(side, side.inside).scored & side.inside[:, None]
    weight = side.design.weight[:, None] * scored
    total, apart = weight.sum(axis=0), weight[~side.stayed].sum(axis=0)
    return np.divide(apart, total, out=np.full_like(total, np.nan), where=total > 0)
