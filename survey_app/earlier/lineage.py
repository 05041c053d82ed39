"""Follow a unit back through what happened to it, and say where its line goes on or is broken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from survey_app.earlier.model import CONTINUES, MeasureChange, Source, SourceFigure, UnitChange

FEWEST: Final = 5  # units that a median is taken of


@dataclass(frozen=True, slots=True)
class UnitEvent:
    """What happened to a unit in one year; ``breaks`` where the line does not go on."""

    year: int
    changes: tuple[UnitChange, ...]
    breaks: bool


@dataclass(frozen=True, slots=True)
class Lineage:
    """One measure of one unit: runs of figures that may be joined, oldest first, and why not."""

    runs: tuple[tuple[SourceFigure, ...], ...]
    events: tuple[UnitEvent, ...]
    measure_changes: tuple[MeasureChange, ...]
    successors: tuple[UnitChange, ...]

    @property
    def figures(self) -> tuple[SourceFigure, ...]:
        """Every figure, oldest first."""
        return tuple(figure for run in self.runs for figure in run)

    @property
    def breaks(self) -> tuple[int, ...]:
        """The first year after each break."""
        broken = {event.year for event in self.events if event.breaks}
        broken |= {change.year for change in self.measure_changes if change.kind != "linked"}
        return tuple(sorted(broken))


@dataclass(frozen=True, slots=True)
class _Stretch:
    code: str
    first: int
    last: int


class Book:
    """The figures of a source by unit, measure and year; made once for each source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.units = {unit.code: unit for unit in source.units}
        self.measures = {measure.code: measure for measure in source.measures}
        self.years = source.years
        cells: dict[tuple[str, str], dict[int, SourceFigure]] = defaultdict(dict)
        asked: dict[str, set[int]] = defaultdict(set)
        seen: dict[str, set[int]] = defaultdict(set)
        for figure in source.figures:
            cells[figure.unit, figure.measure][figure.year] = figure
            asked[figure.measure].add(figure.year)
            seen[figure.unit].add(figure.year)
        self._cells: Mapping[tuple[str, str], Mapping[int, SourceFigure]] = cells
        self._asked = {code: sorted(years) for code, years in asked.items()}
        self._seen = seen
        self._medians: dict[str, tuple[tuple[int, float, int], ...]] = {}

    def figure(self, unit: str, measure: str, year: int) -> SourceFigure | None:
        """Find one figure."""
        return self._cells.get((unit, measure), {}).get(year)

    def years_of(self, unit: str) -> tuple[int, ...]:
        """Return the years in which a unit has any figure."""
        return tuple(sorted(self._seen.get(unit, ())))

    def medians(self, measure: str) -> tuple[tuple[int, float, int], ...]:
        """Return year, median of all units, and how many they are; averages do not count."""
        if measure not in self._medians:
            by_year: dict[int, list[float]] = defaultdict(list)
            for (unit, code), years in self._cells.items():
                if code == measure and unit not in self.source.benchmarks:
                    for year, figure in years.items():
                        by_year[year].append(figure.value)
            self._medians[measure] = tuple(
                (year, median(values), len(values))
                for year, values in sorted(by_year.items())
                if len(values) >= FEWEST
            )
        return self._medians[measure]

    def lineage(self, unit: str, measure: str) -> Lineage:
        """Follow a unit back, year by year."""
        stretches, events = self._stretches(unit)
        changes = tuple(one for one in self.source.measure_changes if one.measure == measure)
        found = [
            figure
            for stretch in reversed(stretches)
            for figure in self._of(stretch.code, measure)
            if stretch.first <= figure.year <= stretch.last
        ]
        first, last = (found[0].year, found[-1].year) if found else (0, 0)
        shown = tuple(event for event in events if first <= event.year <= last + 1)
        told = tuple(change for change in changes if first < change.year <= last)
        made = Lineage((), shown, told, self._successors(unit))
        # what the unit had while another handed it the line is a line of its own
        apart = [one for one in self._of(unit, measure) if one not in found]
        runs = [run for part in (found, apart) for run in self._runs(part, measure, made.breaks)]
        return replace(made, runs=tuple(sorted(runs, key=lambda run: run[-1].year)))

    def _of(self, unit: str, measure: str) -> list[SourceFigure]:
        return [figure for _, figure in sorted(self._cells.get((unit, measure), {}).items())]

    def _stretches(self, unit: str) -> tuple[list[_Stretch], list[UnitEvent]]:
        stretches, events = [], []
        code, last = unit, max(self.years) + 1  # an end is told the year after
        while True:
            by_year = _by_year(
                one
                for one in self.source.unit_changes
                if one.unit == code and one.year is not None and one.year <= last
            )
            year = max(by_year, default=None)
            while year is not None and not self._moves(by_year[year], code, year):
                # something happened, but the line goes on as it was
                events.append(UnitEvent(year, tuple(by_year.pop(year)), breaks=False))
                year = max(by_year, default=None)
            if year is None:
                stretches.append(_Stretch(code, min(self.years), last))
                return stretches, sorted(events, key=lambda event: event.year)
            before, breaks = self._before(by_year[year], code, year)
            stretches.append(_Stretch(code, year, last))
            events.append(UnitEvent(year, tuple(by_year[year]), breaks))
            if before is None:
                return stretches, sorted(events, key=lambda event: event.year)
            code, last = before, year - 1

    def _moves(self, changes: list[UnitChange], code: str, year: int) -> bool:
        """Whether a year's changes break the line or hand it over from another unit."""
        before, breaks = self._before(changes, code, year)
        return breaks or before != code

    def _before(self, changes: list[UnitChange], code: str, year: int) -> tuple[str | None, bool]:
        """Return the unit that the line comes from, and whether it is broken there."""
        named = {one.previous for one in changes if one.previous}
        direct = {one.previous for one in changes if one.kind == CONTINUES and one.previous}
        has_own = any(seen < year for seen in self._seen.get(code, ()))
        if len(direct) == 1:
            before = next(iter(direct))
            known = any(seen < year for seen in self._seen.get(before, ()))
            return (before if known or not has_own else code), False
        if not named:
            # an end, or an event without a unit before it
            return code, any(one.kind not in {"", CONTINUES} for one in changes)
        if has_own:
            return code, True
        return (next(iter(named)) if len(named) == 1 else None), True

    def _runs(
        self, figures: list[SourceFigure], measure: str, breaks: tuple[int, ...]
    ) -> tuple[tuple[SourceFigure, ...], ...]:
        runs: list[list[SourceFigure]] = []
        asked = self._asked.get(measure, [])
        place = {year: at for at, year in enumerate(asked)}
        for figure in figures:
            before = runs[-1][-1].year if runs else None
            joined = (
                before is not None
                # a year in which nobody was asked does not break a line
                and place[figure.year] == place[before] + 1
                and not any(before < year <= figure.year for year in breaks)
            )
            if joined:
                runs[-1].append(figure)
            else:
                runs.append([figure])
        return tuple(tuple(run) for run in runs)

    def _successors(self, unit: str) -> tuple[UnitChange, ...]:
        return tuple(
            one for one in self.source.unit_changes if one.previous == unit and one.unit != unit
        )


def _by_year(changes: Iterable[UnitChange]) -> dict[int, list[UnitChange]]:
    found: dict[int, list[UnitChange]] = defaultdict(list)
    for one in changes:
        if one.year is not None:
            found[one.year].append(one)
    return found
