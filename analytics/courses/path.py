"""The path of the whole: its change since every earlier wave, and its largest fall and rise.

A wave that is compared because it was the lowest, or a fall that is told because it was the
largest, was picked by looking. Each such change must be so much surer that all that were looked at
are together no more often wrong than one that was named beforehand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.verdict import sure_of_picked, verdicts_of_courses
from analytics.courses.course import courses
from analytics.courses.priors import priors_of
from analytics.courses.shown import as_shown

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from analytics.arrays import Integers
    from analytics.courses.published import PublishedLevel
    from analytics.courses.series import Correlations, Series

SINCE: Final = "since"  # from an earlier wave to the last
FALL: Final = "fall"  # the largest of those that are called, between two earlier waves
RISE: Final = "rise"
PATH_COLUMNS: Final = (
    "measure", "role", "since", "until", "difference", "low", "high", "chance", "verdict",
    "under_limit", "margin",
)  # fmt: skip


def path_of(
    whole: PublishedLevel,
    series: Series,
    waves: Sequence[str],
    correlation: Correlations,
    *,
    margins: pd.Series,
    named: Collection[str],
    told: Collection[str],
) -> pd.DataFrame:
    """Judge the changes of the whole between its waves.

    Parameters
    ----------
    whole, series
        Its levels, and the same as `analytics.courses.published.courses_alone` lays them out.
    waves : sequence of str
        Keys, oldest first.
    correlation : Correlations
        What changes of the last wave are judged with.
    margins : Series of float
        By measure: the smallest change that matters, in points. Others have no path.
    named : collection of str
        Waves that were named for comparison before anybody saw a figure.
    told : collection of str
        Waves between which the path is told; the others are read, and say nothing by themselves.

    Returns
    -------
    DataFrame
        ``PATH_COLUMNS``. For every measure that the last wave has, a row ``since`` each earlier
        wave that has it, and at most one ``fall`` and one ``rise`` between earlier waves: the
        largest of those that are called. Differences are those of `analytics.courses.findings`,
        from the same model; `sure_of_picked` says how sure they must be: of an earlier wave among
        all that the measure has, unless it was named, of a fall or rise among all pairs.
    """
    between = np.flatnonzero([key in told for key in waves])
    every = _every(whole, series, correlation, margins, between)
    key = np.array(waves, dtype=object)
    last = every["until"] == len(waves) - 1
    keyed = every.assign(since=key[every["since"]], until=key[every["until"]])
    now = keyed[last].assign(role=SINCE)
    beforehand = now["since"].isin(named)
    now["verdict"] = now["by_name"].where(beforehand, now["verdict"])
    now["under_limit"] = now["under_by_name"].where(beforehand, now["under_limit"])
    legs = keyed[~last]
    laid = pd.concat([now, _largest(legs, "down", FALL), _largest(legs, "up", RISE)])
    ordered = laid.sort_values(["measure", "role"], kind="stable", ignore_index=True)
    return ordered[list(PATH_COLUMNS)]


def _largest(legs: pd.DataFrame, verdict: str, role: str) -> pd.DataFrame:
    """Keep the largest of each measure that is called; of equal ones the latest and shortest."""
    called = legs[legs["verdict"] == verdict].assign(role=role)
    size = called["difference"].abs()
    order = called.assign(_size=size).sort_values(["_size", "until", "since"], kind="stable")
    return order.drop_duplicates("measure", keep="last").drop(columns="_size")


def _every(
    whole: PublishedLevel,
    series: Series,
    correlation: Correlations,
    margins: pd.Series,
    between: Integers,
) -> pd.DataFrame:
    """Judge the changes between these waves of a measure, as named beforehand and as picked."""
    shown, measure = ~np.isnan(whole.value), whole.keys["measure"]
    asked = np.flatnonzero(measure.isin(margins.index) & shown[:, -1])
    since, until = (between[at] for at in np.triu_indices(len(between), 1))
    prior = priors_of(shown.shape[1]).agency
    known = courses(series, prior, list(zip(since, until, strict=True)), correlation)
    at, pair = np.nonzero(shown[asked][:, since] & shown[asked][:, until])
    rows = asked[at]
    limit = margins.reindex(measure).to_numpy(dtype=np.float64)[rows]
    waves, last = shown[:, between].sum(axis=1)[rows], until[pair] == shown.shape[1] - 1
    judged = as_shown(known, rows, pair, limit)
    by_name, under_by_name = verdicts_of_courses(judged, limit)
    among = np.where(last, waves - 1, waves * (waves - 1) // 2)
    picked, under = verdicts_of_courses(judged, limit, sure_of_picked(among))
    return pd.DataFrame({
        "measure": measure.to_numpy()[rows], "since": since[pair], "until": until[pair],
        "difference": judged.difference, "low": judged.low, "high": judged.high,
        "chance": judged.chance, "verdict": picked, "under_limit": under, "by_name": by_name,
        "under_by_name": under_by_name, "margin": limit,
    })  # fmt: skip
