"""The fast look at every item, every wave: whether it means the same in a group as elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import FrameError

if TYPE_CHECKING:
    from analytics.arrays import Floats

SHIFT_LIMIT: Final = 5.0  # points of 100 (instruments.md 4.10)
P_LIMIT: Final = 0.01
PARAMETERS: Final = 3  # constant, mean of the other items, group

COLUMNS: Final = {
    "item": "str", "group": "str", "n": "int64", "n_group": "int64", "b": "float64",
    "se": "float64", "p": "float64", "flagged": "bool",
}  # fmt: skip


def screen_items(
    items: pd.DataFrame, group: pd.Series, weight: Floats | None = None
) -> pd.DataFrame:
    r"""Regress each item on the mean of the other items and on belonging to a group.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        One scale on 0-100, all items in the same direction; missing is NaN.
    group : Series, shape (n_respondents,)
        Wave, language, role ...; same index. Missing: the row is left out. With two groups the
        later one (in sorted order) is set against the earlier, with more each against all others.
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent.

    Returns
    -------
    DataFrame
        One row per item and group: ``item``, ``group``, ``n``, ``n_group``, ``b`` (points by which
        the group answers the item higher than others with the same mean on the other items),
        ``se``, ``p``, ``flagged`` (|b| >= 5 and p < .01). NaN and not flagged where the figure is
        not defined: a group of fewer than two, no answers on the other items, four rows in all.
        A single item has no rows, since there is nothing to hold it against.

    Raises
    ------
    FrameError
        If the group is not one for each respondent.

    Notes
    -----
    Weighted least squares, :math:`b = \sum w \tilde d \tilde y / \sum w \tilde d^2` with the
    constant and the mean of the others partialled out (Frisch-Waugh-Lovell), and the sandwich
    error :math:`\frac{n}{n-1} \sum (w \tilde d e)^2 / (\sum w \tilde d^2)^2`, t with n - 3 degrees
    of freedom: that of R's ``survey::svyglm`` for one stratum without clusters.

    References
    ----------
    instruments.md 4.10. Binder, D. A. (1983). International Statistical Review 51, 279-292.
    """
    if not items.index.equals(group.index):
        raise FrameError("the groups and the items are not of the same respondents, in one order")
    weights = np.ones(len(items)) if weight is None else np.asarray(weight, dtype=np.float64)
    codes, names = pd.factorize(group, sort=True)
    chosen = range(len(names)) if len(names) > 2 else range(1, len(names))  # noqa: PLR2004
    member = np.column_stack([codes == number for number in chosen] or [np.zeros((len(items), 0))])
    values = items.to_numpy(dtype=np.float64)
    rows: list[tuple[object, ...]] = []
    for j, item in enumerate(items.columns):
        if values.shape[1] < 2:  # noqa: PLR2004 - nothing to hold it against
            break
        rest = _mean_of_others(values, j)
        known = np.isfinite(values[:, j]) & np.isfinite(rest) & (codes >= 0)
        inside = member[known].astype(np.float64)
        b, se = _shift(values[known, j], rest[known], inside, weights[known])
        n, sizes = int(known.sum()), inside.sum(axis=0)
        p = 2 * stats.t.sf(np.abs(b / se), max(n - PARAMETERS, 1))
        for place, number in enumerate(chosen):
            flag = bool(abs(b[place]) >= SHIFT_LIMIT and p[place] < P_LIMIT)
            one = (b[place], se[place], p[place], flag)
            rows.append((item, names[number], n, int(sizes[place]), *one))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def screening_warnings(screened: pd.DataFrame, scale: str) -> list[str]:
    """Say which items shift in which group, one sentence each."""
    flagged = screened[screened["flagged"]]
    return [
        f"{scale}: {item!r} is answered {abs(b):.1f} points {'higher' if b > 0 else 'lower'} in "
        f"{group!r} than by others with the same answers to the other items: it may not mean the "
        "same there"
        for item, group, b in zip(flagged["item"], flagged["group"], flagged["b"], strict=True)
    ]


def _mean_of_others(values: Floats, j: int) -> Floats:
    """Average the other items that were answered; NaN where none was."""
    others = np.delete(values, j, axis=1)
    known = np.isfinite(others)
    count = known.sum(axis=1)
    total = np.where(known, others, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _shift(y: Floats, rest: Floats, inside: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Regress ``y`` on a constant, ``rest`` and each column of ``inside``, one at a time."""
    groups = inside.shape[1]
    empty = np.full(groups, np.nan)
    if len(y) <= PARAMETERS:
        return empty, empty
    share = weight / weight.sum()
    x = rest - share @ rest
    left_y, left_d = y - share @ y, inside - share @ inside
    size = float(share @ x**2)
    if size > 0:
        left_y = left_y - x * float(share @ (x * left_y)) / size
        left_d = left_d - np.outer(x, (share * x) @ left_d) / size
    spread = share @ left_d**2
    own = inside.sum(axis=0)
    sound = (own > 1) & (len(y) - own > 1) & (spread > 1e-12)  # noqa: PLR2004 - rounding
    b = np.where(sound, (share * left_y) @ left_d / np.where(sound, spread, 1.0), np.nan)
    left = left_y[:, None] - left_d * b
    meat = ((share[:, None] * left_d * left) ** 2).sum(axis=0)
    n = len(y)
    se = np.sqrt(n / (n - 1) * meat) / np.where(sound, spread, 1.0)
    # An item that the others explain to the last digit has no error to judge by.
    return b, np.where(sound & (se > 0), se, np.nan)
