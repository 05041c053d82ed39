"""Who was invited and who answered, in finest cells, and what a reader knows of either."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from analytics.disclosure.audit.released_totals import ReleasedTotal, ReleasedTotals, SensitiveTotal
from analytics.disclosure.audit.suppress_totals import suppress_totals
from analytics.disclosure.releases.former_places import former_places
from analytics.disclosure.suppression.count_intervals import NOT_KEPT, CountTable
from analytics.disclosure.table.finest_cells import partitions_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.arrays import Booleans, Integers
    from analytics.disclosure.audit.row_space import Unknown
    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.keys import DomainKey


@dataclass(frozen=True, slots=True)
class RegisterCounts:
    """Who was invited, in finest cells of those who answered and of those who did not.

    Attributes
    ----------
    keys : tuple of DomainKey
    groups : Mapping of DomainKey to (frozenset of finest cell, frozenset of finest cell)
        Those who answered and those who did not, of each domain where somebody was invited.
    n : Mapping of DomainKey to (int, int)
        How many they are.
    sizes : Mapping of finest cell to int
    dimensions : Mapping of DomainKey to int
    prior : tuple of ReleasedTotal
        The register's counts, and what is released elsewhere.
    cells : Mapping of DomainKey to frozenset of finest cell
    invited, answered : Mapping of finest cell to int
    then : tuple of (frozenset of finest cell, bool)
        Places that earlier versions had, and none of ``keys`` is, and whether one told their count.
    """

    keys: tuple[DomainKey, ...]
    groups: Mapping[DomainKey, tuple[frozenset[Unknown], frozenset[Unknown]]]
    n: Mapping[DomainKey, tuple[int, int]]
    sizes: Mapping[Unknown, int]
    dimensions: Mapping[DomainKey, int]
    prior: tuple[ReleasedTotal, ...]
    cells: Mapping[DomainKey, frozenset[DomainKey]]
    invited: Mapping[DomainKey, int]
    answered: Mapping[DomainKey, int]
    then: tuple[tuple[frozenset[DomainKey], bool], ...]

    @classmethod
    def of(
        cls,
        tree: DomainTree,
        n_invited: Integers,
        n_answered: Integers,
        elsewhere: Sequence[tuple[DomainTree, Collection[DomainKey]]],
    ) -> Self:
        """Read it from the counts of a tree's domains."""
        keys = tree.keys
        partition = partitions_of(tree)[0]
        by_domain = [
            dict(zip(keys, counts.tolist(), strict=True)) for counts in (n_invited, n_answered)
        ]
        invited, answered = (partition.sizes(counts) for counts in by_domain)
        groups = {
            key: (
                frozenset((*cell, "answered") for cell in cells & invited.keys()),
                frozenset((*cell, "silent") for cell in cells & invited.keys()),
            )
            for key, cells in partition.members.items()
        }
        register = [
            ReleasedTotal("n", answering | silent, ("register", *key))
            for key, (answering, silent) in groups.items()
        ]
        released = [
            ReleasedTotal("n", answering, (f"released {number}", *key))
            for number, (its_tree, domains) in enumerate(elsewhere)
            for key, answering in _answering(its_tree, domains, invited).items()
        ]
        return cls(
            keys=keys,
            groups=groups,
            n={key: (by_domain[1][key], by_domain[0][key] - by_domain[1][key]) for key in keys},
            # an empty cell is as sensitive as one of few, and makes no group any larger
            sizes={
                (*cell, kind): n
                for cell, everybody in invited.items()
                for kind, n in (
                    ("answered", answered.get(cell, 0)),
                    ("silent", everybody - answered.get(cell, 0)),
                )
            },
            dimensions=partition.dimensions,
            prior=(*register, *released),
            cells=partition.members,
            invited=invited,
            answered=answered,
            then=former_places(elsewhere, partition.members, invited),
        )

    def table(
        self,
        seen: Mapping[DomainKey, int],
        at_most: Mapping[DomainKey, int],
        behind: Mapping[DomainKey, Mapping[str, tuple[int, int]]],
        k: int,
    ) -> CountTable:
        """Lay the counts out to be bounded, with what a reader knows to have come.

        Answers are stored under a code from k on: a unit's, or that of the rest of what is above.
        Places come as in ``keys``, then those of ``then``, then units whose answers are stored with
        others' (``behind``), where their number would be known too closely if that of all of them
        were told.
        """
        stored = {cell: k for cell, n in self.answered.items() if n >= k}
        # where units moved after the invitations, more may have answered in a cell than it invited
        persons = Counter(self.invited) | Counter(self.answered)
        members = [self._members(key, persons) for key in self.keys]
        all_of = {cell: sum(high for _, high in units.values()) for cell, units in behind.items()}
        for most in (at_most, all_of):
            for cell in most.keys() & persons.keys():
                persons[cell] = min(persons[cell], max(most[cell], self.answered.get(cell, 0)))
        fewest = {
            cell: max(stored.get(cell, 0), min(seen.get(cell, 0), self.answered.get(cell, 0)))
            for cell in persons
        }
        narrow = {
            cell: units
            for cell, units in behind.items()
            if cell in persons and _are_narrow(units.values(), self.answered.get(cell, 0), k)
        }
        sums = {_parts(cell, narrow): (fewest.pop(cell), persons.pop(cell)) for cell in narrow}
        for cell, units in narrow.items():
            fewest |= {_part(cell, unit): low for unit, (low, _) in units.items()}
            persons |= {_part(cell, unit): high for unit, (_, high) in units.items()}
        then = [cells for cells, _ in self.then]
        alone = [frozenset({part}) for own in sums for part in sorted(own)]
        n = [self.n[key][0] for key in self.keys]
        n_then = [sum(self.answered.get(cell, 0) for cell in cells) for cells in then]
        least = [min(seen.get(key, 0), own) for key, own in zip(self.keys, n, strict=True)]
        places = [
            frozenset().union(*(_parts(cell, narrow) for cell in cells))
            for cells in (*members, *then)
        ]
        return CountTable.of(
            [*places, *alone],
            persons,
            np.array([*n, *n_then, *(NOT_KEPT for _ in alone)], dtype=np.int64),
            np.array([*least, *(0 for _ in (*then, *alone))], dtype=np.int64),
            fewest,
            sums,
        )

    def _members(self, key: DomainKey, persons: Counter[DomainKey]) -> frozenset[DomainKey]:
        """Return the finest cells whose answers make a domain's count, and count who is in them.

        A unit that stands elsewhere than when its answers were stored is in the count of its type,
        and in a cell of what it was stored under: it has one of its own here.
        """
        answered, silent = self.n[key]
        beyond = answered - sum(self.answered.get(cell, 0) for cell in self.cells[key])
        if beyond == 0:
            return self.cells[key]
        own = ("beyond", "/".join(key))
        # of cells that hold more than the count says, none is known to be in it
        persons[own] = beyond + silent if beyond > 0 else answered + silent
        return self.cells[key] | {own} if beyond > 0 else frozenset({own})

    def known(self) -> Booleans:
        """Mark the domains whose count follows from the register and what is released elsewhere."""
        prior = ReleasedTotals(self.prior)
        return np.array(
            [key in self.groups and prior.discloses("n", self.groups[key][0]) for key in self.keys],
            dtype=bool,
        )

    def to_suppress(self, hidden: Booleans, k: int) -> Booleans:
        """Mark counts that must not be released beside the register and what is released elsewhere.

        Parameters
        ----------
        hidden : ndarray of bool, shape (n_cells,)
        k : int

        Returns
        -------
        ndarray of bool, shape (n_cells,)
        """
        domains = [
            (key, is_hidden)
            for key, is_hidden in zip(self.keys, hidden, strict=True)
            if key in self.groups and self.groups[key][0]
        ]
        proposed = [
            ReleasedTotal("n", self.groups[key][0], key, self.dimensions[key], self.n[key][0])
            for key, is_hidden in domains
            if not is_hidden
        ]
        sensitive = [
            SensitiveTotal("n", self.groups[key][0], "it is suppressed", key)
            for key, is_hidden in domains
            if is_hidden
        ]
        sensitive += [
            SensitiveTotal("n", group, "fewer than the minimum group", key)
            for key, _ in domains
            for group, n in zip(self.groups[key], self.n[key], strict=True)
            if n < k
        ]
        suppressed = {
            choice.total.label
            for choice in suppress_totals(
                self.prior, proposed, sensitive, sizes={"n": self.sizes}, minimum_group=k
            )
        }
        return np.array([key in suppressed for key in self.keys], dtype=bool)


