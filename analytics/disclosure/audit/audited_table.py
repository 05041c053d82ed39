"""One figure in one partition: what was released before, what is now, and what is sensitive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from analytics.disclosure.audit.released_totals import ReleasedTotal, ReleasedTotals, SensitiveTotal
from analytics.disclosure.audit.suppress_totals import suppress_totals
from analytics.disclosure.table.finest_cells import partitions_of
from analytics.disclosure.table.keys import DomainKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from analytics.disclosure.audit.candidate_release import CandidateRelease
    from analytics.disclosure.table.finest_cells import CellPartition
    from analytics.disclosure.table.keys import FigureKey

ANY_FIGURE: Final[FigureKey] = ("", "", "")
"""Every figure at once: the numbers of respondents, since an n stands beside each."""

_FOLLOWS: Final = "it is a combination of published cells"
_FEW: Final = "a few respondents follow from published cells"
_SMALL_REMAINDER: Final = "what is left beside its published parts is too small"
_CHANGED_BASE: Final = "the few by whom its base was changed follow from the version before"

type NamedCell = tuple[DomainKey, str]
"""A domain, and why it is named."""


@dataclass(frozen=True, slots=True)
class AuditedTable:
    """A figure in a partition.

    Attributes
    ----------
    partition : CellPartition
    shown : frozenset of DomainKey
        Domains with respondents that are to be published.
    n : Mapping of DomainKey to int
        Respondents of the partition's domains.
    sizes : Mapping of DomainKey to int
        Respondents of every finest cell that has some.
    finest : Mapping of DomainKey to frozenset of DomainKey
        Those finest cells, of each domain.
    prior : tuple of ReleasedTotal
        Released before, over finest cells with respondents.
    changed_base : tuple of SensitiveTotal
        Totals whose base differs by a few respondents from what was released before.
    minimum_group, remainder : int
    counts_only : bool
        Whether only numbers of respondents are looked at: then small sets alone are sensitive.
    """

    partition: CellPartition
    shown: frozenset[DomainKey]
    n: Mapping[DomainKey, int]
    sizes: Mapping[DomainKey, int]
    finest: Mapping[DomainKey, frozenset[DomainKey]]
    prior: tuple[ReleasedTotal, ...]
    changed_base: tuple[SensitiveTotal, ...]
    minimum_group: int
    remainder: int
    counts_only: bool = False

    @property
    def pattern(self) -> tuple[object, ...]:
        """Tables with the same pattern have the same audit."""
        prior = tuple((total.label, total.cells) for total in self.prior)
        changed_base = tuple((total.about, total.cells) for total in self.changed_base)
        n = tuple(self.n.values())
        return id(self.partition), self.shown, n, prior, changed_base, self.counts_only

    def disclosed(self) -> list[NamedCell]:
        """List the domains that follow, and those that disclose a small remainder or set."""
        proposed = self._proposed()
        before, now = ReleasedTotals(self.prior), ReleasedTotals([*self.prior, *proposed])
        sensitive = [*self._suppressed(), *self._remainders(proposed), *self._small_sets(now)]
        named = [
            (_domain(total.about), total.reason)
            for total in sensitive
            if now.discloses("", total.cells) and not before.discloses("", total.cells)
        ]
        if not self.changed_base:
            return named
        without_prior = ReleasedTotals(proposed)
        return named + [
            (_domain(total.about), total.reason)
            for total in self.changed_base
            if without_prior.discloses("", total.cells)
        ]

    def to_suppress(self) -> list[NamedCell]:
        """Choose the domains to suppress besides, so that nothing follows."""
        suppressed = suppress_totals(
            self.prior,
            self._proposed(),
            self._suppressed(),
            sizes={"": self.sizes},
            minimum_group=self.minimum_group,
            remainders=self._remainders,
        )
        # a changed base is not in the rows of the version before: it is looked at without them
        if self.changed_base:
            suppressed += suppress_totals((), self._proposed(), self.changed_base)
        return [(_domain(choice.total.label), choice.sensitive.reason) for choice in suppressed]

    def _proposed(self) -> list[ReleasedTotal]:
        return [
            ReleasedTotal("", self.finest[key], key, self.partition.dimensions[key], self.n[key])
            for key in sorted(self.shown)
        ]

    def _suppressed(self) -> list[SensitiveTotal]:
        if self.counts_only:
            return []
        suppressed = sorted(set(self.partition.members) - self.shown)
        sensitive = [SensitiveTotal("", self.finest[key], _FOLLOWS, key) for key in suppressed]
        return [total for total in sensitive if total.cells]

    def _small_sets(self, now: ReleasedTotals) -> Iterator[SensitiveTotal]:
        members = self.partition.members
        for cells in now.small_sets("", self.sizes, self.minimum_group):
            around = [key for key in members if cells <= members[key]]
            smallest = min(around, key=lambda key: (len(members[key]), key))
            yield SensitiveTotal("", cells, _FEW, smallest)

    def _remainders(self, released: Collection[ReleasedTotal]) -> Iterator[SensitiveTotal]:
        """Find shown parents whose unpublished remainder is too small."""
        if self.counts_only:
            return
        known = {total.cells for total in (*self.prior, *released)}
        for hierarchy in self.partition.hierarchies:
            parent = self.finest[hierarchy.parent]
            if parent not in known:
                continue
            below = (self.finest[key] for key in hierarchy.descendants)
            published = [cells for cells in below if cells and cells in known]
            remainder = parent.difference(*published)
            if not published or not remainder:
                continue  # nothing can be subtracted, or nothing is left
            if (
                sum(self.sizes[cell] for cell in remainder) < self.remainder
                or len(remainder) < self.partition.minimum_cells
            ):
                yield SensitiveTotal("", remainder, _SMALL_REMAINDER, hierarchy.parent)


def audited_tables(release: CandidateRelease) -> Iterator[tuple[FigureKey, AuditedTable]]:
    """Take a release apart: every figure, and the numbers of respondents, in every partition."""
    builder = _TableBuilder(
        release, tuple(prior.partitions for prior in release.prior_releases), {}
    )
    partitions = partitions_of(release.tree)
    for figure, shown in sorted(release.shown.items()):
        if figure not in release.composed:
            prior = builder.prior((figure,))
            for partition in partitions:
                yield figure, builder.table(partition, shown, figure, prior)
    if release.shown:
        figures = tuple(sorted(release.n))
        fullest = max(figures, key=lambda figure: sum(release.n[figure].values()))
        anywhere = frozenset({key for cells in release.shown.values() for key in cells})
        prior = builder.prior(figures)
        for partition in partitions:
            table = builder.table(partition, anywhere, fullest, prior)
            yield ANY_FIGURE, replace(table, counts_only=True, changed_base=())


@dataclass(frozen=True, slots=True)
class _TableBuilder:
    """Lays tables out; partitions without their empty finest cells are made once."""

    release: CandidateRelease
    prior_partitions: tuple[tuple[CellPartition, ...], ...]
    finest: dict[tuple[int, frozenset[DomainKey]], Mapping[DomainKey, frozenset[DomainKey]]]

    def table(
        self,
        partition: CellPartition,
        shown: frozenset[DomainKey],
        figure: FigureKey,
        prior: list[ReleasedTotal],
    ) -> AuditedTable:
        n = {key: self.release.n[figure].get(key, 0) for key in partition.members}
        sizes = partition.sizes(n)
        present = frozenset(sizes)
        finest = self._present(partition, present)
        k = self.release.minimum_group
        empty = partition.all_cells - present
        prior_present = tuple(
            replace(total, cells=total.cells - empty) if total.cells & empty else total
            for total in prior
            if not total.cells.isdisjoint(present)
        )
        return AuditedTable(
            partition=partition,
            shown=frozenset(key for key in shown if finest.get(key)),
            n=n,
            sizes=sizes,
            finest=finest,
            prior=prior_present,
            changed_base=tuple(
                SensitiveTotal("", total.cells, _CHANGED_BASE, total.label[-2:])
                for total in prior_present
                if total.cells <= present
                and 0 < abs(total.respondents - sum(sizes[cell] for cell in total.cells)) < k
            ),
            minimum_group=k,
            remainder=self.release.remainder,
        )

    def prior(self, figures: tuple[FigureKey, ...]) -> list[ReleasedTotal]:
        """List what was released before of a figure, or of any of several."""
        totals = []
        for prior, partitions in zip(
            self.release.prior_releases, self.prior_partitions, strict=True
        ):
            n = {key: n for figure in figures for key, n in prior.n.get(figure, {}).items()}
            for number, partition in enumerate(partitions):
                totals += [
                    ReleasedTotal(
                        "",
                        partition.members[key],
                        (prior.label, str(number), *key),
                        respondents=n[key],
                    )
                    for key in sorted(n.keys() & partition.members.keys())
                ]
        return totals

    def _present(
        self, partition: CellPartition, present: frozenset[DomainKey]
    ) -> Mapping[DomainKey, frozenset[DomainKey]]:
        key = (id(partition), present)
        if key not in self.finest:
            self.finest[key] = {
                domain: cells & present for domain, cells in partition.members.items()
            }
        return self.finest[key]


def _domain(label: tuple[str, ...]) -> DomainKey:
    level, code = label
    return level, code
