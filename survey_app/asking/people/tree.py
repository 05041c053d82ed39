"""The organisation as a tree: agency, regions, units, and sections below units.

An agency may have no regions: its units stand directly under it, all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from survey_app.asking.errors import Problem, problem
from survey_app.asking.mistakes import Mistake

AGENCY, REGION = "agency", "region"
# no organisation is so deep, and whoever looks for a unit's place walks up from it
MOST_ABOVE: Final = 50


class Node(Protocol):
    """What a tree is made of."""

    @property
    def code(self) -> str:
        """The unit's own code."""

    @property
    def kind(self) -> str:
        """Agency, region, or a type of unit."""

    @property
    def parent(self) -> str | None:
        """Code of the unit above."""


class Row(Node, Protocol):
    """A node that stands on a line of a file."""

    @property
    def line(self) -> int:
        """Line of the file, from 1."""


def tree_problems(units: Sequence[Row]) -> Iterator[Problem]:
    """Name everything that keeps ``units`` from being one tree of agency, regions and units."""
    by_code: dict[str, Row] = {}
    for unit in units:
        if unit.code in by_code:
            first = by_code[unit.code].line
            yield problem(unit.line, "code", Mistake.UNIT_TWICE, value=unit.code, line=first)
        by_code.setdefault(unit.code, unit)
    agencies = [unit for unit in units if unit.kind == AGENCY]
    if len(agencies) != 1:
        line = agencies[1].line if agencies else 0
        yield problem(line, "type", Mistake.ONE_AGENCY, number=len(agencies))
    regions = has_regions(units)
    above = _above(by_code)
    for unit in units:
        yield from _parent_problems(unit, by_code, above[unit.code], regions=regions)


class Kind(Protocol):
    """What says whether it is a region."""

    @property
    def kind(self) -> str:
        """Agency, region, or a type of unit."""


def has_regions(units: Iterable[Kind]) -> bool:
    """Tell whether there is a level between the agency and its units."""
    return any(unit.kind == REGION for unit in units)


def _parent_problems(
    unit: Row, by_code: Mapping[str, Row], above: float, *, regions: bool
) -> Iterator[Problem]:
    if unit.kind == AGENCY:
        if unit.parent:
            yield problem(unit.line, "parent", Mistake.ABOVE_AGENCY)
        return
    parent = by_code.get(unit.parent or "")
    if parent is None:
        mistake = Mistake.NO_UNIT if unit.parent else Mistake.NO_PARENT
        yield problem(unit.line, "parent", mistake, value=unit.parent)
    elif unit.kind == REGION and parent.kind != AGENCY:
        yield problem(unit.line, "parent", Mistake.REGION_PLACE)
    elif regions and unit.kind != REGION and parent.kind == AGENCY:
        yield problem(unit.line, "parent", Mistake.UNIT_PLACE)
    elif above == math.inf:
        yield problem(unit.line, "parent", Mistake.CIRCLE)
    elif above == MOST_ABOVE + 1:  # those below it are as wrong, and mended with it
        yield problem(unit.line, "parent", Mistake.TOO_DEEP, most=MOST_ABOVE)


def _above(by_code: Mapping[str, Node]) -> dict[str, float]:
    """Count the units above each, which is walked once; infinite where there is no end."""
    found: dict[str, float] = {}
    for code in by_code:
        path: dict[str, None] = {}
        at = code
        while at in by_code and at not in found and at not in path:
            path[at] = None
            at = by_code[at].parent or ""
        number = math.inf if at in path else found.get(at, -1)
        for one in reversed(path):
            number += 1
            found[one] = number
    return found


def counted_in_unit(code: str, units: Mapping[str, Node]) -> str:
    """Return the ancestor of ``code`` under which it is counted: below a region, else the agency.

    Raises
    ------
    KeyError
        If the unit, or one above it, is unknown.
    """
    unit = units[code]
    while unit.parent is not None and units[unit.parent].kind not in {REGION, AGENCY}:
        unit = units[unit.parent]
    return unit.code


def region_of(places: Mapping[str, tuple[str, str | None]]) -> dict[str, str]:
    """Return the code of the region above each unit, of units given as (type, parent).

    A unit without a region above is left out.
    """
    found = {}
    for code in places:
        at = code
        seen: set[str] = set()
        while at in places and at not in seen and places[at][0] != REGION:
            seen.add(at)
            at = places[at][1] or ""
        if at in places and at not in seen:
            found[code] = at
    return found
