"""Which places of an earlier wave stand for a unit of now, by the crosswalk of publications.

A publication holds the steps that units had taken when its wave opened: what each was before, and
as what it went on. Of two publications, those that only the later one knows lie between them. This
is the one place that follows them; trends, changes, files and pages ask here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Literal

UNIT: Final = "unit"
NOT_LINKED: Final = "not_linked"
"""Of a wave in which what a unit was cannot be shown as one figure."""
_GOES_ON: Final = frozenset({"renamed", "moved", "merged", "split"})

type Link = Literal["own", "together", "reference", "none", "absent"]


@dataclass(frozen=True, slots=True)
class LineageStep:
    """A row of the crosswalk; ``target`` is empty of one that is closed."""

    day: str
    kind: str
    origin: str
    target: str
    name: str


@dataclass(frozen=True, slots=True)
class WaveUnit:
    """A unit of a wave: its code, the units of the register in it, and its people."""

    code: str
    members: frozenset[str]
    people: int | None


@dataclass(frozen=True, slots=True)
class Ancestry:
    """What a unit of now was made of then: ``codes`` of the register.

    ``whole`` is False where it was only a part of them.
    """

    codes: frozenset[str]
    whole: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Way:
    """How an earlier wave is read for a unit of now.

    ``own``: its figure stands under a code of its own (``codes`` has one). ``together``: it is
    made of those of ``codes``, if all are shown. ``reference``: ``codes`` has the unit that it was
    a part of. ``none``: it was something that has no figure. ``absent``: it was nothing.
    """

    link: Link
    codes: tuple[str, ...] = ()


def steps_in(content: Mapping[str, Any]) -> tuple[LineageStep, ...]:
    """Read the crosswalk of a publication, or of its head; older ones have none."""
    return tuple(
        LineageStep(row["day"], row["kind"], row["from"], row["to"], row["name"])
        for row in content.get("lineage", ())
    )


def units_in(content: Mapping[str, Any]) -> tuple[WaveUnit, ...]:
    """Read the units of a publication, or of its head."""
    return tuple(
        WaveUnit(row["code"], frozenset(row.get("members") or [row["code"]]), row["population"])
        for row in content["domains"]
        if row["level"] == UNIT
    )


def between(now: Sequence[LineageStep], then: Sequence[LineageStep]) -> tuple[LineageStep, ...]:
    """Return the steps that lie between two publications, the newest first."""
    known = set(then)
    return tuple(sorted((one for one in now if one not in known), key=_newest_first))


def _newest_first(one: LineageStep) -> tuple[int, ...]:
    return tuple(-int(part) for part in one.day.split("-"))


def ancestry(steps: Iterable[LineageStep], members: Collection[str]) -> Ancestry | None:
    """Follow units of the register back.

    Parameters
    ----------
    steps : iterable of LineageStep
        Those in between, the newest first (`between`).
    members : collection of str
        The units of the register of now.

    Returns
    -------
    Ancestry or None
        None where one of them is said to go on from nothing, under a code that was used before.
    """
    codes, whole, changed = frozenset(members), True, False
    for _, day in groupby(steps, key=lambda one: one.day):
        rows = list(day)
        apart = {one.origin for one in rows if one.kind == "split"}
        found: set[str] = set()
        for code in codes:
            into = [one for one in rows if one.target == code and one.kind in _GOES_ON]
            if not into and any(one.origin == code and one.kind == "closed" for one in rows):
                return None
            origins = {one.origin for one in into} or {code}
            found |= origins
            changed = changed or bool(into)
            whole = whole and not origins & apart
        codes = frozenset(found)
    return Ancestry(codes, whole, changed)


def went_on_as(steps: Iterable[LineageStep], code: str) -> tuple[str, frozenset[str]] | None:
    """Follow a unit of the register forward.

    Parameters
    ----------
    steps : iterable of LineageStep
        The newest first (`between`).
    code : str
        The unit.

    Returns
    -------
    (str, frozenset of str) or None
        The day on which it ceased to be a unit of its own, and what it is part of now; None where
        it is one still, or went on as nothing.
    """
    codes, last = frozenset({code}), ""
    for day, taken in groupby(reversed(list(steps)), key=lambda one: one.day):
        rows = [one for one in taken if one.kind in _GOES_ON and one.origin in codes]
        codes = codes - {one.origin for one in rows} | {one.target for one in rows}
        if code not in codes:
            last = last or day
    return (last, codes) if last and code not in codes else None


def steps_taken(steps: Iterable[LineageStep], members: Collection[str]) -> list[list[LineageStep]]:
    """Return the steps that led to units of now, day by day, the newest first.

    Parameters
    ----------
    steps : iterable of LineageStep
        The newest first (`between`).
    members : collection of str
        The units of the register of now.
    """
    codes, days = set(members), []
    for _, day in groupby(steps, key=lambda one: one.day):
        rows = list(day)
        into = [one for one in rows if one.target in codes and one.kind in _GOES_ON]
        reached = {one.target for one in into}
        anew = [
            one
            for one in rows
            if one.kind == "closed" and one.origin in codes and one.origin not in reached
        ]
        if into or anew:
            days.append([*into, *anew])
        if anew:
            break
        codes = (codes - reached) | {one.origin for one in into}
    return days


def ways(now: Mapping[str, Any], domain: str, earlier: Sequence[Mapping[str, Any]]) -> list[Way]:
    """Say how each earlier wave is read for a unit of now.

    Parameters
    ----------
    now : mapping
        The publication that tells of the unit, or its head.
    domain : str
        Code of the unit.
    earlier : sequence of mapping
        Publications of earlier waves, or their heads.

    Returns
    -------
    list of Way
        In the order of ``earlier``.
    """
    steps = steps_in(now)
    here = next((one for one in units_in(now) if one.code == domain), None) if steps else None
    if here is None:
        return [Way("own", (domain,))] * len(earlier)
    return [way(here, between(steps, steps_in(one)), units_in(one)) for one in earlier]


def way(here: WaveUnit, steps: Sequence[LineageStep], then: Sequence[WaveUnit]) -> Way:
    """Say how one wave is read for a unit of now.

    Parameters
    ----------
    here : WaveUnit
        The unit of now.
    steps : sequence of LineageStep
        Those that lie between.
    then : sequence of WaveUnit
        The units of the wave.
    """
    found = ancestry(steps, here.members)
    if found is None:
        return Way("absent")
    if not found.changed or (found.whole and found.codes == here.members):
        return Way("own", (here.code,))
    inside = [one for one in then if one.members <= found.codes]
    if not any(one.members & found.codes for one in then):
        return Way("absent")
    if frozenset().union(*(one.members for one in inside)) != found.codes:
        return Way("none")
    codes = tuple(one.code for one in inside)
    if not found.whole:
        return Way("reference", codes) if len(codes) == 1 else Way("none")
    return Way("own" if len(codes) == 1 else "together", codes)
