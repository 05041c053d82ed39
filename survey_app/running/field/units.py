"""The units of an open wave as its page lists them, in the organisation's order or another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from survey_app.asking.desk.overview import DomainCount

Order = Literal["organisation", "name", "invited", "failed", "share"]


@dataclass(frozen=True, slots=True)
class FieldUnit:
    """One line: ``answered`` at least of a unit, about of a region, None where nothing is told."""

    name: str
    is_region: bool
    invited: int
    failed: int
    answered: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class UnitLines:
    """All lines in one order, and the day that their counts are of."""

    lines: tuple[FieldUnit, ...]
    order: str
    counted_on: date | None


def unit_lines(domains: Sequence[DomainCount], failed: Mapping[str, int], order: str) -> UnitLines:
    """List regions with their units; in any order but the organisation's, units alone."""
    inside: dict[str, int] = {}
    for one in domains:
        inside[one.code] = inside.get(one.code, 0) + failed.get(one.code, 0)
        if one.level == "unit":
            inside[one.parent] = inside.get(one.parent, 0) + failed.get(one.code, 0)
    regions = {one.parent for one in domains if one.level == "unit"}
    lines = [
        FieldUnit(
            one.name, one.code in regions, one.invited, inside[one.code], one.answered, one.rate
        )
        for one in domains
    ]
    if order not in _BY:
        return UnitLines(tuple(lines), "organisation", _day(domains))
    units = sorted((line for line in lines if not line.is_region), key=_BY[order])
    return UnitLines(tuple(units), order, _day(domains))


def _day(domains: Sequence[DomainCount]) -> date | None:
    return next((one.counted_on for one in domains if one.counted_on), None)


_BY: Final[Mapping[str, Callable[[FieldUnit], Any]]] = {
    "name": lambda line: line.name,
    "invited": lambda line: (-line.invited, line.name),
    "failed": lambda line: (-line.failed, line.name),
    # the fewest answers first; what is not told last, in no order that would tell
    "share": lambda line: (line.share is None, line.share or 0.0, line.name),
}
