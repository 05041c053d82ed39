"""Figures that give one another away in a cell: an index and its parts, a scale and its items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analytics.disclosure.audit.row_space import RowSpace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics.disclosure.audit.candidate_release import Publication
    from analytics.disclosure.audit.row_space import Row
    from analytics.disclosure.table.keys import Key, Name

type Pair = tuple[tuple[Name, Key], tuple[Name, Key], str]
"""A hidden figure of a cell, the shown one that is hidden with it, and why."""

_INDEX: Final = "the index and its parts give one another away"
_SCALE: Final = "it follows from other figures of the same cell"
_SHARES: Final = "shares of an answer give its mean and one another away"


def compositions(publication: Publication) -> Iterator[Pair]:
    """Find figures that follow from others in the same cell.

    Parameters
    ----------
    publication : Publication

    Yields
    ------
    Pair

    Notes
    -----
    Where all of a composed figure's cells are shown for its parts as well, whatever follows from
    all cells of all of them follows from each alone or within one cell: so cells are enough. An
    index equals the mean of its parts exactly. A scale equals the mean of its items where everybody
    answered all of them, and that is taken for granted here.
    """
    found = [*_indices(publication), *_shares(publication)]
    yield from found
    named = {hidden for hidden, _, _ in found}
    yield from (pair for pair in _means(publication) if pair[0] not in named)


def _indices(publication: Publication) -> Iterator[Pair]:
    shown, n = publication.shown, publication.n
    for own in sorted(publication.composed & shown.keys()):
        parts = [(part, "mean", "") for part in publication.indices[own[0]]]
        every = frozenset.intersection(*(shown.get(part, frozenset()) for part in parts))
        for key, respondents in sorted(n[own].items()):
            if respondents > 0 and (key in every) != (key in shown[own]):
                if key in shown[own]:
                    hidden = next(part for part in parts if key not in shown.get(part, ()))
                    yield (hidden, key), (own, key), _INDEX
                else:
                    smallest = min(parts, key=lambda part: (n[part].get(key, 0), part))
                    yield (own, key), (smallest, key), _INDEX


def _shares(publication: Publication) -> Iterator[Pair]:
    """Ask that the shares of a measure are shown together, and only beside its mean."""
    shown, n = publication.shown, publication.n
    together: dict[str, list[Name]] = {}
    for name in sorted(shown):
        if name[1] == "share":
            together.setdefault(name[0], []).append(name)
    for measure, names in together.items():
        mean = (measure, "mean", "")
        for key in sorted({key for name in names for key in shown[name]}):
            hidden = [
                name
                for name in (*names, mean)
                if n.get(name, {}).get(key, 0) > 0 and key not in shown[name]
            ]
            if hidden:
                yield from (
                    ((hidden[0], key), (name, key), _SHARES) for name in names if key in shown[name]
                )


def _means(publication: Publication) -> Iterator[Pair]:
    """Look for scales and items that follow, from what is shown now and what was told before."""
    means = {name[0]: name for name in publication.n if name[1:] == ("mean", "")}
    relations = list(_relations(publication))
    spaces: dict[tuple[frozenset[str], frozenset[str]], tuple[RowSpace, RowSpace]] = {}
    every = {key for name in means.values() for key in publication.n[name]}
    for key in sorted(every):
        told = frozenset(m for m, name in means.items() if publication.told_of(name, key))
        shown = frozenset(m for m, name in means.items() if key in publication.shown.get(name, ()))
        if (told, shown) not in spaces:
            spaces[told, shown] = (_space(relations, told), _space(relations, told | shown))
        before, now = spaces[told, shown]
        for measure in sorted(means.keys() - shown - told):
            row: Row = {measure: 1}
            if publication.n[means[measure]].get(key, 0) > 0 and now.has(row):
                combination = now.combination(row) or {}
                own = [one for one in combination if one in shown - told]
                if own and not before.has(row):
                    # the one that is made of most others
                    gone = min(own, key=lambda one: (-_breadth(publication, one), one))
                    yield (means[measure], key), (means[gone], key), _SCALE


def _space(relations: list[Row], known: frozenset[str]) -> RowSpace:
    space = RowSpace()
    for measure in sorted(known):
        space.add({measure: 1}, measure)
    for number, relation in enumerate(relations):
        space.add(relation, number)
    return space


def _relations(publication: Publication) -> Iterator[Row]:
    for made in (publication.indices, publication.scales):
        for code, parts in sorted(made.items()):
            if code not in parts and len(parts) > 1:
                relation: Row = dict.fromkeys(parts, 1)
                yield relation | {code: -len(parts)}


def _breadth(publication: Publication, measure: str) -> int:
    return len(publication.indices.get(measure, ())) * 100 + len(
        publication.scales.get(measure, ())
    )
