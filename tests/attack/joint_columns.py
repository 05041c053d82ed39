"""The answers to items that share scales, as unknowns of one linear programme.

Unknown is how many of those in a unit who left the same items blank gave each answer. A scale is
then a sum over the same unknowns: the mean of what each person answered, of those who answered
enough. Where fewer than k of a unit answered a scale in part, it is what follows from its items
(docs/adr/0156), and a sum over all who answered these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from questionnaires.model import NOT_ASKED
from tests.attack.whole_numbers import scores_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.attack.whole_numbers import Reader

ANSWERED, BLANK, UNASKED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Counted:
    """Columns of a measure, the groups they are of, and what one answer in them counts."""

    column: np.ndarray
    group: np.ndarray
    value: np.ndarray


class Family:
    """Items that scales join, and these scales.

    Parameters
    ----------
    reader : Reader
    items : sequence of str
    scales : mapping of scale to (items, share of those asked that must be answered)
    start : int
        The first column.
    """

    def __init__(
        self,
        reader: Reader,
        items: Sequence[str],
        scales: Mapping[str, tuple[Sequence[str], float]],
        start: int,
        *,
        filled: bool = True,
    ) -> None:
        self._k = reader.k if filled else 0
        self.items, self.scales, self.codes = list(items), scales, len(reader.codes)
        self._codes = reader.answers[self.items].to_numpy()
        blank = np.where(self._codes >= 0, ANSWERED, BLANK)
        blank[self._codes == NOT_ASKED] = UNASKED
        groups, self._group_of, self.n = np.unique(
            np.column_stack([reader.home, blank]), axis=0, return_inverse=True, return_counts=True
        )
        self.home, self._blank = groups[:, 0], groups[:, 1:]
        self.scores = {item: scores_of(reader, item) for item in items}
        self._given: dict[str, np.ndarray] = {}
        self._first: dict[str, np.ndarray] = {}
        for at, item in enumerate(self.items):
            self._given[item] = np.flatnonzero(self._blank[:, at] == ANSWERED)
            grades = len(self.scores[item][0])
            self._first[item] = start + grades * np.arange(len(self._given[item]))
            start += grades * len(self._given[item])
        self.end = start

    def of_item(self, item: str, factors: np.ndarray) -> Counted:
        """Count the answers to an item, each by its factor."""
        given = self._given[item]
        columns = self._first[item][:, None] + np.arange(len(factors))
        return Counted(columns.ravel(), given.repeat(len(factors)), np.tile(factors, len(given)))

    def of(self, measure: str) -> tuple[Counted, np.ndarray]:
        """Count the points of an item or a scale, and those who have it in each unit's groups."""
        found = self.of_item(measure, self.scores[measure][1]) if measure in self.scores else None
        found = found or self._of_scale(measure)
        return found, self.n * self.counted(measure)

    def counted(self, measure: str) -> np.ndarray:
        """Say which groups have the item, or a score on the scale."""
        if measure in self.scores:
            return np.isin(np.arange(len(self.n)), self._given[measure])
        items, share = self.scales[measure]
        blank = self.blank(items)
        answered, asked = (blank == ANSWERED).sum(axis=1), (blank != UNASKED).sum(axis=1)
        return (answered >= np.ceil(share * asked - 1e-9)) & (answered > 0)

    def blank(self, items: Sequence[str]) -> np.ndarray:
        """Say what each group answered of some items, left blank and was not asked."""
        return np.asarray(self._blank[:, [self.items.index(item) for item in items]])

    def in_part(self, scale: str) -> np.ndarray:
        """Say which groups answered some of a scale's items and not all."""
        blank = self.blank(self.scales[scale][0])
        answered = (blank == ANSWERED).sum(axis=1)
        return (answered > 0) & (answered < blank.shape[1])

    def few_in_part(self, scale: str, k: int) -> np.ndarray:
        """Name the units where all but 1 to k - 1 answered as many items of a scale."""
        items, share = self.scales[scale]
        answered = (self.blank(items) == ANSWERED).sum(axis=1)
        few = np.zeros(self.codes, dtype=bool)
        for number in range(int(np.ceil(share * len(items) - 1e-9)), len(items) + 1):
            apart = self.n * ((answered > 0) & (answered != number))
            count = np.bincount(self.home, apart, minlength=self.codes)
            few |= (count > 0) & (count < k)
        return np.flatnonzero(few)

    def _of_scale(self, scale: str) -> Counted:
        items, _ = self.scales[scale]
        blank = self.blank(items)
        each = 1.0 / (blank == ANSWERED).sum(axis=1).clip(1)
        each = np.where(self.counted(scale), each, 0.0)[None].repeat(len(items), axis=0)
        for unit in self.few_in_part(scale, self._k):
            inside = self.home == unit
            each[:, inside] = self._share_of_items(scale, inside)[:, None]
        parts = [self.of_item(item, self.scores[item][1]) for item in items]
        counts = np.concatenate([own[one.group] for one, own in zip(parts, each, strict=True)])
        column, group, points = (
            np.concatenate([getattr(one, name) for one in parts])
            for name in ("column", "group", "value")
        )
        keep = counts > 0
        return Counted(column[keep], group[keep], (points * counts)[keep])

    def _share_of_items(self, scale: str, inside: np.ndarray) -> np.ndarray:
        """Say what one answer to each item counts in N times the mean that follows from them."""
        items, _ = self.scales[scale]
        blank = self.blank(items)
        n = (self.n * inside) @ (blank == ANSWERED)
        scored = float((self.n * inside) @ self.counted(scale))
        known = n > 0
        others = known.sum() - known
        missing = scored - np.where(known, np.minimum(n, scored), 0.0)
        weight = np.where(known, np.minimum(n, scored), 0.0)
        for at in range(len(items)):
            beside = known & (np.arange(len(items)) != at) if others[at] else known
            weight = weight + missing[at] * beside / max(beside.sum(), 1)
        return np.divide(weight, n * len(items), out=np.zeros(len(items)), where=known)

    def mean_of(self, scale: str, unit: int) -> tuple[np.ndarray, np.ndarray, int]:
        """Lay out the mean score of those in a unit who answered a scale in part, and count them.

        Each counts as the mean of what they answered, be it too little for a score.
        """
        items, _ = self.scales[scale]
        groups = self.in_part(scale) & (self.home == unit)
        n = int(self.n[groups].sum())
        each = groups / (self.blank(items) == ANSWERED).sum(axis=1).clip(1) / n
        parts = [self.of_item(item, self.scores[item][1]) for item in items]
        column, value = (
            np.concatenate(own)
            for own in zip(
                *((one.column, one.value * each[one.group]) for one in parts), strict=True
            )
        )
        return column[value != 0], value[value != 0], n

    def grade(self, measure: str) -> float:
        """Say how far an answer, a grade higher, moves a person."""
        items = self.scales[measure][0] if measure in self.scales else [measure]
        return max(100 / (len(self.scores[item][0]) - 1) for item in items) / len(items)

    def people(self) -> Iterator[tuple[np.ndarray, float]]:
        """List columns that add up to a known number: all who answered gave one of the answers."""
        for item in self.items:
            grades = np.arange(len(self.scores[item][0]))
            for group, first in zip(self._given[item], self._first[item], strict=True):
                yield first + grades, float(self.n[group])

    def truth(self) -> tuple[np.ndarray, np.ndarray]:
        """List the columns that the answers given are in, and how many are: the judge knows."""
        columns = []
        for at, item in enumerate(self.items):
            place = {int(code): number for number, code in enumerate(self.scores[item][0])}
            first = dict(zip(self._given[item], self._first[item], strict=True))
            codes, groups = self._codes[:, at], self._group_of
            columns += [
                first[group] + place[code]
                for group, code in zip(groups[codes >= 0], codes[codes >= 0], strict=True)
            ]
        return np.unique(columns, return_counts=True)
