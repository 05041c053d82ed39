"""Respondents who answered some items alike, as one row that stands for all of them.

A scale of three items with five options has a few hundred different answers, however many gave
them. What is asked of its items, and of groups that a few weights belong to, follows from how many
gave each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.rows import blocks_of_rows, row_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analytics.arrays import Floats, Integers

WAITING: Final = 1 << 18  # rows that are put together at a time, at least
ROOM: Final = 1 << 62  # of a key of 64 bits


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """Which respondents share a group and a weight.

    Parameters
    ----------
    code : ndarray of int32, shape (n_respondents,)
        From 0 to n_kinds - 1.
    group : Series of category, shape (n_kinds,)
        Missing for those who are of none.
    weight : ndarray of float, shape (n_kinds,)
        Persons per respondent.
    """

    code: np.ndarray
    group: pd.Series
    weight: Floats

    def group_of(self, kind: Integers, rows: pd.Index) -> pd.Series:
        """Give the group of some rows by their kind."""
        return self.group.iloc[kind].set_axis(rows)


@dataclass(frozen=True, slots=True, eq=False)
class Distinct:
    """Different answers to some questions, in the order of their codes.

    Parameters
    ----------
    codes : DataFrame of int, shape (n_rows, k)
        With an index of its own.
    kind : ndarray of int64, shape (n_rows,)
        0 where no kinds are told apart.
    each : ndarray of float, shape (n_rows,)
        Respondents who gave these answers.
    """

    codes: pd.DataFrame
    kind: Integers
    each: Floats


def answer_kinds(group: pd.Series, weight: Floats | None = None) -> Kinds:
    """Give each pair of group and weight that occurs a number.

    Parameters
    ----------
    group : Series, shape (n_respondents,)
        Missing where somebody is of none.
    weight : ndarray of float, shape (n_respondents,), optional
        1 by default.
    """
    own = pd.Categorical(group)
    n, groups = len(own), len(own.categories) + 1
    levels = np.ones(1)
    if weight is not None:
        levels = np.unique(np.concatenate([np.unique(weight[some]) for some in blocks_of_rows(n)]))
    code, used = np.empty(n, dtype=np.int32), np.zeros(len(levels) * groups, dtype=np.bool_)
    for some in blocks_of_rows(n):
        level = 0 if weight is None else np.searchsorted(levels, weight[some])
        code[some] = level * groups + own.codes[some] + 1
        used[code[some]] = True
    number = (np.cumsum(used) - 1).astype(np.int32)
    for some in blocks_of_rows(n):
        code[some] = number[code[some]]
    there = np.flatnonzero(used)
    told = pd.Categorical.from_codes(there % groups - 1, dtype=own.dtype)
    return Kinds(code, pd.Series(told), levels[there // groups])


def distinct_answers(
    answers: pd.DataFrame, columns: Sequence[str], kinds: Kinds | None = None
) -> Distinct:
    """Count the different answers to some questions, of each kind of respondent.

    Parameters
    ----------
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes.
    columns : sequence of str
        The questions.
    kinds : Kinds, optional
        Respondents whose answers are told apart.
    """
    asked = answers.columns.get_indexer(pd.Index(columns))
    lowest, highest = _ends(answers, asked)
    sizes = [*(highest - lowest + 1), 1 if kinds is None else len(kinds.weight)]
    words = _words([int(size) for size in sizes])
    found = _Found(len(words))
    for where, some in row_blocks(answers):
        code = np.zeros(len(some), np.int64) if kinds is None else kinds.code[where]
        table = np.column_stack([some.to_numpy()[:, asked].astype(np.int64) - lowest, code])
        keys = np.column_stack([_packed(table[:, own], sizes[own]) for own in words])
        found.add(keys, where.start)
    first, each = found.done()
    kind = np.zeros(len(first), np.int64) if kinds is None else kinds.code[first].astype(np.int64)
    return Distinct(answers.iloc[first, asked].reset_index(drop=True), kind, each)


def _ends(answers: pd.DataFrame, asked: Integers) -> tuple[Integers, Integers]:
    """Find the lowest and the highest code of some columns."""
    lowest, highest = (np.zeros(len(asked), dtype=np.int64) for _ in range(2))
    for _, some in row_blocks(answers):
        codes = some.to_numpy()[:, asked]
        lowest = np.minimum(lowest, codes.min(axis=0))
        highest = np.maximum(highest, codes.max(axis=0))
    return lowest, highest


def _words(sizes: Sequence[int]) -> list[slice]:
    """Divide columns in runs of which each fits into a whole number of 64 bits."""
    found, first, room = [], 0, 1
    for at, size in enumerate(sizes):
        if room * size >= ROOM:
            found.append(slice(first, at))
            first, room = at, 1
        room *= size
    return [*found, slice(first, len(sizes))]


def _packed(table: Integers, sizes: Iterable[int]) -> Integers:
    key = np.zeros(len(table), dtype=np.int64)
    for column, size in zip(table.T, sizes, strict=True):
        key = key * size + column
    return key


class _Found:
    """Keys with a respondent of each, and how many have it; some respondents at a time."""

    def __init__(self, words: int) -> None:
        self._parts = [
            (np.zeros((0, words), np.int64), np.zeros(0, np.int64), np.zeros(0, np.float64))
        ]

    def add(self, keys: Integers, start: int) -> None:
        """Add respondents, of whom the first one is the one at ``start``."""
        self._parts.append(_merged(keys, np.arange(start, start + len(keys)), np.ones(len(keys))))
        # what waits is never much more than what is known, so that work grows with the rows
        if sum(len(part[1]) for part in self._parts[1:]) > max(WAITING, len(self._parts[0][1])):
            self._together()

    def done(self) -> tuple[Integers, Floats]:
        """Give a respondent of each key, and how many have it."""
        self._together()
        return self._parts[0][1:]

    def _together(self) -> None:
        self._parts = [_merged(*(np.concatenate(one) for one in zip(*self._parts, strict=True)))]


def _merged(keys: Integers, first: Integers, each: Floats) -> tuple[Integers, Integers, Floats]:
    flat = keys.shape[1] == 1
    unique, at, place = np.unique(
        keys.ravel() if flat else keys, axis=None if flat else 0, return_index=True,
        return_inverse=True,
    )  # fmt: skip
    return (
        unique[:, None] if flat else unique,
        first[at],
        np.bincount(place.ravel(), each, len(at)),
    )
