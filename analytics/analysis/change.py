"""Change from wave to wave in a file, with the overlap of persons where it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.analysis.columns import categories
from analytics.comparison.multiplicity import benjamini_hochberg
from analytics.comparison.verdict import P_DECIMALS, discovered, verdicts
from analytics.errors import FrameError
from analytics.estimation.calibration import calibration_residual
from analytics.estimation.change import difference_errors, two_sided_p
from analytics.estimation.grouping import sum_by
from analytics.estimation.intervals import mean_interval

if TYPE_CHECKING:
    from analytics.analysis.estimates import Label, Level
    from analytics.arrays import Floats, Integers
    from analytics.estimation.variance import Design
    from analytics.specification import Specification

COMPARED: Final = ("mean", "share")


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave of a file: its name, rows, design and estimates."""

    name: str | None
    data: pd.DataFrame
    design: Design
    levels: list[Level]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; in points or the column's own unit, a share's on 0-1.

    ``places`` are its row and column in the level of the earlier and of the later wave.
    """

    label: Label
    by: tuple[str, ...]
    domain: tuple[str, ...]
    since: str | None
    until: str | None
    difference: float
    se: float
    low: float
    high: float
    p: float
    p_adjusted: float
    verdict: str
    places: tuple[tuple[int, int], tuple[int, int]]


def wave_changes(
    then: Wave, now: Wave, spec: Specification, *, decimals: int | None
) -> list[Change]:
    """Compare two waves in every domain that both have.

    Parameters
    ----------
    then, now : Wave
        The earlier and the later.
    spec : Specification
        The margin, the confidence, and the column that names persons, if any.
    decimals : int or None
        Round before the verdict, as the figures will be shown.

    Returns
    -------
    list of Change
        Means and shares. For shares the margin is in percentage points.

    Notes
    -----
    Without persons the waves are independent. With them, twice the covariance of the two
    estimates is taken from the variance: over the persons (or clusters) in both waves,
    n / (n - 1) sum (u - mean u)(v - mean v) within strata, less what a finite population takes.
    """
    found: list[Change] = []
    overlap = _overlap(then, now, spec)
    for before, after in zip(then.levels, now.levels, strict=True):
        found += _level_changes(then, now, before, after, spec, overlap, decimals)
    return found


@dataclass(frozen=True, slots=True)
class _Overlap:
    """Rows of both waves, the unit each belongs to, and the stratum of each unit."""

    before: Integers
    after: Integers
    unit_before: Integers
    unit_after: Integers
    stratum: Integers
    factor: Floats


def _level_changes(
    then: Wave,
    now: Wave,
    before: Level,
    after: Level,
    spec: Specification,
    overlap: _Overlap | None,
    decimals: int | None,
) -> list[Change]:
    place = {domain: number for number, domain in enumerate(before.domains)}
    shared = [(place[d], number) for number, d in enumerate(after.domains) if d in place]
    columns = _shared_columns(before, after)
    if not shared or not columns:
        return []
    rows_then, rows_now = (np.array(rows) for rows in zip(*shared, strict=True))
    column_then, column_now = (np.array(part) for part in zip(*columns, strict=True))
    old, new = np.ix_(rows_then, column_then), np.ix_(rows_now, column_now)
    difference = after.means.mean[new] - before.means.mean[old]
    se, df = difference_errors(
        after.errors.se[new], before.errors.se[old], after.df[new], before.df[old]
    )
    if overlap is not None:
        both = _covariances(then, now, before, after, overlap, old, new)
        # A covariance never exceeds what the two errors allow.
        limit = after.errors.se[new] * before.errors.se[old]
        se = np.sqrt(np.maximum(se**2 - 2 * np.clip(both, -limit, limit), 0.0))
    low, high = mean_interval(difference, se, df, spec.design.confidence)
    p = two_sided_p(difference, se, df)
    places = [[((int(r), int(c)), (int(q), int(d))) for c, d in columns] for r, q in shared]
    figures = Figures(difference, se, low, high, p)
    return _decided(after, places, (then.name, now.name), figures, spec.margin, decimals)


@dataclass(frozen=True, slots=True)
class Figures:
    """Differences and their errors, each of shape (n_domains, n_columns)."""

    difference: Floats
    se: Floats
    low: Floats
    high: Floats
    p: Floats


def _shared_columns(before: Level, after: Level) -> list[tuple[int, int]]:
    place = {label: number for number, label in enumerate(before.labels)}
    return [
        (place[label], number)
        for number, label in enumerate(after.labels)
        if label in place and label.statistic in COMPARED
    ]


def _decided(
    level: Level,
    places: list[list[tuple[tuple[int, int], tuple[int, int]]]],
    waves: tuple[str | None, str | None],
    figures: Figures,
    margin: float,
    decimals: int | None,
) -> list[Change]:
    found: list[Change] = []
    for column in range(figures.p.shape[1]):
        label = level.labels[places[0][column][1][1]]
        points = 100.0 if label.statistic == "share" else 1.0
        adjusted = benjamini_hochberg(figures.p[:, column])
        shown = [
            part[:, column] * points for part in (figures.difference, figures.low, figures.high)
        ]
        if decimals is not None:
            shown = [part.round(decimals) for part in shown]
        limit = np.full(len(places), margin)
        real = discovered(adjusted, None if decimals is None else P_DECIMALS)
        verdict, _ = verdicts(shown[0], shown[1], shown[2], limit, real)
        for number in range(len(places)):
            at = (number, column)
            found.append(
                Change(
                    label=label,
                    by=level.by,
                    domain=level.domains[places[number][column][1][0]],
                    since=waves[0],
                    until=waves[1],
                    difference=float(figures.difference[at]),
                    se=float(figures.se[at]),
                    low=float(figures.low[at]),
                    high=float(figures.high[at]),
                    p=float(figures.p[at]),
                    p_adjusted=float(adjusted[number]),
                    verdict=str(verdict[number]),
                    places=places[number][column],
                )
            )
    return found


def _overlap(then: Wave, now: Wave, spec: Specification) -> _Overlap | None:
    """Find what both waves share: persons, or the clusters they were drawn in."""
    if spec.person is None:
        return None
    column = spec.design.cluster[0] if spec.design.cluster else spec.person
    keys = [categories(wave.data, column, "[domains] person") for wave in (then, now)]
    for wave, key in zip((then, now), keys, strict=True):
        if column == spec.person and key.dropna().duplicated().any():
            raise FrameError(f"[domains] person: {column!r} repeats within the wave {wave.name!r}")
    both = pd.Index(sorted(set(keys[0].dropna()) & set(keys[1].dropna())))
    if len(both) < 2:  # noqa: PLR2004 - no covariance from one unit
        return None
    place = [np.asarray(both.get_indexer(pd.Index(key)), dtype=np.int64) for key in keys]
    before, after = np.flatnonzero(place[0] >= 0), np.flatnonzero(place[1] >= 0)
    stratum, factor = _strata(then.design, now.design, place[0], place[1], len(both))
    return _Overlap(before, after, place[0][before], place[1][after], stratum, factor)


def _strata(
    then: Design, now: Design, before: Integers, after: Integers, size: int
) -> tuple[Integers, Floats]:
    """Give each shared unit its stratum in the later wave, and each stratum its factor."""
    stages = then.stages[0], now.stages[0]
    homes = []
    for stage, place in zip(stages, (before, after), strict=True):
        home = np.zeros(size, dtype=np.int64)
        rows = np.flatnonzero(place >= 0)
        home[place[rows]] = stage.stratum[stage.cluster[rows]]
        homes.append(home)
    stratum = homes[1]
    shared = np.bincount(stratum, minlength=len(stages[1].fraction)).astype(np.float64)
    fraction = stages[1].fraction
    earlier = np.zeros(len(fraction))
    earlier[stratum] = stages[0].fraction[homes[0]]
    # Two samples of n1 and n2 from N with n12 in common: 1 - n1 n2 / (n12 N), here through
    # the fractions; 1 where there is no correction.
    sampled = stages[1].size.astype(np.float64)
    taken = np.divide(earlier * sampled, shared, out=np.zeros_like(shared), where=shared > 0)
    correction = np.where((fraction > 0) & (earlier > 0), 1.0 - taken, 1.0)
    factor = correction * shared / np.maximum(shared - 1.0, 1.0)
    return stratum, np.where(shared > 1, factor, 0.0)


def _covariances(
    then: Wave,
    now: Wave,
    before: Level,
    after: Level,
    overlap: _Overlap,
    old: tuple[np.ndarray, ...],
    new: tuple[np.ndarray, ...],
) -> Floats:
    residuals = calibration_residual(then.design), calibration_residual(now.design)
    rows_then, rows_now = old[0].ravel(), new[0].ravel()
    columns_then, columns_now = old[1].ravel(), new[1].ravel()
    strata = len(overlap.factor)
    shared = np.bincount(overlap.stratum, minlength=strata).astype(np.float64)[:, None]
    result = np.zeros((len(rows_then), len(columns_then)))
    for number, (row_then, row_now) in enumerate(zip(rows_then, rows_now, strict=True)):
        u = residuals[0](
            before.means.influence[:, columns_then],
            np.flatnonzero(before.partition.code == row_then),
        )
        v = residuals[1](
            after.means.influence[:, columns_now],
            np.flatnonzero(after.partition.code == row_now),
        )
        u = sum_by(overlap.unit_before, u[overlap.before], len(overlap.stratum))
        v = sum_by(overlap.unit_after, v[overlap.after], len(overlap.stratum))
        product = sum_by(overlap.stratum, u * v, strata)
        sums = sum_by(overlap.stratum, u, strata) * sum_by(overlap.stratum, v, strata)
        spread = product - sums / np.maximum(shared, 1.0)
        result[number] = (overlap.factor[:, None] * spread).sum(axis=0)
    return result
