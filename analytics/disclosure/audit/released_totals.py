"""What readers have been told about the same responses, and what must not be told beside it.

Every audit is made of these: of a wave, of a corrected publication, of a figure over several waves,
of counts of answers. They differ in what their atoms are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from analytics.disclosure.audit.row_space import RowSpace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping

    from analytics.disclosure.audit.row_space import Atom, Number, Row


_WITHHELD: Final = "it is withheld with others"
_FEW: Final = "a few respondents follow"


@dataclass(frozen=True, slots=True)
class Statement:
    """One published number as a reader may use it: the total of a figure over some atoms.

    A mean is one, since its n stands beside it; so is an n, of the figure "how many".

    Attributes
    ----------
    figure : hashable
        Totals of different figures are not added up.
    atoms : frozenset
        Groups of responses that are never divided: strings, or tuples such as (wave, unit).
    label : tuple of str
        Names the cell; two statements of a figure that can be withheld have different ones.
    dimensions : int
        How many ways the cell is cut: of several, the one with most goes first.
    respondents : int
        Then the one with fewest.
    factors : Mapping of atom to whole number or Fraction
        Where atoms do not count alike: how often each counts. By default once.
    """

    figure: Hashable
    atoms: frozenset[Atom]
    label: tuple[str, ...]
    dimensions: int = 0
    respondents: int = 0
    factors: Mapping[Atom, Number] = field(default_factory=dict, hash=False)

    @property
    def row(self) -> Row:
        """How often each atom counts."""
        return {atom: self.factors.get(atom, 1) for atom in self.atoms}

    @property
    def rank(self) -> tuple[int, int, tuple[str, ...]]:
        """The first in this order is withheld (anonymity-design.md 7.4)."""
        return -self.dimensions, self.respondents, self.label


@dataclass(frozen=True, slots=True)
class Secret:
    """A total that must not follow.

    Attributes
    ----------
    figure : hashable
    atoms : frozenset
    reason : str
        Half a sentence for the one who reads why something is withheld.
    about : tuple of str
        Label of the cell it concerns.
    """

    figure: Hashable
    atoms: frozenset[Atom]
    reason: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withheld:
    """A statement that is not made after all, and the secret that would have followed."""

    statement: Statement
    secret: Secret


class Ledger:
    """All statements about the same responses, of this publication and of every earlier one.

    Figures and responses that nothing joins are kept apart, so what is asked of one wave costs the
    same however many others stand here.
    """

    __slots__ = ("_spaces", "_told")

    def __init__(self, statements: Iterable[Statement] = ()) -> None:
        self._spaces: dict[Hashable, RowSpace] = {}
        self._told: dict[Hashable, list[Statement]] = {}
        # small ones first: rows stay short. Whatever order they come in, the result is the same.
        for statement in sorted(statements, key=lambda one: (len(one.atoms), one.label)):
            self.tell(statement)

    def tell(self, statement: Statement) -> bool:
        """Write a statement down; False if it followed from those before."""
        told = self._told.setdefault(statement.figure, [])
        space = self._spaces.setdefault(statement.figure, RowSpace())
        told.append(statement)
        return space.add(statement.row, len(told) - 1)

    def gives(self, figure: Hashable, atoms: Iterable[Atom]) -> bool:
        """Say whether the total of a figure over some atoms follows."""
        space = self._spaces.get(figure)
        return space is not None and space.has(dict.fromkeys(atoms, 1))

    def combination(self, figure: Hashable, atoms: Iterable[Atom]) -> tuple[Statement, ...]:
        """List the statements that give a total away; none when it does not follow."""
        space = self._spaces.get(figure)
        found = space.combination(dict.fromkeys(atoms, 1)) if space else None
        return tuple(self._told[figure][number] for number in sorted(found or ()))

    def few(
        self, figure: Hashable, sizes: Mapping[Atom, int], below: int
    ) -> Iterator[frozenset[Atom]]:
        """Find every set of atoms with fewer than ``below`` respondents whose total follows.

        Parameters
        ----------
        figure : hashable
        sizes : Mapping of atom to int
            Respondents of every atom that occurs.
        below : int

        Notes
        -----
        Complete: such a set consists of atoms that are each below the limit. Solving for the large
        atoms first leaves the totals that are about small atoms only, and of those every 0/1
        combination is tried; it is fixed by the pivots it holds. So all differences and
        intersections of cells of the plan are among them, and all else that can be subtracted.
        """
        small = frozenset(atom for atom, size in sizes.items() if size < below)
        told = self._told.get(figure, [])
        if not small or not told:
            return
        space = RowSpace(lambda atom: (atom in small, atom))
        for number, statement in enumerate(told):
            space.add(statement.row, number)
        basis = sorted(space.within(small), key=lambda pair: pair[0])
        yield from _subsets(basis, sizes, below)


def withhold(
    standing: Iterable[Statement],
    proposed: Iterable[Statement],
    secrets: Iterable[Secret],
    *,
    sizes: Mapping[Hashable, Mapping[Atom, int]] | None = None,
    minimum_group: int = 0,
    rests: Callable[[Collection[Statement]], Iterable[Secret]] | None = None,
) -> list[Withheld]:
    """Choose what is not published, so that no secret follows.

    Parameters
    ----------
    standing : iterable of Statement
        What readers know and nobody can take back.
    proposed : iterable of Statement
        What would be published now.
    secrets : iterable of Secret
        Totals that must not follow. A withheld statement becomes one.
    sizes : Mapping of figure to Mapping of atom to int, optional
        Respondents. With it no set of fewer than ``minimum_group`` respondents may follow.
    minimum_group : int
        k.
    rests : callable, optional
        Given what is still to be published: further secrets, such as what a parent has beyond its
        published children.

    Returns
    -------
    list of Withheld
        In the order in which they were decided; the same for any order of the arguments.

    Notes
    -----
    anonymity-design.md 7.4: while a set is disclosed, suppress in the combination that gives it the
    cell with most dimensions, then fewest respondents, then code order. Those that later ones made
    needless are put back. What follows from what stands already is no reason to withhold: it
    cannot be kept any more.
    """
    case = _Case(list(standing), list(secrets), sizes or {}, minimum_group, rests)
    left = sorted(proposed, key=lambda one: (str(one.figure), one.label))
    decided: list[Withheld] = []
    while gone := case.disclosed(left, [one.statement for one in decided]):
        decided += gone
        out = {id(one.statement) for one in gone}
        left = [one for one in left if id(one) not in out]
    return _spared(case, left, decided)


def _spared(case: _Case, left: list[Statement], decided: list[Withheld]) -> list[Withheld]:
    """Put back what was withheld and turned out to be needless, the least divided first."""
    kept = decided
    for one in sorted(decided, key=lambda one: one.statement.rank, reverse=True):
        without = [other for other in kept if other is not one]
        if len(decided) > 1 and not case.disclosed(
            [*left, one.statement], [other.statement for other in without]
        ):
            kept = without
            left = [*left, one.statement]
    return kept


class _Case:
    """What is asked of `withhold`, with what readers know already."""

    __slots__ = ("_before", "_minimum_group", "_rests", "_secrets", "_sizes", "_standing")

    def __init__(
        self,
        standing: list[Statement],
        secrets: list[Secret],
        sizes: Mapping[Hashable, Mapping[Atom, int]],
        minimum_group: int,
        rests: Callable[[Collection[Statement]], Iterable[Secret]] | None,
    ) -> None:
        self._standing = standing
        self._before = Ledger(standing)
        self._secrets = [one for one in secrets if not self._before.gives(one.figure, one.atoms)]
        self._sizes = sizes
        self._minimum_group = minimum_group
        self._rests = rests

    def disclosed(
        self, left: Collection[Statement], withheld: Collection[Statement]
    ) -> list[Withheld]:
        """Name a statement for each secret that follows and is not saved by another's."""
        now = Ledger([*self._standing, *left])
        secrets = [
            *self._secrets,
            *(Secret(one.figure, one.atoms, _WITHHELD, one.label) for one in withheld),
            *(
                Secret(figure, atoms, _FEW)
                for figure, own in self._sizes.items()
                for atoms in now.few(figure, own, self._minimum_group)
            ),
            *(self._rests(left) if self._rests else ()),
        ]
        return _choose(self._before, now, secrets, {id(one) for one in left})


