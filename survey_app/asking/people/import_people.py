"""Bring the register in line with the file: plan first, then everything in one transaction."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from survey_app.asking.errors import RegisterChanged
from survey_app.asking.people.invite_returned import invite_returned
from survey_app.asking.people.links import steps_of, write_steps
from survey_app.asking.people.panels import draw_newcomers, group_of, stored_as
from survey_app.asking.people.plan import (
    SUSPICIOUS_SHARE,
    Act,
    Change,
    FieldChange,
    Plan,
    Shrinking,
    Thing,
)
from survey_app.asking.people.register import (
    PersonRow,
    Register,
    read_register,
)
from survey_app.asking.people.successors import Moves, moves_of
from survey_app.asking.people.tree import AGENCY, region_of
from survey_app.asking.people.write_units import write_units
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared.database import Link, Login, fetch

if TYPE_CHECKING:
    import numpy as np


__all__ = ["apply_import", "plan_import", "read_register"]

LOCK = 7_310_424_204  # two imports wait for each other
FEWEST = 15  # people of a region, before its shrinking tells anything


async def plan_import(register: Register, *, today: date, login: Login = Login.WORKER) -> Plan:
    """Compare a file with the register as it stands on ``today``; nothing is written."""
    units = {
        row["code"]: row
        for row in await fetch(
            login,
            "SELECT id, code, name, kind, parent, valid_to FROM asking.unit"
            " ORDER BY position, code",
        )
    }
    people = {
        row["number"]: row
        for row in await fetch(
            login,
            "SELECT p.number, p.email, p.mobile, p.language, p.active, u.code AS unit"
            " FROM asking.person p JOIN asking.unit u ON u.id = p.unit",
        )
    }
    changes = [*_unit_changes(register, units, today), *_people_changes(register, people)]
    active = sum(bool(row["active"]) for row in people.values())
    return Plan(
        register,
        tuple(changes),
        active,
        tuple(_shrinking(register, units, people)),
        _moves(register, units, people, today),
        {code: row["name"] for code, row in units.items()},
        _rekeyed(register, people),
    )


def _rekeyed(register: Register, people: Mapping[str, Mapping[str, Any]]) -> int:
    """Count newcomers with the address that one person alone had who is not in the file."""
    told = {person.number for person in register.people}
    active = {number: row["email"].lower() for number, row in people.items() if row["active"]}
    gone = {address for number, address in active.items() if address and number not in told}
    before = Counter(active.values())
    now = Counter(person.email.lower() for person in register.people)
    new = {person.email.lower() for person in register.people if person.number not in active}
    return sum(before[address] == now[address] == 1 for address in gone & new)


@dataclass(frozen=True, slots=True)
class _Known:
    code: str
    kind: str
    parent: str | None


def _moves(
    register: Register,
    units: Mapping[str, Mapping[str, Any]],
    people: Mapping[str, Mapping[str, Any]],
    today: date,
) -> Moves:
    now = {person.number: person.unit for person in register.people}
    was = {number: row["unit"] for number, row in people.items() if row["active"]}
    return moves_of(
        {
            code: _Known(code, row["kind"], row["parent"])
            for code, row in units.items()
            if not _has_ended(row, today)
        },
        {code: row["name"] for code, row in units.items()},
        {unit.code: unit for unit in register.units},
        {unit.code: unit.name for unit in register.units},
        {one: (was.get(one, ""), now.get(one, "")) for one in {**was, **now}},
    )


def _shrinking(
    register: Register,
    units: Mapping[str, Mapping[str, Any]],
    people: Mapping[str, Mapping[str, Any]],
) -> Iterator[Shrinking]:
    """Find regions that lose more than a fifth of their people, as where a file was cut off.

    Who stands in the file counts where they were: a unit that moves to another region takes nobody
    out of it. An agency without regions is looked at as a whole.
    """
    whole = next((code for code, row in units.items() if row["kind"] == AGENCY), "")
    regions = region_of({code: (row["kind"], row["parent"]) for code, row in units.items()})
    was = {n: regions.get(row["unit"], whole) for n, row in people.items() if row["active"]}
    before = Counter(was.values())
    regions = region_of({unit.code: (unit.kind, unit.parent) for unit in register.units})
    after = Counter(
        was.get(person.number) or regions.get(person.unit, whole) for person in register.people
    )
    for code, row in units.items():
        number = before[code]
        if number >= FEWEST and after[code] < (1 - SUSPICIOUS_SHARE) * number:
            yield Shrinking(row["name"], number, after[code])


def _has_ended(row: Mapping[str, Any], today: date) -> bool:
    return row["valid_to"] is not None and row["valid_to"] < today


def _unit_changes(
    register: Register, known: Mapping[str, Mapping[str, Any]], today: date
) -> Iterator[Change]:
    for unit in register.units:
        before = known.get(unit.code)
        if before is None:
            yield Change("unit", "added", unit.code, unit.name)
            continue
        fields = _differences(
            {"name": before["name"], "type": before["kind"], "parent": before["parent"] or ""},
            {"name": unit.name, "type": unit.kind, "parent": unit.parent},
        )
        if _has_ended(before, today):
            yield Change("unit", "returned", unit.code, unit.name, fields)
        elif fields or before["valid_to"] is not None:
            yield Change("unit", "changed", unit.code, unit.name, fields)
    told = {unit.code for unit in register.units}
    for code, before in sorted(known.items()):
        if code not in told and before["valid_to"] is None:
            yield Change("unit", "ended", code, before["name"])


def _people_changes(register: Register, known: Mapping[str, Mapping[str, Any]]) -> Iterator[Change]:
    for person in register.people:
        before = known.get(person.number)
        if before is None:
            yield Change("person", "added", person.number, "")
            continue
        names = ("email", "mobile", "language", "unit")
        fields = _differences(
            {name: before[name] for name in names}, {name: getattr(person, name) for name in names}
        )
        if not before["active"]:
            yield Change("person", "returned", person.number, "", fields)
        elif fields:
            yield Change("person", "changed", person.number, "", fields)
    told = {person.number for person in register.people}
    for number, before in sorted(known.items()):
        if number not in told and before["active"]:
            yield Change("person", "ended", number, "")


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, before[name], after[name])
        for name in after
        if before[name] != after[name]
    )


async def apply_import(
    plan: Plan,
    *,
    rng: np.random.Generator,
    today: date,
    now: datetime,
    actor: str = "system",
    answers: Mapping[str, str] | None = None,
) -> None:
    """Carry a plan out, all of it or nothing.

    Parameters
    ----------
    plan : Plan
        As shown to the person who runs the import.
    rng : numpy.random.Generator
        Draws the panels of new people within their unit.
    today, now : date, datetime
        First day of new units; units that are gone ended the day before. ``now`` for the audit.
    actor : str
        Who runs the import, for the audit log.
    answers : mapping of str to str, optional
        What was said of the plan's questions, by the code of the unit. A unit that nobody was asked
        about, or nobody answered for, goes on from none.

    Raises
    ------
    RegisterChanged
        If somebody changed the register after the plan was made.
    """
    async with writing() as link:
        await link.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        if (await plan_import(plan.register, today=today)).changes != plan.changes:
            raise RegisterChanged
        acts = {(change.thing, change.code): change.act for change in plan.changes}
        await write_units(link, plan.register.units, acts, today)
        await _write_people(link, plan.register.people, acts, rng, today)
        back = [
            code for (thing, code), act in acts.items() if (thing, act) == ("person", "returned")
        ]
        await invite_returned(link, back, now=now)
        steps = steps_of(plan, answers or {})
        await write_steps(link, steps, day=today, now=now, actor=actor)
        counts = {f"{thing}_{act}": number for (thing, act), number in plan.counts.items()}
        await record(
            Login.WORKER, now=now, actor=actor, action="import people", subject="register", **counts
        )


async def _write_people(
    link: Link,
    people: tuple[PersonRow, ...],
    acts: Mapping[tuple[Thing, str], Act],
    rng: np.random.Generator,
    today: date,
) -> None:
    unit_ids = {
        row["code"]: row["id"] for row in await link.fetch("SELECT code, id FROM asking.unit")
    }
    ended = [code for (thing, code), act in acts.items() if thing == "person" and act == "ended"]
    await link.execute(
        "UPDATE asking.person SET active = false, left_on = $2 WHERE number = ANY($1::text[])",
        ended,
        today,
    )
    changed = [one for one in people if acts.get(("person", one.number)) in {"changed", "returned"}]
    await link.executemany(
        "UPDATE asking.person SET email = $2::varchar,"
        # another address has not come back yet
        " undelivered = CASE WHEN email = $2::varchar THEN undelivered ELSE '' END,"
        " language = $3, unit = $4, mobile = $5, active = true, left_on = NULL WHERE number = $1",
        [(one.number, one.email, one.language, unit_ids[one.unit], one.mobile) for one in changed],
    )
    added = [one for one in people if acts.get(("person", one.number)) == "added"]
    groups = await _groups(link, added, rng)
    await link.copy_records_to_table(
        "person",
        schema_name="asking",
        columns=[
            *("id", "number", "email", "mobile", "language", "unit"),
            *("panel", "quarter", "active"),
        ],
        records=[
            (
                *(uuid.uuid4(), one.number, one.email, one.mobile, one.language),
                *(unit_ids[one.unit], *stored_as(group), True),
            )
            for one, group in zip(added, groups, strict=True)
        ],
    )


async def _groups(
    link: Link,
    added: list[PersonRow],
    rng: np.random.Generator,
) -> list[int]:
    present: dict[str, list[int]] = defaultdict(list)
    for row in await link.fetch(
        "SELECT u.code, p.panel, p.quarter FROM asking.person p JOIN asking.unit u ON u.id = p.unit"
        " WHERE p.active"
    ):
        present[row["code"]].append(group_of(row["panel"], row["quarter"]))
    newcomers: dict[str, list[int]] = defaultdict(list)
    for at, person in enumerate(added):
        newcomers[person.unit].append(at)
    groups = [0] * len(added)
    for unit, places in newcomers.items():
        for at, group in zip(places, draw_newcomers(present[unit], len(places), rng), strict=True):
            groups[at] = group
    return groups
