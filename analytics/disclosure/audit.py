"""An independent look at a publication, for what is hidden and follows from what is shown.

This knows nothing of how the suppression was found. It writes each shown cell as a row over the
finest groups (atoms) and asks, in exact fractions, whether a hidden cell is a combination of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from analytics.disclosure.display_limits import REMAINDER_PARTS, REMAINDER_PARTS_PUBLIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from analytics.disclosure.tree import DomainTree

type Key = tuple[str, str]
type Row = dict[int, Fraction]

_FIGURE: Final = ["measure", "statistic", "category"]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One hidden cell that a reader could work out.

    Attributes
    ----------
    measure, statistic, category, level, domain : str
        The cell.
    reason : str
        One sentence.
    """

    measure: str
    statistic: str
    category: str
    level: str
    domain: str
    reason: str


@dataclass(frozen=True, slots=True)
class View:
    """One division of the respondents into atoms.

    Attributes
    ----------
    members : Mapping of (level, code) to frozenset of int
        Atoms of each cell.
    rests : Mapping of int to (Key, tuple of Key)
        Atoms that are no cell: what the first has beyond the others.
    families : tuple of (Key, tuple of Key)
        Parents with their children.
    crossings : tuple of (Key, Key)
        Cells that may overlap.
    parts : int
        Atoms that the unpublished remainder of a parent must span.
    """

    members: Mapping[Key, frozenset[int]]
    rests: Mapping[int, tuple[Key, tuple[Key, ...]]]
    families: tuple[tuple[Key, tuple[Key, ...]], ...]
    crossings: tuple[tuple[Key, Key], ...]
    parts: int


@dataclass(frozen=True, slots=True)
class Atoms:
    """Every view, and which cells are children of which.

    Attributes
    ----------
    views : tuple of View
    indices : Mapping of str to tuple of str
        Parts of each composed index: an index and all its parts give one another away.
    """

    views: tuple[View, ...]
    indices: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, tree: DomainTree, *, indices: Mapping[str, tuple[str, ...]] | None = None) -> Atoms:
        """Take the atoms of a tree: units, and what regions and group variables leave over."""
        views = [_nested(tree)]
        variables: dict[tuple[str, str], list[Key]] = {}
        for domain in tree.domains:
            if domain.level == "group":
                variable = domain.code.partition(":")[0]
                single = domain.code if variable in tree.overlapping else variable
                variables.setdefault((domain.parent, single), []).append(
                    (domain.level, domain.code)
                )
        levels = {d.code: d.level for d in tree.domains if d.level not in {"group", "unit_type"}}
        for (parent, variable), keys in sorted(variables.items()):
            parts = 1 if ":" in variable else REMAINDER_PARTS_PUBLIC
            views.append(_variable((levels[parent], parent), keys, parts))
        return cls(tuple(views), indices or {})


def audit(
    published: pd.DataFrame,
    atoms: Atoms,
    *,
    counts: Mapping[tuple[str, str, str], Mapping[Key, int]],
    minimum_group: int,
    remainder: int,
) -> list[Disclosure]:
    """Look for hidden cells that follow from shown ones.

    Parameters
    ----------
    published : DataFrame
        Columns measure, statistic, category, level, domain, status.
    atoms : Atoms
    counts : Mapping
        Respondents of every cell, hidden ones too, by figure (measure, statistic, category).
    minimum_group : int
        k.
    remainder : int
        Respondents that a parent without its shown children must have, if any.

    Returns
    -------
    list of Disclosure
        Empty when nothing follows.

    Notes
    -----
    A cell follows from others when its 0/1 indicator over the atoms lies in the row space of the
    indicators of the shown cells (anonymity-design.md 7.4).
    """
    found: list[Disclosure] = []
    seen: dict[tuple[object, ...], list[tuple[Key, str]]] = {}
    shown_of: dict[tuple[str, str, str], set[Key]] = {}
    columns = (published[name].tolist() for name in (*_FIGURE, "level", "domain", "status"))
    for measure, statistic, category, level, domain, status in zip(*columns, strict=True):
        cells = shown_of.setdefault((measure, statistic, category), set())
        if status == "published":
            cells.add((level, domain))
    # an index has the n of its smallest part: it is compared with its parts instead
    made = {
        (index, "mean", "")
        for index, parts in atoms.indices.items()
        if index not in parts and all((part, "mean", "") in shown_of for part in parts)
    }
    for name, keys in sorted(shown_of.items()):
        if name in made:
            continue
        n = counts[name]
        for view in atoms.views:
            present = {key: n.get(key, 0) for key in view.members}
            pattern = (id(view), frozenset(keys & set(view.members)), tuple(present.items()))
            if pattern not in seen:
                seen[pattern] = list(_look(view, keys, present, minimum_group, remainder))
            found += [Disclosure(*name, *key, reason) for key, reason in seen[pattern]]
    return found + list(_compositions(atoms.indices, shown_of, counts))


