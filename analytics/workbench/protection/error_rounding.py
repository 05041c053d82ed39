"""Errors of a protected file, so coarse that they do not give the answers of a small group back.

The mean and the error of five answers on a five-point scale leave one set of answers in most cases.
An error is therefore rounded up to the first step that spans so many answers moved by one grade as
`analytics.disclosure.rules.display_limits` says, and the interval is made of the rounded error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.comparison.difference import infer_differences
from analytics.digits import DUST_DECIMALS, to_digits
from analytics.disclosure.rules.display_limits import (
    BASE_MOVES,
    DISPLAY_LIMITS,
    MEAN_DIGITS,
    SHARE_DIGITS_SMALL,
)
from analytics.workbench.file.numbers import numeric_column
from analytics.workbench.protection.figures import MOST_GRADES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Floats, Integers
    from analytics.comparison.difference import DifferenceEstimates
    from analytics.workbench.file.items import Label
    from analytics.workbench.file.waves import DivisionEstimates
    from analytics.workbench.specification.model import ScaleSpec, Specification

DISTRIBUTION: Final = DISPLAY_LIMITS["staff_distribution"]
STEPS: Final = (1.0, 2.0, 5.0, 10.0)
FINEST: Final = 10.0**-MEAN_DIGITS
FINEST_OF_BALANCES: Final = 10.0**-SHARE_DIGITS_SMALL


def grades(data: pd.DataFrame, spec: Specification, labels: Sequence[Label]) -> Floats:
    """Find how far the figure of one person moves with the smallest move of an answer.

    Parameters
    ----------
    data : DataFrame
        One row per respondent.
    spec : Specification
    labels : sequence of Label
        The columns of a level.

    Returns
    -------
    ndarray of float, shape (n_columns,)
        In the unit of the column; 0 of a share, whose error follows from it, and NaN where it is
        measured: a move is then as long as persons differ.
    """
    own = {name: _of_scale(scale) for name, scale in spec.scales.items()}
    own |= {
        name: min(own[part] * weight for part, weight in parts.items())
        for name, parts in spec.indices.items()
    }
    ratios = {f"{top}/{bottom}": (top, bottom) for top, bottom in spec.variables.ratios}
    found = []
    for label in labels:
        if label.statistic == "mean" and label.index in own:
            found.append(own[label.index])
        elif label.statistic in {"mean", "total"}:
            found.append(_of_column(numeric_column(data, label.index, "[variables]")))
        elif label.statistic == "ratio":
            found.append(_of_ratio(data, *ratios[label.index]))
        else:
            found.append(1.0 if label.statistic == "balance" else 0.0)
    return np.array(found, dtype=np.float64)


def _of_scale(scale: ScaleSpec) -> float:
    return 100.0 / (scale.maximum - scale.minimum) / len(scale.items)


def _of_column(values: Floats) -> float:
    found = np.unique(values[np.isfinite(values)])
    if len(found) > MOST_GRADES:
        return np.nan
    return float(np.diff(found).min()) if len(found) > 1 else 0.0


def _of_ratio(data: pd.DataFrame, top: str, bottom: str) -> float:
    """Give a grade of what is above the line, for the average person's part below it."""
    below = numeric_column(data, bottom, "[variables]")
    average = abs(float(np.mean(below[np.isfinite(below)]))) if np.isfinite(below).any() else 0.0
    grade = _of_column(numeric_column(data, top, "[variables]"))
    return grade / average if average > 0 else np.nan


def steps(level: DivisionEstimates, grade: Floats) -> Floats:
    """Find to what the errors of a level are rounded up.

    Parameters
    ----------
    level : DivisionEstimates
    grade : ndarray of float, shape (n_columns,)
        From `grades`.

    Returns
    -------
    ndarray of float, shape (n_domains, n_columns)
        0 where the digits of publications are coarse enough, or where there are so many answers
        that their distribution may be shown.

    Notes
    -----
    Among n answers with deviation s, one that moves by g moves their sum of squares by about 2 g s
    and the error of the mean, s / sqrt(n), by g / (sqrt(n) (n - 1)). The terms of a total are taken
    from 0: its error moves by the weight times g / sqrt(n).
    """
    n = np.maximum(level.means.n.astype(np.float64), 1.0)
    statistic = np.array([label.statistic for label in level.labels], dtype=object)
    total = statistic == "total"
    of_total = _step(n, grade * level.errors.weight / n)
    of_means = _step_of_means(n, grade, level.errors.se)
    step = np.where(total & np.isfinite(grade), of_total, of_means)
    # publications hold errors to 0.1, and totals whole units
    finest = np.where(total, 1.0, np.where(statistic == "mean", FINEST, 0.0))
    return np.where((step <= finest) | (n >= DISTRIBUTION) | (grade == 0), 0.0, step)


def steps_of_differences(n: Floats, grade: Floats, se: Floats) -> Floats:
    """Find to what the errors of differences of means are rounded up, of one of the two sides.

    As `steps`, but at least to the digit that is shown: `coarser` judges by what is shown.

    Parameters
    ----------
    n : ndarray of float, shape (n_domains, n_columns)
        Answers.
    grade : ndarray of float, shape (n_columns,)
        From `grades`.
    se : ndarray of float, shape (n_domains, n_columns)
        The error of that side, or one that is larger: of what is measured it makes the step.

    Returns
    -------
    ndarray of float, shape (n_domains, n_columns)
        0 of many answers, and of shares.
    """
    step = np.maximum(_step_of_means(n, grade, se), FINEST)
    return np.where((grade != 0) & (n < DISTRIBUTION), step, 0.0)


