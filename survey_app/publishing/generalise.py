"""Make every stored combination of codes that others could know occur k times in the wave.

``anonymity-design.md`` 4.5. Staff rows keep the reporting unit only; public rows keep county, age
group and gender as far as the sample file holds at least k people with the same.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

type Cell = tuple[str, str, str]
"""County, age group and gender of the sample file; empty where generalised away."""

ANY = ""
WHOLE = ""
"""Code of the whole agency: of staff answers that are stored with no region."""


def generalise_units(
    ballots: Mapping[str, int], parents: Mapping[str, str], *, minimum_group: int
) -> dict[str, str] | None:
    """Say which code each unit's answers are stored under: its own, or that of something above it.

    Parameters
    ----------
    ballots : mapping of str to int
        Ballots by the code that they carry: a unit's, or a region's where the unit invited too
        few. A code that nobody answered for is there with 0.
    parents : mapping of str to str
        Region of each unit.
    minimum_group : int
        k.

    Returns
    -------
    dict of str to str, or None
        For every code: itself, its region ("the rest of the region"), or `WHOLE` ("the rest of the
        whole"). None when the whole wave has fewer than k answers, and nothing may be stored.

    Notes
    -----
    A row is never filed where it is not true: a sibling's figures hold nobody else's answers. Where
    the rest of a region is too small, its smallest unit joins it, so that the region's own figures
    stay whole. That unit could not have been shown beside so small a rest anyway
    (``anonymity-design.md`` 7.3). A region that is too small as a whole goes to the rest of the
    whole, and the smallest code joins that one while it is too small.

    A code without answers goes where one with a few would: by itself, it would say that nobody
    there has answered.
    """
    if sum(ballots.values()) < minimum_group:
        return None
    stored = {code: code for code in ballots}
    for region in sorted({parents.get(code, code) for code in ballots}):
        inside = {code: n for code, n in ballots.items() if parents.get(code, code) == region}
        rest = [code for code, n in inside.items() if n < minimum_group or code == region]
        stored |= dict.fromkeys(_until_enough(rest, inside, minimum_group), region)
    return _rest_of_the_whole(stored, ballots, minimum_group)


def _rest_of_the_whole(
    stored: Mapping[str, str], ballots: Mapping[str, int], minimum_group: int
) -> dict[str, str]:
    people: Counter[str] = Counter()
    for code, home in stored.items():
        people[home] += ballots[code]
    small = [home for home, n in people.items() if n < minimum_group]
    up = _until_enough(small, people, minimum_group)
    return {code: WHOLE if home in up else home for code, home in stored.items()}


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


def _until_enough[Key: (str, tuple[str, ...])](
    small: Iterable[Key], people: Mapping[Key, int], minimum_group: int
) -> set[Key]:
    """Add the next smallest until those merged hold k people together."""
    merged = set(small)
    rest = sorted((key for key in people if key not in merged), key=lambda key: (people[key], key))
    while merged and rest and sum(people[key] for key in merged) < minimum_group:
        merged.add(rest.pop(0))
    return merged
