"""Whether people changed their minds, or the people changed: a change taken apart.

With S the mean of those who are in both waves, the change of a mean M is exactly

    M2 - M1 = (S2 - S1) + (M2 - S2) - (M1 - S1)

what those who stayed have moved, plus what those who joined make of the later mean, less what those
who left made of the earlier. Who stayed may be known from the register or from the file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.comparison.difference import difference_errors, infer_differences
from analytics.errors import DesignError
from analytics.estimation.calibration import calibration_residual
from analytics.estimation.degrees_of_freedom import (
    count_reach,
    degrees_of_freedom,
    unseen,
    without_spread,
)
from analytics.estimation.domains import Partition
from analytics.estimation.grouping import sum_by
from analytics.estimation.means import compose, domain_means
from analytics.estimation.variance import domain_variance
from analytics.workbench.methods.linked_waves.covariance import covariance
from analytics.workbench.methods.linked_waves.overlap import spare_units

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Floats
    from analytics.comparison.difference import DifferenceEstimates
    from analytics.estimation.degrees_of_freedom import ClusterReach
    from analytics.estimation.design import Design
    from analytics.estimation.means import DomainMeans
    from analytics.workbench.methods.linked_waves.overlap import Link


@dataclass(frozen=True, slots=True)
class LinkedWave:
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

    total: DifferenceEstimates
    stayers: DifferenceEstimates
    joiners: DifferenceEstimates
    leavers: DifferenceEstimates
    joined: Floats
    left: Floats


@dataclass(frozen=True, slots=True)
class _Part:
    """A figure of one wave, shape (n_columns,), and its residuals (n_respondents, n_columns).

    ``groups`` are those that it sets apart, who stayed and who did not; None adds nothing.
    """

    mean: Floats
    residual: Floats
    groups: tuple[int, ...] | None


DUST: Final = 1e-12  # of a variance
_STAYED, _MOVED = 0, 1  # who joined the later wave, or left the earlier


def decompose(
    then: LinkedWave, now: LinkedWave, links: tuple[Link, ...] = (), confidence: float = 0.95
) -> Decomposition:
    """Take a change apart into those who stayed, joined and left.

    Parameters
    ----------
    then, now : LinkedWave
        The earlier and the later wave.
    links : tuple of Link
        From `link_samples`; without them the waves are taken as independent, which is careful.
    confidence : float
        For instance 0.95.

    Returns
    -------
    Decomposition
        Errors with finite population correction. NaN parts where nobody stayed; no error where
        one alone stayed, or is all that joined or left, or where all that were heard moved alike.

    Notes
    -----
    Each part is a difference of means, linearised on the rows of both waves. Who stayed is taken as
    known, so those who stayed, joined and left count as samples of their own size: their spread
    around their own means is taken n / (n - 1) times, and has n - 1 degrees of freedom (clusters
    minus strata), while what sets the groups apart has those of the domain (Satterthwaite). With
    five who stayed that is the paired t test of five. Where the file alone says who stayed, one who
    did not answer twice counts as having left: then the parts are about respondents, not staff.
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
        name: _difference((then, now), pair, links, confidence) for name, pair in pairs.items()
    }
    return Decomposition(**found, joined=_gone(now), left=_gone(then))


def _parts(side: LinkedWave) -> dict[str, _Part]:
    residual_of = calibration_residual(side.design)
    found = {}
    for name, mask, groups in (
        ("all", side.inside, ()),
        ("stayed", side.inside & side.stayed, (_STAYED,)),
    ):
        means = _means(side, mask)
        residual = residual_of(means.influence, np.flatnonzero(mask))
        found[name] = _Part(means.mean[0], residual, groups)
    return found


def _means(side: LinkedWave, mask: Booleans) -> DomainMeans:
    means = domain_means(side.design, side.values, _partition(mask))
    return compose(means, side.columns, side.figures) if side.figures else means


def _partition(mask: Booleans) -> Partition:
    return Partition("part", ("",), ("",), (None,), np.where(mask, 0, -1).astype(np.int64))


def _less(one: _Part, other: _Part) -> _Part:
    return _Part(one.mean - other.mean, one.residual - other.residual, (_STAYED, _MOVED))


def _turned(part: _Part) -> _Part:
    # leavers stand in the earlier wave with a plus: a difference takes the earlier away
    return _Part(-part.mean, -part.residual, part.groups)


def _none(part: _Part) -> _Part:
    return _Part(np.zeros_like(part.mean), np.zeros_like(part.residual), None)


@dataclass(frozen=True, slots=True)
class _Spread:
    """Residuals that a variance can be taken of, and its degrees of freedom, shape (n_columns,).

    ``chance`` is false where nobody is in a group, or all of the domain were heard.
    """

    residual: Floats
    df: Floats
    chance: Booleans


