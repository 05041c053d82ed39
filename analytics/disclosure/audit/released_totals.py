"""Released totals, sensitive totals, and which sensitive ones follow from the released.

Every audit is made of these: of a wave, of a corrected publication, of a figure over several waves,
of counts of answers. They differ in what their finest cells are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analytics.disclosure.audit.row_space import RowSpace

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from analytics.disclosure.audit.row_space import Number, SparseRow, Unknown


@dataclass(frozen=True, slots=True)
class ReleasedTotal:
    """A published number as an attacker may use it: the total of a figure over some finest cells.

    A mean is one, since its n stands beside it; so is an n, of the figure "how many".

    Attributes
    ----------
    figure : hashable
        Totals of different figures are not added up.
    cells : frozenset
        Finest cells, which are never divided: strings, or tuples such as (wave, unit).
    label : tuple of str
        Names the domain; two totals of a figure that can be suppressed have different ones.
    dimensions : int
        By how many variables the domain is defined: of several, the one with most goes first.
    respondents : int
        Then the one with fewest.
    factors : Mapping of finest cell to whole number or Fraction
        How often each counts, where they do not count alike. By default once.
    """

    figure: Hashable
    cells: frozenset[Unknown]
    label: tuple[str, ...]
    dimensions: int = 0
    respondents: int = 0
    factors: Mapping[Unknown, Number] = field(default_factory=dict, hash=False)

    @property
    def row(self) -> SparseRow:
        """How often each finest cell counts."""
        return {cell: self.factors.get(cell, 1) for cell in self.cells}

    @property
    def rank(self) -> tuple[int, int, tuple[str, ...]]:
        """The first in this order is suppressed (anonymity-design.md 7.4)."""
        return -self.dimensions, self.respondents, self.label


@dataclass(frozen=True, slots=True)
class SensitiveTotal:
    """A total that must not follow.

    Attributes
    ----------
    figure : hashable
    cells : frozenset
    reason : str
        Half a sentence that says why something is suppressed.
    about : tuple of str
        Label of the domain it concerns.
    """

    figure: Hashable
    cells: frozenset[Unknown]
    reason: str
    about: tuple[str, ...] = ()


class ReleasedTotals:
    """All totals of the same responses, released by this publication or by an earlier one.

    Figures and responses that nothing joins are kept apart, so what is asked of one wave costs the
    same however many others there are.
    """

    __slots__ = ("_released", "_spaces")

    def __init__(self, totals: Iterable[ReleasedTotal] = ()) -> None:
        self._spaces: dict[Hashable, RowSpace] = {}
        self._released: dict[Hashable, list[ReleasedTotal]] = {}
        # small ones first, so that rows stay short; what follows is the same in any order
        for total in sorted(totals, key=lambda total: (len(total.cells), total.label)):
            self.add(total)

    def add(self, total: ReleasedTotal) -> bool:
        """Add a total; False if it followed from those before."""
        released = self._released.setdefault(total.figure, [])
        space = self._spaces.setdefault(total.figure, RowSpace())
        released.append(total)
        return space.add(total.row, len(released) - 1)

    def discloses(self, figure: Hashable, cells: Iterable[Unknown]) -> bool:
        """Say whether the total of a figure over some finest cells follows."""
        space = self._spaces.get(figure)
        return space is not None and space.has(dict.fromkeys(cells, 1))

    def combination(self, figure: Hashable, cells: Iterable[Unknown]) -> tuple[ReleasedTotal, ...]:
        """List the released totals from which a total follows; none when it does not."""
        space = self._spaces.get(figure)
        combined = space.combination(dict.fromkeys(cells, 1)) if space else None
        return tuple(self._released[figure][number] for number in sorted(combined or ()))

    def small_sets(
        self, figure: Hashable, sizes: Mapping[Unknown, int], below: int
    ) -> Iterator[frozenset[Unknown]]:
        """Find every set of fewer than ``below`` respondents whose total follows.

        Parameters
        ----------
        figure : hashable
        sizes : Mapping of finest cell to int
            Respondents of every finest cell that occurs.
        below : int

        Notes
        -----
        Complete: such a set consists of finest cells that are each below the limit. Solving for
        the large ones first leaves the totals of small ones alone, and of those every 0/1
        combination is tried; it is fixed by the pivots it holds. So all differences and
        intersections of domains of the plan are among them, and all else that can be subtracted.
        """
        small = frozenset(cell for cell, size in sizes.items() if size < below)
        released = self._released.get(figure, [])
        if not small or not released:
            return
        space = RowSpace(lambda cell: (cell in small, cell))
        for number, total in enumerate(released):
            space.add(total.row, number)
        basis = sorted(space.basis_within(small), key=lambda pair: pair[0])
        yield from _subsets(basis, sizes, below)


def _subsets(
    basis: list[tuple[Any, SparseRow]], sizes: Mapping[Unknown, int], below: int
) -> Iterator[frozenset[Unknown]]:
    """Walk all choices of pivots whose respondents are still below the limit."""
    stack: list[tuple[int, int, SparseRow]] = [(0, 0, {})]
    while stack:
        start, total, row = stack.pop()
        if row and set(row.values()) == {1} and sum(sizes[cell] for cell in row) < below:
            yield frozenset(row)
        for number in range(start, len(basis)):
            pivot, added = basis[number]
            if total + sizes[pivot] < below:
                grown = dict(row)
                for cell, value in added.items():
                    changed = grown.get(cell, 0) + value
                    if changed:
                        grown[cell] = changed
                    else:
                        del grown[cell]
                stack.append((number + 1, total + sizes[pivot], grown))
