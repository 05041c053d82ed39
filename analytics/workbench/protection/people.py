"""Which numbers of people a protected file tells outside its tables.

Tables tell how many answered in each cell that they show, and were decided on with all others.
Any other number (respondents, who is in a model, who left an item out) was not: beside a table it
can be a hidden wave, or the few who make the difference.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from analytics.workbench.protection.statuses import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analytics.workbench.file.waves import Wave
    from analytics.workbench.protection.statuses import Statuses


@dataclass(frozen=True, slots=True)
class People:
    """The one rule for numbers of people outside the tables.

    A number is told where it is no small group and not the number of a hidden cell, and where
    nothing of the kind lies between it and the numbers that are known: those of shown wholes, and
    all rows together. These are told where each wave shows all of its whole, by the same rule.

    Attributes
    ----------
    minimum : int
        The smallest group of which anything is told.
    rows : frozenset of int
        Numbers of rows that a figure may rest on: of waves, of those that show a column, and all.
    shown : frozenset of int
        Numbers of answers behind shown wholes: of single waves, and of all that show a column.
    hidden : frozenset of int
        Numbers of answers in hidden cells.
    whole : int or None
        The rows of the file, where they may be told.
    """

    minimum: int
    rows: frozenset[int]
    shown: frozenset[int]
    hidden: frozenset[int]
    whole: int | None = None

    @classmethod
    def of(cls, waves: Sequence[Wave], hidden: Mapping[str | None, Statuses], minimum: int) -> Self:
        """Read the numbers that a file's tables tell and hide.

        Parameters
        ----------
        waves : sequence of Wave
        hidden : mapping of wave to statuses
            From `analytics.workbench.protection.hidden.hidden_cells`; none of them None.
        minimum : int
        """
        size = np.array([len(wave.data) for wave in waves], dtype=np.int64)
        n = np.array([wave.levels[0].means.n[0] for wave in waves], dtype=np.int64)
        statuses = [_statuses(hidden, wave) for wave in waves]
        shown = np.array([own[()][0] == PUBLISHED for own in statuses]).reshape(n.shape)
        secret = {
            int(number)
            for wave, own in zip(waves, statuses, strict=True)
            for level in wave.levels
            for number in level.means.n[own[level.by] != PUBLISHED]
        }
        of_columns = (n * shown).sum(axis=0).tolist()
        found = cls(
            minimum,
            frozenset({int(size.sum()), *size.tolist(), *(size @ shown).tolist()}),
            frozenset({*n[shown].tolist(), *of_columns} - {0}),
            frozenset(secret - {0}),
        )
        rows = int(size.sum())
        every = bool((shown | (n == 0)).all()) and rows >= minimum
        return replace(found, whole=rows if every and found._lets(rows, of_columns) else None)

    def told(self, number: int | None) -> int | None:
        """Give a number of people, None where it is not told."""
        if number is None or number in self.shown or number == self.whole:
            return number
        if number < self.minimum or number in self.hidden:
            return None
        known = self.shown if self.whole is None else self.shown | {self.whole}
        return number if self._lets(number, known) else None

    def told_lacking(self, number: int | None) -> int | None:
        """Give how many a figure lacks, None where that or those who are left is not told."""
        if number is None or number < self.minimum or number in self.hidden:
            return None
        left = [rows - number for rows in self.rows if rows > number]
        return number if all(self.told(one) is not None for one in left) else None

    def _lets(self, number: int, known: Iterable[int]) -> bool:
        """Tell whether neither a small group nor a hidden one lies between a number and others."""
        gaps = {abs(number - other) for other in known} - {0}
        return not gaps & self.hidden and min(gaps, default=self.minimum) >= self.minimum


def _statuses(
    hidden: Mapping[str | None, Statuses], wave: Wave
) -> Mapping[tuple[str, ...], np.ndarray]:
    found = hidden[wave.name]
    assert found is not None
    return found
