"""Shares of answers: what is counted, and among whom.

Agreement and each option on the scale are counted among those who placed themselves on it;
"don't know" and "prefer not to answer" among all who answered, since there they are the news.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.scoring import is_exposure, is_scored
from questionnaires.model import (
    AGREE_CODE,
    DISAGREE_CODE,
    GRADES,
    NOT_APPLICABLE,
    PREFER_NOT,
    PREFER_NOT_CODE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from analytics.arrays import Booleans, Floats
    from questionnaires.model import Item, Questionnaire

AGREE, DISAGREE = 75.0, 25.0  # scores of the two upper and the two lower grades
BALANCE_MINIMUM: Final = 50  # instruments.md 4.4
RECOMMENDING: Final = 11  # how likely, from 0 to 10


@dataclass(frozen=True, slots=True)
class Share:
    """One 0/1 column (the balance: -1/0/1), NaN for those it is not counted among.

    ``alike`` says when the column tells that everybody answered the same: "item" when all chose
    the same option of the item, "side" when all were on the same side of it, "constant" when all
    are 1 or all are 0, "all" when all are 1. ``column`` is that of the answers which alone decides
    it; empty where several do.
    """

    measure: str
    kind: str
    statistic: str
    category: str
    indicator: Floats
    alike: Literal["item", "side", "constant", "all"]
    column: str = ""


def shares_of(
    questionnaire: Questionnaire, answers: pd.DataFrame, scores: pd.DataFrame
) -> list[Share]:
    """List every share that a wave's answers give.

    Parameters
    ----------
    questionnaire : Questionnaire
        Background questions are left out: those of staff are never in the rows, and those of the
        public are groups, not results.
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes.
    scores : DataFrame of float, shape (n_respondents, n_scored_items)
        Item scores, for the direction of agreement.
    """
    found: list[Share] = []
    for item in questionnaire.items:
        if item.purpose == "background":
            continue
        if item.presentation == "checkbox":
            found.extend(_ticked(questionnaire, item, answers))
        elif is_exposure(questionnaire, item):
            found.extend(_exposed(questionnaire, item, answers))
        else:
            found.extend(_chosen(questionnaire, item, answers))
            found.extend(_agreement(questionnaire, item, scores))
    found.extend(_balances(questionnaire, answers))
    return found


def _indicator(hit: Booleans, among: Booleans) -> Floats:
    return np.where(among, hit.astype(np.float64), np.nan)


def _ticked(questionnaire: Questionnaire, item: Item, answers: pd.DataFrame) -> Iterator[Share]:
    for option in questionnaire.option_set(item).options:
        column = f"{item.id}:{option.code}"
        codes = answers[column].to_numpy()
        hit = _indicator(codes == 1, codes >= 0)
        yield Share(item.id, "item", "share", option.code, hit, "all", column)


def _exposed(questionnaire: Questionnaire, item: Item, answers: pd.DataFrame) -> Iterator[Share]:
    codes = answers[item.id].to_numpy()
    never = min(questionnaire.option_set(item).values)
    hit = _indicator(codes > never, codes >= 0)
    yield Share(item.id, "item", "prevalence", "", hit, "constant", item.id)
    silent = codes == PREFER_NOT
    hit = _indicator(silent, silent | (codes >= 0))
    yield Share(item.id, "item", "share", PREFER_NOT_CODE, hit, "all", item.id)


def _chosen(questionnaire: Questionnaire, item: Item, answers: pd.DataFrame) -> Iterator[Share]:
    codes = answers[item.id].to_numpy()
    answered = (codes >= 0) | (codes == NOT_APPLICABLE) | (codes == PREFER_NOT)
    for option in questionnaire.option_set(item).options:
        among = answered if option.missing else codes >= 0
        hit = codes == option.stored
        alike: Literal["item", "all"] = "all" if option.missing else "item"
        found = _indicator(hit, among)
        yield Share(item.id, "item", "share", option.code, found, alike, item.id)


def _agreement(questionnaire: Questionnaire, item: Item, scores: pd.DataFrame) -> Iterator[Share]:
    if not is_scored(questionnaire, item):
        return
    if len(questionnaire.option_set(item).values) != GRADES:
        return
    score = scores[item.id].to_numpy()
    among = np.isfinite(score)
    for category, hit in ((AGREE_CODE, score >= AGREE), (DISAGREE_CODE, score <= DISAGREE)):
        found = _indicator(hit, among)
        yield Share(item.id, "item", "share", category, found, "side", item.id)


def with_a_view(measure: str, scores: pd.DataFrame) -> Share:
    """Count those who answered enough to be scored on every part of an index.

    Parameters
    ----------
    measure : str
        The index, for instance ``TI``.
    scores : DataFrame of float, shape (n_respondents, n_parts)
        Scores of its parts; everybody in the frame was asked.
    """
    hit = scores.notna().all(axis=1).to_numpy()
    among = np.ones(len(scores), dtype=bool)
    return Share(measure, "index", "share", "view", _indicator(hit, among), "all")


def _balances(questionnaire: Questionnaire, answers: pd.DataFrame) -> Iterator[Share]:
    """Yield the balance of each scale that is one question on recommending, from 0 to 10."""
    for scale in questionnaire.scales:
        if len(scale.items) > 1 or scale.items[0] not in answers.columns:
            continue
        (item,) = scale.items
        if len(questionnaire.option_set(item).values) != RECOMMENDING:
            continue
        codes = answers[item].to_numpy()
        side = (codes >= 9).astype(np.float64) - (codes <= 6)  # noqa: PLR2004 - instruments.md 4.4
        among = np.where(codes >= 0, side, np.nan)
        yield Share(scale.code, "index", "balance", "", among, "constant", item)
