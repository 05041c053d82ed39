"""The finest groups of responses that a plan distinguishes, and which cells they make up.

An atom has a name of its own, that of the unit whose code its responses carry. So trees before and
after a reorganisation, and earlier publications of the same responses, meet in the same atoms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.disclosure.rules.display_limits import REMAINDER_PARTS, REMAINDER_PARTS_PUBLIC

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.keys import Key

_TOP: Final = ("agency", "")
_REST: Final = "rest"


@dataclass(frozen=True, slots=True)
class Ladder:
    """A parent, and the cells below it that can be taken away from it one beside the other."""

    parent: Key
    cells: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One division of the respondents into atoms.

    Attributes
    ----------
    members : Mapping of Key to frozenset of Key
        Atoms of each cell.
    rests : Mapping of Key to (Key, tuple of Key)
        Atoms that are no cell: what the first has beyond the others.
    ladders : tuple of Ladder
    depth : Mapping of Key to int
        How many ways a cell is cut: 0 the whole.
    parts : int
        Atoms that the unpublished remainder of a parent must span.
    """

    members: Mapping[Key, frozenset[Key]]
    rests: Mapping[Key, tuple[Key, tuple[Key, ...]]]
    ladders: tuple[Ladder, ...]
    depth: Mapping[Key, int]
    parts: int

    @property
    def every(self) -> frozenset[Key]:
        """All atoms."""
        return frozenset().union(*self.members.values())

    def sizes(self, n: Mapping[Key, int]) -> dict[Key, int]:
        """Count the respondents of every atom that has some."""
        size = {key: n.get(key, 0) for key, atoms in self.members.items() if key in atoms}
        for atom, (whole, others) in self.rests.items():
            size[atom] = n.get(whole, 0) - sum(n.get(key, 0) for key in others)
        return {atom: count for atom, count in size.items() if count > 0}


def views_of(tree: DomainTree) -> tuple[View, ...]:
    """Divide the respondents by the nested domains and unit types, and by each group variable.

    Notes
    -----
    Two group variables meet in the whole only. Over all crossings of their categories, a total
    that follows from the cells of both follows from those of one, beside the whole: so each
    variable is looked at alone, and an intersection of two categories never follows.
    """
    views = [_nested(tree)]
    variables: dict[Key, list[Key]] = {}
    for domain in tree.domains:
        if domain.level == "group":
            variable = domain.code.partition(":")[0]
            single = domain.code if variable in tree.overlapping else variable
            variables.setdefault((domain.parent, single), []).append((domain.level, domain.code))
    levels = {d.code: d.level for d in tree.domains if d.level not in {"group", "unit_type"}}
    for (parent, variable), keys in sorted(variables.items()):
        parts = 1 if ":" in variable else REMAINDER_PARTS_PUBLIC
        views.append(_variable((levels[parent], parent), variable, keys, parts))
    return tuple(views)


def _nested(tree: DomainTree) -> View:
    cells = [d for d in tree.domains if d.level not in {"group", "unit_type"}]
    above = {d.code: d for d in cells}
    children: dict[str, list[Key]] = {}
    for domain in cells:
        if domain.code:
            children.setdefault(domain.parent, []).append((domain.level, domain.code))
    members: dict[Key, set[Key]] = {
        (d.level, d.code): set() for d in tree.domains if d.level != "group"
    }
    below: dict[Key, list[Key]] = {key: [] for key in members}
    rests: dict[Key, tuple[Key, tuple[Key, ...]]] = {}
    depth = dict.fromkeys(members, 1) | {_TOP: 0}
    for domain in cells:
        key = (domain.level, domain.code)
        inner = domain.code in children
        atom = (_REST, domain.code) if inner else key
        if inner:
            rests[atom] = (key, tuple(children[domain.code]))
        kind = ("unit_type", domain.unit_type) if domain.unit_type and not inner else None
        if kind:
            members[kind].add(atom)
            below[kind].append(key)
        members[key].add(atom)
        depth[key] = bool(kind)
        while domain.code:
            domain = above[domain.parent]  # noqa: PLW2901 - up to the whole
            members[domain.level, domain.code].add(atom)
            below[domain.level, domain.code].append(key)
            depth[key] += 1
    types = [key for key in members if key[0] == "unit_type"]
    ladders = [Ladder(key, tuple(found)) for key, found in below.items() if found]
    if types:
        # down by unit types, and their units where the type itself is not told
        ladders.append(Ladder(_TOP, (*types, *(unit for kind in types for unit in below[kind]))))
    return View(
        members={key: frozenset(atoms) for key, atoms in members.items()},
        rests=rests,
        ladders=tuple(ladders),
        depth=depth,
        parts=REMAINDER_PARTS,
    )


def _variable(parent: Key, variable: str, keys: Sequence[Key], parts: int) -> View:
    rest = (_REST, f"{parent[1]} {variable}")
    members = {key: frozenset({key}) for key in keys}
    members[parent] = frozenset({*keys, rest})
    return View(
        members=members,
        rests={rest: (parent, tuple(keys))},
        ladders=(Ladder(parent, tuple(keys)),),
        depth=dict.fromkeys(keys, 1) | {parent: 0},
        parts=parts,
    )
