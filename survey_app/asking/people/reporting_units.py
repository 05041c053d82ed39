"""Merge units until each is large enough to be reported (``design.md`` 8.3).

A reporting unit has at least 15 people in the frame. Smaller units are merged with each other,
else with the smallest sibling of the same region, of the same type where there is one. It is done
before invitations go out: what is stored with an answer is the reporting unit.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from analytics.unit_types import SEVERAL_TYPES
from survey_app.asking.errors import FrameTooSmall

SMALLEST_REPORTING_UNIT = 15
LONGEST_CODE = 60  # bytes: a ballot keeps so many for it


class ReportedUnit(Protocol):
    """A unit directly under a region."""

    @property
    def code(self) -> str:
        """The unit's own code."""

    @property
    def name(self) -> str:
        """The unit's name."""

    @property
    def kind(self) -> str:
        """The type of unit."""

    @property
    def parent(self) -> str | None:
        """Code of its region."""


@dataclass(frozen=True, slots=True)
class ReportingUnit:
    """One or more units that are reported as one.

    ``members`` are codes in the order given; ``kind`` is their type, ``SEVERAL_TYPES`` where
    they differ: what they answered is in no figure of a type that is not theirs.
    """

    code: str
    name: str
    region: str
    kind: str
    members: tuple[str, ...]
    population: int


@dataclass(frozen=True, slots=True)
class _Group:
    units: tuple[ReportedUnit, ...]
    people: int
    kind: str

    @property
    def order(self) -> tuple[int, str]:
        return self.people, self.units[0].code


def reporting_units(
    units: Sequence[ReportedUnit],
    counts: Mapping[str, int],
    *,
    smallest: int = SMALLEST_REPORTING_UNIT,
) -> list[ReportingUnit]:
    """Merge units with fewer than ``smallest`` people.

    Parameters
    ----------
    units : sequence of units
        All units directly under a region, in the organisation's order.
    counts : mapping of str to int
        People in the frame, by unit code; a unit without people is left out.
    smallest : int
        People that a reporting unit needs.

    Returns
    -------
    list of ReportingUnit
        In the organisation's order of their first members. Every person of ``counts`` is in
        exactly one. Members share a region, except that a whole region with fewer people than
        ``smallest`` is counted in the smallest other region.

    Raises
    ------
    FrameTooSmall
        If there are fewer than ``smallest`` people in all.
    """
    people = sum(counts[unit.code] for unit in units if counts.get(unit.code))
    if people < smallest:
        raise FrameTooSmall(people, smallest)
    position = {unit.code: at for at, unit in enumerate(units)}
    regions: dict[str, list[_Group]] = defaultdict(list)
    for unit in units:
        if counts.get(unit.code, 0) > 0:
            regions[unit.parent or ""].append(_Group((unit,), counts[unit.code], unit.kind))
    _house_small_regions(regions, smallest)
    found = [
        _named(group, region, position)
        for region, groups in regions.items()
        for group in _merge_within(groups, smallest)
    ]
    return sorted(found, key=lambda unit: position[unit.members[0]])


def keep_groups(
    units: Sequence[ReportedUnit],
    counts: Mapping[str, int],
    groups: Sequence[tuple[str, tuple[str, ...]]],
    *,
    smallest: int = SMALLEST_REPORTING_UNIT,
) -> list[ReportingUnit] | None:
    """Merge units as an earlier wave of the year did, so that its series goes on.

    Parameters
    ----------
    units, counts, smallest
        As for `reporting_units`.
    groups : sequence of (str, tuple of str)
        Region and members of each reporting unit of the earlier wave.

    Returns
    -------
    list of ReportingUnit or None
        ``None`` when the groups do not fit any more: a unit came or went, a group has become too
        small, or none of it is in its region now.
    """
    by_code = {unit.code: unit for unit in units if counts.get(unit.code)}
    if sorted(code for _, codes in groups for code in codes) != sorted(by_code):
        return None
    position = {unit.code: at for at, unit in enumerate(units)}
    found = []
    for region, codes in groups:
        members = tuple(by_code[code] for code in codes)
        people = sum(counts[code] for code in codes)
        if people < smallest or region not in {unit.parent for unit in members}:
            return None
        group = _Group(members, people, members[0].kind)
        found.append(_named(group, region, position))
    return sorted(found, key=lambda unit: position[unit.members[0]])


def _merge_within(groups: list[_Group], smallest: int) -> list[_Group]:
    groups = list(groups)
    while len(groups) > 1:
        small = min(groups, key=lambda group: group.order)
        if small.people >= smallest:
            break
        groups.remove(small)
        partner = min(groups, key=lambda other: _preference(small, other, smallest))
        groups.remove(partner)
        groups.append(_joined(small, partner))
    return groups


def _preference(small: _Group, other: _Group, smallest: int) -> tuple[bool, bool, int, str]:
    # small ones with each other first, then the same type, then the smallest
    return other.people >= smallest, other.kind != small.kind, *other.order


def _joined(one: _Group, other: _Group) -> _Group:
    larger = max(one, other, key=lambda group: (group.people, group.units[0].code))
    return _Group((*one.units, *other.units), one.people + other.people, larger.kind)


def _house_small_regions(regions: dict[str, list[_Group]], smallest: int) -> None:
    def size(region: str) -> tuple[int, str]:
        return sum(group.people for group in regions[region]), region

    while size(small := min(regions, key=size))[0] < smallest:
        guests = regions.pop(small)
        regions[min(regions, key=size)] += guests


def _named(group: _Group, region: str, position: Mapping[str, int]) -> ReportingUnit:
    units = sorted(group.units, key=lambda unit: position[unit.code])
    kinds = {unit.kind for unit in units}
    codes = tuple(unit.code for unit in units)
    return ReportingUnit(
        code=_code(codes),
        name=_listed([unit.name for unit in units]),
        region=region,
        kind=kinds.pop() if len(kinds) == 1 else SEVERAL_TYPES,
        members=codes,
        population=group.people,
    )


def _code(codes: tuple[str, ...]) -> str:
    joined = "+".join(codes)
    if len(joined.encode()) <= LONGEST_CODE:
        return joined
    # never one member's own code: its series would go on with other people in it
    digest = hashlib.sha256(joined.encode()).hexdigest()[:12]
    first = codes[0].encode()[: LONGEST_CODE - 13].decode(errors="ignore")
    return f"{first}+{digest}"


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} og {names[-1]}"
