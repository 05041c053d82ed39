"""Series of what publications showed: levels, their errors, and places beside what holds them.

Figures that readers see are all that goes in. So nothing is told that they could not reckon out
themselves, and whoever has the files can check every finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.courses.priors import MOST_ALIKE
from analytics.courses.series import NO_FIGURE, Series
from analytics.estimation.intervals import t_quantile
from analytics.small_areas.sampling_variance import squeezed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans, Floats, Integers

_NORMAL: Final = 1.959963984540054
_PRINTED: Final = 0.1
# Where so few are left to ask, the error after the correction for a finite staff tells nothing of
# how answers vary; that of other places does.
_LEAST_LEFT: Final = 0.05
# A person's variance where all but a few answered in every place, and none tells it: as if answers
# were spread evenly over 0-100, which is more than those of scales and of most items are.
_EVENLY: Final = 100.0**2 / 12
# Figures of a measure at a level from which it is learned how much answers vary.
_FEWEST_PLACES: Final = 10
# Of an error, the part that may be common to all waves at most.
_ROOM: Final = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class PublishedLevel:
    """All measures of all places of a level, rows sorted by place.

    Attributes
    ----------
    keys : DataFrame
        ``measure``, ``level``, ``domain``; one row per series.
    value, free, finite, whole : ndarray of float, shape (n_series, n_waves)
        Means, the variances of their errors without and with the correction for a finite staff, and
        that of what everybody in the place would have answered, in points squared; NaN where
        nothing was shown.
    """

    keys: pd.DataFrame
    value: Floats
    free: Floats
    finite: Floats
    whole: Floats

    def rows(self, measures: pd.Series, domains: pd.Series) -> Integers:
        """Find the rows of measures of domains, -1 where there are none."""
        here = zip(self.keys["measure"].tolist(), self.keys["domain"].tolist(), strict=True)
        row = {key: number for number, key in enumerate(here)}
        wanted = zip(measures.tolist(), domains.tolist(), strict=True)
        return np.array([row.get(key, -1) for key in wanted], dtype=np.int64)


def read_levels(shown: pd.DataFrame, waves: Sequence[str]) -> dict[str, PublishedLevel]:
    """Lay out what was shown, level by level.

    Parameters
    ----------
    shown : DataFrame
        ``wave``, ``measure``, ``level``, ``domain``, ``mean``, ``low``, ``high``, ``n`` and
        ``population`` of published means, in points; ``n`` or ``population`` missing where nobody
        counted. Rows without an interval are left out.
    waves : sequence of str
        Keys, oldest first.
    """
    known = shown[shown["low"].notna() & shown["high"].notna() & shown["wave"].isin(waves)]
    frame = known.assign(**_variances(known))
    position = {key: number for number, key in enumerate(waves)}
    return {
        str(level): _laid_out(rows, str(level), position)
        for level, rows in frame.groupby("level", sort=True)
    }


def _laid_out(rows: pd.DataFrame, level: str, position: dict[str, int]) -> PublishedLevel:
    domain, domains = pd.factorize(rows["domain"], sort=True)
    measure, measures = pd.factorize(rows["measure"], sort=True)
    series, row = np.unique(domain * len(measures) + measure, return_inverse=True)
    wave = rows["wave"].map(position).to_numpy(dtype=np.int64)
    arrays = []
    for name in ("mean", "free", "finite", "whole"):
        laid = np.full((len(series), len(position)), np.nan)
        laid[row, wave] = rows[name].to_numpy(dtype=np.float64)
        arrays.append(laid)
    place, of = np.divmod(series, len(measures))
    keys = pd.DataFrame({"measure": measures[of], "level": level, "domain": domains[place]})
    return PublishedLevel(keys, *arrays)


def _variances(frame: pd.DataFrame) -> dict[str, Floats]:
    """Take intervals back to variances, with the rounding that they went through.

    An interval of few degrees of freedom is as wide as one of a larger error; it counts as that.
    """
    mean, low, high, n, people = (
        frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
        for name in ("mean", "low", "high", "n", "population")
    )
    rounding = _PRINTED**2 / 12
    finite = (np.maximum(high - mean, mean - low) / _NORMAL) ** 2
    left = 1.0 - np.minimum(n / people, 1.0)
    told = np.isnan(left) | (left >= _LEAST_LEFT)
    # 1 where nobody counted
    part = np.where(np.isnan(left), 1.0, np.maximum(left, _LEAST_LEFT))
    measure = pd.factorize(frame["measure"])[0]
    group = measure + len(frame) * pd.factorize(frame["level"])[0]
    steady = _steadied(group, finite / part * n, n, told)
    finite = np.where(np.isnan(steady), finite, steady / n * part) + rounding
    free = np.where(np.isnan(left), finite, finite / part)
    single = pd.Series(np.where(told & ~np.isnan(n), free * n, np.nan))
    usual = single.groupby(group).transform("median")
    usual = usual.fillna(single.groupby(measure).transform("median"))
    borrowed = usual.fillna(_EVENLY).to_numpy(dtype=np.float64) / n + rounding
    free = np.where(told, free, borrowed)
    free = np.maximum(free, finite)
    # answers of all people vary, also where it is not told how many of them were heard; but never
    # by more than the figure errs by, or what they said would lie beyond it
    heard = np.where(told, np.minimum(n / people, 1.0), np.nan)
    usually = np.minimum(usual.to_numpy(dtype=np.float64) / people, free)
    whole = np.nan_to_num(np.where(np.isnan(heard), usually, free * heard))
    return {"free": free, "finite": finite, "whole": whole}


def _steadied(group: Integers, own: Floats, n: Floats, told: Booleans) -> Floats:
    """Draw how much single answers vary towards other places and waves; NaN where nobody counted.

    Among many places some have a short interval only because their few answers happened to agree;
    it is they that would be found to have moved.
    """
    usable = told & (own > 0) & (n > 1)
    df = np.where(usable, n - 1.0, 0.0)
    # an interval is as long as that of a normal error with this variance; of the error itself
    plain = own * (_NORMAL / t_quantile(np.maximum(df, 1.0))) ** 2
    found = np.full(len(own), np.nan)
    for one in np.unique(group):
        here = np.flatnonzero((group == one) & usable)
        if len(here) < _FEWEST_PLACES:
            continue
        variance, behind = squeezed(plain[here], df[here], usable[here])
        found[here] = variance * (t_quantile(behind) / _NORMAL) ** 2
    return found


def courses_apart(
    inner: PublishedLevel,
    outer: PublishedLevel,
    rows: Integers,
    share: Floats,
    linked: Floats,
    bridged: Floats | float = 0.0,
) -> Series:
    """Take from each place's course that of the place which holds it.

    Parameters
    ----------
    inner, outer : PublishedLevel
    rows : ndarray of int64, shape (n_series,)
        The row of ``outer`` that holds each series.
    share : ndarray of float, shape (n_series,)
        The part of the people of the outer place who are of the inner one; 0 where nobody knows.
    linked : ndarray of float, shape (n_waves, n_waves)
        How much the errors of two waves go together, as the same people answered them.
    bridged : ndarray of float, shape (n_series, n_waves, n_waves), optional
        What links over other words add (`analytics.courses.bridges.Bridges.of_parts`).

    Notes
    -----
    An inner place is part of the outer: with the share w, and their errors' variances V and U, that
    of the difference is V (1 - 2 w) + U.
    """
    own = _errors(inner, np.arange(len(inner.value)), linked)
    around = _errors(outer, rows, linked)
    less = np.maximum(1.0 - 2.0 * share, 0.0)[:, None, None]
    errors = [less * a + b for a, b in zip(own, around, strict=True)]
    errors[0] += bridged
    return _series(inner.value - outer.value[rows], errors, inner)


def courses_alone(level: PublishedLevel, linked: Floats, bridged: Floats | float = 0.0) -> Series:
    """Take the courses of a level as they are; ``bridged`` as in `courses_apart`, of the whole."""
    errors = _errors(level, np.arange(len(level.value)), linked)
    errors[0] += bridged
    return _series(level.value, errors, level)


def _errors(level: PublishedLevel, rows: Integers, linked: Floats) -> list[Floats]:
    """Lay out variances, the covariances that a correlation of one would make, and all people's."""
    free, finite = level.free[rows], level.finite[rows]
    people = np.sqrt(np.nan_to_num(level.whole[rows]))
    count, waves = free.shape
    error = np.zeros((count, waves, waves))
    diagonal = np.arange(waves)
    error[:, diagonal, diagonal] = np.nan_to_num(free)
    # what people's answers vary by, beyond what the staff as a whole said on that day
    deviation = np.sqrt(np.maximum(np.nan_to_num(free - finite), 0.0))
    shared = deviation[:, :, None] * deviation[:, None, :] * linked
    shared[:, diagonal, diagonal] = 0.0
    shared *= _that_fits(error, shared)[:, None, None]
    return [error, shared, people[:, :, None] * people[:, None, :]]


