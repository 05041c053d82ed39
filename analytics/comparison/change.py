"""What has changed since an earlier wave, and whether to say so.

Answers are never linked, so who answered twice is not known: of the finite population correction
the error of a change takes what the invitations imply, and no more (docs/adr/0012, 0136). A verdict
is decided on figures rounded to 0.1, so that a reader can check it against the interval shown
(design.md 5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.difference import difference_errors, infer_differences
from analytics.comparison.unlinked import unlinked_errors
from analytics.comparison.verdict import (
    P_DECIMALS,
    adjusted_within,
    discovered,
    unit_families,
    verdicts,
)
from analytics.digits import to_digits
from analytics.tables import CHANGE_COLUMNS, ChangeTable
from analytics.waves import answers_together
from questionnaires.margins import USUAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tables import EstimateTable
    from analytics.waves import WaveMeta
    from questionnaires.margins import Margins

DECIMALS: Final = 1
_KEY: Final = ["measure", "statistic", "level", "domain"]


def compare_waves(
    current: tuple[WaveMeta, EstimateTable],
    earlier: Sequence[tuple[WaveMeta, EstimateTable]],
    margins: Margins = USUAL,
) -> ChangeTable:
    """Compare each measure with the previous wave that has it, and with the first.

    Parameters
    ----------
    current : tuple of WaveMeta and EstimateTable
        The newest wave.
    earlier : sequence of tuple of WaveMeta and EstimateTable
        Earlier waves of the same series in order of time; those of another population (an open
        link against a drawn sample) are left out.
    margins : Margins, optional
        The smallest changes that matter.

    Returns
    -------
    ChangeTable
        Means of indices, scales and items in every domain that both waves measured, in both roles,
        also where previous and first are the same wave.
    """
    meta, table = current
    same = [(other, found) for other, found in earlier if other.population == meta.population]
    now = _means(table)
    parts: list[pd.DataFrame] = []
    for role, order in (("previous", list(reversed(same))), ("first", same)):
        open_measures = set(now["measure"])
        for other, found in order:
            then = _means(found)
            shared = open_measures & set(then["measure"])
            if shared:
                parts.append(
                    _differences(
                        now[now["measure"].isin(shared)],
                        then[then["measure"].isin(shared)],
                        answers_together(meta, other),
                    ).assign(since=other.key, role=role)
                )
            open_measures -= shared
    if not parts:
        return ChangeTable.empty()
    return decide(pd.concat(parts, ignore_index=True), margins)


def decide(differences: pd.DataFrame, margins: Margins = USUAL) -> ChangeTable:
    """Adjust p for many units and give each change its verdict.

    Call again with the rows that are published: the units of an index that are not shown should
    not count among its comparisons.

    Parameters
    ----------
    differences : DataFrame
        ``measure``, ``statistic``, ``level``, ``domain``, ``since``, ``role``, ``difference``,
        ``se``, ``low``, ``high``, ``p`` in points on 0-100. A frame of `ChangeTable` will do.
    margins : Margins, optional
        The smallest changes that matter.

    Returns
    -------
    ChangeTable

    Notes
    -----
    The rule is `analytics.comparison.verdict.verdicts`; among the units of an index,
    Benjamini-Hochberg at 10 % must agree.
    """
    frame = differences.reset_index(drop=True)
    margin = frame["level"].map(margins.at).to_numpy(dtype=np.float64)
    adjusted = adjusted_within(frame["p"].to_numpy(dtype=np.float64), unit_families(frame))
    rounded = to_digits(frame[["difference", "low", "high"]].to_numpy(dtype=np.float64), DECIMALS)
    verdict, under = verdicts(
        rounded[:, 0], rounded[:, 1], rounded[:, 2], margin, discovered(adjusted, P_DECIMALS)
    )
    decided = frame.assign(p_adjusted=adjusted, verdict=verdict, under_limit=under, margin=margin)
    return ChangeTable(decided[list(CHANGE_COLUMNS)])


def _means(table: EstimateTable) -> pd.DataFrame:
    frame = table.frame
    return frame[(frame["statistic"] == "mean") & (frame["n"] > 0)]


def _differences(now: pd.DataFrame, then: pd.DataFrame, together: float) -> pd.DataFrame:
    wanted = [*_KEY, "mean", "se", "se_model", "df"]
    both = now[wanted].merge(
        then[wanted], on=_KEY, suffixes=("_now", "_then"), validate="one_to_one"
    )
    value = {name: both[name].to_numpy(dtype=np.float64) for name in both.columns[len(_KEY) :]}
    difference = value["mean_now"] - value["mean_then"]
    se, df = difference_errors(
        value["se_model_now"], value["se_model_then"], value["df_now"], value["df_then"]
    )
    if together:
        se = unlinked_errors(
            (value["se_then"], value["se_now"]),
            (value["se_model_then"], value["se_model_now"]),
            together=together,
        )
    found = infer_differences(difference, se, df)
    return both[_KEY].assign(
        difference=difference, se=se, low=found.low, high=found.high, p=found.p
    )