def _difference(
    sides: tuple[LinkedWave, LinkedWave],
    pair: tuple[_Part, _Part],
    links: tuple[Link, ...],
    confidence: float,
) -> DifferenceEstimates:
    spread = [_spread(side, part) for side, part in zip(sides, pair, strict=True)]
    then, now = (side.design for side in sides)
    variance = _variance(then, spread[0].residual), _variance(now, spread[1].residual)
    if pair[0].groups:  # those who stayed: centred on themselves
        links = tuple(replace(link, factor=link.paired) for link in links)
    shared = covariance(links, then, now, spread[0].residual, spread[1].residual)
    limit = np.sqrt(variance[0] * variance[1])
    total = variance[0] + variance[1] - 2 * np.clip(shared, -limit, limit)
    difference = pair[1].mean - pair[0].mean
    _, df = difference_errors(
        np.sqrt(variance[1]), np.sqrt(variance[0]), spread[1].df, spread[0].df
    )
    if links and pair[0].groups == pair[1].groups:  # a part of both waves, with the same people
        df = np.minimum(df, _units(sides, pair, links[0]))
    # All moved alike: too few were asked to see how unlike people move.
    alike = (total <= DUST * (variance[0] + variance[1])) & (spread[0].chance | spread[1].chance)
    unknown = alike | np.isnan(difference) | np.isnan(spread[0].df) | np.isnan(spread[1].df)
    se = np.where(unknown, np.nan, np.sqrt(np.maximum(total, 0.0)))
    return infer_differences(difference, se, df, confidence)


def _spread(side: LinkedWave, part: _Part) -> _Spread:
    """Count each group's spread as that of a sample of its own size (see `decompose`)."""
    design, scored = side.design, _scored(side)
    if part.groups is None:
        return _Spread(part.residual, np.full_like(part.mean, np.inf), part.mean != 0)
    everybody = _partition(side.inside)
    whole = degrees_of_freedom(design, everybody, scored)[0]
    left = unseen(design, everybody) > 0
    if not part.groups:
        n = scored.sum(axis=0)
        return _Spread(part.residual, np.where(n > 1, whole, np.nan), (n > 0) & left)
    groups = _divided(side)
    own = count_reach(design, groups, scored)
    rows = sum_by(groups.code, scored.astype(np.float64), groups.size)
    middle = sum_by(groups.code, part.residual * scored, groups.size) / np.maximum(rows, 1.0)
    apart = np.where(scored, part.residual - middle[groups.code], 0.0)
    apart *= np.sqrt(_own_size(own))[groups.code]
    residual = np.where(scored, middle[groups.code], part.residual) + apart
    within = domain_variance(_plain(design), apart, groups.code, groups.size).corrected
    between = np.maximum(_variance(design, residual) - within.sum(axis=0), 0.0)
    below = np.divide(within**2, own.spare, out=np.zeros_like(within), where=own.spare > 0)
    total = within.sum(axis=0) + between
    unknown = np.where(between > 0, np.inf, 0.0)
    doubt = below.sum(axis=0) + np.divide(between**2, whole, out=unknown, where=whole > 0)
    df = np.divide(total**2, doubt, out=np.full_like(total, np.inf), where=doubt > 0)
    alone = (rows == 1) | ((rows > 0) & without_spread(design, groups, scored))
    own_groups = list(part.groups)
    return _Spread(
        residual,
        np.where(alone[own_groups].any(axis=0), np.nan, df),
        (rows[own_groups] > 0).all(axis=0) & left,
    )


def _own_size(own: ClusterReach) -> Floats:
    """Give what n / (n - 1) of a group is beside that of all sampled where it is found."""
    among = own.sampled * own.spare
    ratio = np.ones_like(among)
    np.divide(own.clusters * (own.sampled - own.strata), among, out=ratio, where=among > 0)
    return ratio


def _divided(side: LinkedWave) -> Partition:
    code = np.where(side.inside, np.where(side.stayed, _STAYED, _MOVED), -1).astype(np.int64)
    return Partition("part", ("stayed", "moved"), ("", ""), (None, None), code)


def _scored(side: LinkedWave) -> Booleans:
    return _means(side, side.inside).scored & side.inside[:, None]


def _units(sides: tuple[LinkedWave, LinkedWave], pair: tuple[_Part, _Part], link: Link) -> Floats:
    """Count who is in either wave, of those that the parts are about, less their strata."""
    then, now = (side.inside & side.stayed if pair[0].groups else side.inside for side in sides)
    return spare_units(
        link,
        (sides[0].design.stages[0], sides[1].design.stages[0]),
        (np.flatnonzero(then), np.flatnonzero(now)),
        (_scored(sides[0]), _scored(sides[1])),
    )


def _plain(design: Design) -> Design:
    """Leave out what calibration has already taken from the residuals."""
    return type(design)(design.weight, design.stages, design.lonely)


def _variance(design: Design, residual: Floats) -> Floats:
    everybody = np.zeros(len(residual), dtype=np.int64)
    found = domain_variance(_plain(design), residual, everybody, 1)
    return np.asarray(found.corrected[0], dtype=np.float64)


def _gone(side: LinkedWave) -> Floats:
    scored = _means(side, side.inside).scored & side.inside[:, None]
    weight = side.design.weight[:, None] * scored
    total, apart = weight.sum(axis=0), weight[~side.stayed].sum(axis=0)
    return np.divide(apart, total, out=np.full_like(total, np.nan), where=total > 0)
