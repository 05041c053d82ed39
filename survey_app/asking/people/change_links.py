"""Decide anew where units go on from: a file of the command, or a page, by the same rule.

What is decided may be changed until the next wave of staff that knows of it has been counted. What
was published by then stays, and so does what it was made by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, cast

from survey_app.asking.csv_file import csv_rows
from survey_app.asking.errors import Problem, Problems, RegisterProblems, problem
from survey_app.asking.mistakes import Mistake
from survey_app.asking.people.links import UnitStep, write_steps
from survey_app.asking.people.successors import APART, LinkKind, UnitQuestion
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Login, Row, fetch

COLUMNS: Final = ("from", "to", "kind")
KINDS: Final = ("renamed", "merged", "split", "closed")
# waves of staff whose figures follow, or will not change any more
_FIXED: Final = (
    "(SELECT max(w.opened_at) FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
    " WHERE c.population = 'staff' AND w.state IN ('closed', 'counted', 'published'))"
)


@dataclass(frozen=True, slots=True)
class ToldLink:
    """A row of the file: a unit of before, the one that goes on from it, and as what."""

    line: int
    origin: str
    target: str
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class CrosswalkRow:
    """A row of the crosswalk with its names; ``fixed`` once figures rest on it."""

    day: date
    origin: str
    name: str
    target: str
    target_name: str
    kind: str
    share: float | None
    decided_by: str
    fixed: bool


@dataclass(frozen=True, slots=True)
class _Unit:
    code: str
    name: str
    valid_from: date
    valid_to: date | None

    def is_there(self, day: date) -> bool:
        """Whether it is there on a day."""
        return self.valid_from <= day and (self.valid_to is None or self.valid_to >= day)

    def was_and_is(self, day: date) -> bool:
        """Whether it was there before a day, and from it on."""
        return self.valid_from < day and self.is_there(day)


def read_links(text: str) -> list[ToldLink]:
    """Read ``from``, ``to`` and ``kind`` from CSV, separated by comma or semicolon.

    Raises
    ------
    RegisterProblems
        With every mistake.
    """
    problems = Problems()
    told = []
    for line, row in csv_rows(text, COLUMNS, COLUMNS, problems):
        closed = row["kind"] == "closed"
        if row["kind"] not in KINDS:
            known = ", ".join(KINDS)
            problems.append(problem(line, "kind", Mistake.NONE_OF, value=row["kind"], known=known))
        elif not row["from"] or bool(row["to"]) is closed:
            problems.append(problem(line, "to" if row["from"] else "from", Mistake.FROM_TO))
        elif row["from"] == row["to"]:
            problems.append(problem(line, "to", Mistake.LINK_ITSELF))
        told.append(ToldLink(line, row["from"], row["to"], cast("LinkKind", row["kind"])))
    problems.extend(_contradictions(told))
    if problems:
        raise RegisterProblems(problems)
    return told


def _contradictions(told: Sequence[ToldLink]) -> Iterator[Problem]:
    """Name rows that cannot both be: closed and gone on, or gone on in one unit in two ways."""
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in told:
        kinds[one.origin, one.target].add(one.kind)
        kinds[one.origin, ""].add("closed" if one.kind == "closed" else "on")
    for one in told:
        if len(kinds[one.origin, one.target]) > 1 or len(kinds[one.origin, ""]) > 1:
            yield problem(one.line, "kind", Mistake.LINK_TWICE)


def answers_of(told: Sequence[ToldLink], asked: Iterable[UnitQuestion]) -> dict[str, str]:
    """Answer the questions of an import by the rows of a file.

    A unit that the file is silent of goes on from none.
    """
    rows = {(one.origin, one.target, one.kind) for one in told}
    return {
        one.target: one.kind
        if all((origin, one.target, one.kind) in rows for origin in one.origins)
        else APART
        for one in asked
    }


async def crosswalk(login: Login) -> list[CrosswalkRow]:
    """Return the crosswalk, the newest first."""
    rows = await fetch(
        login,
        "SELECT l.day, l.origin, l.name, l.target, coalesce(u.name, '') AS target_name, l.kind,"  # noqa: S608 - ours
        f" l.share, l.decided_by, coalesce(l.recorded_at <= {_FIXED}, false) AS fixed"
        " FROM asking.unit_link l LEFT JOIN asking.unit u ON u.code = l.target"
        " ORDER BY l.day DESC, l.target, l.origin",
    )
    return [CrosswalkRow(**dict(row)) for row in rows]


async def change_links(told: Sequence[ToldLink], *, now: datetime, actor: str) -> None:
    """Write decisions in the place of what was decided of the same units, all or none.

    Parameters
    ----------
    told : sequence of ToldLink
        All rows of a unit of before stand together: they are what is known of it afterwards.
    now, actor : datetime, str
        For the audit log, and who decided it.

    Raises
    ------
    RegisterProblems
        Where a unit is unknown, or figures rest on what was decided already.
    """
    async with writing() as link:
        units = {
            row["code"]: _Unit(**dict(row))
            for row in await link.fetch("SELECT code, name, valid_from, valid_to FROM asking.unit")
        }
        told = list({(one.origin, one.target): one for one in told}.values())
        _refuse_unknown(told, units)
        _refuse_reversed(told, units)
        fixed: datetime | None = await link.fetchval(f"SELECT {_FIXED}")
        await _replace(link, told, units, fixed, actor)
        await record(
            Login.WORKER, now=now, actor=actor, action="link units", subject="register",
            links=len(told),
        )  # fmt: skip


def _refuse_unknown(told: Sequence[ToldLink], units: Mapping[str, object]) -> None:
    wrong = [
        problem(one.line, column, Mistake.NO_FORMER, value=code)
        for one in told
        for column, code in (("from", one.origin), ("to", one.target))
        if code and code not in units
    ]
    if wrong:
        raise RegisterProblems(wrong)


def _refuse_reversed(told: Sequence[ToldLink], units: Mapping[str, _Unit]) -> None:
    """Refuse what goes back in time: the one is there before the day, the other on it."""
    wrong = []
    for one in told:
        day = _day_of(one, units)
        if units[one.origin].valid_from >= day:
            wrong.append(problem(one.line, "from", Mistake.LINK_ORDER, value=one.origin))
        elif one.target and not units[one.target].is_there(day):
            wrong.append(problem(one.line, "to", Mistake.LINK_ORDER, value=one.target))
    if wrong:
        raise RegisterProblems(wrong)


def _day_of(one: ToldLink, units: Mapping[str, _Unit]) -> date:
    """Return the first day of what is now: after the last of one that is gone, else of the new."""
    ended = units[one.origin].valid_to
    if ended is not None:
        return ended + timedelta(days=1)
    return units[one.target or one.origin].valid_from


async def _replace(
    link: Link,
    told: Sequence[ToldLink],
    units: Mapping[str, _Unit],
    fixed: datetime | None,
    actor: str,
) -> None:
    groups: dict[tuple[str, date], list[ToldLink]] = defaultdict(list)
    for one in told:
        groups[one.origin, _day_of(one, units)].append(one)
    before = await _taken_away(link, groups)
    written: dict[tuple[date, datetime], list[UnitStep]] = defaultdict(list)
    touched: dict[date, set[str]] = defaultdict(set)
    for (origin, day), rows in groups.items():
        was = before[origin, day]
        # without a row of its own: from the day's first moment, so that no wave is older by mistake
        first = datetime.combine(day, time(), OSLO)
        at = max((one["recorded_at"] for one in was), default=first)
        if fixed is not None and at <= fixed:
            raise RegisterProblems([problem(rows[0].line, "from", Mistake.LINK_FIXED)])
        shares = {one["target"]: one["share"] for one in was}
        name = units[origin].name
        written[day, at] += [
            UnitStep(origin, one.target, one.kind, shares.get(one.target), name) for one in rows
        ]
        touched[day] |= {origin, *shares, *(one.target for one in rows)} - {""}
    for (day, at), steps in written.items():
        await write_steps(link, steps, day=day, now=at, actor=actor)
    for day, codes in touched.items():
        at = max(at for when, at in written if when == day)
        await _settle_those_that_stay(link, codes, day, at, units, actor)


async def _taken_away(
    link: Link, groups: Collection[tuple[str, date]]
) -> dict[tuple[str, date], list[Row]]:
    """Delete what was decided of some units on some days, and return it."""
    rows = await link.fetch(
        "DELETE FROM asking.unit_link WHERE origin <> target AND (origin, day) IN"
        " (SELECT * FROM unnest($1::text[], $2::date[]))"
        " RETURNING origin, day, target, share, recorded_at",
        [origin for origin, _ in groups],
        [day for _, day in groups],
    )
    found: dict[tuple[str, date], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["origin"], row["day"]].append(row)
    return found


async def _settle_those_that_stay(
    link: Link,
    codes: Collection[str],
    day: date,
    at: datetime,
    units: Mapping[str, _Unit],
    actor: str,
) -> None:
    """Give a unit that took others in, or gave a part away, its row to itself, or take it away."""
    await link.execute(
        "DELETE FROM asking.unit_link WHERE day = $1 AND origin = target AND kind <> 'renamed'"
        " AND kind <> 'moved' AND origin = ANY($2::text[])",
        day,
        list(codes),
    )
    here = await link.fetch(
        "SELECT DISTINCT kind, CASE kind WHEN 'merged' THEN target ELSE origin END AS code"
        " FROM asking.unit_link WHERE day = $1 AND kind IN ('merged', 'split')",
        day,
    )
    stay = [
        UnitStep(one["code"], one["code"], one["kind"], None, units[one["code"]].name)
        for one in here
        if one["code"] in codes and units[one["code"]].was_and_is(day)
    ]
    await write_steps(link, stay, day=day, now=at, actor=actor)
