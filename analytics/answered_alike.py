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
    from collections.abc import Sequence

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
    keys = AnswerKeys(answers, columns, 1 if kinds is None else len(kinds.weight))
    found = _Found(len(keys.words))
    for where, some in row_blocks(answers):
        found.add(keys.of(some, None if kinds is None else kinds.code[where]))
    table, each = found.done()
    return Distinct(*keys.read(table), each)


class AnswerKeys:
    """Writes the answers to some questions as a whole number, or as several where one is too short.

    Parameters
    ----------
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes.
    columns : sequence of str
        The questions.
    kinds : int
        Kinds of respondents that are told apart.
    """

    def __init__(self, answers: pd.DataFrame, columns: Sequence[str], kinds: int = 1) -> None:
        self._at = answers.columns.get_indexer(pd.Index(columns))
        self._names = answers.columns[self._at]
        self._lowest, highest = _ends(answers, self._at)
        self._sizes = [*(highest - self._lowest + 1).tolist(), kinds]
        self.words = _words(self._sizes)

    def of(self, some: pd.DataFrame, kind: np.ndarray | None = None) -> Integers:
        """Write some respondents, shape (n, n_words); kind 0 by default."""
        own = np.zeros(len(some), np.int64) if kind is None else kind
        table = np.column_stack([some.to_numpy()[:, self._at].astype(np.int64) - self._lowest, own])
        return np.column_stack([_packed(table[:, one], self._sizes[one]) for one in self.words])

    def read(self, keys: Integers) -> tuple[pd.DataFrame, Integers]:
        """Give the stored codes again, and the kind."""
        parts = [
            _unpacked(key, self._sizes[own]) for key, own in zip(keys.T, self.words, strict=True)
        ]
        table = np.column_stack(parts)
        return pd.DataFrame(table[:, :-1] + self._lowest, columns=self._names), table[:, -1]


def different(keys: Integers) -> tuple[Integers, Integers, Integers]:
    """Find the different keys, sorted, the first row of each, and where each row has its own.

    Parameters
    ----------
    keys : ndarray of int64, shape (n, n_words)
    """
    # a column of whole numbers is sorted much faster than a table
    rows, axis = (keys.ravel(), None) if keys.shape[1] == 1 else (keys, 0)
    unique, at, place = np.unique(rows, axis=axis, return_index=True, return_inverse=True)
    return unique.reshape(-1, keys.shape[1]), at, place.ravel()


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


def _packed(table: Integers, sizes: Sequence[int]) -> Integers:
    key = np.zeros(len(table), dtype=np.int64)
    for column, size in zip(table.T, sizes, strict=True):
        key = key * size + column
    return key


def _unpacked(key: Integers, sizes: Sequence[int]) -> Integers:
    table = np.empty((len(key), len(sizes)), dtype=np.int64)
    for at in reversed(range(len(sizes))):
        key, table[:, at] = np.divmod(key, sizes[at])
    return table


class _Found:
    """Different keys, and how many respondents have each; some respondents at a time."""

    def __init__(self, words: int) -> None:
        self._keys = np.zeros((0, words), dtype=np.int64)
        self._each = np.zeros(0)
        self._waiting: list[tuple[Integers, Floats]] = []

    def add(self, keys: Integers) -> None:
        """Add respondents."""
        flat = keys.shape[1] == 1
        unique, counts = np.unique(
            keys.ravel() if flat else keys, axis=None if flat else 0, return_counts=True
        )
        self._waiting.append((unique.reshape(-1, keys.shape[1]), counts.astype(np.float64)))
        # what waits is never much more than what is known, so that work grows with the rows
        if sum(len(one) for _, one in self._waiting) > max(WAITING, len(self._each)):
            self._together()

    def done(self) -> tuple[Integers, Floats]:
        """Give the keys, sorted, and how many have each."""
        self._together()
        return self._keys, self._each

    def _together(self) -> None:
        keys, each = zip((self._keys, self._each), *self._waiting, strict=True)
        table = np.concatenate(keys)
        self._keys, _, place = different(table)
        self._each = np.bincount(place, np.concatenate(each), len(self._keys))
        self._waiting = []
