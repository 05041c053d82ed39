"""Released totals, sensitive totals, and which totals to suppress so that no sensitive one follows.

Every audit is made of these: of a wave, of a corrected publication, of a figure over several waves,
of counts of answers. They differ in what their finest cells are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from analytics.disclosure.audit.row_space import RowSpace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping

    from analytics.disclosure.audit.row_space import Number, Row, Unknown


_SUPPRESSED: Final = "it is suppressed with others"
_FEW: Final = "a few respondents follow"


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
    def row(self) -> Row:
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


@dataclass(frozen=True, slots=True)
class SuppressedTotal:
    """A total that is not released after all, and the sensitive total that would have followed."""

    total: ReleasedTotal
    sensitive: SensitiveTotal


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


def suppress_totals(
    prior: Iterable[ReleasedTotal],
    proposed: Iterable[ReleasedTotal],
    sensitive: Iterable[SensitiveTotal],
    *,
    sizes: Mapping[Hashable, Mapping[Unknown, int]] | None = None,
    minimum_group: int = 0,
    remainders: Callable[[Collection[ReleasedTotal]], Iterable[SensitiveTotal]] | None = None,
) -> list[SuppressedTotal]:
    """Choose totals to suppress, so that no sensitive total follows from the others.

    Parameters
    ----------
    prior : iterable of ReleasedTotal
        What was released before and cannot be taken back.
    proposed : iterable of ReleasedTotal
        What would be released now.
    sensitive : iterable of SensitiveTotal
        Totals that must not follow. A suppressed total becomes one.
    sizes : Mapping of figure to Mapping of finest cell to int, optional
        Respondents. With it no set of fewer than ``minimum_group`` respondents may follow.
    minimum_group : int
        k.
    remainders : callable, optional
        Given what is still to be released: further sensitive totals, such as what a parent has
        beyond its published children.

    Returns
    -------
    list of Withheld
        In the order in which they were decided; the same for any order of the arguments.

    Notes
    -----
    anonymity-design.md 7.4: while a set is disclosed, suppress in the combination that gives it the
    cell with most dimensions, then fewest respondents, then code order. Those that later ones made
    needless are restored. What follows from prior releases alone is no reason to suppress: it
    cannot be protected any more.
    """
    audit = _Audit(list(prior), list(sensitive), sizes or {}, minimum_group, remainders)
    released = sorted(proposed, key=lambda total: (str(total.figure), total.label))
    suppressed: list[SuppressedTotal] = []
    while chosen := audit.to_suppress(released, [choice.total for choice in suppressed]):
        suppressed += chosen
        chosen_ids = {id(choice.total) for choice in chosen}
        released = [total for total in released if id(total) not in chosen_ids]
    return _restore_needless(audit, released, suppressed)


def _restore_needless(
    audit: _Audit, released: list[ReleasedTotal], suppressed: list[SuppressedTotal]
) -> list[SuppressedTotal]:
    """Release again what turned out to be suppressed needlessly, the least divided first."""
    kept = suppressed
    for choice in sorted(suppressed, key=lambda choice: choice.total.rank, reverse=True):
        without = [other for other in kept if other is not choice]
        if len(suppressed) > 1 and not audit.to_suppress(
            [*released, choice.total], [other.total for other in without]
        ):
            kept = without
            released = [*released, choice.total]
    return kept


class _Audit:
    """What is asked of `suppress_totals`, with what prior releases disclose already."""

    __slots__ = (
        "_minimum_group",
        "_prior",
        "_prior_totals",
        "_remainders",
        "_sensitive",
        "_sizes",
    )

    def __init__(
        self,
        prior: list[ReleasedTotal],
        sensitive: list[SensitiveTotal],
        sizes: Mapping[Hashable, Mapping[Unknown, int]],
        minimum_group: int,
        remainders: Callable[[Collection[ReleasedTotal]], Iterable[SensitiveTotal]] | None,
    ) -> None:
        self._prior_totals = prior
        self._prior = ReleasedTotals(prior)
        self._sensitive = [
            total for total in sensitive if not self._prior.discloses(total.figure, total.cells)
        ]
        self._sizes = sizes
        self._minimum_group = minimum_group
        self._remainders = remainders

    def to_suppress(
        self, released: Collection[ReleasedTotal], suppressed: Collection[ReleasedTotal]
    ) -> list[SuppressedTotal]:
        """Choose a total for each sensitive one that follows, unless another choice protects it."""
        now = ReleasedTotals([*self._prior_totals, *released])
        sensitive = [
            *self._sensitive,
            *(
                SensitiveTotal(total.figure, total.cells, _SUPPRESSED, total.label)
                for total in suppressed
            ),
            *(
                SensitiveTotal(figure, cells, _FEW)
                for figure, sizes in self._sizes.items()
                for cells in now.small_sets(figure, sizes, self._minimum_group)
            ),
            *(self._remainders(released) if self._remainders else ()),
        ]
        return _choose(self._prior, now, sensitive, {id(total) for total in released})


def _choose(
    prior: ReleasedTotals,
    now: ReleasedTotals,
    sensitive: Iterable[SensitiveTotal],
    proposed: set[int],
) -> list[SuppressedTotal]:
    """Choose a total for each sensitive one that follows, unless another choice protects it."""
    disclosed = []
    for total in sensitive:
        combination = now.combination(total.figure, total.cells)
        candidates = [released for released in combination if id(released) in proposed]
        if candidates and not prior.discloses(total.figure, total.cells):
            order = len(candidates), str(total.figure), sorted(total.cells)
            disclosed.append((order, total, combination, candidates))
    chosen: dict[int, SuppressedTotal] = {}
    # where there is no choice first: it may protect the others
    for _, total, combination, candidates in sorted(disclosed, key=lambda entry: entry[0]):
        if not any(id(released) in chosen for released in combination):
            first = min(candidates, key=lambda candidate: candidate.rank)
            chosen[id(first)] = SuppressedTotal(first, total)
    return list(chosen.values())


def _subsets(
    basis: list[tuple[Any, Row]], sizes: Mapping[Unknown, int], below: int
) -> Iterator[frozenset[Unknown]]:
    """Walk all choices of pivots whose respondents are still below the limit."""
    stack: list[tuple[int, int, Row]] = [(0, 0, {})]
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
