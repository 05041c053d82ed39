"""A wave as all its versions released it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analytics.disclosure.table.finest_cells import View
    from analytics.disclosure.table.keys import Key, Name
    from analytics.disclosure.table.prior_release import Told
    from analytics.tables import EstimateTable


@dataclass(frozen=True, slots=True)
class ToldWave:
    """A pulse of the year: its exact figures, and what every version of it told.

    Attributes
    ----------
    key : str
    table : EstimateTable
    told : tuple of Told
        At least one.
    """

    key: str
    table: EstimateTable
    told: tuple[Told, ...]

    @property
    def views(self) -> tuple[View, ...]:
        """How each version divided the respondents by units, regions and types."""
        return tuple(one.views[0] for one in self.told)

    def counts(self) -> dict[Name, dict[Key, int]]:
        """Respondents of every cell, by figure."""
        frame = self.table.frame
        means = frame[frame["statistic"] == "mean"]
        found: dict[Name, dict[Key, int]] = {}
        columns = (means[name].tolist() for name in ("measure", "level", "domain", "n"))
        for measure, level, domain, n in zip(*columns, strict=True):
            found.setdefault((measure, "mean", ""), {})[level, domain] = n
        return found

    def seen_units(self) -> set[str]:
        """Units of which any version showed a figure."""
        cells = (key for one in self.told for cells in one.n.values() for key in cells)
        return {code for level, code in cells if level == "unit"}

    def places(self) -> dict[str, set[tuple[str, str]]]:
        """Region and type of each unit, over all versions."""
        found: dict[str, set[tuple[str, str]]] = {}
        for one in self.told:
            for domain in one.tree.domains:
                if domain.level == "unit":
                    found.setdefault(domain.code, set()).add((domain.parent, domain.unit_type))
        return found
