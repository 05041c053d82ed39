"""Write the units of a file, and keep what they were before."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta

from survey_app.asking.people.plan import Act, Thing
from survey_app.asking.people.register import UnitRow
from survey_app.shared.database import Link


async def write_units(
    link: Link,
    units: tuple[UnitRow, ...],
    acts: Mapping[tuple[Thing, str], Act],
    today: date,
) -> None:
    """Bring the units in line with the file.

    Parameters
    ----------
    link : asyncpg connection
        In a transaction.
    units : tuple of UnitRow
        Of the whole agency, in its order.
    acts : mapping of (thing, code) to act
        What happens to whom; units that nothing happens to are left as they are.
    today : date
        First day of what is new. What was ended the day before.
    """
    added = [unit for unit in units if acts.get(("unit", unit.code)) == "added"]
    await link.executemany(
        "INSERT INTO asking.unit (id, code, name, kind, parent, valid_from)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        [(uuid.uuid4(), u.code, u.name, u.kind, u.parent or None, today) for u in added],
    )
    changed = [unit for unit in units if acts.get(("unit", unit.code)) in {"changed", "returned"}]
    await _keep_what_they_were(link, [unit.code for unit in changed], today)
    await link.executemany(
        "UPDATE asking.unit SET name = $2::varchar, kind = $3::varchar, parent = $4::varchar,"
        " valid_to = NULL, since = CASE"
        " WHEN (name, kind, parent) IS DISTINCT FROM ($2::varchar, $3::varchar, $4::varchar)"
        " OR valid_to < $5::date THEN $5::date ELSE since END WHERE code = $1",
        [(u.code, u.name, u.kind, u.parent or None, today) for u in changed],
    )
    ended = [code for (thing, code), act in acts.items() if thing == "unit" and act == "ended"]
    await link.execute(
        "UPDATE asking.unit SET valid_to = $2 WHERE code = ANY($1::text[])",
        ended,
        today - timedelta(days=1),
    )
    await link.executemany(
        "UPDATE asking.unit SET position = $2 WHERE code = $1",
        [(unit.code, at) for at, unit in enumerate(units, start=1)],
    )


async def _keep_what_they_were(link: Link, codes: list[str], today: date) -> None:
    """Keep name, type and place as they stood until yesterday, or until the unit was ended.

    What lasted less than a day never was: a file that mends the one of the same morning.
    """
    await link.execute(
        "INSERT INTO asking.former_unit (id, code, name, kind, parent, valid_from, valid_to)"
        " SELECT gen_random_uuid(), code, name, kind, parent, coalesce(since, valid_from),"
        "  least(valid_to, $2::date - 1) FROM asking.unit"
        " WHERE code = ANY($1::text[])"
        " AND coalesce(since, valid_from) <= least(valid_to, $2::date - 1)",
        codes,
        today,
    )
