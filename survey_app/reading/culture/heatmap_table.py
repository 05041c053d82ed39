"""What the table of units by indices holds, for pages, reports and slides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from survey_app.reading.culture.shading import Compare
from survey_app.reading.names import inside
from survey_app.reading.rows import Domain

ORGANISATION: Final = "organisation"


@dataclass(frozen=True, slots=True)
class HeatmapCell:
    """One figure: ``style`` is the CSS class, ``words`` what the colour says.

    ``shifted``: units of this type read a question behind it otherwise, so it is not comparable.
    """

    measure: str
    mean: float | None
    style: str
    words: str
    move: str
    points: float
    hidden: str
    shifted: bool = False
    step: int = 0


@dataclass(frozen=True, slots=True)
class HeatmapRow:
    """A place with its cells; ``hidden`` where none of them is shown."""

    place: Domain
    name: str
    merged: bool
    cells: tuple[HeatmapCell, ...]
    hidden: str

    @property
    def changed(self) -> bool:
        """Whether any of its figures has really changed."""
        return any(cell.move for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Region:
    """A region, folded or open."""

    row: HeatmapRow
    units: tuple[HeatmapRow, ...]
    count: int
    open: bool


@dataclass(frozen=True, slots=True)
class HeatmapColumn:
    """A measure over the cells; ``direction`` is how the rows are sorted by it, if they are.

    ``phrase`` is its name inside a sentence. ``since`` names the wave that changes of the measure
    are counted from.
    """

    code: str
    name: str
    phrase: str
    since: str
    direction: str

    @property
    def next_order(self) -> str:
        """What the address says after a click: lowest first, highest first, unsorted."""
        turns = {"": self.code, "ascending": f"-{self.code}", "descending": ORGANISATION}
        return turns[self.direction]


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Everything that the table shows; ``alike`` are the columns that no unit is coloured in.

    ``mostly_plain``: most of the units' figures have no colour. ``together``: all units in one
    list, instead of under their regions; empty otherwise.
    """

    columns: tuple[HeatmapColumn, ...]
    alike: str
    shifted: tuple[str, ...]
    agency: HeatmapRow
    regions: tuple[Region, ...]
    together: tuple[HeatmapRow, ...]
    mostly_plain: bool
    compare: Compare
    order: str

    @property
    def moved(self) -> bool:
        """Whether a place that the table names has an arrow, which the legend then explains."""
        rows = [self.agency, *self.together]
        for region in () if self.together else self.regions:
            rows += [region.row, *region.units]
        return any(row.changed for row in rows)

    @property
    def sorted_by(self) -> HeatmapColumn | None:
        """The column that the rows are sorted by."""
        return next((column for column in self.columns if column.direction), None)

    @property
    def counted_from(self) -> tuple[tuple[str, str], ...]:
        """Since when changes are counted, each with the columns that have it in common."""
        found: dict[str, list[str]] = {}
        for column in self.columns:
            if column.since:
                found.setdefault(column.since, []).append(inside(column.name))
        return tuple((since, ", ".join(names)) for since, names in found.items())

    @property
    def any_step(self) -> bool:
        """Whether any row in sight differs on the column that the rows are sorted by."""
        found = [one.code for one in self.columns]
        place = found.index(self.sorted_by.code) if self.sorted_by else 0
        rows = [row for region in self.regions for row in (region.row, *region.units)]
        rows += self.together
        return any(row.cells[place].step for row in rows)
