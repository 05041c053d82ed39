"""Make every stored combination of codes that others could know occur k times in the wave.

``anonymity-design.md`` 4.5. Staff rows keep the reporting unit only; rows of a drawn sample keep
county, age group and gender, those of a list by name all background, as far as at least k ballots
have the same. Where halves are asked in different words, or each person one of several modules,
somebody may know which a person got: what is stored has k ballots of each half or module then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from survey_app.publishing.inputs.counted import WHOLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

type Told = tuple[int, ...]
"""What others may know as a ballot has it, by stored code: county, age group and gender, say."""

type Counts = tuple[int, ...]
"""Ballots in all, then those of each half or module where not everybody is asked the same."""


def generalise_units(
    ballots: Mapping[str, int],
    parents: Mapping[str, str],
    *,
    minimum_group: int,
    parts: Sequence[Mapping[str, int]] = (),
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
    parts : sequence of mapping of str to int
        Those of each half or module by the same codes, where not everybody is asked the same.

    Returns
    -------
    dict of str to str, or None
        For every code: itself, its region ("the rest of the region"), or `WHOLE` ("the rest of the
        whole"). None when the whole wave, or a half or module of it, has fewer than k answers, and
        nothing may be stored.

    Notes
    -----
    A row is never filed where it is not true: a sibling's figures hold nobody else's answers. Where
    the rest of a region is too small, its smallest unit joins it, so that the region's own figures
    stay whole. That unit could not have been shown beside so small a rest anyway
    (``anonymity-design.md`` 7.3). A region that is too small as a whole goes to the rest of the
    whole, and the smallest code joins that one while it is too small.

    A code without answers, or without any of one half or module, goes where one with a few would:
    by itself, it would say that nobody there has answered.
    """
    counts = _with_parts(ballots, parts)
    if not counts or _is_few(_total(counts.values()), minimum_group):
        return None
    stored = {code: code for code in ballots}
    for region in sorted({parents.get(code, code) for code in ballots}):
        inside = {code: n for code, n in counts.items() if parents.get(code, code) == region}
        rest = [code for code, n in inside.items() if _is_few(n, minimum_group) or code == region]
        stored |= dict.fromkeys(_until_enough(rest, inside, minimum_group), region)
    return _rest_of_the_whole(stored, counts, minimum_group)


def _rest_of_the_whole(
    stored: Mapping[str, str], ballots: Mapping[str, Counts], minimum_group: int
) -> dict[str, str]:
    people = _summed((home, ballots[code]) for code, home in stored.items())
    up = _until_enough(_few(people, minimum_group), people, minimum_group)
    return {code: WHOLE if home in up else home for code, home in stored.items()}


def generalise_told(
    told: Mapping[Told, int],
    known: Sequence[Collection[int]],
    *,
    minimum_group: int,
    parts: Sequence[Mapping[Told, int]] = (),
) -> dict[Told, int]:
    """Say how many of the codes that were told are stored of each combination: the first so many.

    Parameters
    ----------
    told : mapping of tuple of int to int
        Ballots with each combination of stored codes, missing ones included: of county, age and
        gender, say.
    known : sequence of collections of int, as long as each combination
        The codes that others may know; any other was withheld, or is nobody's.
    minimum_group : int
        k.
    parts : sequence of mapping of tuple of int to int
        Those of each half or module, where not everybody is asked the same.

    Returns
    -------
    dict of tuple of int to int
        3: the first three are stored; 2: two; 0: none. What is stored occurs at least k times among
        all ballots, unless these are fewer.

    Notes
    -----
    Counted among those who answered, not among those invited: whoever knows who answered would
    find the one woman of 75 in a county alone in her cell, however many were invited
    (``anonymity-design.md`` 4.5). The last goes first, for all who are alike but for it; then the
    one before, for the small groups among those alike up to there and the next smallest together;
    then the first. So weighting keeps the design's strata whole, and what is blank is not one sort
    of people. Small groups of the first, and those who told what nobody could know, go up alone,
    and only where they are too few together they take the smallest combination along.

    Whoever told the same is stored alike, so any way of giving the rows to those who answered can
    be had by exchanging people within a stored combination: each person has at least k rows.
    """
    counts = _with_parts(told, parts)
    levels = _ordinary_levels(counts, known, minimum_group)
    while lifted := _too_few(counts, levels, minimum_group):
        levels |= lifted
    return levels