def _nested(tree: DomainTree) -> View:
    cells = [d for d in tree.domains if d.level not in {"group", "unit_type"}]
    types = [(d.level, d.code) for d in tree.domains if d.level == "unit_type"]
    above = {d.code: d for d in cells}
    children: dict[str, list[Key]] = {}
    typed: dict[Key, list[Key]] = {kind: [] for kind in types}
    for domain in cells:
        if domain.code:
            children.setdefault(domain.parent, []).append((domain.level, domain.code))
    members: dict[Key, set[int]] = {(d.level, d.code): set() for d in cells}
    members |= {kind: set() for kind in types}
    rests: dict[int, tuple[Key, tuple[Key, ...]]] = {}
    for number, domain in enumerate(cells):
        key = (domain.level, domain.code)
        if domain.code in children:
            rests[number] = (key, tuple(children[domain.code]))
        elif domain.unit_type:
            members["unit_type", domain.unit_type].add(number)
            typed["unit_type", domain.unit_type].append(key)
        members[key].add(number)
        while domain.code:
            domain = above[domain.parent]  # noqa: PLW2901 - up to the whole
            members[domain.level, domain.code].add(number)
    inner = [((above[code].level, code), tuple(keys)) for code, keys in children.items()]
    families = (*inner, *((kind, tuple(keys)) for kind, keys in typed.items()))
    whole = (("agency", ""), tuple(types))
    return View(
        members={key: frozenset(value) for key, value in members.items()},
        rests=rests,
        families=(*families, whole) if types else families,
        crossings=tuple((key, kind) for key, _ in inner if key[1] for kind in types),
        parts=REMAINDER_PARTS,
    )


def _variable(parent: Key, keys: Sequence[Key], parts: int) -> View:
    members = {key: frozenset({number}) for number, key in enumerate(keys)}
    rest = len(keys)
    members[parent] = frozenset(range(rest + 1))
    family = (parent, tuple(keys))
    return View(members, {rest: family}, (family,), (), parts)


def _look(
    view: View, shown: set[Key], n: Mapping[Key, int], minimum_group: int, remainder: int
) -> Iterator[tuple[Key, str]]:
    size = _sizes(view, n)
    present = {atom for atom, count in size.items() if count > 0}
    rows = [
        {atom: Fraction(1) for atom in view.members[key] & present}
        for key in sorted(shown & set(view.members))
    ]
    basis = _reduce(rows)
    for key, members in sorted(view.members.items()):
        inside = members & present
        if key in shown or not inside:
            continue
        if _follows(basis, inside):
            yield key, "it is a combination of published cells"
    for one, other in view.crossings:
        first, second = view.members[one], view.members[other]
        for inside in (first & second & present, (first - second) & present, second - first):
            few = sum(size[atom] for atom in inside & present)
            if 0 < few < minimum_group and _follows(basis, inside & present):
                yield other, f"its few respondents in or beside {one[1]} follow"
    yield from _thin(view, shown, size, (minimum_group, remainder))


def _sizes(view: View, n: Mapping[Key, int]) -> dict[int, int]:
    size = {next(iter(m)): n[key] for key, m in view.members.items() if len(m) == 1}
    for atom, (whole, others) in view.rests.items():
        size[atom] = n[whole] - sum(n[key] for key in others)
    return size


def _thin(
    view: View, shown: set[Key], size: Mapping[int, int], limits: tuple[int, int]
) -> Iterator[tuple[Key, str]]:
    """Yield shown parents whose unpublished rest is too small."""
    minimum_group, remainder = limits
    for parent, children in view.families:
        if parent not in shown:
            continue
        published = [view.members[child] for child in children if child in shown]
        if not published:
            continue  # nothing can be taken away from the parent
        left = {a for a in view.members[parent].difference(*published) if size[a] > 0}
        respondents = sum(size[atom] for atom in left)
        if left and (respondents < remainder or len(left) < view.parts):
            yield parent, "what is left beside its published parts is too small"
        for members in published:
            if 0 < sum(size[atom] for atom in view.members[parent] - members) < minimum_group:
                yield parent, "all but a few of it are published as one part"


def _reduce(rows: Iterable[Row]) -> dict[int, Row]:
    """Bring rows to reduced echelon form: pivot column to row."""
    basis: dict[int, Row] = {}
    for raw in sorted(rows, key=len):
        row = _remainder_of(raw, basis)
        if not row:
            continue
        pivot = min(row)
        scale = row[pivot]
        row = {column: value / scale for column, value in row.items()}
        for other in basis.values():
            factor = other.get(pivot)
            if factor:
                _subtract(other, row, factor)
        basis[pivot] = row
    return basis


def _remainder_of(row: Row, basis: Mapping[int, Row]) -> Row:
    left = dict(row)
    for column in [column for column in row if column in basis]:
        factor = left.get(column)
        if factor:
            _subtract(left, basis[column], factor)
    return left


def _subtract(row: Row, other: Row, factor: Fraction) -> None:
    for column, value in other.items():
        changed = row.get(column, Fraction(0)) - factor * value
        if changed:
            row[column] = changed
        else:
            row.pop(column, None)


def _follows(basis: Mapping[int, Row], inside: Iterable[int]) -> bool:
    return not _remainder_of({atom: Fraction(1) for atom in inside}, basis)


def _compositions(
    indices: Mapping[str, tuple[str, ...]],
    shown_of: Mapping[tuple[str, str, str], set[Key]],
    counts: Mapping[tuple[str, str, str], Mapping[Key, int]],
) -> Iterator[Disclosure]:
    """Compare each composed index with its parts, cell by cell."""
    for index, parts in indices.items():
        figures = [(part, "mean", "") for part in parts]
        own = (index, "mean", "")
        if index in parts or own not in shown_of or any(f not in shown_of for f in figures):
            continue
        every = set.intersection(*(shown_of[figure] for figure in figures))
        for key, n in sorted(counts[own].items()):
            if n > 0 and (key in every) != (key in shown_of[own]):
                yield Disclosure(*own, *key, "the index and its parts give one another away")