def _step_of_means(n: Floats, grade: Floats, se: Floats) -> Floats:
    of_grades = _step(n, grade / np.maximum(n - 1.0, 1.0))
    return np.where(np.isnan(grade), _step_of_measured(n, se), of_grades)


def _step_of_measured(n: Floats, se: Floats) -> Floats:
    """Span some moves as long as the deviation, which is the error times the root of n."""
    return first_step(BASE_MOVES * se / np.maximum(n - 1.0, 1.0))


def _step(n: Floats, one: Floats) -> Floats:
    """Span some moves of one answer."""
    return first_step(BASE_MOVES * one / np.sqrt(np.maximum(n, 1.0)))


def raised(se: Floats, step: Floats) -> Floats:
    """Round errors up to their steps; 0 leaves them."""
    safe = np.where(step > 0, step, 1.0)
    return np.where(step > 0, np.ceil(se / safe - 1e-9) * safe, se)


def coarser(
    found: DifferenceEstimates, step: Floats, confidence: float, digit: Floats | float = FINEST
) -> DifferenceEstimates:
    """Round errors of differences up to their steps, and judge by what is shown.

    Beside an error of 1.2, p = 0.0423 would tell the difference to a hundredth, and so would the
    two ends of an interval; degrees of freedom tell how the errors of two groups compare. So where
    an error is rounded, p and interval are made of the difference as it is shown, of that error
    and of whole degrees of freedom.

    Parameters
    ----------
    found : DifferenceEstimates
        Of means.
    step : ndarray of float, of the shape of ``found``
        From `steps_of_differences`, of the coarser side; 0 leaves a difference as it is.
    confidence : float
    digit : ndarray of float, shape (n_columns,), or float
        The last one that is shown of a difference.
    """
    small = step > 0
    if not small.any():
        return found
    shown = to_digits(to_digits(found.difference / digit, 0) * digit, DUST_DECIMALS)
    difference = np.where(small, shown, found.difference)
    df = np.where(small & (found.df >= 1), np.floor(found.df), found.df)
    return infer_differences(difference, raised(found.se, step), df, confidence)


def coarse(level: DivisionEstimates, grade: Floats) -> tuple[Floats, Floats, Floats]:
    """Round the errors of a level up, and make the intervals of them.

    Returns
    -------
    se, low, high : ndarray of float, shape (n_domains, n_columns)
    """
    se, mean = level.errors.se, level.means.mean
    up = raised(se, steps(level, grade))
    wider = np.divide(up, se, out=np.ones_like(se), where=se > 0)
    low, high = mean - (mean - level.low) * wider, mean + (level.high - mean) * wider
    share = np.array([label.statistic == "share" for label in level.labels], dtype=bool)
    return (
        up,
        np.where(share, np.maximum(low, 0.0), low),
        np.where(share, np.minimum(high, 1.0), high),
    )


def coarse_deviations(level: DivisionEstimates, grade: Floats) -> Floats:
    """Round deviations of persons up as far as the errors that are shown of the same answers.

    Beside an error that is rounded up to 20 points, a deviation in whole points would tell it.

    Parameters
    ----------
    level : DivisionEstimates
    grade : ndarray of float, shape (n_columns,)
        From `grades`.

    Returns
    -------
    ndarray of float, shape (n_domains, n_columns)
        With two digits that count.
    """
    each = np.sqrt(np.maximum(level.means.n.astype(np.float64), 1.0))
    up = _as_errors(level, level.errors.deviation, steps(level, grade), each)
    return np.array([float(f"{one:.2g}") for one in up.ravel()]).reshape(up.shape)


def coarse_models(level: DivisionEstimates, grade: Floats) -> Floats:
    """Round errors without finite population correction up as far as those with it.

    Returns
    -------
    ndarray of float, shape (n_domains, n_columns)
    """
    return _as_errors(level, level.errors.se_model, steps(level, grade), 1.0)


def _as_errors(
    level: DivisionEstimates, values: Floats, step: Floats, each: Floats | float
) -> Floats:
    """Let what goes with an error grow as that is rounded up; in a complete count it has its own.

    Two roundings of the same spread would leave less room than one.
    """
    se = level.errors.se
    grown = np.divide(raised(se, step), se, out=np.ones_like(se), where=se > 0)
    return np.where(se > 0, values * grown, raised(values, step * each))


def tells_only_of_many(n: Integers) -> bool:
    """Tell whether a spread that groups have in common may be told.

    What large groups bring to it can follow from shares that are shown of them, so what small ones
    bring must be the spread of enough answers together.

    Parameters
    ----------
    n : ndarray of int64, shape (n_groups,)
        Answers.
    """
    small = n[(n > 0) & (n < DISTRIBUTION)]
    return not len(small) or int((small - 1).sum()) >= DISTRIBUTION


def first_step(least: Floats) -> Floats:
    """Find the first of 1, 2, 5 times a power of ten that is at least so large.

    Parameters
    ----------
    least : ndarray of float
        Above 0.

    Returns
    -------
    ndarray of float, of the shape of ``least``
    """
    safe = np.maximum(np.nan_to_num(least), 1e-9)
    power = 10.0 ** np.floor(np.log10(safe) + 1e-12)
    steps = power[..., None] * np.array(STEPS)
    place = (steps >= safe[..., None] * (1 - 1e-12)).argmax(axis=-1)
    return np.asarray(np.take_along_axis(steps, place[..., None], axis=-1)[..., 0])
