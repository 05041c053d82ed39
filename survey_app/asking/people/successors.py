"""What becomes of units when a register changes: who moved from where to where, and what is asked.

Units are those that figures are of: what stands below one is counted in it. Nothing is decided
here. Where most of a unit's people are found in another one, somebody is asked what happened.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from survey_app.asking.people.tree import AGENCY, REGION, Node, counted_in_unit

type LinkKind = Literal["renamed", "moved", "split", "merged", "closed"]
type Answer = Literal["renamed", "split", "merged", "apart"]

MOST: Final = 0.5  # of a unit's people: more than this went one way, or came one way
APART: Final = "apart"
LINK: Final = "link:"  # how an answer is kept beside what was said of a file


@dataclass(frozen=True, slots=True)
class Moves:
    """Units before and after, by code with their names, and their people.

    ``flows`` counts those who are in both by the unit they were in and the unit they are in.
    """

    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    people_before: Mapping[str, int] = field(default_factory=dict)
    people_after: Mapping[str, int] = field(default_factory=dict)
    flows: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def share(self, origin: str, target: str) -> float:
        """Return the part of the origin's people who are in the target now: 0-1."""
        everybody = self.people_before.get(origin, 0)
        return round(self.flows.get((origin, target), 0) / everybody, 2) if everybody else 0.0


@dataclass(frozen=True, slots=True)
class UnitQuestion:
    """What somebody has to say of a unit of the file: whether it goes on from others.

    ``kind`` is what it would be: a new name for one that is gone, several that became one, or a
    part of one that is still there. ``new`` tells whether the register knows the unit already.
    """

    target: str
    kind: Answer
    origins: tuple[str, ...]
    new: bool


def moves_of(
    known: Mapping[str, Node],
    names: Mapping[str, str],
    told: Mapping[str, Node],
    names_told: Mapping[str, str],
    places: Mapping[str, tuple[str, str]],
) -> Moves:
    """Count who moved from which unit to which.

    Parameters
    ----------
    known, told : mapping of str to Node
        The units of the register as they stand, and of the file, by code.
    names, names_told : mapping of str to str
        What they are called.
    places : mapping of str to (str, str)
        By each person's key, the code of the unit before and in the file; empty for who is not
        there.
    """
    before, after = _homes(known), _homes(told)
    pairs = [(before.get(was, ""), after.get(now, "")) for was, now in places.values()]
    return Moves(
        {code: names[code] for code in before if before[code] == code},
        {code: names_told[code] for code in after if after[code] == code},
        Counter(was for was, _ in pairs if was),
        Counter(now for _, now in pairs if now),
        Counter(pair for pair in pairs if all(pair)),
    )


def _homes(units: Mapping[str, Node]) -> dict[str, str]:
    below = (code for code, unit in units.items() if unit.kind not in {AGENCY, REGION})
    return {
        code: counted_in_unit(code, units) for code in below if _has_a_whole_way_up(code, units)
    }


def _has_a_whole_way_up(code: str, units: Mapping[str, Node]) -> bool:
    at = units.get(code)
    while at is not None and at.parent:
        at = units.get(at.parent)
    return at is not None


def unit_questions(moves: Moves) -> tuple[UnitQuestion, ...]:
    """Say what has to be asked, in the order of the file's units.

    Of a unit that is gone: where more than half of its people are in one other unit, whether that
    one goes on from it. Of a new one that no such unit leads to: where more than half of its people
    came from one that lost them, whether it is a part of that one.
    """
    return tuple(_asked(moves))


def _asked(moves: Moves) -> Iterator[UnitQuestion]:
    gone = [code for code in moves.before if code not in moves.after]
    leads: dict[str, list[str]] = defaultdict(list)
    for origin in gone:
        target = _most(moves, origin)
        if target:
            leads[target].append(origin)
    for target in moves.after:
        new = target not in moves.before
        origins = tuple(leads.get(target, ()))
        if origins:
            alone = new and len(origins) == 1
            yield UnitQuestion(target, "renamed" if alone else "merged", origins, new)
        elif new and (origin := _came_from(moves, target)):
            yield UnitQuestion(target, "split", (origin,), new)


def _most(moves: Moves, origin: str) -> str:
    """Return where more than half of a unit's people are; empty where there is no such unit."""
    limit = MOST * moves.people_before.get(origin, 0)
    found = [to for (was, to), n in moves.flows.items() if was == origin and n > limit]
    return found[0] if found else ""


def _came_from(moves: Moves, target: str) -> str:
    limit = MOST * moves.people_after.get(target, 0)
    found = [was for (was, to), n in moves.flows.items() if to == target and n > limit]
    return found[0] if found else ""


def not_yet_answered(
    asked: tuple[UnitQuestion, ...], answers: Mapping[str, str]
) -> tuple[UnitQuestion, ...]:
    """Return the questions that nobody has answered with one of their two answers."""
    return tuple(one for one in asked if answers.get(one.target) not in {one.kind, APART})