def _ordinary_levels(
    told: Mapping[Told, Counts], known: Sequence[Collection[int]], minimum_group: int
) -> dict[Told, int]:
    cells = {
        one: n
        for one, n in told.items()
        if all(code in codes for code, codes in zip(one, known, strict=True))
    }
    lost = [_lost(cells, level, len(known), minimum_group) for level in range(len(known))]
    levels = dict.fromkeys(told, len(known))
    for cell in cells:
        levels[cell] = next(
            (level for level, combinations in enumerate(lost) if cell[: level + 1] in combinations),
            len(known),
        )
    return levels


def _lost(
    cells: Mapping[Told, Counts], level: int, depth: int, minimum_group: int
) -> set[tuple[int, ...]]:
    """Return the combinations of ``level + 1`` codes of which the last one is not stored."""
    people = _sums(cells, level + 1)
    small = _few(people, minimum_group)
    if level == 0:
        return set(small)
    alike: dict[tuple[int, ...], dict[tuple[int, ...], Counts]] = {}
    for combination, n in people.items():
        alike.setdefault(combination[:level], {})[combination] = n
    if level == depth - 1:
        return {one for rest in {one[:level] for one in small} for one in alike[rest]}
    gone: set[tuple[int, ...]] = set()
    for own in alike.values():
        gone |= _until_enough(_few(own, minimum_group), own, minimum_group)
    return gone


def _too_few(
    told: Mapping[Told, Counts], levels: Mapping[Told, int], minimum_group: int
) -> dict[Told, int]:
    """Take what is stored too seldom one level up; the last few are joined by the next smallest."""
    people = _summed((one[: levels[one]], n) for one, n in told.items())
    few = _few(people, minimum_group)
    small = {kept for kept in few if kept}
    if not small and () in few and len(people) > 1:
        next_one = min((kept for kept in people if kept), key=lambda kept: (people[kept], kept))
        return {one: 0 for one in told if one[: levels[one]] == next_one}
    return {one: levels[one] - 1 for one in told if one[: levels[one]] in small}


def _with_parts[Key](
    ballots: Mapping[Key, int], parts: Sequence[Mapping[Key, int]]
) -> dict[Key, Counts]:
    return {key: (n, *(part.get(key, 0) for part in parts)) for key, n in ballots.items()}


def _is_few(people: Counts, minimum_group: int) -> bool:
    return min(people) < minimum_group


def _few[Key](people: Mapping[Key, Counts], minimum_group: int) -> list[Key]:
    return [key for key, n in people.items() if _is_few(n, minimum_group)]


def _total(people: Iterable[Counts]) -> Counts:
    return tuple(map(sum, zip(*people, strict=True)))


def _summed[Key](people: Iterable[tuple[Key, Counts]]) -> dict[Key, Counts]:
    found: dict[Key, list[Counts]] = {}
    for key, n in people:
        found.setdefault(key, []).append(n)
    return {key: _total(several) for key, several in found.items()}


def _sums(cells: Mapping[Told, Counts], parts: int) -> dict[tuple[int, ...], Counts]:
    return _summed((cell[:parts], people) for cell, people in cells.items())


def _until_enough[Key: (str, tuple[int, ...])](
    small: Iterable[Key], people: Mapping[Key, Counts], minimum_group: int
) -> set[Key]:
    """Add the next smallest until those merged hold k people together."""
    merged = set(small)
    rest = sorted((key for key in people if key not in merged), key=lambda key: (people[key], key))
    while merged and rest and _is_few(_total(people[key] for key in merged), minimum_group):
        merged.add(rest.pop(0))
    return merged
