"""The doors: what a frame must look like before anything is computed from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analytics.arrays import Integers


def check_answers(answers: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Admit a wave's answers.

    Parameters
    ----------
    answers : DataFrame, shape (n_respondents, n_columns)
        One row per response, stored codes as integers, missing codes below zero.
    columns : iterable of str
        The columns that must be there; others are left behind.

    Returns
    -------
    DataFrame of int8 or int16, shape (n_respondents, len(columns))
        The same rows and index; what is as small already is no copy.

    Raises
    ------
    FrameError
        If nobody answered, a column is missing, the index repeats or a code is no integer.
    """
    wanted = list(columns)
    if answers.empty:
        raise FrameError("nobody answered: there is no row to compute from")
    missing = [column for column in wanted if column not in answers.columns]
    if missing:
        raise FrameError(f"the answers lack the column(s) {', '.join(missing)}")
    if not answers.index.is_unique:
        raise FrameError("the index of the answers repeats: give each response a row of its own")
    chosen = answers if wanted == list(answers.columns) else answers[wanted]
    if (chosen.dtypes == "int8").all():
        return chosen
    try:
        return chosen.astype("int16")
    except (TypeError, ValueError) as error:
        raise FrameError("the answers hold something that is no integer code") from error


def check_domains(domains: pd.Series | None, answers: pd.DataFrame) -> pd.Series:
    """Admit the unit code of each response, aligned with the answers by index.

    Returns
    -------
    Series of str, shape (n_respondents,)

    Raises
    ------
    FrameError
        If there are none, an index does not match or a code is missing.
    """
    if domains is None:
        raise FrameError("a staff wave needs the reporting unit of each response")
    if not domains.index.is_unique or set(domains.index) != set(answers.index):
        raise FrameError("the unit codes and the answers must share one index, row by row")
    aligned = domains.reindex(answers.index)
    if aligned.isna().any():
        raise FrameError(f"{int(aligned.isna().sum())} responses have no unit code")
    return aligned.astype("str")


def check_frame(frame: pd.DataFrame, *, key: str, columns: Iterable[str]) -> pd.DataFrame:
    """Admit a sampling frame with one row per unit or county.

    Parameters
    ----------
    frame : DataFrame
        Counts of the population and of the invited.
    key : str
        The column that names the row: ``unit`` or ``county``.
    columns : iterable of str
        The other columns; those named ``population`` and ``invited`` must be counts.

    Returns
    -------
    DataFrame
        The columns asked for, the key as str, with a fresh index.

    Raises
    ------
    FrameError
        If a column is missing, the key repeats or a count is negative or missing.
    """
    wanted = [key, *columns]
    missing = [column for column in wanted if column not in frame.columns]
    if missing:
        raise FrameError(f"the sampling frame lacks the column(s) {', '.join(missing)}")
    admitted = frame[wanted].reset_index(drop=True)
    admitted = admitted.assign(**{key: admitted[key].astype("str")})
    twice = admitted.loc[admitted[key].duplicated(), key]
    if len(twice):
        raise FrameError(f"the sampling frame holds the {key} {twice.iloc[0]} more than once")
    for column in ("population", "invited"):
        if column in wanted and not admitted[column].ge(0).all():
            raise FrameError(f"the column {column} of the sampling frame must hold counts")
    return admitted


def encode(values: pd.Series, categories: pd.Index) -> Integers:
    """Turn a column into positions in its categories, -1 where the value is none of them.

    Returns
    -------
    ndarray of int64, shape (len(values),)
    """
    return np.asarray(categories.get_indexer(pd.Index(values)), dtype=np.int64)
