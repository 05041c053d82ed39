"""The row space of published totals: what follows from them, by exact elimination.

A row says how often each unknown counts in a total. Rows are kept in reduced echelon form, as
sparse whole numbers or fractions: nothing is rounded, and elimination is not modulo a prime, so
what is said to follow does. A new row is combined only with rows that share an unknown with it, so
totals of other people cost nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

type Unknown = Any
"""Hashable; the unknowns of one space can be sorted among themselves."""
type Number = int | Fraction
type SparseRow = dict[Unknown, Number]


class RowSpace:
    """All totals that follow from those that were added.

    Parameters
    ----------
    order : callable, optional
        Sort key of unknowns; a row is solved for its first unknown. By default their own order.
        What follows does not depend on it; `basis_within` does.
    """

    __slots__ = ("_combined", "_order", "_rows", "_users")

    def __init__(self, order: Callable[[Unknown], Any] | None = None) -> None:
        self._order = order
        self._rows: dict[Unknown, SparseRow] = {}
        self._combined: dict[Unknown, SparseRow] = {}
        self._users: dict[Unknown, set[Unknown]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: Mapping[Unknown, Number], name: Hashable) -> bool:
        """Add a total that is published; False if it followed already.

        Parameters
        ----------
        row : Mapping of unknown to whole number or Fraction
        name : hashable
            What `combination` calls it.
        """
        remaining, combined = self._reduce(row)
        if not remaining:
            return False
        combined = {total: -factor for total, factor in combined.items()}
        combined[name] = combined.get(name, 0) + 1
        pivot = min(remaining, key=self._order) if self._order else min(remaining)
        scale = remaining[pivot]
        if scale != 1:
            remaining = {unknown: _ratio(value, scale) for unknown, value in remaining.items()}
            combined = {total: _ratio(value, scale) for total, value in combined.items()}
        for user in list(self._users.get(pivot, ())):
            factor = self._rows[user][pivot]
            self._subtract_from(self._rows[user], remaining, factor, user)
            _subtract(self._combined[user], combined, factor)
        self._rows[pivot] = remaining
        self._combined[pivot] = combined
        for unknown in remaining:
            self._users.setdefault(unknown, set()).add(pivot)
        return True

    def has(self, row: Mapping[Unknown, Number]) -> bool:
        """Say whether a total follows."""
        remaining = dict(row)
        for unknown in row:
            if unknown in self._rows:
                _subtract(remaining, self._rows[unknown], row[unknown])
        return not remaining

    def combination(self, row: Mapping[Unknown, Number]) -> SparseRow | None:
        """Write a total as a combination of added ones: name to factor; None if it is none."""
        remaining, combined = self._reduce(row)
        return None if remaining else combined

    def basis_within(self, unknowns: frozenset[Unknown]) -> Iterator[tuple[Unknown, SparseRow]]:
        """Give a basis of the totals of these unknowns alone.

        The order must place these unknowns after all others.
        """
        for pivot, row in self._rows.items():
            if pivot in unknowns:
                yield pivot, row

    def _reduce(self, row: Mapping[Unknown, Number]) -> tuple[SparseRow, SparseRow]:
        remaining: SparseRow = dict(row)
        combined: SparseRow = {}
        # a reduced row holds no other pivot, so one pass is enough
        for unknown in row:
            if unknown in self._rows:
                factor = row[unknown]
                _subtract(remaining, self._rows[unknown], factor)
                _subtract(combined, self._combined[unknown], -factor)
        return remaining, combined

    def _subtract_from(
        self, row: SparseRow, other: SparseRow, factor: Number, user: Unknown
    ) -> None:
        for unknown, value in other.items():
            was_there = unknown in row
            changed = row.get(unknown, 0) - factor * value
            if changed:
                row[unknown] = changed
                if not was_there:
                    self._users.setdefault(unknown, set()).add(user)
            elif was_there:
                del row[unknown]
                self._users[unknown].discard(user)


def _subtract(row: SparseRow, other: Mapping[Unknown, Number], factor: Number) -> None:
    for unknown, value in other.items():
        changed = row.get(unknown, 0) - factor * value
        if changed:
            row[unknown] = changed
        else:
            row.pop(unknown, None)


def _ratio(value: Number, scale: Number) -> Number:
    if scale == -1:
        return -value
    exact = Fraction(value) / scale
    return exact.numerator if exact.denominator == 1 else exact
