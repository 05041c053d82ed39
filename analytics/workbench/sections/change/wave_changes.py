"""Change from wave to wave in a file, with the overlap of persons where it is known.

Publications have their own (`analytics.comparison.change`): tables by role of wave, without persons
and with families of units. Both take error, interval and verdict from `analytics.comparison`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.comparison.difference import DifferenceEstimates, infer_differences, without_dust
from analytics.comparison.multiplicity import benjamini_hochberg
from analytics.comparison.verdict import P_DECIMALS, discovered, verdicts
from analytics.digits import to_digits
from analytics.errors import UnsupportedError
from analytics.workbench.methods.linked_waves.two_questions import both_questions
from analytics.workbench.protection.design_told import holds_hidden
from analytics.workbench.protection.error_rounding import (
    FINEST,
    FINEST_OF_BALANCES,
    coarser,
    grades,
    steps_of_differences,
)
from analytics.workbench.protection.over_hidden import ends_apart
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.sections.change.errors import Shared, change_errors
from analytics.workbench.sections.change.overlap import overlap_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Floats
    from analytics.workbench.file.items import Label
    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.protection.statuses import Statuses
    from analytics.workbench.sections.change.errors import ChangeErrors
    from analytics.workbench.sections.change.overlap import WaveOverlap
    from analytics.workbench.specification.model import Specification

COMPARED: Final = ("mean", "share", "balance")
FIGURES: Final = ("se", "low", "high", "p")
IN_POINTS: Final = ("share", "balance")  # on 0-1 in a file, margins in percentage points


@dataclass(frozen=True, slots=True)
class WaveDifference:
    """One difference; in points or the column's own unit, a share's on 0-1.

    ``more`` holds what [change] asks for beside it; ``places`` are its row and column in the level
    of the earlier and of the later wave.
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
    more: Mapping[str, object]
    places: tuple[tuple[int, int], tuple[int, int]]


def wave_changes(
    then: Wave,
    now: Wave,
    spec: Specification,
    *,
    decimals: int | None,
    hidden: Mapping[str | None, Statuses],
) -> list[WaveDifference]:
    """Compare two waves in every domain that both have.

    Parameters
    ----------
    then, now : Wave
        The earlier and the later.
    spec : Specification
        The margin, the confidence, and the column that names persons, if any.
    decimals : int or None
        Round before the verdict, as the figures will be shown.
    hidden : mapping of wave to statuses
        Of disclosure control, None for each wave of a file without it. A change that is not shown
        counts among no others: its p would stand as the adjusted one of the next.

    Returns
    -------
    list of WaveDifference
        Means and shares. For shares the margin is in percentage points.

    Notes
    -----
    Without persons the waves overlap as [change] invited says; where it says nothing, they are
    independent, and those of a finite population are compared with the care of
    `analytics.comparison.unlinked`. With persons, twice the covariance of the two estimates is
    taken from the variance (`analytics.workbench.methods.linked_waves.overlap`), over the persons,
    or the clusters that were drawn, in both waves. Calibrated waves bring their residuals. Degrees
    of freedom: Satterthwaite's, at most the units in either wave less their strata. Where all of a
    domain answered alike, its error is borrowed (`analytics.estimation.alike`).

    Raises
    ------
    UnsupportedError
        If the file is protected and [change] asks both questions: errors with and without
        correction of one change leave no more than one pair of errors of its waves, which are
        shown coarsely for small groups.
    """
    if spec.disclosure is not None and spec.change.questions:
        raise UnsupportedError(
            "[change] questions gives errors that [disclosure] does not protect: leave one out"
        )
    found: list[WaveDifference] = []
    overlap = overlap_of(then, now, spec)
    for before, after in zip(then.levels, now.levels, strict=True):
        found += _level_changes((then, now), (before, after), spec, overlap, decimals, hidden)
    return found


def _level_changes(
    waves: tuple[Wave, Wave],
    levels: tuple[DivisionEstimates, DivisionEstimates],
    spec: Specification,
    overlap: WaveOverlap | None,
    decimals: int | None,
    hidden: Mapping[str | None, Statuses],
) -> list[WaveDifference]:
    (then, now), (before, after) = waves, levels
    place = {domain: number for number, domain in enumerate(before.domains)}
    shared = [(place[d], number) for number, d in enumerate(after.domains) if d in place]
    columns = _shared_columns(before, after)
    if not shared or not columns:
        return []
    rows_then, rows_now = (np.array(rows) for rows in zip(*shared, strict=True))
    column_then, column_now = (np.array(part) for part in zip(*columns, strict=True))
    old, new = np.ix_(rows_then, column_then), np.ix_(rows_now, column_now)
    found = change_errors((before, after), Shared(old, new), spec, overlap)
    decides, confidence = found.decides, spec.design.confidence
    difference = without_dust(after.means.mean[new], before.means.mean[old], decides.se)
    figures = infer_differences(difference, decides.se, decides.df, confidence)
    if spec.disclosure is not None:  # beside one wave's error, that of a change gives the other's
        coarsest = np.maximum(_steps(then, before, spec)[old], _steps(now, after, spec)[new])
        if overlap is not None:
            few = overlap.linked(before, after, old, new)
            told = (few > 0) & (few < spec.disclosure.minimum)
            linked = _steps_of_linked((then, now), (before, after), (old, new), hidden, told)
            coarsest = np.maximum(coarsest, linked)
        points = np.array([after.labels[at].statistic in IN_POINTS for at in column_now])
        digit = np.where(points, FINEST_OF_BALANCES, FINEST)
        figures = coarser(figures, coarsest, confidence, digit)
    places = [[((int(r), int(c)), (int(q), int(d))) for c, d in columns] for r, q in shared]
    among = _shown(hidden[then.name], before, old) & _shown(hidden[now.name], after, new)
    decided = _decided(after, places, (then.name, now.name), figures, among, spec, decimals)
    more = _more(figures, found, spec)
    if not more:
        return [one for one, _ in decided]
    return [replace(one, more=more[at]) for one, at in decided]


