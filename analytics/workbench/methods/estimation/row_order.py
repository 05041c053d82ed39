"""Respondents in an order that their answers define, whatever order the file has.

Resampling hands draws out by position. Two files with the same rows in another order would give
other figures, and nobody could tell which is the right one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.estimation.design import Design, Stage

DIGITS: Final = 10  # of the largest number in a column: what lies below is the rounding of sums


@dataclass(frozen=True, slots=True)
class Ordered:
    """The same sample, row by row in the order of its content.

    ``rows`` holds the place in the file of each row, shape (n_respondents,).
    """

    design: Design
    values: Floats
    rows: Integers

    def in_file_order(self, values: Floats) -> Floats:
        """Put rows of this order back to their places in the file."""
        back = np.empty_like(values)
        back[self.rows] = values
        return back


def in_order_of_content(design: Design, values: Floats) -> Ordered:
    """Sort respondents by stratum, cluster, what they answered and what they weigh.

    Parameters
    ----------
    design : Design
        Its strata and clusters are numbered by their names, not by their place in the file.
    values : ndarray of float, shape (n_respondents, n_columns)
        NaN where there is none.

    Returns
    -------
    Ordered
        The same for any order of the rows, except that rows with equal content may stand for each
        other.
    """
    weight = design.weight if design.base is None else design.base
    known = (
        [weight[:, None]] if design.calibration is None else [design.calibration, weight[:, None]]
    )
    keys: list[np.ndarray] = [
        stage.cluster for stage in design.stages if not stage.drawn_themselves
    ]
    keys.insert(0, design.stages[0].stratum[design.stages[0].cluster])
    keys += list(_rounded(np.column_stack([values, *known])).T)
    rows = np.lexsort(keys[::-1]).astype(np.int64)
    calibration = None if design.calibration is None else design.calibration[rows]
    ordered = replace(
        design,
        weight=design.weight[rows],
        base=None if design.base is None else design.base[rows],
        calibration=calibration,
        stages=tuple(_moved(stage, rows) for stage in design.stages),
    )
    return Ordered(ordered, values[rows], rows)


def _rounded(columns: Floats) -> Floats:
    largest = np.fmax.reduce(np.abs(columns), axis=0, initial=0.0)
    scale = np.where(largest > 0, largest, 1.0)
    return np.asarray(np.round(columns / scale, DIGITS), dtype=np.float64)


def _moved(stage: Stage, rows: Integers) -> Stage:
    """Take a stage's rows in another order; whoever was drawn alone keeps a stratum, not a name."""
    if stage.drawn_themselves:
        return replace(stage, stratum=stage.stratum[rows])
    return replace(stage, cluster=stage.cluster[rows])