def _choose(
    before: Ledger, now: Ledger, secrets: Iterable[Secret], proposed: set[int]
) -> list[Withheld]:
    """Withhold one statement for each secret that follows and is not saved by another's."""
    disclosed = []
    for secret in secrets:
        combination = now.combination(secret.figure, secret.atoms)
        own = [one for one in combination if id(one) in proposed]
        if own and not before.gives(secret.figure, secret.atoms):
            order = len(own), str(secret.figure), sorted(secret.atoms)
            disclosed.append((order, secret, combination, own))
    gone: dict[int, Withheld] = {}
    # where there is no choice first: it may save the others
    for _, secret, combination, own in sorted(disclosed, key=lambda one: one[0]):
        if not any(id(one) in gone for one in combination):
            chosen = min(own, key=lambda one: one.rank)
            gone[id(chosen)] = Withheld(chosen, secret)
    return list(gone.values())


def _subsets(
    basis: list[tuple[Any, Row]], sizes: Mapping[Atom, int], below: int
) -> Iterator[frozenset[Atom]]:
    """Walk all choices of pivots whose respondents are still below the limit."""
    open_choices: list[tuple[int, int, Row]] = [(0, 0, {})]
    while open_choices:
        at, total, row = open_choices.pop()
        if row and set(row.values()) == {1} and sum(sizes[atom] for atom in row) < below:
            yield frozenset(row)
        for number in range(at, len(basis)):
            pivot, more = basis[number]
            if total + sizes[pivot] < below:
                grown = dict(row)
                for atom, value in more.items():
                    changed = grown.get(atom, 0) + value
                    if changed:
                        grown[atom] = changed
                    else:
                        del grown[atom]
                open_choices.append((number + 1, total + sizes[pivot], grown))
