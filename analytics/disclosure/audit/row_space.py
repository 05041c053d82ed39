"""What follows from published totals, by exact elimination.

A row says how often each atom counts in a total. Rows are kept in reduced echelon form, as sparse
whole numbers or fractions: nothing is rounded and no prime is trusted, so "follows" means follows.
A new row meets only rows that share an atom with it. Rows about other people cost nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

type Atom = Any
"""Hashable; the atoms of one space can be sorted among themselves."""
type Number = int | Fraction
type Row = dict[Atom, Number]


class RowSpace:
    """All totals that follow from those that were added.

    Parameters
    ----------
    order : callable, optional
        Sort key of atoms; rows are solved for the earliest atom they hold. By default the atoms'
        own order. What follows does not depend on it; `within` does.
    """

    __slots__ = ("_made_of", "_order", "_rows", "_users")

    def __init__(self, order: Callable[[Atom], Any] | None = None) -> None:
        self._order = order
        self._rows: dict[Atom, Row] = {}
        self._made_of: dict[Atom, Row] = {}
        self._users: dict[Atom, set[Atom]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: Mapping[Atom, Number], name: Hashable) -> bool:
        """Add a total that is published; False if it followed already.

        Parameters
        ----------
        row : Mapping of atom to whole number or Fraction
        name : hashable
            What `combination` calls it.
        """
        left, made_of = self._reduce(row)
        if not left:
            return False
        made_of = {made: -factor for made, factor in made_of.items()}
        made_of[name] = made_of.get(name, 0) + 1
        pivot = min(left, key=self._order) if self._order else min(left)
        scale = left[pivot]
        if scale != 1:
            left = {atom: _ratio(value, scale) for atom, value in left.items()}
            made_of = {made: _ratio(value, scale) for made, value in made_of.items()}
        for user in list(self._users.get(pivot, ())):
            factor = self._rows[user][pivot]
            self._take(self._rows[user], left, factor, user)
            _subtract(self._made_of[user], made_of, factor)
        self._rows[pivot] = left
        self._made_of[pivot] = made_of
        for atom in left:
            self._users.setdefault(atom, set()).add(pivot)
        return True

    def has(self, row: Mapping[Atom, Number]) -> bool:
        """Say whether a total follows."""
        left = dict(row)
        for atom in row:
            if atom in self._rows:
                _subtract(left, self._rows[atom], row[atom])
        return not left

    def combination(self, row: Mapping[Atom, Number]) -> Row | None:
        """Write a total as a combination of added ones: name to factor; None if it is none."""
        left, made_of = self._reduce(row)
        return None if left else made_of

    def within(self, atoms: frozenset[Atom]) -> Iterator[tuple[Atom, Row]]:
        """Give a basis of the totals that are about these atoms only.

        The order must place these atoms after all others.
        """
        for pivot, row in self._rows.items():
            if pivot in atoms:
                yield pivot, row

    def _reduce(self, row: Mapping[Atom, Number]) -> tuple[Row, Row]:
        left: Row = dict(row)
        made_of: Row = {}
        # a reduced row holds no other pivot, so one pass is enough
        for atom in row:
            if atom in self._rows:
                factor = row[atom]
                _subtract(left, self._rows[atom], factor)
                _subtract(made_of, self._made_of[atom], -factor)
        return left, made_of

    def _take(self, row: Row, other: Row, factor: Number, user: Atom) -> None:
        for atom, value in other.items():
            held = atom in row
            changed = row.get(atom, 0) - factor * value
            if changed:
                row[atom] = changed
                if not held:
                    self._users.setdefault(atom, set()).add(user)
            elif held:
                del row[atom]
                self._users[atom].discard(user)


def _subtract(row: Row, other: Mapping[Atom, Number], factor: Number) -> None:
    for atom, value in other.items():
        changed = row.get(atom, 0) - factor * value
        if changed:
            row[atom] = changed
        else:
            row.pop(atom, None)


def _ratio(value: Number, scale: Number) -> Number:
    if scale == -1:
        return -value
    exact = Fraction(value) / scale
    return exact.numerator if exact.denominator == 1 else exact