def _that_fits(error: Floats, shared: Floats) -> Floats:
    """Say how much of what waves share may stand beside their errors, series by series: 0-1.

    People of a panel are never exactly a third of a place, so that errors could be taken to have
    more in common than they are large.
    """
    deviation = np.sqrt(np.maximum(np.diagonal(error, axis1=1, axis2=2), np.finfo(float).tiny))
    scaled = shared / deviation[:, :, None] / deviation[:, None, :]
    least = -np.linalg.eigvalsh(scaled)[:, 0] * MOST_ALIKE
    return np.asarray(np.minimum(1.0, _ROOM / np.maximum(least, _ROOM)), dtype=np.float64)


def _series(value: Floats, errors: list[Floats], level: PublishedLevel) -> Series:
    error, shared, whole = errors
    gone = np.isnan(value)
    hole = gone[:, :, None] | gone[:, None, :]
    for part in errors:
        part[hole] = 0.0
    row, wave = np.nonzero(gone)
    error[row, wave, wave] = NO_FIGURE
    # in the middle of the others: far off, even an error this large would let it pull
    middle = np.nanmean(np.where(gone.all(axis=1, keepdims=True), 0.0, value), axis=1)
    filled = np.where(gone, middle[:, None], value)
    place, _ = pd.factorize(level.keys["domain"])
    return Series(filled, error, shared, whole, np.asarray(place, dtype=np.int64))
