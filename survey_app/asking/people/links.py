"""The crosswalk: which units of before a unit goes on from, as somebody decided it.

Trends read it by way of the publications. A decision holds from the next wave on, and may be
changed until that wave is counted: figures that were published do not change afterwards.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.asking.people.plan import Plan
from survey_app.asking.people.successors import APART, LinkKind, UnitQuestion
from survey_app.shared.database import Link


@dataclass(frozen=True, slots=True)
class UnitStep:
    """A row of the crosswalk: ``target`` is empty where a unit is closed.

    ``name`` is what the origin was called; of one that moved, what it stood under.
    """

    origin: str
    target: str
    kind: LinkKind
    share: float | None
    name: str


def steps_of(plan: Plan, answers: Mapping[str, str]) -> tuple[UnitStep, ...]:
    """Put the rows together that an import writes.

    Parameters
    ----------
    plan : Plan
    answers : mapping of str to str
        By code of the unit that was asked about, what somebody said; of a file that has the column
        ``former`` nothing is asked.

    Returns
    -------
    tuple of UnitStep
        A unit that is gone and goes on nowhere is closed.
    """
    told = [*_under_the_same_code(plan), *_told(plan), *_answered(plan, answers)]
    led = {one.origin for one in told}
    closed = [
        UnitStep(code, "", "closed", None, name)
        for code, name in plan.moves.before.items()
        if code not in plan.moves.after and code not in led
    ]
    return tuple(dict.fromkeys([*told, *closed]))


def _under_the_same_code(plan: Plan) -> Iterator[UnitStep]:
    """Name those that kept their code: a code is the same unit, whatever it is called."""
    named = dict(plan.names) | {unit.code: unit.name for unit in plan.register.units}
    for change in plan.changes:
        here = change.code in plan.moves.before and change.code in plan.moves.after
        if change.thing != "unit" or change.act != "changed" or not here:
            continue
        for field in change.fields:
            if field.column == "name":
                yield UnitStep(change.code, change.code, "renamed", 1.0, field.before)
            elif field.column == "parent":
                above = plan.names.get(field.before, named.get(field.before, field.before))
                yield UnitStep(change.code, change.code, "moved", 1.0, above)


def _told(plan: Plan) -> Iterator[UnitStep]:
    """Read the file's own column."""
    for unit in plan.register.units:
        if unit.former:
            yield from _steps(plan, unit.code, unit.former.kind, unit.former.origins)


def _answered(plan: Plan, answers: Mapping[str, str]) -> Iterator[UnitStep]:
    for one in plan.questions:
        answer = answers.get(one.target)
        if answer == one.kind and answer != APART:
            yield from _steps(plan, one.target, one.kind, one.origins)


def _steps(plan: Plan, target: str, kind: str, origins: Iterable[str]) -> Iterator[UnitStep]:
    moves = plan.moves

    def step(origin: str, to: str, kind: LinkKind) -> UnitStep:
        name = moves.before.get(origin) or plan.names.get(origin, origin)
        return UnitStep(origin, to, kind, moves.share(origin, to), name)

    if kind == "renamed":
        yield from (step(origin, target, "renamed") for origin in origins)
    elif kind == "merged":
        # one that was there before and took others in is one of those that became it
        own = (target,) if target in moves.before else ()
        yield from (step(origin, target, "merged") for origin in dict.fromkeys((*own, *origins)))
    elif kind == "split":
        for origin in origins:
            yield step(origin, target, "split")
            if origin in moves.after and origin != target:
                yield step(origin, origin, "split")


async def write_steps(
    link: Link, steps: Iterable[UnitStep], *, day: date, now: datetime, actor: str
) -> None:
    """Write rows of the crosswalk.

    Parameters
    ----------
    link : asyncpg connection
        In a transaction.
    steps : iterable of UnitStep
    day, now : date, datetime
        First day of what is now; waves that opened before ``now`` know nothing of it.
    actor : str
        Who decided it.
    """
    await link.executemany(
        "INSERT INTO asking.unit_link"
        " (id, origin, target, kind, share, name, day, recorded_at, decided_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            (uuid.uuid4(), s.origin, s.target, s.kind, s.share, s.name, day, now, actor)
            for s in steps
        ],
    )


def asked_about(question: UnitQuestion, names: Mapping[str, str]) -> str:
    """Write a question as a line of the command, with the row that answers it."""
    origins = " and ".join(f"«{names.get(one, one)}»" for one in question.origins)
    rows = ", ".join(f"{one},{question.target},{question.kind}" for one in question.origins)
    return f"is «{names.get(question.target, question.target)}» what was {origins}? If so: {rows}"
