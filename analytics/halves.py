"""An overlap wave: random halves were asked the old and the new words of some items.

What the wave shows is what the half in the new words said, beside all that everybody was asked
alike. The half in the old words tells one thing alone, what the new words did to answers of the
whole (`analytics.trend.wording`).

Where scales have other items and everybody was asked those of both, the two "halves" are the same
people, and nothing that the wave shows rests on fewer answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.estimation.intervals import mean_interval, share_interval
from analytics.partly_answered import follow_from_items, without_partial_answers
from analytics.scoring import item_scores, scale_scores
from analytics.tables import EstimateTable
from analytics.trend.wording import WIDER, wording_effects
from questionnaires.arms import NEW, OLD, arm_of, has_arms, has_both, in_arm, without_arm
from questionnaires.halves import Touched, in_words_of, touched_by_words
from questionnaires.measures import EQUAL
from questionnaires.model import NOT_ASKED

if TYPE_CHECKING:
    from analytics.arrays import Booleans
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition
    from analytics.trend.wording import WordingEffect
    from questionnaires.model import Questionnaire

_SHARES = ("share", "prevalence")


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """What a half was asked, in the names of a wave that asks everybody the same.

    ``answers`` has all respondents; ``asked`` tells who is of this half.
    """

    questionnaire: Questionnaire
    answers: pd.DataFrame
    asked: Booleans

    def scores(self, touched: Touched) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Score items and scales; on a scale that other words touch, this half alone.

        A person of the other half answered the rest of such a scale, which is not the scale.
        """
        items = item_scores(self.questionnaire, self.answers)
        scales = scale_scores(self.questionnaire, self.answers, items)
        names = [code for code in scales.columns if code in touched.scales]
        return items, scales.assign(
            **{name: scales[name].where(pd.Series(self.asked, scales.index)) for name in names}
        )


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """Both halves of a wave, and the measures that they were asked differently.

    ``paired``: everybody was asked both, and is in either half.
    """

    new: Half
    old: Half
    touched: Touched
    paired: bool = False


def halves_of(questionnaire: Questionnaire, answers: pd.DataFrame) -> Halves | None:
    """Divide a wave by the words that people were asked in; None where all were asked alike.

    Parameters
    ----------
    questionnaire : Questionnaire
        As frozen, with both wordings.
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes; what a person was not asked is ``NOT_ASKED``.
    """
    if not has_both(questionnaire):
        return None
    old, new = (_half(questionnaire, answers, number) for number in (OLD, NEW))
    paired = not has_arms(questionnaire)
    return Halves(new, old, touched_by_words(questionnaire), paired)


def _half(questionnaire: Questionnaire, answers: pd.DataFrame, number: int) -> Half:
    columns = list(in_arm(map(str, answers.columns), number))
    own = [column for column in columns if arm_of(column) is not None]
    asked = (answers[own].to_numpy() != NOT_ASKED).any(axis=1)
    return Half(
        in_words_of(questionnaire, number),
        answers[columns].rename(columns=without_arm),
        asked if own else np.ones(len(answers), dtype=np.bool_),
    )


def effects_of(
    halves: Halves,
    design: Design,
    partitions: tuple[Partition, ...],
    cell: pd.Series | None,
    minimum_group: int,
) -> tuple[WordingEffect, ...]:
    """Measure what the new words did to answers of the whole.

    Parameters
    ----------
    halves : Halves
    design : Design
        Of the whole wave.
    partitions : tuple of Partition
        Its levels; the effect may differ between units of staff, and between groups of others.
    cell, minimum_group
        As `analytics.partly_answered.without_partial_answers`: beside the items' means an effect
        would tell the score of whoever answered a scale in part.
    """
    (new, here), (old, there) = (
        _told(one, halves.touched, cell, minimum_group) for one in (halves.new, halves.old)
    )
    asked = halves.touched.items | halves.touched.scales
    columns = [name for name in new.columns if name in asked and name in old.columns]
    form = halves.new.questionnaire
    composed = {one.code: one.parts for one in form.indices if one.parts}
    composed |= {f"{one.code}{EQUAL}": one.equal_parts for one in form.indices if one.equal_parts}
    indices = {
        code: {part: weight for part, weight in parts.items() if part in columns}
        for code, parts in composed.items()
        if code in halves.touched.indices and set(parts) <= set(new.columns)
    }
    lowest = next((one for one in partitions if one.level == "unit"), None) or partitions[-1]
    one, other = new[columns], old[columns]
    if halves.paired:
        both, marked = one.notna() & other.notna(), here[columns] | there[columns]
        one, other = (_of_both(scores, both, marked, cell) for scores in (one, other))
    wider = [one for one in partitions if lowest.level == "unit" and one.level in WIDER]
    return tuple(
        wording_effects(design, one, other, lowest, indices, paired=halves.paired, wider=wider)
    )


def _of_both(
    scores: pd.DataFrame, both: pd.DataFrame, marked: pd.DataFrame, cell: pd.Series | None
) -> pd.DataFrame:
    """Keep the scores of those who have one of either version.

    Where scales follow from their items they keep the mean of all who have one: beside it, that of
    those with both would tell the score of whoever has one alone.
    """
    kept = scores.where(both)
    if cell is None or kept.empty:
        return kept
    by = cell.to_numpy()
    moved = scores.groupby(by).transform("mean") - kept.groupby(by).transform("mean")
    return kept + moved.where(marked, 0.0)


def _told(
    half: Half, touched: Touched, cell: pd.Series | None, minimum_group: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score items and scales as they may be told, and mark the scales that follow from items."""
    items, scales = half.scores(touched)
    form = half.questionnaire
    told = without_partial_answers(form, items, scales, cell, minimum_group)
    marked = follow_from_items(form, items, scales, cell, minimum_group)
    return pd.concat([items, told], axis=1), marked


def for_the_new_half(table: EstimateTable, halves: Halves) -> EstimateTable:
    r"""Correct the errors of what half of a finite staff was asked by as many as were.

    Others have no correction, and stay as they are; so does all where everybody was asked both.

    Notes
    -----
    A domain's error is corrected by the share of the staff that answered. Of what a half was asked
    that is twice too much: its mean errs from that of everybody by :math:`V (1 - n/N)` with n the
    answers of the half. An index of which other parts were asked of everybody has n of its smallest
    part, and its error is too large rather than too small.
    """
    if halves.paired:
        return table
    frame = table.frame
    touched = frame["measure"].map(halves.touched.__contains__).to_numpy(dtype=bool)
    known = frame["population"].notna().to_numpy() & frame["se_model"].notna().to_numpy()
    rows = frame[touched & known]
    if rows.empty:
        return table
    people, n, model, mean, df, n_eff = (
        rows[name].to_numpy(dtype=np.float64)
        for name in ("population", "n", "se_model", "mean", "df", "n_eff")
    )
    se = model * np.sqrt(np.clip(1.0 - n / people, 0.0, 1.0))
    low, high = mean_interval(mean, se, df)
    share = rows["statistic"].isin(_SHARES).to_numpy()
    points = rows["statistic"].to_numpy() == "mean"
    low = np.maximum(low, np.where(points, 0.0, -1.0))
    high = np.minimum(high, np.where(points, 100.0, 1.0))
    if share.any():
        low[share], high[share] = share_interval(mean[share], se[share], df[share], n_eff[share])
    made = frame.copy()
    for name, values in {"se": se, "low": low, "high": high}.items():
        made.loc[rows.index, name] = values
    return EstimateTable(made)
