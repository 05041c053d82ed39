"""Make every stored combination of codes that others could know occur k times in the wave.

``anonymity-design.md`` 4.5. Staff rows keep the reporting unit only; public rows keep county, age
group and gender as far as at least k ballots have the same.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

type Told = tuple[int, int, int]
"""County, age group and gender as a ballot has them, by stored code."""

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


def generalise_told(
    told: Mapping[Told, int], listed: Sequence[Collection[int]], *, minimum_group: int
) -> dict[Told, int]:
    """Say how many of county, age and gender are stored of each combination that was told.

    Parameters
    ----------
    told : mapping of (county, age, gender) to int
        Ballots with each combination of stored codes, missing ones included.
    listed : sequence of 3 collections of int
        The codes that the sample file holds; any other was withheld, or is nobody's in the file.
    minimum_group : int
        k.

    Returns
    -------
    dict of (county, age, gender) to int
        3: all are stored; 2: without gender; 1: the county alone; 0: none. What is stored occurs at
        least k times among all ballots, unless these are fewer.

    Notes
    -----
    Counted among those who answered, not among those invited: whoever knows who answered would
    find the one woman of 75 in a county alone in her cell, however many were invited
    (``anonymity-design.md`` 4.5). Gender goes first, for all of a county's age group at once, then
    age, for the small age groups of a county and the next smallest together, then the county: so
    weighting keeps the design's strata whole, and what is blank is not one sort of people. Small
    counties, and those who told what the file does not hold, go up alone, and only where they are
    too few together they take the smallest cell along.
    """
    levels = _ordinary_levels(told, listed, minimum_group)
    while lifted := _too_few(told, levels, minimum_group):
        levels |= lifted
    return levels


def _ordinary_levels(
    told: Mapping[Told, int], listed: Sequence[Collection[int]], minimum_group: int
) -> dict[Told, int]:
    cells = {
        one: n
        for one, n in told.items()
        if all(code in codes for code, codes in zip(one, listed, strict=True))
    }
    per_county, per_age = _sums(cells, 1), _sums(cells, 2)
    counties = set(_few(per_county, minimum_group))
    ages: set[tuple[int, ...]] = set()
    for county in per_county:
        own = {key: people for key, people in per_age.items() if key[:1] == county}
        ages |= _until_enough(_few(own, minimum_group), own, minimum_group)
    genders = {cell[:2] for cell in _few(cells, minimum_group)}
    levels = dict.fromkeys(told, 3)
    for cell in cells:
        if cell[:1] in counties:
            levels[cell] = 0
        elif cell[:2] in ages:
            levels[cell] = 1
        elif cell[:2] in genders:
            levels[cell] = 2
    return levels


def _too_few(
    told: Mapping[Told, int], levels: Mapping[Told, int], minimum_group: int
) -> dict[Told, int]:
    """Take what is stored too seldom one level up; the last few are joined by the next smallest."""
    people: Counter[tuple[int, ...]] = Counter()
    for one, n in told.items():
        people[one[: levels[one]]] += n
    small = {kept for kept in _few(people, minimum_group) if kept}
    if not small and 0 < people[()] < minimum_group and len(people) > 1:
        next_one = min((kept for kept in people if kept), key=lambda kept: (people[kept], kept))
        return {one: 0 for one in told if one[: levels[one]] == next_one}
    return {one: levels[one] - 1 for one in told if one[: levels[one]] in small}


def _few[Key](people: Mapping[Key, int], minimum_group: int) -> list[Key]:
    return [key for key, n in people.items() if n < minimum_group]


def _sums(cells: Mapping[Told, int], parts: int) -> Counter[tuple[int, ...]]:
    total: Counter[tuple[int, ...]] = Counter()
    for cell, people in cells.items():
        total[cell[:parts]] += people
    return total


def _until_enough[Key: (str, tuple[int, ...])](
    small: Iterable[Key], people: Mapping[Key, int], minimum_group: int
) -> set[Key]:
    """Add the next smallest until those merged hold k people together."""
    merged = set(small)
    rest = sorted((key for key in people if key not in merged), key=lambda key: (people[key], key))
    while merged and rest and sum(people[key] for key in merged) < minimum_group:
        merged.add(rest.pop(0))
    return merged
