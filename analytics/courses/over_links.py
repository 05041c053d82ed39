"""The plain difference of two published figures where the words of a question changed between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.unlinked import LEAST_CORRELATION
from analytics.courses.findings import WHOLE
from analytics.courses.published import read_levels
from analytics.digits import to_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats
    from analytics.courses.bridges import Bridges
    from analytics.courses.published import PublishedLevel

_NORMAL: Final = 1.959963984540054
_KEY: Final = ["measure", "level", "domain", "since", "role"]


def differences_over_links(
    shown: pd.DataFrame,
    waves: Sequence[str],
    wanted: pd.DataFrame,
    bridges: Bridges,
    *,
    linked: Floats,
) -> pd.DataFrame:
    r"""Subtract an earlier figure from the last one, and what other words did with it.

    Parameters
    ----------
    shown : DataFrame
        As for `analytics.courses.findings.judge_by_series`, figures of before on the scale of now.
    waves : sequence of str
        Keys, oldest first; the last is the one that changes lead to.
    wanted : DataFrame
        ``measure``, ``level``, ``domain``, ``since`` and ``role``.
    bridges : Bridges
    linked : ndarray of float, shape (n_waves, n_waves)
        `analytics.waves.answers_together`.

    Returns
    -------
    DataFrame
        Rows of ``wanted`` of which both figures are shown, in their order, with ``difference``,
        ``low`` and ``high`` in points to one decimal.

    Notes
    -----
    :math:`x_t - x_s - \delta` with the variance
    :math:`V_s + V_t - 2 \rho \sqrt{(n/N)_s V_s (n/N)_t V_t} + Var(\delta) + \tau^2`, V without
    correction for a finite staff and :math:`\rho` that of `analytics.comparison.unlinked`; between
    units the effect differs by :math:`\tau`. To the overlap wave itself :math:`V_t` comes off
    twice: it is the half in the new words, whose error is in :math:`\delta`, so that the half in
    the old words is left.
    """
    parts = [
        _of_level(level, waves, rows, bridges, linked)
        for name, level in read_levels(shown, waves).items()
        if len(rows := wanted[wanted["level"] == name])
    ]
    columns = [*_KEY, "difference", "low", "high"]
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts).sort_index()[columns]


def _of_level(
    level: PublishedLevel,
    waves: Sequence[str],
    wanted: pd.DataFrame,
    bridges: Bridges,
    linked: Floats,
) -> pd.DataFrame:
    now = len(waves) - 1
    rows = level.rows(wanted["measure"], wanted["domain"])
    then = wanted["since"].map({key: at for at, key in enumerate(waves)}).fillna(now)
    since = then.to_numpy(dtype=np.int64)
    added = bridges.of_the_whole(level, waves)
    if str(level.keys["level"].iloc[0]) != WHOLE:
        # little of the new half's error is a part's own: it counts as if it were of others
        added = bridges.of_effects(level, waves) + bridges.of_parts(level, waves)
    free, people = level.free[rows], np.sqrt(np.nan_to_num(level.whole[rows]))
    at = np.arange(len(rows))
    both = LEAST_CORRELATION * linked[since, now] * people[at, since] * people[:, now]
    link = added[rows]
    own = link[at, since, since] + link[:, now, now] - 2.0 * link[at, since, now]
    variance = np.maximum(free[:, now] + free[at, since] - 2.0 * both + own, 0.0)
    difference = level.value[rows, now] - level.value[rows, since]
    reach = _NORMAL * np.sqrt(variance)
    found: pd.DataFrame = wanted.assign(
        difference=to_digits(difference, 1),
        low=to_digits(difference - reach, 1),
        high=to_digits(difference + reach, 1),
    )
    told = (rows >= 0) & (since < now) & np.isfinite(difference) & np.isfinite(variance)
    kept: pd.DataFrame = found[told]
    return kept
