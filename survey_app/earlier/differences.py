"""What taking a source in would change: lines to be read before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from survey_app.earlier.errors import SourceProblem
from survey_app.earlier.model import Source, SourceFigure

SHOWN: Final = 10  # figures told one by one; of the rest, how many
_TOLD: Final = ("units", "measures", "unit_changes", "measure_changes")
_AT: Final = ("year", "unit", "measure")


@dataclass(frozen=True, slots=True)
class SourceDifferences:
    """A source as it is, and as its files have it now."""

    before: Source | None
    after: Source
    warnings: tuple[SourceProblem, ...] = ()
    before_at: datetime | None = None
    """When what it replaces was taken in, by the server that it was looked up on."""

    @property
    def changed(self) -> bool:
        """Whether taking the source in changes anything."""
        return self.before != self.after

    @property
    def counts(self) -> tuple[int, int, int]:
        """Count the values that are new, that are others than before, and that are gone."""
        if self.before is None:
            return len(self.after.figures), 0, 0
        was, becomes = _by_place(self.before), _by_place(self.after)
        both = was.keys() & becomes.keys()
        moved = sum(was[at] != becomes[at] for at in both)
        return len(becomes) - len(both), moved, len(was) - len(both)

    def lines(self) -> Iterator[str]:
        """Write the differences."""
        if self.before is None:
            yield f"+ source {self.after.key}: {summary(self.after)}"
        elif not self.changed:
            yield f"nothing changes: source {self.after.key} is as the files tell"
        else:
            yield from _field_lines(self.before, self.after)
            yield from _list_lines(self.before, self.after)
            yield from _figure_lines(self.before, self.after)
        yield from (f"note: {warning}" for warning in self.warnings)


def summary(source: Source) -> str:
    """Say in one line what a source holds."""
    years = source.years
    span = f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0])
    units = len({figure.unit for figure in source.figures})
    return (
        f"{len(source.figures)} values, {span}, {units} units, {len(source.measures)} measures,"
        f" {len(source.unit_changes)} changes of units,"
        f" {len(source.measure_changes)} changes of measures"
    )


def _field_lines(before: Source, after: Source) -> Iterator[str]:
    for name in (field.name for field in fields(Source)):
        if name in {*_TOLD, "figures"}:
            continue
        was, becomes = getattr(before, name), getattr(after, name)
        if was != becomes:
            yield f"~ {name}: {_said(was)} → {_said(becomes)}"


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(str(text) for text in value.values()) or "(empty)"
    return str(value or "(empty)")


def _list_lines(before: Source, after: Source) -> Iterator[str]:
    for name in _TOLD:
        was, becomes = getattr(before, name), getattr(after, name)
        new = sum(one not in was for one in becomes)
        gone = sum(one not in becomes for one in was)
        if new or gone:
            yield f"~ {name}: {new} new or changed, {gone} no longer as they were"


def _figure_lines(before: Source, after: Source) -> Iterator[str]:
    was, becomes = _by_place(before), _by_place(after)
    added = [figure for at, figure in becomes.items() if at not in was]
    gone = [figure for at, figure in was.items() if at not in becomes]
    moved = [(was[at], figure) for at, figure in becomes.items() if at in was and was[at] != figure]
    for sign, found in (("+", added), ("-", gone)):
        if found:
            yield f"{sign} {len(found)} values: {_years(found)}"
    for old, new in moved[:SHOWN]:
        place = f"{new.year} {new.unit} {new.measure}"
        yield f"~ {place}: {old.value:g} → {new.value:g}"
    if len(moved) > SHOWN:
        yield f"~ and {len(moved) - SHOWN} values more"


def _by_place(source: Source) -> dict[tuple[int, str, str], SourceFigure]:
    return {(one.year, one.unit, one.measure): one for one in source.figures}


def _years(figures: list[SourceFigure]) -> str:
    return ", ".join(str(year) for year in sorted({figure.year for figure in figures}))
