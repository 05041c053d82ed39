"""Suppress totals, so that no sensitive one follows from those that are released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.disclosure.audit.released_totals import ReleasedTotal, ReleasedTotals, SensitiveTotal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping

    from analytics.disclosure.audit.row_space import Unknown

_SUPPRESSED: Final = "it is suppressed with others"
_FEW: Final = "a few respondents follow"


@dataclass(frozen=True, slots=True)
class SuppressedTotal:
    """A total that is not released after all, and the sensitive total that would have followed."""

    total: ReleasedTotal
    sensitive: SensitiveTotal


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
    list of SuppressedTotal
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
