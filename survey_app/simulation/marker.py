"""Whether the demo stands: two lines in the audit log, of which a killed build has one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from survey_app.audit.record import record
from survey_app.counting.urn import keys
from survey_app.shared.database import Login, connection, fetch
from survey_app.shared.errors import BarometerError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

STARTED, FINISHED = "demo started", "demo built"
SCHEMAS: Final = ["asking", "counting", "publications"]


class DemoError(BarometerError):
    """The database holds something that no demo built."""


class Built(StrEnum):
    """Whether there is something to build."""

    NO = "no"
    YES = "yes"


async def find_marker() -> Built:
    """Tell whether the demo stands.

    Raises
    ------
    DemoError
        If there are people or campaigns and no demo was ever begun here.
    """
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT action FROM audit.event WHERE action = ANY($1::text[])",
        [STARTED, FINISHED],
    )
    if rows:
        # a build that was killed leaves a start, and the next one another
        return Built.YES if any(row["action"] == FINISHED for row in rows) else Built.NO
    found = await fetch(
        Login.WORKER,
        "SELECT EXISTS (SELECT 1 FROM asking.campaign UNION SELECT 1 FROM asking.person) AS some",
    )
    if found[0]["some"]:
        raise DemoError(
            "this database holds people or campaigns that no demo made: give the demo a data "
            "folder of its own with BAROMETER_DATA_DIR, or a database of its own"
        )
    return Built.NO


async def start_afresh(key_dir: Path, *, now: datetime) -> None:
    """Remove what a killed build left, keys included, and note that a new one begins."""
    async with connection(Login.MIGRATOR) as link, link.transaction():
        urns = await link.fetch(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'counting.urn'::regclass"
        )
        for row in urns:
            await link.execute(f'DROP TABLE counting."{row["relname"]}"')
        tables = await link.fetch(
            "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
            " WHERE schemaname = ANY($1::text[]) AND tablename <> 'urn'",
            SCHEMAS,
        )
        await link.execute(f"TRUNCATE {', '.join(row['name'] for row in tables)} CASCADE")
    for wave in keys.held(key_dir):
        keys.destroy(key_dir, wave)
    await record(Login.WORKER, now=now, actor="demo", action=STARTED, subject="demo")


async def finish(*, now: datetime, **facts: int) -> None:
    """Note that the demo stands."""
    await record(Login.WORKER, now=now, actor="demo", action=FINISHED, subject="demo", **facts)
