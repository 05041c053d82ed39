"""How many have answered, per domain, without telling who has not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np
import pandas as pd

from analytics.disclosure.audit.released_totals import Ledger, Secret, Statement, withhold
from analytics.disclosure.rules.errors import DisclosureError
from analytics.disclosure.suppression.counts import Counts
from analytics.disclosure.suppression.secondary import hide_secondary
from analytics.disclosure.table.finest_cells import views_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.arrays import Booleans, Integers
    from analytics.disclosure.audit.row_space import Atom
    from analytics.disclosure.rules.disclosure_rules import DisclosureRules
    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.keys import Key

COLUMNS: Final = ("level", "domain", "invited", "answered", "rate", "bound", "status")


def suppress_counts(
    n: Integers, hidden: Booleans, *, tree: DomainTree, rules: DisclosureRules
) -> Booleans:
    """Hide more counts of a tree until no hidden one follows; an empty cell is a secret, too.

    Parameters
    ----------
    n : ndarray of int, shape (n_cells,)
        Persons, in the order of ``tree.keys``.
    hidden : ndarray of bool, shape (n_cells,)
        What is hidden for its own sake.
    tree : DomainTree
    rules : DisclosureRules

    Returns
    -------
    ndarray of bool, shape (n_cells,)
        At least as much hidden.
    """
    return hide_secondary(
        tree.networks(),
        Counts(n[:, np.newaxis].astype(np.float64), keep_empty=True),
        hidden,
        preferred=np.zeros(len(hidden), dtype=bool),
        remainder=rules.remainder,
    )


def participation(
    invited: Mapping[tuple[str, str], int],
    answered: Mapping[tuple[str, str], int],
    *,
    tree: DomainTree,
    rules: DisclosureRules,
    known: Collection[tuple[str, str]] = (),
    earlier: Sequence[tuple[DomainTree, Collection[tuple[str, str]]]] = (),
) -> pd.DataFrame:
    """Protect counts of answers per domain.

    Parameters
    ----------
    invited, answered : Mapping of (level, code) to int
        For the domains of the tree; ("agency", "") is the whole. A domain without an entry is 0.
    tree : DomainTree
    rules : DisclosureRules
    known : collection of (level, code)
        Domains whose count is told elsewhere.
    earlier : sequence of (DomainTree, collection of (level, code))
        What earlier versions told, each over the domains it had: a region of the same name may
        have had other units.

    Returns
    -------
    DataFrame
        One row per domain: level, domain, invited, answered, rate (0-1), bound, status. ``bound``
        is "" for exact figures; "at_least" where nearly or quite everybody in the agency answered,
        and then ``answered`` is the number that may be told; suppressed rows hold neither.

    Raises
    ------
    DisclosureError
        If more answered than were invited.

    Notes
    -----
    A count is told when at least k answered and at least k did not (anonymity-design.md 7.2: 0 %
    and 100 % only as a bound). Bounds are for the whole alone: two units of 20 with a bound of 15
    each, in a region where 8 are silent, would be known to have 16 answers each.

    Those held back are protected like suppressed means: a count that follows from its parent and
    siblings takes another with it. The number of answers beside a figure is told of the same
    domains, and of no others: hardly anybody leaves out every item.

    Nobody is not nothing here: an empty cell is a secret too. With what is told elsewhere and the
    register, which tells how many were invited, no count that is held back may be found, nor those
    who answered or did not where they are fewer than k, unless what is told elsewhere gives them
    away by itself. A unit in another region than in the version before is what both regions differ
    by, and what that version told covers nothing in this one. A count that follows from what is
    told elsewhere is told, if its cell is large enough: to hold it back keeps it from nobody.
    """
    keys = tree.keys
    asked = np.array([invited.get(key, 0) for key in keys], dtype=np.int64)
    told = np.array([answered.get(key, 0) for key in keys], dtype=np.int64)
    if (told > asked).any():
        level, code = keys[int(np.argmax(told > asked))]
        raise DisclosureError(
            f"more answered than were invited in the {level} {code!r}: count the marks again"
        )
    k = rules.limit("participation") or rules.minimum_group
    exact = (told >= k) & (asked - told >= k)
    people = _People.of(tree, asked, told, [(tree, known), *earlier])
    given = people.given()
    before = {*known, *(key for _, cells in earlier for key in cells)}
    hidden = hide_secondary(
        tree.networks(),
        Counts(told[:, np.newaxis].astype(np.float64), keep_empty=True, known=given[:, np.newaxis]),
        ~exact,
        preferred=np.array([key not in before for key in keys]) & bool(before),
        remainder=rules.remainder,
    )
    # what follows already is kept from nobody by holding it back
    hidden &= ~(given & exact)
    hidden |= people.found_out(hidden, k)
    whole = np.array([key == ("agency", "") for key in keys])
    full = whole & ~exact & (told >= k) & (asked - k >= k)
    return _rows(keys, asked, np.where(full, asked - k, told), hidden, full)


@dataclass(frozen=True, slots=True)
class _People:
    """Who was invited, in atoms of those who answered and of those who did not.

    Attributes
    ----------
    keys : tuple of Key
    groups : Mapping of Key to (frozenset of atom, frozenset of atom)
        Those who answered and those who did not, of each cell where somebody was invited.
    n : Mapping of Key to (int, int)
        How many they are.
    sizes : Mapping of atom to int
    depth : Mapping of Key to int
    standing : tuple of Statement
        The register, and what is told elsewhere.
    """

    keys: tuple[Key, ...]
    groups: Mapping[Key, tuple[frozenset[Atom], frozenset[Atom]]]
    n: Mapping[Key, tuple[int, int]]
    sizes: Mapping[Atom, int]
    depth: Mapping[Key, int]
    standing: tuple[Statement, ...]

    @classmethod
    def of(
        cls,
        tree: DomainTree,
        asked: Integers,
        told: Integers,
        elsewhere: Sequence[tuple[DomainTree, Collection[Key]]],
    ) -> Self:
        """Read them from the counts of a tree's cells."""
        keys = tree.keys
        view = views_of(tree)[0]
        every, answering = (
            dict(zip(keys, column.tolist(), strict=True)) for column in (asked, told)
        )
        invited, answered = view.sizes(every), view.sizes(answering)
        groups = {
            key: (
                frozenset((*atom, "answered") for atom in atoms & invited.keys()),
                frozenset((*atom, "silent") for atom in atoms & invited.keys()),
            )
            for key, atoms in view.members.items()
        }
        register = [
            Statement("n", one | other, ("register", *key)) for key, (one, other) in groups.items()
        ]
        facts = [
            Statement("n", those, (f"told {number}", *key))
            for number, (own, cells) in enumerate(elsewhere)
            for key, those in _answering(own, cells, invited).items()
        ]
        return cls(
            keys=keys,
            groups=groups,
            n={key: (answering[key], every[key] - answering[key]) for key in keys},
            # an empty one is as much a secret as one of few, and makes no group any larger
            sizes={
                (*atom, kind): n
                for atom, everybody in invited.items()
                for kind, n in (
                    ("answered", answered.get(atom, 0)),
                    ("silent", everybody - answered.get(atom, 0)),
                )
            },
            depth=view.depth,
            standing=(*register, *facts),
        )

    def given(self) -> Booleans:
        """Mark the cells whose count follows from the register and what is told elsewhere."""
        before = Ledger(self.standing)
        return np.array(
            [key in self.groups and before.gives("n", self.groups[key][0]) for key in self.keys],
            dtype=bool,
        )

    def found_out(self, hidden: Booleans, k: int) -> Booleans:
        """Mark counts that cannot be told beside the register and what is told elsewhere."""
        here = [
            (key, gone)
            for key, gone in zip(self.keys, hidden, strict=True)
            if key in self.groups and self.groups[key][0]
        ]
        proposed = [
            Statement("n", self.groups[key][0], key, self.depth[key], self.n[key][0])
            for key, gone in here
            if not gone
        ]
        secrets = [
            Secret("n", self.groups[key][0], "it is held back", key) for key, gone in here if gone
        ]
        secrets += [
            Secret("n", group, "fewer than the minimum group", key)
            for key, _ in here
            for group, n in zip(self.groups[key], self.n[key], strict=True)
            if n < k
        ]
        gone = {
            one.statement.label
            for one in withhold(
                self.standing, proposed, secrets, sizes={"n": self.sizes}, minimum_group=k
            )
        }
        return np.array([key in gone for key in self.keys], dtype=bool)


def _answering(
    tree: DomainTree, cells: Collection[Key], invited: Mapping[Key, int]
) -> dict[Key, frozenset[tuple[str, ...]]]:
    """Name those who answered in each cell, by the atoms that it had in its own tree."""
    members = views_of(tree)[0].members
    return {
        key: frozenset((*atom, "answered") for atom in members[key] & invited.keys())
        for key in cells
        if key in members
    }


def _rows(
    keys: tuple[tuple[str, str], ...],
    asked: np.ndarray,
    told: np.ndarray,
    hidden: np.ndarray,
    full: np.ndarray,
) -> pd.DataFrame:
    kept = pd.Series(~hidden | full)
    exact = ~hidden
    frame = pd.DataFrame(keys, columns=["level", "domain"])
    return frame.assign(
        invited=pd.Series(asked, dtype="Int64"),
        answered=pd.Series(told, dtype="Int64").where(kept),
        rate=pd.Series(np.divide(told, asked, where=asked > 0, out=np.zeros(len(told))))
        .where(kept)
        .round(3),
        bound=np.where(full, "at_least", ""),
        status=np.where(exact | full, "published", "suppressed_primary"),
    )[list(COLUMNS)]
