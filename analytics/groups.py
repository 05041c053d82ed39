"""The public's groups and margins: which answers make which category.

Category codes are part of published domain codes (``age:18-29``) and of the margins a wave is
raked to: ``age_gender`` uses ``18-29:woman``, ``county`` the official county number, ``education``
the option code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.estimation.domains import Partition, group_partition
from analytics.rows import row_blocks
from questionnaires.background import AGE, GENDER, NO, YES

if TYPE_CHECKING:
    from questionnaires.background import Background, Variable
    from questionnaires.model import Questionnaire


def public_categories(
    background: Background, questionnaire: Questionnaire, answers: pd.DataFrame
) -> pd.DataFrame:
    """Read the groups each respondent belongs to.

    Parameters
    ----------
    background : Background
        Which questions make which groups.
    questionnaire : Questionnaire
        Supplies the option codes; a group whose question the form lacks is left out.
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes.

    Returns
    -------
    DataFrame of str, shape (n_respondents, n_groups)
        A column for each variable that is asked; missing where not stated.
    """
    columns = {
        one.name: _told(questionnaire, answers, one) for one in background.asked(questionnaire)
    }
    return pd.DataFrame(columns, index=answers.index)


def _told(questionnaire: Questionnaire, answers: pd.DataFrame, variable: Variable) -> pd.Series:
    if variable.yes:
        return _yes_no(answers, variable)
    return answers[variable.item].map(variable.of_answers(questionnaire)).astype("str")


def told_category(
    background: Background, questionnaire: Questionnaire, answers: pd.DataFrame, name: str
) -> pd.Series | None:
    """Read one variable of some respondents at a time, as a byte each.

    Parameters
    ----------
    background, questionnaire, answers
        As `public_categories`.
    name : str
        The variable.

    Returns
    -------
    Series of category, shape (n_respondents,), or None
        As in `public_categories`; None where it is not asked.
    """
    asked = [one for one in background.asked(questionnaire) if one.name == name]
    if not asked:
        return None
    kinds = pd.CategoricalDtype(sorted(set(asked[0].known(questionnaire))))
    code = np.empty(len(answers), dtype=np.int8)
    for where, some in row_blocks(answers):
        code[where] = pd.Categorical(_told(questionnaire, some, asked[0]), dtype=kinds).codes
    return pd.Series(pd.Categorical.from_codes(code, dtype=kinds), index=answers.index)


def public_partitions(
    background: Background, questionnaire: Questionnaire, categories: pd.DataFrame
) -> tuple[Partition, ...]:
    """Divide the public by each group in turn, in the order of the response options."""
    return tuple(
        group_partition(one.name, categories[one.name], one.known(questionnaire))
        for one in background.asked(questionnaire)
        if one.name in categories.columns
    )


def margin_values(categories: pd.DataFrame) -> dict[str, pd.Series]:
    """Give each margin its column of categories, age and gender also crossed."""
    values = {str(name): categories[name] for name in categories.columns}
    if {AGE, GENDER} <= set(values):
        both = categories[AGE].notna() & categories[GENDER].notna()
        crossed = categories[AGE] + ":" + categories[GENDER]
        values = {f"{AGE}_{GENDER}": crossed.where(both), **values}
    return values


def _yes_no(answers: pd.DataFrame, variable: Variable) -> pd.Series:
    some = (answers[[f"{variable.item}:{code}" for code in variable.yes]] == 1).any(axis=1)
    none = (answers[f"{variable.item}:{variable.no}"] == 1).to_numpy()
    value = np.select([some.to_numpy(), none], [YES, NO], default="")
    column = pd.Series(value, index=answers.index, dtype="str")
    return column.where(column != "")
