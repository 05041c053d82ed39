"""Scores of a wave too large to keep: made from the stored codes when somebody asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, overload

import pandas as pd

from analytics.scoring import is_scored, item_scores, scale_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from questionnaires.model import Questionnaire


class ScoreTable(Protocol):
    """What is asked of a table of scores; a DataFrame is one."""

    @property
    def columns(self) -> pd.Index: ...  # noqa: D102 - as of a DataFrame
    @overload
    def __getitem__(self, key: str) -> pd.Series: ...
    @overload
    def __getitem__(self, key: list[str]) -> pd.DataFrame: ...


class _OnDemand:
    """Columns of float, NaN where missing, that are computed each time."""

    def __init__(self, questionnaire: Questionnaire, answers: pd.DataFrame) -> None:
        self._questionnaire = questionnaire
        self._answers = answers

    @overload
    def __getitem__(self, key: str) -> pd.Series: ...
    @overload
    def __getitem__(self, key: list[str]) -> pd.DataFrame: ...
    def __getitem__(self, key: str | list[str]) -> pd.Series | pd.DataFrame:
        if isinstance(key, str):
            one: pd.Series = self._scores([key])[key]
            return one
        return self._scores(key)[key]

    def _scores(self, names: Sequence[str]) -> pd.DataFrame:
        raise NotImplementedError


class ItemsOnDemand(_OnDemand):
    """Every scored item of a questionnaire, as `analytics.scoring.item_scores` has them."""

    @property
    def columns(self) -> pd.Index:
        """Name the items, in the order of the form."""
        form = self._questionnaire
        return pd.Index([item.id for item in form.items if is_scored(form, item)])

    def _scores(self, names: Sequence[str]) -> pd.DataFrame:
        return item_scores(self._questionnaire, self._answers, only=names)


class ScalesOnDemand(_OnDemand):
    """Every scale that the form can carry, as `analytics.scoring.scale_scores` has them."""

    @property
    def columns(self) -> pd.Index:
        """Name the scales, in the order of the form."""
        scored = set(ItemsOnDemand(self._questionnaire, self._answers).columns)
        scales = self._questionnaire.scales
        return pd.Index([one.code for one in scales if scored.issuperset(one.items)])

    def _scores(self, names: Sequence[str]) -> pd.DataFrame:
        form, answers = self._questionnaire, self._answers
        needed = {item for one in form.scales if one.code in names for item in one.items}
        items = item_scores(form, answers, only=needed)
        return scale_scores(form, answers, items, only=names)
