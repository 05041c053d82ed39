"""Change from wave to wave in a file, with the overlap of persons where it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.analysis.overlap import Overlap, overlap_of
from analytics.comparison.difference import Differences, difference_errors, differences
from analytics.comparison.multiplicity import benjamini_hochberg
from analytics.comparison.verdict import P_DECIMALS, discovered, verdicts

if TYPE_CHECKING:
    import pandas as pd

    from analytics.analysis.estimates import Label, Level
    from analytics.estimation.variance import Design
    from analytics.specification import Specification

COMPARED: Final = ("mean", "share")
_DUST: Final = 1e-12


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
    estimates is taken from the variance (`analytics.comparison.overlap`), over the persons, or
    the clusters that were drawn, in both waves. Calibrated waves bring their residuals. Degrees
    of freedom: Satterthwaite's, at most the units in either wave less their strata.
    """
    found: list[Change] = []
    overlap = overlap_of(then, now, spec)
    for before, after in zip(then.levels, now.levels, strict=True):
        found += _level_changes(then, now, before, after, spec, overlap, decimals)
    return found


def _level_changes(
    then: Wave,
    now: Wave,
    before: Level,
    after: Level,
    spec: Specification,
    overlap: Overlap | None,
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
        both = overlap.covariances(before, after, old, new)
        # A covariance never exceeds what the two errors allow.
        limit = after.errors.se[new] * before.errors.se[old]
        left = se**2 - 2 * np.clip(both, -limit, limit)
        # What two equal errors leave of each other is the rounding of their sums.
        se = np.sqrt(np.where(left > _DUST * se**2, left, 0.0 * se))
        most = overlap.degrees_of_freedom(before, after, rows_then, rows_now)
        df = np.minimum(df, most[:, None])
    figures = differences(difference, se, df, spec.design.confidence)
    places = [[((int(r), int(c)), (int(q), int(d))) for c, d in columns] for r, q in shared]
    return _decided(after, places, (then.name, now.name), figures, spec.margin, decimals)


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
    figures: Differences,
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
