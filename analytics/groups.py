"""The public's groups and margins: which answers make which category.

Category codes are part of published domain codes (``age:18-29``) and of the margins a wave is
raked to: ``age_gender`` uses ``18-29:woman``, ``county`` the official county number, ``education``
the option code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.estimation.domains import Partition, group_partition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from questionnaires.model import Questionnaire

AGES: Final[Mapping[int, str]] = {1: "18-29", 2: "30-44", 3: "45-59", 4: "60-74", 5: "75+"}
# 3 is "other, or prefer not to answer": no category, since no register counts it.
GENDERS: Final[Mapping[int, str]] = {1: "woman", 2: "man"}
YES_NO: Final = ("yes", "no")
# Any of these options means yes; the option for "none" alone means no.
CONTACT: Final = ("om.fil.2", ("1", "2", "3", "4", "5"), "6")
CHANNEL: Final = ("om.fil.3", ("1", "2", "3", "4", "5"), "6")


def public_categories(questionnaire: Questionnaire, answers: pd.DataFrame) -> pd.DataFrame:
    """Read the groups each respondent belongs to.

    Parameters
    ----------
    questionnaire : Questionnaire
        Supplies the option codes; a group whose question the form lacks is left out.
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes.

    Returns
    -------
    DataFrame of str, shape (n_respondents, n_groups)
        Columns among ``age``, ``gender``, ``county``, ``education``, ``knowledge``, ``contact``
        and ``channel``; missing where not stated.
    """
    asked = {item.id for item in questionnaire.items}
    columns: dict[str, pd.Series] = {}
    for name, item, codes in _single(questionnaire, asked):
        columns[name] = answers[item].map(codes).astype("str")
    for name, (item, yes, no) in (("contact", CONTACT), ("channel", CHANNEL)):
        if item in asked:
            columns[name] = _yes_no(answers, item, yes, no)
    return pd.DataFrame(columns, index=answers.index)


def public_partitions(
    questionnaire: Questionnaire, categories: pd.DataFrame
) -> tuple[Partition, ...]:
    """Divide the public by each group in turn, in the order of the response options."""
    known = _known(questionnaire)
    return tuple(
        group_partition(str(name), categories[name], known[str(name)])
        for name in categories.columns
    )


def margin_values(categories: pd.DataFrame) -> dict[str, pd.Series]:
    """Give each margin its column of categories, for those the answers can speak to."""
    alone = ("age", "gender", "county", "education")
    values = {name: categories[name] for name in alone if name in categories.columns}
    if {"age", "gender"} <= set(categories.columns):
        both = categories["age"].notna() & categories["gender"].notna()
        crossed = categories["age"] + ":" + categories["gender"]
        values = {"age_gender": crossed.where(both), **values}
    return values


def _single(
    questionnaire: Questionnaire, asked: set[str]
) -> list[tuple[str, str, Mapping[int, str]]]:
    named = [("age", "d.alder", AGES), ("gender", "d.kjonn", GENDERS)]
    coded = [("county", "d.fylke"), ("education", "d.utd"), ("knowledge", "om.fil.1")]
    found = [(name, item, codes) for name, item, codes in named if item in asked]
    for name, item in coded:
        if item in asked:
            found.append((name, item, _option_codes(questionnaire, item)))
    return found


def _option_codes(questionnaire: Questionnaire, item: str) -> Mapping[int, str]:
    options = questionnaire.option_set(item).options
    return {option.value: option.code for option in options if option.value is not None}


def _known(questionnaire: Questionnaire) -> dict[str, Sequence[str]]:
    asked = {item.id for item in questionnaire.items}
    known: dict[str, Sequence[str]] = {
        name: tuple(codes.values()) for name, _, codes in _single(questionnaire, asked)
    }
    return known | {"contact": YES_NO, "channel": YES_NO}


def _yes_no(answers: pd.DataFrame, item: str, yes: Sequence[str], no: str) -> pd.Series:
    some = (answers[[f"{item}:{code}" for code in yes]] == 1).any(axis=1).to_numpy()
    none = (answers[f"{item}:{no}"] == 1).to_numpy()
    value = np.select([some, none], ["yes", "no"], default="")
    column = pd.Series(value, index=answers.index, dtype="str")
    return column.where(column != "")
