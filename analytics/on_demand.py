"""Scores of a wave too large to keep: made from the stored codes when somebody asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, overload

import pandas as pd

from analytics.scoring import is_scored, item_scores, scale_scores

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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

    ``columns`` names them; ``scores`` is called with those that are wanted.
    """

    columns: pd.Index
    scores: Callable[[Sequence[str]], pd.DataFrame]

    @overload
    def __getitem__(self, key: str) -> pd.Series: ...
    @overload
    def __getitem__(self, key: list[str]) -> pd.DataFrame: ...
    def __getitem__(self, key: str | list[str]) -> pd.Series | pd.DataFrame:
        if isinstance(key, str):
            one: pd.Series = self.scores([key])[key]
            return one
        return self.scores(key)[key]


def items_on_demand(questionnaire: Questionnaire, answers: pd.DataFrame) -> OnDemand:
    """Give every scored item, in the order of the form, as `analytics.scoring.item_scores` does."""
    items = [item.id for item in questionnaire.items if is_scored(questionnaire, item)]
    return OnDemand(pd.Index(items), partial(_items, questionnaire, answers))


def scales_on_demand(questionnaire: Questionnaire, answers: pd.DataFrame) -> OnDemand:
    """Give every scale that the form can carry, as `analytics.scoring.scale_scores` does."""
    scored = {item.id for item in questionnaire.items if is_scored(questionnaire, item)}
    scales = [one.code for one in questionnaire.scales if scored.issuperset(one.items)]
    return OnDemand(pd.Index(scales), partial(_scales, questionnaire, answers))


# by name and not within the others: estimates are handed from one process to another
def _items(form: Questionnaire, answers: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    return item_scores(form, answers, only=names)


def _scales(form: Questionnaire, answers: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    needed = {item for one in form.scales if one.code in names for item in one.items}
    items = item_scores(form, answers, only=needed)
    return scale_scores(form, answers, items, only=names)
