"""What has changed since an earlier wave, and whether to say so.

Answers are never linked, so who answered twice is not known: of the finite population correction
the error of a change takes what the invitations imply, and no more (docs/adr/0012). A verdict is
decided on figures rounded to 0.1, so that a reader can check it against the interval shown
(design.md 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.difference import difference_errors, differences
from analytics.comparison.unlinked import unlinked_errors
from analytics.comparison.verdict import (
    MARGIN,
    P_DECIMALS,
    UNIT_MARGIN,
    adjusted_within,
    discovered,
    unit_families,
    verdicts,
)
from analytics.digits import to_digits
from analytics.tables import CHANGE_COLUMNS, ChangeTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tables import EstimateTable

DECIMALS: Final = 1
# parts that a staff is split into for its pulses
PANELS: Final = 3.0
_KEY: Final = ["measure", "statistic", "level", "domain"]


@dataclass(frozen=True, slots=True)
class WaveMeta:
    """What decides how two waves may be compared.

    ``kind`` is main, pulse, half_year, open or yearly; ``panel`` names the third of the staff
    that a pulse invited: the same people by the same name in every year.
    """

    key: str
    kind: str
    population: str
    invited_everybody: bool
    panel: str | None = None


def uses_correction(one: WaveMeta, other: WaveMeta) -> bool:
    """Tell whether a change of staff is about those very people.

    Returns
    -------
    bool
        True where at least one of the waves invited everybody: then so many answered both that
        their answers going together makes the change surer. False between panels and for the
        public; the same panel twice is treated as carefully.
    """
    if one.population != "staff" or other.population != "staff":
        return False
    return one.invited_everybody or other.invited_everybody


def answers_together(one: WaveMeta, other: WaveMeta) -> float:
    r"""Tell how much the errors of two waves of staff go together because the same people answered.

    Returns
    -------
    float
        In multiples of what two waves share that invite everybody: 1 where one of them does, the
        number of panels for the same panel twice, 0 between panels and for the public.

    Notes
    -----
    The means of :math:`n_1` and :math:`n_2` of N people, of whom :math:`n_{12}` answered both, have
    the covariance :math:`\rho S^2 n_{12} / (n_1 n_2)` (Kish 1965, 12.4). Where people answer
    independently of each other that is :math:`\rho S^2 / N` with everybody invited once, and with
    N over the people of a panel for N where both times the same panel was.
    """
    if uses_correction(one, other):
        return 1.0
    both_staff = one.population == other.population == "staff"
    return PANELS if both_staff and one.panel and one.panel == other.panel else 0.0


def changes(
    current: tuple[WaveMeta, EstimateTable], earlier: Sequence[tuple[WaveMeta, EstimateTable]]
) -> ChangeTable:
    """Compare each measure with the previous wave that has it, and with the first.

    Parameters
    ----------
    current : tuple of WaveMeta and EstimateTable
    earlier : sequence of tuple of WaveMeta and EstimateTable
        In order of time.

    Returns
    -------
    ChangeTable
        Both roles, also where previous and first are the same wave.
    """
    meta, table = current
    now = _means(table)
    parts: list[pd.DataFrame] = []
    for role, order in (("previous", list(reversed(earlier))), ("first", list(earlier))):
        open_measures = set(now["measure"])
        for other, found in order:
            then = _means(found)
            shared = open_measures & set(then["measure"])
            if shared:
                parts.append(
                    _differences(
                        now[now["measure"].isin(shared)],
                        then[then["measure"].isin(shared)],
                        corrected=uses_correction(meta, other),
                    ).assign(since=other.key, role=role)
                )
            open_measures -= shared
    if not parts:
        return ChangeTable.empty()
    return decide(pd.concat(parts, ignore_index=True))


def decide(differences: pd.DataFrame) -> ChangeTable:
    """Adjust p for many units and give each change its verdict.

    Call again with the rows that are published: the units of an index that are not shown should
    not count among its comparisons.

    Parameters
    ----------
    differences : DataFrame
        ``measure``, ``statistic``, ``level``, ``domain``, ``since``, ``role``, ``difference``,
        ``se``, ``low``, ``high``, ``p`` in points on 0-100. A frame of `ChangeTable` will do.

    Returns
    -------
    ChangeTable

    Notes
    -----
    The rule is `analytics.comparison.verdict.verdicts`; among the units of an index,
    Benjamini-Hochberg at 10 % must agree.
    """
    frame = differences.reset_index(drop=True)
    margin = np.where(frame["level"] == "unit", UNIT_MARGIN, MARGIN)
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


def _differences(now: pd.DataFrame, then: pd.DataFrame, *, corrected: bool) -> pd.DataFrame:
    wanted = [*_KEY, "mean", "se", "se_model", "df"]
    both = now[wanted].merge(
        then[wanted], on=_KEY, suffixes=("_now", "_then"), validate="one_to_one"
    )
    value = {name: both[name].to_numpy(dtype=np.float64) for name in both.columns[len(_KEY) :]}
    difference = value["mean_now"] - value["mean_then"]
    se, df = difference_errors(
        value["se_model_now"], value["se_model_then"], value["df_now"], value["df_then"]
    )
    if corrected:
        se = unlinked_errors(
            (value["se_then"], value["se_now"]), (value["se_model_then"], value["se_model_now"])
        )
    found = differences(difference, se, df)
    return both[_KEY].assign(
        difference=difference, se=se, low=found.low, high=found.high, p=found.p
    )
