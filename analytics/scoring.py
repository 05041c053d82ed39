"""From stored codes to scores on 0-100, where high is good.

Source: instruments.md 4.1 and 4.2. Not asked, not answered, not applicable and prefer not to
answer never become a number: not 0, not 50.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.errors import FrameError
from questionnaires.least_answers import least_answers
from questionnaires.model import NOT_ASKED
from questionnaires.sensitivity import EXPOSURES

if TYPE_CHECKING:
    from collections.abc import Collection

    from analytics.arrays import Booleans, Floats
    from questionnaires.model import Item, Questionnaire, Scale


def is_scored(questionnaire: Questionnaire, item: Item) -> bool:
    """Tell whether an item has a score on 0-100: a graded measure that is not about exposure.

    Exposure is counted as prevalence (instruments.md 4.1).
    """
    options = questionnaire.option_set(item)
    return (
        item.purpose == "measure"
        and item.presentation != "checkbox"
        and options.kind == "scale"
        and not is_exposure(questionnaire, item)
    )


def is_exposure(questionnaire: Questionnaire, item: Item) -> bool:
    """Tell whether an item asks how often something happened to the respondent."""
    return questionnaire.sensitivity_of(item) in EXPOSURES


def score_codes(codes: pd.Series, *, lowest: int, highest: int, reverse: bool) -> pd.Series:
    """Score one item.

    Parameters
    ----------
    codes : Series of int, shape (n_respondents,)
        Stored codes; below zero is missing.
    lowest, highest : int
        The ends of the response scale, for instance 1 and 5, or 0 and 10.
    reverse : bool
        Whether agreement is the bad end.

    Returns
    -------
    Series of float, shape (n_respondents,)
        Points on 0-100; missing where there is no answer on the scale.

    Raises
    ------
    FrameError
        If a code lies outside the scale.

    Examples
    --------
    >>> score_codes(pd.Series([4, -2]), lowest=1, highest=5, reverse=False).tolist()
    [75.0, nan]
    """
    values = codes.to_numpy(dtype=np.float64)
    answered = values >= 0
    if ((values[answered] < lowest) | (values[answered] > highest)).any():
        raise FrameError(f"the column {codes.name} holds a code outside {lowest} to {highest}")
    score = (values - lowest) * (100.0 / (highest - lowest))
    if reverse:
        score = 100.0 - score
    return pd.Series(np.where(answered, score, np.nan), index=codes.index, name=codes.name)


def item_scores(
    questionnaire: Questionnaire, answers: pd.DataFrame, *, only: Collection[str] | None = None
) -> pd.DataFrame:
    """Score every scored item of a questionnaire.

    Parameters
    ----------
    questionnaire : Questionnaire
        Says which items are scored, on which scale and in which direction.
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes.
    only : collection of str, optional
        The items that are wanted.

    Returns
    -------
    DataFrame of float, shape (n_respondents, n_scored_items)
        Points on 0-100, in the order of the form.
    """
    columns: dict[str, pd.Series] = {}
    for item in questionnaire.items:
        if not is_scored(questionnaire, item) or (only is not None and item.id not in only):
            continue
        values = [
            option.value
            for option in questionnaire.option_set(item).options
            if option.value is not None and option.missing is None
        ]
        columns[item.id] = score_codes(
            answers[item.id], lowest=min(values), highest=max(values), reverse=item.reversed
        )
    return pd.DataFrame(columns, index=answers.index)


def scale_score(scores: Floats, asked: Booleans, *, min_answered: float) -> Floats:
    """Average each person's answers, if enough of those asked were answered.

    Parameters
    ----------
    scores : ndarray of float, shape (n_respondents, k)
        Item scores, NaN where missing.
    asked : ndarray of bool, shape (n_respondents, k)
        Which items the person was asked: a filtered or split item is no missing answer.
    min_answered : float
        Share of the items asked that must be answered, rounded up to whole items.

    Returns
    -------
    ndarray of float, shape (n_respondents,)
        Points on 0-100; NaN below the minimum.

    Notes
    -----
    With 0.6: 2 of 2, 2 of 3, 3 of 4, 3 of 5, 5 of 8 (instruments.md 4.2).
    """
    k = scores.shape[1]
    needed = np.array([least_answers(min_answered, size) for size in range(k + 1)])
    answered = np.isfinite(scores)
    count = answered.sum(axis=1)
    enough = (count >= needed[asked.sum(axis=1)]) & (count > 0)
    total = (scores if answered.all() else np.where(answered, scores, 0.0)).sum(axis=1)
    return np.where(enough, total / np.maximum(count, 1), np.nan)


def scale_scores(
    questionnaire: Questionnaire,
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    only: Collection[str] | None = None,
) -> pd.DataFrame:
    """Score every scale that the form can carry.

    Parameters
    ----------
    questionnaire : Questionnaire
        Its ``scales`` name their items and the share that must be answered.
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes, to tell what was not asked.
    items : DataFrame of float, shape (n_respondents, n_scored_items)
        What `item_scores` returned.
    only : collection of str, optional
        The scales that are wanted.

    Returns
    -------
    DataFrame of float, shape (n_respondents, n_scales)
        Points on 0-100, one column per scale code.
    """
    columns = {
        scale.code: _score(scale, answers, items)
        for scale in questionnaire.scales
        if all(item in items.columns for item in scale.items)
        and (only is None or scale.code in only)
    }
    return pd.DataFrame(columns, index=answers.index)


def _score(scale: Scale, answers: pd.DataFrame, items: pd.DataFrame) -> Floats:
    names = list(scale.items)
    return scale_score(
        items[names].to_numpy(dtype=np.float64),
        answers[names].to_numpy() != NOT_ASKED,
        min_answered=scale.min_answered,
    )
