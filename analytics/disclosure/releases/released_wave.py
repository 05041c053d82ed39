"""A wave as all its versions released it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analytics.disclosure.table.finest_cells import CellPartition
    from analytics.disclosure.table.keys import DomainKey, FigureKey
    from analytics.disclosure.table.prior_release import PriorRelease
    from analytics.tables import EstimateTable


@dataclass(frozen=True, slots=True)
class ReleasedWave:
    """A pulse of the year: its exact figures, and what every version of it released.

    Attributes
    ----------
    key : str
    table : EstimateTable
    releases : tuple of PriorRelease
        At least one.
    """

    key: str
    table: EstimateTable
    releases: tuple[PriorRelease, ...]

    @property
    def partitions(self) -> tuple[CellPartition, ...]:
        """How each version divided the respondents by units, regions and types."""
        return tuple(release.partitions[0] for release in self.releases)

    def counts(self) -> dict[FigureKey, dict[DomainKey, int]]:
        """Respondents of every cell, by figure."""
        frame = self.table.frame
        means = frame[frame["statistic"] == "mean"]
        counts: dict[FigureKey, dict[DomainKey, int]] = {}
        columns = (means[name].tolist() for name in ("measure", "level", "domain", "n"))
        for measure, level, domain, n in zip(*columns, strict=True):
            counts.setdefault((measure, "mean", ""), {})[level, domain] = n
        return counts

    def released_units(self) -> set[str]:
        """Units of which any version showed a figure."""
        shown = (key for release in self.releases for n in release.n.values() for key in n)
        return {code for level, code in shown if level == "unit"}

    def places(self) -> dict[str, set[tuple[str, str]]]:
        """Region and type of each unit, over all versions."""
        places: dict[str, set[tuple[str, str]]] = {}
        for release in self.releases:
            for domain in release.tree.domains:
                if domain.level == "unit":
                    places.setdefault(domain.code, set()).add((domain.parent, domain.unit_type))
        return places
