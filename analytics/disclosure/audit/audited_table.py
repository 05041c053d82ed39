"""One figure in one division of the respondents: what is shown, told before, and secret."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from analytics.disclosure.audit.released_totals import Ledger, Secret, Statement, withhold
from analytics.disclosure.table.finest_cells import views_of
from analytics.disclosure.table.keys import Key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from analytics.disclosure.audit.candidate_release import Publication
    from analytics.disclosure.table.finest_cells import View
    from analytics.disclosure.table.keys import Name

ANY: Final[Name] = ("", "", "")
"""Every figure at once: how many there are, since an n stands beside each."""

_FOLLOWS: Final = "it is a combination of published cells"
_FEW: Final = "a few respondents follow from published cells"
_THIN: Final = "what is left beside its published parts is too small"
_MOVED: Final = "the few by whom its base was changed follow from the version before"

type Found = tuple[Key, str]
"""A cell, and why it is named."""


@dataclass(frozen=True, slots=True)
class Case:
    """A figure in a view.

    Attributes
    ----------
    view : View
    shown : frozenset of Key
        Cells with respondents that are to be published.
    n : Mapping of Key to int
        Respondents of the view's cells.
    sizes : Mapping of Key to int
        Respondents of every atom that has some.
    atoms : Mapping of Key to frozenset of Key
        Those atoms, of each cell.
    standing : tuple of Statement
        Told before, over atoms with respondents.
    moved : tuple of Secret
        Totals whose base differs by a few respondents from what was told before.
    minimum_group, remainder : int
    counts : bool
        Whether only numbers of respondents are told: then a small set is the only secret.
    """

    view: View
    shown: frozenset[Key]
    n: Mapping[Key, int]
    sizes: Mapping[Key, int]
    atoms: Mapping[Key, frozenset[Key]]
    standing: tuple[Statement, ...]
    moved: tuple[Secret, ...]
    minimum_group: int
    remainder: int
    counts: bool = False

    @property
    def pattern(self) -> tuple[object, ...]:
        """Cases with the same pattern have the same answer."""
        told = tuple((one.label, one.atoms) for one in self.standing)
        moved = tuple((one.about, one.atoms) for one in self.moved)
        n = tuple(self.n.values())
        return id(self.view), self.shown, n, told, moved, self.counts

    def disclosed(self) -> list[Found]:
        """List the cells that are given away, or that give away what is beside their parts."""
        before, now = Ledger(self.standing), Ledger([*self.standing, *self._proposed()])
        secrets = [*self._hidden(), *self._rests(self._proposed()), *self._few(now)]
        found = [
            (_cell(secret), secret.reason)
            for secret in secrets
            if now.gives("", secret.atoms) and not before.gives("", secret.atoms)
        ]
        alone = Ledger(self._proposed())
        return found + [
            (_cell(one), one.reason) for one in self.moved if alone.gives("", one.atoms)
        ]

    def to_hide(self) -> list[Found]:
        """Choose the cells that are not shown after all."""
        gone = withhold(
            self.standing,
            self._proposed(),
            self._hidden(),
            sizes={"": self.sizes},
            minimum_group=self.minimum_group,
            rests=self._rests,
        )
        # against the version before by itself: what moved is not in its rows
        gone += withhold((), self._proposed(), self.moved)
        return [(_key(one.statement.label), one.secret.reason) for one in gone]

    def _proposed(self) -> list[Statement]:
        return [
            Statement("", self.atoms[key], key, self.view.depth[key], self.n[key])
            for key in sorted(self.shown)
        ]

    def _hidden(self) -> list[Secret]:
        if self.counts:
            return []
        hidden = sorted(set(self.view.members) - self.shown)
        secrets = [Secret("", self.atoms[key], _FOLLOWS, key) for key in hidden]
        return [secret for secret in secrets if secret.atoms]

    def _few(self, now: Ledger) -> Iterator[Secret]:
        for atoms in now.few("", self.sizes, self.minimum_group):
            cells = [key for key in self.view.members if atoms <= self.view.members[key]]
            cell = min(cells, key=lambda key: (len(self.view.members[key]), key))
            yield Secret("", atoms, _FEW, cell)

    def _rests(self, left: Collection[Statement]) -> Iterator[Secret]:
        """Find shown parents whose unpublished rest is too small."""
        if self.counts:
            return
        known = {one.atoms for one in (*self.standing, *left)}
        for ladder in self.view.ladders:
            inside = self.atoms[ladder.parent]
            if inside not in known:
                continue
            below = (self.atoms[key] for key in ladder.cells)
            published = [atoms for atoms in below if atoms and atoms in known]
            rest = inside.difference(*published)
            if not published or not rest:
                continue  # nothing can be taken away, or nothing is left
            if (
                sum(self.sizes[atom] for atom in rest) < self.remainder
                or len(rest) < self.view.parts
            ):
                yield Secret("", rest, _THIN, ladder.parent)


def cases_of(publication: Publication) -> Iterator[tuple[Name, Case]]:
    """Take a publication apart: every figure, and how many answered, in every view."""
    maker = _Maker(publication, tuple(told.views for told in publication.told), {})
    views = views_of(publication.tree)
    for name, shown in sorted(publication.shown.items()):
        if name not in publication.composed:
            told = maker.standing((name,))
            for view in views:
                yield name, maker.case(view, shown, name, told)
    if publication.shown:
        names = tuple(sorted(publication.n))
        fullest = max(names, key=lambda name: sum(publication.n[name].values()))
        everywhere = frozenset({key for cells in publication.shown.values() for key in cells})
        told = maker.standing(names)
        for view in views:
            case = maker.case(view, everywhere, fullest, told)
            yield ANY, replace(case, counts=True, moved=())


@dataclass(frozen=True, slots=True)
class _Maker:
    """Lays cases out; views without their empty atoms are made once."""

    publication: Publication
    views_before: tuple[tuple[View, ...], ...]
    atoms: dict[tuple[int, frozenset[Key]], Mapping[Key, frozenset[Key]]]

    def case(
        self,
        view: View,
        shown: frozenset[Key],
        name: Name,
        told: list[Statement],
    ) -> Case:
        n = {key: self.publication.n[name].get(key, 0) for key in view.members}
        sizes = view.sizes(n)
        present = frozenset(sizes)
        atoms = self._present(view, present)
        k = self.publication.minimum_group
        empty = view.every - present
        standing = tuple(
            replace(one, atoms=one.atoms - empty) if one.atoms & empty else one
            for one in told
            if not one.atoms.isdisjoint(present)
        )
        return Case(
            view=view,
            shown=frozenset(key for key in shown if atoms.get(key)),
            n=n,
            sizes=sizes,
            atoms=atoms,
            standing=standing,
            moved=tuple(
                Secret("", one.atoms, _MOVED, one.label[-2:])
                for one in standing
                if one.atoms <= present
                and 0 < abs(one.respondents - sum(sizes[atom] for atom in one.atoms)) < k
            ),
            minimum_group=k,
            remainder=self.publication.remainder,
        )

    def standing(self, names: tuple[Name, ...]) -> list[Statement]:
        """Write down what was told before of a figure, or of any."""
        found = []
        for told, views in zip(self.publication.told, self.views_before, strict=True):
            n = {key: n for name in names for key, n in told.n.get(name, {}).items()}
            for number, view in enumerate(views):
                found += [
                    Statement(
                        "", view.members[key], (told.label, str(number), *key), respondents=n[key]
                    )
                    for key in sorted(n.keys() & view.members.keys())
                ]
        return found

    def _present(self, view: View, present: frozenset[Key]) -> Mapping[Key, frozenset[Key]]:
        where = (id(view), present)
        if where not in self.atoms:
            self.atoms[where] = {key: atoms & present for key, atoms in view.members.items()}
        return self.atoms[where]


def _cell(secret: Secret) -> Key:
    return _key(secret.about)


def _key(label: tuple[str, ...]) -> Key:
    level, code = label
    return level, code
