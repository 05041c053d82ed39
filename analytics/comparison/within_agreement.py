"""How far the members of a unit agree: r_wg, against answers at random.

Unweighted, as `analytics.comparison.agreement` is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import AnalyticsError
from analytics.estimation.grouping import sum_by

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers


def r_wg(values: Floats, unit: Integers, size: int, options: int) -> Floats:
    r"""Measure agreement within units, on one item or several.

    Parameters
    ----------
    values : ndarray of float, shape (n_respondents, n_items)
        Answers in steps of 1 (codes, not scores on 0-100); rows with a gap are left out.
    unit : ndarray of int64, shape (n_respondents,)
        From 0 to ``size`` - 1; -1 is none.
    size : int
        Number of units.
    options : int
        Answers to choose from, for instance 5.

    Returns
    -------
    ndarray of float, shape (size,)
        From 0 (no more agreement than answers at random) to 1 (all the same); NaN with fewer than
        two complete rows. A value beyond random disagreement is shown as 0.

    Raises
    ------
    AnalyticsError
        If there are fewer than two options, or answers lie further apart than they allow.

    Notes
    -----
    Against answers that are all equally likely, :math:`\sigma^2 = (A^2 - 1) / 12`. For one item
    :math:`1 - s^2 / \sigma^2`; for J items with mean variance :math:`\bar s^2`,
    :math:`J (1 - \bar s^2/\sigma^2) / (J (1 - \bar s^2/\sigma^2) + \bar s^2/\sigma^2)`.

    References
    ----------
    James, L. R., Demaree, R. G., Wolf, G. (1984). Estimating within-group interrater reliability
    with and without response bias. Journal of Applied Psychology 69, 85-98.
    """
    if options < 2:  # noqa: PLR2004 - one option leaves no disagreement
        raise AnalyticsError("agreement needs an item with at least two answers to choose from")
    kept = np.isfinite(values).all(axis=1) & (unit >= 0)
    y, code = values[kept], unit[kept]
    if y.size and float(np.ptp(y)) > options - 1:
        raise AnalyticsError(
            f"answers lie further apart than {options} options allow: give codes in steps of 1"
        )
    count = np.bincount(code, minlength=size).astype(np.float64)[:, None]
    mean = np.divide(
        sum_by(code, y, size), count, out=np.zeros((size, y.shape[1])), where=count > 0
    )
    squares = sum_by(code, (y - mean[code]) ** 2, size)
    variance = np.divide(squares, count - 1, out=np.full_like(squares, np.nan), where=count > 1)
    ratio = variance.mean(axis=1) / ((options**2 - 1) / 12)
    shared = y.shape[1] * (1 - ratio)
    found = np.divide(shared, shared + ratio, out=np.zeros_like(shared), where=ratio < 1)
    return np.where(np.isnan(ratio), np.nan, found)
