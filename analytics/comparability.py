"""Whether groups may be compared on a scale: units that differ, and items that mean the same.

Both are judged on whole measures over groups whose figures are published, never on a hidden one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np
import pandas as pd

from analytics.answered_alike import answer_kinds
from analytics.comparison.agreement import COMPARABLE, icc
from analytics.comparison.multiplicity import benjamini_hochberg
from analytics.on_demand import item_rows
from analytics.scale_quality.screening import P_LIMIT, beyond_level, screen_items

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.on_demand import ScoreTable

FEWEST_UNITS: Final = 10
FEWEST_ITEMS: Final = 3  # of two items nobody can say which one is read otherwise
DECIMALS: Final = 2

AGREEMENT_COLUMNS: Final = {
    "measure": "str", "units": "int64", "icc1": "float64", "icc2": "float64", "comparable": "bool",
}  # fmt: skip
FEWEST_ANSWERS: Final = 50  # in a group: below that, robust errors of a regression are too small
SHIFT_COLUMNS: Final = {"item": "str", "group": "str", "points": "int64"}


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What each respondent scored on 0-100, with their final weight.

    Parameters
    ----------
    items, scales : ScoreTable of float, shape (n_respondents, n_measures)
        Missing is NaN. Plain indices are among the scales.
    composed : mapping of str to mapping of str to float
        Indices that are means of scales, with the weight of each.
    weight : ndarray of float, shape (n_respondents,)
        Persons per respondent.
    """

    items: ScoreTable
    scales: ScoreTable
    composed: Mapping[str, Mapping[str, float]]
    weight: Floats

    @classmethod
    def of_parts(cls, scores: Sequence[Scores], rows: pd.Index) -> Self:
        """Lay core and modules side by side over all who answered; who was not asked has none."""
        items, scales = (
            [one.items[list(one.items.columns)].reindex(rows) for one in scores],
            [one.scales[list(one.scales.columns)].reindex(rows) for one in scores],
        )
        return cls(
            pd.concat(items, axis=1),
            pd.concat(scales, axis=1),
            {code: weights for one in scores for code, weights in one.composed.items()},
            scores[0].weight,
        )

    def of(self, measure: str) -> Floats:
        """Return one measure; a composed index has a value where all its parts have one."""
        if measure in self.composed:
            parts = self.composed[measure]
            weights = np.array(list(parts.values()), dtype=np.float64)
            values = self.scales[list(parts)].to_numpy(dtype=np.float64)
            return np.asarray(values @ weights / weights.sum(), dtype=np.float64)
        return np.asarray(self.scales[measure], dtype=np.float64)

    @property
    def measures(self) -> tuple[str, ...]:
        """Name the scales and indices."""
        return (*map(str, self.scales.columns), *self.composed)


def unit_agreement(
    scores: Scores, unit: pd.Series, shown: Mapping[str, Collection[str]]
) -> pd.DataFrame:
    """Say for each scale and index whether the means of units can be told apart.

    Parameters
    ----------
    scores : Scores
    unit : Series of str, shape (n_respondents,)
        Reporting unit of each respondent.
    shown : mapping of str to collection of str
        For each measure, the units whose mean is published; no answer from elsewhere enters.

    Returns
    -------
    DataFrame
        ``measure``, ``units``, ``icc1`` and ``icc2`` with two decimals (NaN where all units have
        one mean), ``comparable`` (ICC(2), as rounded, of at least .60). Measures with fewer than
        ten such units have no row.

    References
    ----------
    instruments.md 4.5; Bliese (2000), see `analytics.comparison.agreement.icc`.
    """
    rows: list[tuple[object, ...]] = []
    for measure in scores.measures:
        names = sorted(shown.get(measure, ()))
        if len(names) < FEWEST_UNITS:
            continue
        codes = pd.Index(names).get_indexer(pd.Index(unit))
        found = icc(scores.of(measure), codes.astype(np.int64))
        icc1, icc2 = round(found.icc1, DECIMALS), round(found.icc2, DECIMALS)
        rows.append((measure, found.units, icc1, icc2, bool(icc2 >= COMPARABLE)))
    return pd.DataFrame(rows, columns=list(AGREEMENT_COLUMNS)).astype(AGREEMENT_COLUMNS)


def shifted_items(
    scores: Scores,
    scales: Mapping[str, Sequence[str]],
    group: pd.Series,
    shown: Mapping[str, Collection[str]],
    counts: Mapping[tuple[str, str], int],
) -> pd.DataFrame:
    """Find the items that a group answers otherwise than people with the same other answers do.

    Parameters
    ----------
    scores : Scores
    scales : mapping of str to sequence of str
        The items of each scale; a scale of two items cannot be tested.
    group : Series, shape (n_respondents,)
        One group for each respondent, or missing.
    shown : mapping of str to collection of str
        For each scale, the groups whose mean is published; no answer from elsewhere enters.
    counts : mapping of (str, str) to int
        How many are told to have answered an item in a group, of those groups.

    Returns
    -------
    DataFrame
        ``item``, ``group`` and ``points``, the shift in whole points, of those where it is at least
        5 points with p below .01, also without what a difference in level makes of it. p is
        adjusted over all items and groups of the wave (Benjamini and Hochberg), for with eight
        groups and forty items one in a hundred is three by chance. Groups of fewer than 50 told
        answers, or beside fewer, are not judged.

    References
    ----------
    instruments.md 4.10; `analytics.scale_quality.screening.screen_items`.
    """
    found = []
    kinds = answer_kinds(group, scores.weight)
    for scale, items in scales.items():
        if len(items) >= FEWEST_ITEMS and shown.get(scale):
            own = item_rows(scores.items, items, kinds)
            of = kinds.group_of(own.kind, own.scores.index)
            held = of.where(of.isin(shown[scale]))
            tested = screen_items(own.scores, held, kinds.weight[own.kind], own.each)
            found.append(tested[_large(tested, shown[scale], counts)])
    rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["p"])
    rows = rows[rows["p"].notna()]
    if rows.empty:
        return pd.DataFrame(columns=list(SHIFT_COLUMNS)).astype(SHIFT_COLUMNS)
    adjusted = benjamini_hochberg(rows["p"].to_numpy(dtype=np.float64))
    flagged = rows[beyond_level(rows) & (adjusted < P_LIMIT)]
    made = flagged.assign(points=flagged["b"].round())[list(SHIFT_COLUMNS)].astype(SHIFT_COLUMNS)
    # an item of two scales has a row for each
    single: pd.DataFrame = made.sort_values(["item", "group"], kind="stable").drop_duplicates(
        ["item", "group"], ignore_index=True
    )
    return single


def _large(
    tested: pd.DataFrame, groups: Collection[str], counts: Mapping[tuple[str, str], int]
) -> Booleans:
    """Mark the rows where enough are told to have answered inside a group and beside it."""
    pairs = zip(tested["item"], tested["group"], strict=True)
    inside = np.array([counts[pair] for pair in pairs], dtype=np.int64)
    every = [sum(counts[item, one] for one in groups) for item in tested["item"]]
    smaller = np.minimum(inside, np.array(every, dtype=np.int64) - inside)
    return np.asarray(smaller >= FEWEST_ANSWERS, dtype=np.bool_)
