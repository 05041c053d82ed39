"""Make every stored combination of codes that others could know occur k times in the wave.

``anonymity-design.md`` 4.5. Staff rows keep the reporting unit only; public rows keep county, age
group and gender as far as the sample file holds at least k people with the same.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

type Cell = tuple[str, str, str]
"""County, age group and gender of the sample file; empty where generalised away."""

ANY = ""


def generalise_units(
    units: Sequence[str], parents: Mapping[str, str], *, minimum_group: int
) -> dict[str, str] | None:
    """Say which code each unit's answers are stored under.

    Parameters
    ----------
    units : sequence of str
        The domain code of every ballot.
    parents : mapping of str to str
        Region of each unit.
    minimum_group : int
        k.

    Returns
    -------
    dict of str to str, or None
        For every code that occurs: itself, the next smallest sibling, else the parent. None when
        the whole wave has fewer than k answers, and nothing may be stored.

    Notes
    -----
    The smallest goes first. A region's own code that is still too small goes to the next smallest
    code of all: it has no sibling with answers, and its parent is everybody.
    """
    if len(units) < minimum_group:
        return None
    count = Counter(units)
    stored = {code: code for code in count}
    while (small := min(count, key=lambda code: (count[code], code))) and (
        count[small] < minimum_group
    ):
        target = _next_home(small, count, parents)
        count[target] += count.pop(small)
        stored = {code: target if home == small else home for code, home in stored.items()}
    return stored


def _next_home(small: str, count: Mapping[str, int], parents: Mapping[str, str]) -> str:
    region = parents.get(small)
    siblings = [
        code for code in count if code != small and (region is None or parents.get(code) == region)
    ]
    if region is not None and not siblings:
        return region
    return min(siblings, key=lambda code: (count[code], code))


def generalise_sample(invited: Mapping[Cell, int], *, minimum_group: int) -> dict[Cell, Cell]:
    """Say which cell each combination of the sample file is stored as.

    Parameters
    ----------
    invited : mapping of (county, age, gender) to int
        People invited with each combination.
    minimum_group : int
        k.

    Returns
    -------
    dict of cell to cell
        Gender goes first, for all of a county's age group at once, so that a blank does not give
        away which gender was rare; then age, for the small age groups and the next smallest of
        that county together; then the county, with the next smallest county.
    """
    per_county, per_age = _sums(invited, 1), _sums(invited, 2)
    small = {key for key, people in per_county.items() if people < minimum_group}
    counties = {key[0] for key in _until_enough(small, per_county, minimum_group)}
    ages: set[tuple[str, ...]] = set()
    for county in per_county:
        own = {key: people for key, people in per_age.items() if key[:1] == county}
        few = {key for key, people in own.items() if people < minimum_group}
        ages |= _until_enough(few, own, minimum_group)
    no_gender: set[tuple[str, ...]] = {
        cell[:2] for cell, people in invited.items() if people < minimum_group
    }
    return {cell: _stored(cell, counties, ages, no_gender) for cell in invited}


def _stored(
    cell: Cell, counties: set[str], ages: set[tuple[str, ...]], no_gender: set[tuple[str, ...]]
) -> Cell:
    county, age, gender = cell
    if county in counties:
        return ANY, ANY, ANY
    if (county, age) in ages:
        return county, ANY, ANY
    return county, age, ANY if (county, age) in no_gender else gender


def _sums(invited: Mapping[Cell, int], parts: int) -> Counter[tuple[str, ...]]:
    total: Counter[tuple[str, ...]] = Counter()
    for cell, people in invited.items():
        total[cell[:parts]] += people
    return total


def _until_enough(
    small: Iterable[tuple[str, ...]], people: Mapping[tuple[str, ...], int], minimum_group: int
) -> set[tuple[str, ...]]:
    """Add the next smallest until those merged hold k people together."""
    merged = set(small)
    rest = sorted((key for key in people if key not in merged), key=lambda key: (people[key], key))
    while merged and rest and sum(people[key] for key in merged) < minimum_group:
        merged.add(rest.pop(0))
    return merged
