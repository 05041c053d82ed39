"""Bring what the directory told into the register, by the rules of every import.

Those whom the directory tells of are as it tells; everybody else stays. More leavers of a region in
a day than a fifth look like a fault of the directory, and wait for somebody of HR.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from unicodedata import normalize

from survey_app.asking.people.extract import codes_of_one, folded
from survey_app.asking.people.import_people import FEWEST, LOCK, apply_import, plan_import
from survey_app.asking.people.plan import SUSPICIOUS_SHARE
from survey_app.asking.people.register import EMAIL, PersonRow, Register, UnitRow, checked
from survey_app.asking.people.tree import AGENCY, REGION, region_of
from survey_app.asking.people.units import known_units
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared.clock import now, today
from survey_app.shared.database import Link, Login, Row
from survey_app.shared.i18n import first_language, languages
from survey_app.shared.mail_address import as_sent
from survey_app.shared.unseen import without_unseen

log = logging.getLogger("barometer.people")
ACTOR: Final = "directory"
A_DAY: Final = timedelta(days=1)
_NUMBER: Final = re.compile(r"[\w.-]{1,60}")
# what the directory calls a language that we call otherwise
_LANGUAGES: Final = {"no": "nb"}
_COLUMNS: Final = (
    "SELECT id, user_name, external_id, language, department, active, released"
    " FROM asking.directory_person"
)


@dataclass(frozen=True, slots=True)
class _Places:
    """What departments may be: units, by their codes, and by names that one of them alone has."""

    codes: frozenset[str]
    names: Mapping[str, str]

    def code_of(self, department: str) -> str:
        """Return the code of the unit that a department means; empty for none, or for several."""
        written = normalize("NFC", without_unseen(department)).strip()
        return written if written in self.codes else self.names.get(folded(written), "")


@dataclass(frozen=True, slots=True)
class _Known:
    """The register as it stands: its units, who is in which, and which region each lies in."""

    units: tuple[UnitRow, ...]
    places: _Places
    people: dict[str, PersonRow]
    regions: Mapping[str, str]

    def region(self, unit: str) -> str:
        """Return the region of a unit; of an agency without regions, the agency."""
        return self.regions.get(unit, "")


async def follow_directory(_context: dict[str, Any]) -> None:
    """Bring into the register what the directory has told since the last time."""
    async with writing() as link:
        await link.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        await _look_again(link)
        rows = await link.fetch(f"{_COLUMNS} WHERE state = 'new' FOR UPDATE")
        if rows:
            await _bring_in(link, rows, now())
        await link.execute(
            "DELETE FROM asking.directory_person WHERE deleted AND state = 'done'"
            " AND changed_at < $1",
            now() - A_DAY,
        )


async def _look_again(link: Link) -> None:
    """Take up those again whose unit the register knows by now, and whom a file has ended."""
    await link.execute(
        "UPDATE asking.directory_person d SET state = 'new' WHERE state = 'done' AND active"
        " AND EXISTS (SELECT FROM asking.person p WHERE p.number = d.external_id AND NOT p.active)"
    )
    stuck = await link.fetch(
        "SELECT id, department FROM asking.directory_person"
        " WHERE state = 'stuck' AND external_id ~ '^[[:alnum:]_.-]{1,60}$'"
    )
    if stuck:
        places = _places(await _units())
        await link.execute(
            "UPDATE asking.directory_person SET state = 'new' WHERE id = ANY($1)",
            [row["id"] for row in stuck if places.code_of(row["department"])],
        )


async def _bring_in(link: Link, rows: Sequence[Row], at: datetime) -> None:
    import numpy as np  # noqa: PLC0415 - large, and seldom needed

    known = await _known(link)
    leaving = [row for row in rows if not row["active"] and row["external_id"] in known.people]
    staying = {row["id"]: _person(row, known) for row in rows if row["active"]}
    held = await _held_back(link, leaving, known, at)
    gone = {row["external_id"] for row in leaving if row["id"] not in held}
    told = {person.number: person for person in staying.values() if person is not None}
    people = {
        number: person for number, person in {**known.people, **told}.items() if number not in gone
    }
    register = checked(Register(known.units, tuple(people.values())))
    plan = await plan_import(register, today=today())
    if plan.changes:
        await apply_import(plan, rng=np.random.default_rng(), today=today(), now=at, actor=ACTOR)
    stuck = [row for row, person in staying.items() if person is None]
    await _note(link, [row["id"] for row in rows], stuck, held)
    for region, number in Counter(held.values()).items():
        await record(
            Login.WORKER, now=at, actor=ACTOR, action="leavers held back", subject="register",
            unit=region, people=number,
        )  # fmt: skip
    log.info(
        "the directory: %d told, %d without a place, %d held", len(rows), len(stuck), len(held)
    )


async def _units() -> tuple[UnitRow, ...]:
    return tuple(
        UnitRow(0, one.code, one.name, one.kind, one.parent)
        for one in await known_units(Login.WORKER)
    )


def _places(units: Sequence[UnitRow]) -> _Places:
    places = [one for one in units if one.kind not in {AGENCY, REGION}]
    names = codes_of_one((one.name, one.code) for one in places)
    return _Places(frozenset(one.code for one in places), names)


async def _known(link: Link) -> _Known:
    units = await _units()
    rows = await link.fetch(
        "SELECT p.number, p.email, p.mobile, p.language, u.code FROM asking.person p"
        " JOIN asking.unit u ON u.id = p.unit WHERE p.active"
    )
    people = {
        row["number"]: PersonRow(
            0, row["number"], row["email"], row["language"], row["code"], row["mobile"]
        )
        for row in rows
    }
    regions = region_of({one.code: (one.kind, one.parent) for one in units})
    return _Known(units, _places(units), people, regions)


def _person(row: Row, known: _Known) -> PersonRow | None:
    """Return somebody as the register has them; ``None`` without a number or a unit of ours."""
    number, unit = row["external_id"] or "", known.places.code_of(row["department"])
    if not unit or not _NUMBER.fullmatch(number):
        return None
    # as a file of the register is read: what nobody sees makes it the address of nobody
    written = as_sent(without_unseen(row["user_name"]).strip())
    address = written if EMAIL.fullmatch(written) else ""
    # no directory tells of telephones: what a file told stays
    before = known.people.get(number)
    mobile = before.mobile if before else ""
    return PersonRow(0, number, address, _language(row["language"]), unit, mobile)


def _language(tag: str) -> str:
    first = tag.replace("_", "-").split("-")[0].lower()
    found = _LANGUAGES.get(first, first)
    return found if found in languages() else first_language()


async def _held_back(
    link: Link, leaving: Sequence[Row], known: _Known, at: datetime
) -> dict[object, str]:
    """Return whose leaving waits for somebody of HR, each with the code of their region.

    Counted are also those who left in the last 24 hours: a fault that comes in drops is one, too.
    """
    region = {row["id"]: known.region(known.people[row["external_id"]].unit) for row in leaving}
    # somebody answers for these: they neither wait nor count
    waiting = {row["id"]: region[row["id"]] for row in leaving if not row["released"]}
    left = await _left_lately(link, known, at)
    present = Counter(known.region(person.unit) for person in known.people.values())
    going = Counter(waiting.values())
    wrong = {
        code
        for code, number in going.items()
        if (whole := present[code] + left[code]) >= FEWEST
        and number + left[code] > SUSPICIOUS_SHARE * whole
    }
    return {row: code for row, code in waiting.items() if code in wrong}


async def _left_lately(link: Link, known: _Known, at: datetime) -> Counter[str]:
    rows = await link.fetch(
        "SELECT u.code FROM asking.directory_person d JOIN asking.person p"
        " ON p.number = d.external_id JOIN asking.unit u ON u.id = p.unit"
        " WHERE NOT d.active AND NOT p.active AND d.state = 'done' AND NOT d.released"
        " AND d.inactive_since > $1",
        at - A_DAY,
    )
    return Counter(known.region(row["code"]) for row in rows)


async def _note(
    link: Link, rows: Sequence[object], stuck: Sequence[object], held: Mapping[object, str]
) -> None:
    await link.execute(
        "UPDATE asking.directory_person SET region = '', state = CASE"
        " WHEN id = ANY($2::uuid[]) THEN 'stuck' ELSE 'done' END WHERE id = ANY($1::uuid[])",
        rows,
        stuck,
    )
    await link.executemany(
        "UPDATE asking.directory_person SET state = 'held', region = $2 WHERE id = $1",
        list(held.items()),
    )
