"""Series of what publications showed: levels, their errors, and places beside what holds them.

Figures that readers see are all that goes in. So nothing is told that they could not reckon out
themselves, and whoever has the files can check every finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.courses.course import NO_FIGURE, Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans, Floats, Integers

_NORMAL: Final = 1.959963984540054
_PRINTED: Final = 0.1
# Where so few are left to ask, the error after the correction for a finite staff tells nothing of
# how answers vary; that of other places does.
_LEAST_LEFT: Final = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Level:
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
        index = pd.MultiIndex.from_frame(self.keys[["measure", "domain"]])
        wanted = pd.MultiIndex.from_arrays([measures, domains])
        return np.asarray(index.get_indexer(wanted), dtype=np.int64)


def read_levels(shown: pd.DataFrame, waves: Sequence[str]) -> dict[str, Level]:
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


def _laid_out(rows: pd.DataFrame, level: str, position: dict[str, int]) -> Level:
    names = pd.MultiIndex.from_frame(rows[["domain", "measure"]])
    index = names.unique().sort_values()
    at = index.get_indexer(names), rows["wave"].map(position).to_numpy(dtype=np.int64)
    arrays = []
    for name in ("mean", "free", "finite", "whole"):
        laid = np.full((len(index), len(position)), np.nan)
        laid[at] = rows[name].to_numpy(dtype=np.float64)
        arrays.append(laid)
    keys = index.to_frame(index=False).assign(level=level)
    return Level(keys[["measure", "level", "domain"]], *arrays)


def _variances(frame: pd.DataFrame) -> dict[str, Floats]:
    """Take intervals back to variances, with the rounding that they went through.

    An interval of few degrees of freedom is as wide as one of a larger error; it counts as that.
    """
    mean, low, high, n, people = (
        frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
        for name in ("mean", "low", "high", "n", "population")
    )
    rounding = _PRINTED**2 / 12
    finite = (np.maximum(high - mean, mean - low) / _NORMAL) ** 2 + rounding
    left = 1.0 - np.minimum(n / people, 1.0)
    free = np.where(np.isnan(left), finite, finite / np.maximum(left, _LEAST_LEFT))
    told = np.isnan(left) | (left >= _LEAST_LEFT)
    single = pd.Series(np.where(told & ~np.isnan(n), free * n, np.nan), index=frame.index)
    usual = single.groupby([frame["measure"], frame["level"]]).transform("median")
    usual = usual.fillna(single.groupby(frame["measure"]).transform("median"))
    borrowed = (usual.to_numpy(dtype=np.float64) / n) + rounding
    free = np.where(told | np.isnan(borrowed), free, borrowed)
    free = np.maximum(free, finite)
    # answers of all people vary, also where it is not told how many of them were heard; but never
    # by more than the figure errs by, or what they said would lie beyond it
    heard = np.where(told, np.minimum(n / people, 1.0), np.nan)
    usually = np.minimum(usual.to_numpy(dtype=np.float64) / people, free)
    whole = np.nan_to_num(np.where(np.isnan(heard), usually, free * heard))
    return {"free": free, "finite": finite, "whole": whole}


def beside(
    inner: Level,
    outer: Level,
    rows: Integers,
    share: Floats,
    linked: Booleans,
) -> Series:
    """Take from each place's course that of the place which holds it.

    Parameters
    ----------
    inner, outer : Level
    rows : ndarray of int64, shape (n_series,)
        The row of ``outer`` that holds each series.
    share : ndarray of float, shape (n_series,)
        The part of the people of the outer place who are of the inner one; 0 where nobody knows.
    linked : ndarray of bool, shape (n_waves, n_waves)
        Whether the same people may have answered two waves.

    Notes
    -----
    An inner place is part of the outer: with the share w, and their errors' variances V and U, that
    of the difference is V (1 - 2 w) + U.
    """
    own = _errors(inner, np.arange(len(inner.value)), linked)
    around = _errors(outer, rows, linked)
    less = np.maximum(1.0 - 2.0 * share, 0.0)[:, None, None]
    errors = [less * a + b for a, b in zip(own, around, strict=True)]
    return _series(inner.value - outer.value[rows], errors, inner)


def alone(level: Level, linked: Booleans) -> Series:
    """Take the courses of a level as they are."""
    return _series(level.value, _errors(level, np.arange(len(level.value)), linked), level)


def _errors(level: Level, rows: Integers, linked: Booleans) -> list[Floats]:
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
    return [error, shared, people[:, :, None] * people[:, None, :]]


def _series(value: Floats, errors: list[Floats], level: Level) -> Series:
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
