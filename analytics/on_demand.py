"""Scores of a wave too large to keep: made from the stored codes when somebody asks for them.

Who asks for the items of a scale can have them of those who answered alike, as one row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, overload

import numpy as np
import pandas as pd

from analytics.answered_alike import distinct_answers
from analytics.scoring import is_scored, item_scores, scale_scores

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analytics.answered_alike import Kinds
    from analytics.arrays import Floats, Integers
    from questionnaires.model import Questionnaire


class ScoreTable(Protocol):
    """What is asked of a table of scores; a DataFrame is one."""

    @property
    def columns(self) -> pd.Index: ...  # noqa: D102 - as of a DataFrame
    @overload
    def __getitem__(self, key: str) -> pd.Series: ...
    @overload
    def __getitem__(self, key: list[str]) -> pd.DataFrame: ...


@dataclass(frozen=True, slots=True)
class OnDemand:
    """Columns of float, NaN where missing, that are computed each time.

    ``columns`` names them; ``scored`` makes those that are wanted of stored codes.
    """

    columns: pd.Index
    answers: pd.DataFrame
    scored: Callable[[pd.DataFrame, Sequence[str]], pd.DataFrame]

    @overload
    def __getitem__(self, key: str) -> pd.Series: ...
    @overload
    def __getitem__(self, key: list[str]) -> pd.DataFrame: ...
    def __getitem__(self, key: str | list[str]) -> pd.Series | pd.DataFrame:
        if isinstance(key, str):
            one: pd.Series = self.scored(self.answers, [key])[key]
            return one
        return self.scored(self.answers, key)[key]


@dataclass(frozen=True, slots=True, eq=False)
class ItemRows:
    """Scores of some items.

    Parameters
    ----------
    scores : DataFrame of float, shape (n_rows, k)
        NaN where missing.
    kind : ndarray of int, shape (n_rows,)
        0 where no kinds are told apart.
    each : ndarray of float, shape (n_rows,), or None
        Respondents that a row stands for; None where each has a row.
    """

    scores: pd.DataFrame
    kind: Integers
    each: Floats | None


def item_rows(items: ScoreTable, names: Sequence[str], kinds: Kinds | None = None) -> ItemRows:
    """Give the scores of some items: where they are made on demand, a row for all who answer alike.

    Parameters
    ----------
    items : ScoreTable
        From `items_on_demand`, if on demand.
    names : sequence of str
    kinds : Kinds, optional
        Respondents who are told apart.
    """
    wanted = list(names)
    if not isinstance(items, OnDemand):
        own = items[wanted]
        kind = np.zeros(len(own)) if kinds is None else kinds.code
        return ItemRows(own, kind.astype(np.int64), None)
    found = distinct_answers(items.answers, wanted, kinds)
    return ItemRows(items.scored(found.codes, wanted)[wanted], found.kind, found.each)


def items_on_demand(questionnaire: Questionnaire, answers: pd.DataFrame) -> OnDemand:
    """Give every scored item, in the order of the form, as `analytics.scoring.item_scores` does."""
    items = [item.id for item in questionnaire.items if is_scored(questionnaire, item)]
    return OnDemand(pd.Index(items), answers, partial(_items, questionnaire))


def scales_on_demand(questionnaire: Questionnaire, answers: pd.DataFrame) -> OnDemand:
    """Give every scale that the form can carry, as `analytics.scoring.scale_scores` does."""
    scored = {item.id for item in questionnaire.items if is_scored(questionnaire, item)}
    scales = [one.code for one in questionnaire.scales if scored.issuperset(one.items)]
    return OnDemand(pd.Index(scales), answers, partial(_scales, questionnaire))


# by name and not within the others: estimates are handed from one process to another
def _items(form: Questionnaire, answers: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    return item_scores(form, answers, only=names)


def _scales(form: Questionnaire, answers: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    needed = {item for one in form.scales if one.code in names for item in one.items}
    items = item_scores(form, answers, only=needed)
    return scale_scores(form, answers, items, only=names)
