"""Composite figures: in one cell an index and its parts, a scale and its items may follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analytics.disclosure.audit.row_space import RowSpace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics.disclosure.audit.candidate_release import CandidateRelease
    from analytics.disclosure.audit.row_space import SparseRow
    from analytics.disclosure.table.keys import DomainKey, FigureKey

type CompositeDisclosure = tuple[tuple[FigureKey, DomainKey], tuple[FigureKey, DomainKey], str]
"""A suppressed figure of a cell, the shown one that is suppressed with it, and why."""

_INDEX: Final = "the index and its parts give one another away"
_SCALE: Final = "it follows from other figures of the same cell"
_SHARES: Final = "shares of an answer give its mean and one another away"


def composite_disclosures(release: CandidateRelease) -> Iterator[CompositeDisclosure]:
    """Find figures that follow from others in the same cell.

    Parameters
    ----------
    release : CandidateRelease

    Yields
    ------
    CompositeDisclosure

    Notes
    -----
    Where all of a composed figure's cells are shown for its parts as well, whatever follows from
    all cells of all of them follows from each alone or within one cell: so cells are enough. An
    index equals the mean of its parts exactly. A scale equals the mean of its items where everybody
    answered all of them, and that is taken for granted here.
    """
    pairs = [*_indices(release), *_shares(release)]
    yield from pairs
    named = {suppressed for suppressed, _, _ in pairs}
    yield from (pair for pair in _means(release) if pair[0] not in named)


def _indices(release: CandidateRelease) -> Iterator[CompositeDisclosure]:
    shown, n = release.shown, release.n
    for index in sorted(release.composed & shown.keys()):
        parts = [(part, "mean", "") for part in release.indices[index[0]]]
        all_parts = frozenset.intersection(*(shown.get(part, frozenset()) for part in parts))
        for key, respondents in sorted(n[index].items()):
            if respondents > 0 and (key in all_parts) != (key in shown[index]):
                if key in shown[index]:
                    suppressed = next(part for part in parts if key not in shown.get(part, ()))
                    yield (suppressed, key), (index, key), _INDEX
                else:
                    smallest = min(parts, key=lambda part: (n[part].get(key, 0), part))
                    yield (index, key), (smallest, key), _INDEX


def _shares(release: CandidateRelease) -> Iterator[CompositeDisclosure]:
    """Ask that the shares of a measure are shown together, and only beside its mean."""
    shown, n = release.shown, release.n
    by_measure: dict[str, list[FigureKey]] = {}
    for figure in sorted(shown):
        if figure[1] == "share":
            by_measure.setdefault(figure[0], []).append(figure)
    for measure, shares in by_measure.items():
        mean = (measure, "mean", "")
        for key in sorted({key for share in shares for key in shown[share]}):
            suppressed = [
                figure
                for figure in (*shares, mean)
                if n.get(figure, {}).get(key, 0) > 0 and key not in shown[figure]
            ]
            if suppressed:
                yield from (
                    ((suppressed[0], key), (share, key), _SHARES)
                    for share in shares
                    if key in shown[share]
                )


def _means(release: CandidateRelease) -> Iterator[CompositeDisclosure]:
    """Look for scales and items that follow from what is shown now and what was released before."""
    means = {figure[0]: figure for figure in release.n if figure[1:] == ("mean", "")}
    relations = list(_relations(release))
    spaces: dict[tuple[frozenset[str], frozenset[str]], tuple[RowSpace, RowSpace]] = {}
    domains = {key for figure in means.values() for key in release.n[figure]}
    for key in sorted(domains):
        prior = frozenset(m for m, figure in means.items() if release.was_released(figure, key))
        shown = frozenset(m for m, figure in means.items() if key in release.shown.get(figure, ()))
        if (prior, shown) not in spaces:
            spaces[prior, shown] = (_space(relations, prior), _space(relations, prior | shown))
        before, now = spaces[prior, shown]
        for measure in sorted(means.keys() - shown - prior):
            row: SparseRow = {measure: 1}
            if release.n[means[measure]].get(key, 0) > 0 and now.has(row):
                combination = now.combination(row) or {}
                candidates = [part for part in combination if part in shown - prior]
                if candidates and not before.has(row):
                    # the one that is made of most others
                    chosen = min(candidates, key=lambda part: (-_size(release, part), part))
                    yield (means[measure], key), (means[chosen], key), _SCALE


def _space(relations: list[SparseRow], known: frozenset[str]) -> RowSpace:
    space = RowSpace()
    for measure in sorted(known):
        space.add({measure: 1}, measure)
    for number, relation in enumerate(relations):
        space.add(relation, number)
    return space


def _relations(release: CandidateRelease) -> Iterator[SparseRow]:
    for composites in (release.indices, release.scales):
        for code, parts in sorted(composites.items()):
            if code not in parts and len(parts) > 1:
                relation: SparseRow = dict.fromkeys(parts, 1)
                yield relation | {code: -len(parts)}


def _size(release: CandidateRelease, measure: str) -> int:
    return len(release.indices.get(measure, ())) * 100 + len(release.scales.get(measure, ()))