def _shown(statuses: Statuses, level: DivisionEstimates, cells: tuple[np.ndarray, ...]) -> Booleans:
    """Tell which cells of a level are shown, of all where nothing is protected."""
    shown = level.means.n >= 0 if statuses is None else statuses[level.by] == PUBLISHED
    return np.asarray(shown[cells], dtype=bool)


def _steps_of_linked(
    waves: tuple[Wave, Wave],
    levels: tuple[DivisionEstimates, DivisionEstimates],
    cells: tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]],
    hidden: Mapping[str | None, Statuses],
    few: Booleans,
) -> Floats:
    """Round errors up that tell how linked people answered both times: hidden ones, or few."""
    told, step = few, np.zeros(few.shape)
    for wave, level, at in zip(waves, levels, cells, strict=True):
        statuses = hidden[wave.name]
        assert statuses is not None
        told = told | holds_hidden(wave, level, statuses)[at]
        n = level.means.n.astype(np.float64)
        step = np.fmax(step, ends_apart(level.errors.se_model, n)[at])
    return np.where(told, step, 0.0)


def _steps(wave: Wave, level: DivisionEstimates, spec: Specification) -> Floats:
    n = level.means.n.astype(np.float64)
    return steps_of_differences(n, grades(wave.data, spec, level.labels), level.errors.se_model)


def _more(
    figures: DifferenceEstimates, found: ChangeErrors, spec: Specification
) -> dict[tuple[int, int], dict[str, object]]:
    """Put beside each change what [change] asks for: both questions, the smallest error."""
    if spec.disclosure is not None or (found.as_such is None and found.smallest is None):
        return {}
    asked: dict[tuple[int, int], dict[str, object]] = {
        at: {} for at in np.ndindex(figures.difference.shape)
    }
    if found.current_staff is not None and found.as_such is not None:
        staff, free = found.current_staff, found.as_such
        both = both_questions(
            figures.difference, staff.se, free.se, staff.df, spec.design.confidence,
            df_model=free.df,
        )  # fmt: skip
        for (question, answer), (at, row) in product(both.items(), asked.items()):
            row[question] = {name: float(getattr(answer, name)[at]) for name in FIGURES}
    if found.smallest is not None:
        for at, row in asked.items():
            row["se_low"] = float(found.smallest[at])
    return asked


def _shared_columns(before: DivisionEstimates, after: DivisionEstimates) -> list[tuple[int, int]]:
    place = {label: number for number, label in enumerate(before.labels)}
    return [
        (place[label], number)
        for number, label in enumerate(after.labels)
        if label in place and label.statistic in COMPARED
    ]


def _decided(
    level: DivisionEstimates,
    places: list[list[tuple[tuple[int, int], tuple[int, int]]]],
    waves: tuple[str | None, str | None],
    figures: DifferenceEstimates,
    among: Booleans,
    spec: Specification,
    decimals: int | None,
) -> list[tuple[WaveDifference, tuple[int, int]]]:
    found: list[tuple[WaveDifference, tuple[int, int]]] = []
    for column in range(figures.p.shape[1]):
        label = level.labels[places[0][column][1][1]]
        points = 100.0 if label.statistic in IN_POINTS else 1.0
        adjusted = benjamini_hochberg(np.where(among[:, column], figures.p[:, column], np.nan))
        shown = [
            part[:, column] * points for part in (figures.difference, figures.low, figures.high)
        ]
        if decimals is not None:
            shown = [to_digits(part, decimals) for part in shown]
        limit = np.full(len(places), spec.margin_of(label.index, label.statistic))
        real = discovered(adjusted, None if decimals is None else P_DECIMALS)
        verdict, _ = verdicts(shown[0], shown[1], shown[2], limit, real)
        for number in range(len(places)):
            at = (number, column)
            one = WaveDifference(
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
                more={},
                places=places[number][column],
            )
            found.append((one, at))
    return found