def _answering(
    tree: DomainTree, domains: Collection[DomainKey], invited: Mapping[DomainKey, int]
) -> dict[DomainKey, frozenset[tuple[str, ...]]]:
    """Name those who answered in each domain, by its finest cells in its own tree."""
    members = partitions_of(tree)[0].members
    return {
        key: frozenset((*cell, "answered") for cell in members[key] & invited.keys())
        for key in domains
        if key in members
    }


def _part(cell: DomainKey, unit: str) -> DomainKey:
    return ("part", "/".join((*cell, unit)))


def _parts(cell: DomainKey, parted: Mapping[DomainKey, Collection[str]]) -> frozenset[DomainKey]:
    if cell not in parted:
        return frozenset({cell})
    return frozenset(_part(cell, unit) for unit in parted[cell])


def _are_narrow(ends: Collection[tuple[int, int]], n: int, k: int) -> bool:
    """Tell whether one of some numbers, whose sum is told, would be known too closely.

    That is within fewer than k numbers, and closer than its own ends say.
    """
    least, most = (sum(one) for one in zip(*ends, strict=True))
    if len(ends) == 1 or not least <= n <= most:
        return False  # one is all of them, and where units were others nothing is known
    return any(
        min(high, n - (least - low)) - max(low, n - (most - high)) + 1 < min(k, high - low + 1)
        for low, high in ends
    )
