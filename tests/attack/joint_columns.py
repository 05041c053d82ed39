"""The answers to items that share scales, as unknowns of one linear programme.

Unknown is how many of those in a unit who left the same items blank gave each answer. A scale is
then a sum over the same unknowns: the mean of what each person answered, of those who answered
enough.
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
    ) -> None:
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
        return found, self.n * np.isin(np.arange(len(self.n)), found.group)

    def _of_scale(self, scale: str) -> Counted:
        items, share = self.scales[scale]
        blank = self._blank[:, [self.items.index(item) for item in items]]
        answered, asked = (blank == ANSWERED).sum(axis=1), (blank != UNASKED).sum(axis=1)
        enough = (answered >= np.ceil(share * asked - 1e-9)) & (answered > 0)
        parts = [self.of_item(item, self.scores[item][1]) for item in items]
        column, group, points = (
            np.concatenate([getattr(one, name) for one in parts])
            for name in ("column", "group", "value")
        )
        keep = enough[group]
        return Counted(column[keep], group[keep], (points / answered.clip(1)[group])[keep])

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
