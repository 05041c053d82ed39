"""Whose answers carry which code: nobody's stands for fewer people than two small groups.

A ballot carries the code of its key group, and its credential is signed with that group's key. So
whoever sees a ballot arrive knows the group, and a group of one would be a name. What counts is how
many carry a code, not how many the domain of that name holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Invited(NamedTuple):
    """A reporting unit, its region, and how many are invited there."""

    unit: str
    region: str
    invited: int


def key_groups_of(units: Iterable[Invited], minimum_group: int) -> dict[str, str]:
    """Return the code that answers of each unit carry (``anonymity-design.md`` 5).

    Its own from 2k invited, else its region's. Where a region's small units hold fewer than 2k
    together, the next smallest of the region answers for it too, until they do or none is left.

    Parameters
    ----------
    units : iterable of Invited
    minimum_group : int
        k.

    Examples
    --------
    >>> few, some, many = Invited("a", "r", 1), Invited("b", "r", 12), Invited("c", "r", 30)
    >>> key_groups_of([few, some, many], 5)
    {'a': 'r', 'b': 'r', 'c': 'c'}
    """
    regions: dict[str, list[Invited]] = defaultdict(list)
    for one in units:
        regions[one.region].append(one)
    return {
        one.unit: code
        for members in regions.values()
        for one, code in zip(members, _codes(members, 2 * minimum_group), strict=True)
    }


def _codes(members: list[Invited], enough: int) -> list[str]:
    together = {one.unit for one in members if one.invited < enough}
    people = sum(one.invited for one in members if one.unit in together)
    rest = sorted(
        (one for one in members if one.unit not in together),
        key=lambda one: (one.invited, one.unit),
    )
    for one in rest:
        if not 0 < people < enough:
            break
        together.add(one.unit)
        people += one.invited
    return [one.region if one.unit in together else one.unit for one in members]
