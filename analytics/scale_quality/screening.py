"""The fast look at every item, every wave: whether it means the same in a group as elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import special  # a third of the time that scipy.stats takes to load

from analytics.comparison.multiplicity import holm
from analytics.errors import FrameError
from analytics.rows import respondents, some_of, times
from analytics.scale_quality.shift import (
    PARAMETERS,
    careful_p,
    mean_of_others,
    reliability_of_others,
    shift,
)

if TYPE_CHECKING:
    from analytics.arrays import Floats

SHIFT_LIMIT: Final = 5.0  # points of 100 (instruments.md 4.10)
P_LIMIT: Final = 0.01
# Over all items and groups of a scale; answers on five steps are skewed, and with .025 one
# screening in 20 gives a false alarm.
FAMILY_LIMIT: Final = 0.025

COLUMNS: Final = {
    "item": "str", "group": "str", "n": "int64", "n_group": "int64", "b": "float64",
    "se": "float64", "p": "float64", "p_adjusted": "float64", "level": "float64",
    "flagged": "bool",
}  # fmt: skip


def screen_items(
    items: pd.DataFrame,
    group: pd.Series,
    weight: Floats | None = None,
    each: Floats | None = None,
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
    each : ndarray of float, shape (n_respondents,), optional
        Respondents that a row stands for.

    Returns
    -------
    DataFrame
        One row per item and group: ``item``, ``group``, ``n``, ``n_group``, ``b`` (points by which
        the group answers the item higher than others with the same mean on the other items),
        ``se``, ``p``, ``p_adjusted`` (over all items and groups), ``level`` (the part of ``b`` that
        a mere difference in level makes), ``flagged``. NaN and not flagged where the figure is not
        defined: a group of fewer than two, no answers on the other items, four rows in all. A
        single item has no rows, since there is nothing to hold it against.

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

    Flagged is |b| >= 5 with p < .01 where this is neither chance among many nor a difference in
    level: the same test with an error that is right in small groups (`shift.careful_p`), adjusted
    after Holm over all items and groups, below .025; and b less ``level`` (`shift.shift`) still 5
    points to the same side.

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
    others = reliability_of_others(values, codes, weights, each)
    for j, item in enumerate(items.columns):
        if values.shape[1] < 2:  # noqa: PLR2004 - nothing to hold it against
            break
        rest = mean_of_others(values, j)
        known = np.isfinite(values[:, j]) & np.isfinite(rest) & (codes >= 0)
        inside = member[known].astype(np.float64)
        y, x, w, own = values[known, j], rest[known], weights[known], some_of(each, known)
        found = shift(y, x, inside, w, float(others[j]), own)
        n, sizes = respondents(known, each), times(inside, own).sum(axis=0)
        p = 2 * special.stdtr(max(n - PARAMETERS, 1), -np.abs(found.b / found.se))
        honest = p.copy()
        for at in np.flatnonzero(p < P_LIMIT):  # others are not flagged whatever they say
            honest[at] = max(p[at], careful_p(y, x, inside[:, at], w, own))
        for place, number in enumerate(chosen):
            one = (found.b[place], found.se[place], p[place], honest[place], found.level[place])
            rows.append((item, names[number], n, int(sizes[place]), *one, False))
    return _flagged(pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS))


def _flagged(rows: pd.DataFrame) -> pd.DataFrame:
    """Adjust p over all items and groups, and flag."""
    tested = rows["p_adjusted"].notna()
    rows.loc[tested, "p_adjusted"] = holm(rows.loc[tested, "p_adjusted"].to_numpy())
    surely = (rows["p"] < P_LIMIT) & (rows["p_adjusted"] < FAMILY_LIMIT)
    return rows.assign(flagged=surely & beyond_level(rows))


def beyond_level(rows: pd.DataFrame) -> pd.Series:
    """Say which shifts are large, also without what a difference in level makes of them."""
    b = rows["b"]
    rest = (b - rows["level"]) * np.sign(b)
    large: pd.Series = (b.abs() >= SHIFT_LIMIT) & (rest >= SHIFT_LIMIT)
    return large


def screening_warnings(screened: pd.DataFrame, scale: str) -> list[str]:
    """Say which items shift in which group, one sentence each."""
    flagged = screened[screened["flagged"]]
    return [
        f"{scale}: {item!r} is answered {abs(b):.1f} points {'higher' if b > 0 else 'lower'} in "
        f"{group!r} than by others with the same answers to the other items: it may not mean the "
        "same there"
        for item, group, b in zip(flagged["item"], flagged["group"], flagged["b"], strict=True)
    ]
