"""What was decided of units that changed, one decision for each, and a new one in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final, Literal, cast

from survey_app.asking.people.change_links import CrosswalkRow, ToldLink
from survey_app.asking.people.successors import LinkKind
from survey_app.asking.people.tree import AGENCY, REGION, counted_in_unit
from survey_app.shared.database import Login, fetch

type Choice = Literal["closed", "on", "parts"]

CHOICES: Final[tuple[Choice, ...]] = ("closed", "on", "parts")


@dataclass(frozen=True, slots=True)
class UnitDecision:
    """Where a unit of before goes on, from a day; ``gone`` where it is not there any more.

    Its ``targets`` are codes with names, none where it is closed.
    """

    origin: str
    name: str
    day: date
    kind: LinkKind
    targets: Mapping[str, str]
    decided_by: str
    fixed: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class UnitThen:
    """A unit that figures are of, with its days; ``is_new`` on the first of them."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None

    def is_there(self, day: date) -> bool:
        """Whether it is there on a day."""
        return self.valid_from <= day and (self.valid_to is None or self.valid_to >= day)


async def units_then(login: Login) -> dict[str, UnitThen]:
    """Return every unit that figures are or were of, by code, in the organisation's order."""
    rows = await fetch(
        login,
        "SELECT code, name, kind, parent, valid_from, valid_to FROM asking.unit"
        " ORDER BY position, code",
    )
    nodes = {row["code"]: _Node(row["code"], row["kind"], row["parent"]) for row in rows}
    return {
        row["code"]: UnitThen(row["code"], row["name"], row["valid_from"], row["valid_to"])
        for row in rows
        if row["kind"] not in {AGENCY, REGION}
        and counted_in_unit(row["code"], nodes) == row["code"]
    }


@dataclass(frozen=True, slots=True)
class _Node:
    code: str
    kind: str
    parent: str | None


def decisions(rows: Sequence[CrosswalkRow], units: Mapping[str, UnitThen]) -> list[UnitDecision]:
    """Put the rows of each unit and day together; what is the same unit still is no decision."""
    told = sorted(
        (one for one in rows if one.origin != one.target),
        key=lambda one: (one.day, one.origin, one.target),
    )
    found = []
    for (day, origin), group in groupby(told, key=lambda one: (one.day, one.origin)):
        first, *others = list(group)
        unit = units.get(origin)
        targets = {one.target: one.target_name for one in (first, *others) if one.target}
        found.append(
            UnitDecision(
                origin,
                first.name,
                day,
                cast("LinkKind", first.kind),
                targets,
                first.decided_by,
                any(one.fixed for one in (first, *others)),
                unit is None or not unit.is_there(day),
            )
        )
    return sorted(found, key=lambda one: (-one.day.toordinal(), one.name))


def told_of(
    decision: UnitDecision,
    choice: Choice,
    targets: Sequence[str],
    known: Sequence[UnitDecision],
    units: Mapping[str, UnitThen],
) -> list[ToldLink]:
    """Write what somebody chose as the rows of the command's file.

    Parameters
    ----------
    decision : UnitDecision
        The one to be replaced.
    choice : {"closed", "on", "parts"}
        It is gone; it goes on in one unit; parts of it go on in each of ``targets``.
    targets : sequence of str
        Codes; none where it is closed.
    known : sequence of UnitDecision
        All, for those of others that change with it: two units that become one are merged, both.
    units : mapping of str to UnitThen
    """
    if choice == "closed":
        mine = [ToldLink(0, decision.origin, "", "closed")]
    elif choice == "parts":
        mine = [ToldLink(0, decision.origin, one, "split") for one in targets]
    else:
        mine = [ToldLink(0, decision.origin, targets[0], "merged")]
    touched = set(decision.targets) | ({mine[0].target} if choice == "on" else set())
    others = {
        one.origin: one
        for one in known
        if one.day == decision.day and one.origin != decision.origin and not one.fixed
        # a unit goes on in one by a new name or a merger; of a part, the whole stays what it is
        if one.kind in {"renamed", "merged"} and set(one.targets) & touched
    }
    rows = [
        *mine,
        *(
            ToldLink(0, key, target, "merged")
            for key, one in others.items()
            for target in one.targets
        ),
    ]
    return [
        row
        for row in _by_number(rows, decision.day, units)
        if row.origin not in others or row.kind != others[row.origin].kind
    ]


def _by_number(
    rows: Sequence[ToldLink], day: date, units: Mapping[str, UnitThen]
) -> Iterator[ToldLink]:
    """Call it a new name where one unit becomes one that was not there before, else a merger."""
    for row in rows:
        alone = sum(one.target == row.target for one in rows) == 1
        new = row.target in units and units[row.target].valid_from == day
        kind: LinkKind = "renamed" if row.kind == "merged" and alone and new else row.kind
        yield ToldLink(0, row.origin, row.target, kind)
