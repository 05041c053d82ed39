"""Adjusting p values where many comparisons are made at once; as R's ``p.adjust``.

statsmodels has these too; here they need numpy alone, since the verdict does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import AnalyticsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats


def benjamini_hochberg(p: Floats) -> Floats:
    r"""Adjust p for the false discovery rate.

    Parameters
    ----------
    p : ndarray of float, shape (n,)
        Between 0 and 1; NaN is no comparison and stays.

    Returns
    -------
    ndarray of float, shape (n,)
        The smallest false discovery rate at which each would be called real,
        :math:`\min_{j \ge i} m p_{(j)} / j`.

    Raises
    ------
    AnalyticsError
        If a value is not between 0 and 1.

    References
    ----------
    Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal
    Statistical Society B 57, 289-300.
    """
    return _adjusted(p, _benjamini_hochberg)


def holm(p: Floats) -> Floats:
    r"""Adjust p so that the chance of one false discovery or more is kept, step down.

    Parameters and errors are those of `benjamini_hochberg`. Needs no assumption about how the
    comparisons depend on each other.

    Returns
    -------
    ndarray of float, shape (n,)
        :math:`\max_{j \le i} (m - j + 1) p_{(j)}`, at most 1.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
    of Statistics 6, 65-70.
    """
    return _adjusted(p, _holm)


def hochberg(p: Floats) -> Floats:
    r"""Adjust p so that the chance of one false discovery or more is kept, step up.

    Parameters and errors are those of `benjamini_hochberg`. At least as powerful as Holm's; holds
    for comparisons that are independent or positively dependent.

    Returns
    -------
    ndarray of float, shape (n,)
        :math:`\min_{j \ge i} (m - j + 1) p_{(j)}`, at most 1.

    References
    ----------
    Hochberg, Y. (1988). A sharper Bonferroni procedure for multiple tests of significance.
    Biometrika 75, 800-802.
    """
    return _adjusted(p, _hochberg)


def _adjusted(p: Floats, method: Callable[[Floats], Floats]) -> Floats:
    adjusted = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    if ((p[known] < 0) | (p[known] > 1)).any():
        raise AnalyticsError("every p value must lie between 0 and 1, or be missing")
    order = known[np.argsort(p[known], kind="stable")]
    # p m / j may fall short of p by the last bit.
    adjusted[order] = np.clip(method(p[order]), p[order], 1.0)
    return adjusted


def _benjamini_hochberg(ascending: Floats) -> Floats:
    count = len(ascending)
    return _lowest_after(ascending * count / np.arange(1, count + 1))


def _holm(ascending: Floats) -> Floats:
    left = np.arange(len(ascending), 0, -1)
    return np.asarray(np.maximum.accumulate(ascending * left), dtype=np.float64)


def _hochberg(ascending: Floats) -> Floats:
    return _lowest_after(ascending * np.arange(len(ascending), 0, -1))


def _lowest_after(values: Floats) -> Floats:
    return np.asarray(np.minimum.accumulate(values[::-1])[::-1], dtype=np.float64)


METHODS: Final[dict[str, Callable[[Floats], Floats]]] = {
    "holm": holm,
    "hochberg": hochberg,
    "benjamini-hochberg": benjamini_hochberg,
}
