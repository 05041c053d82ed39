"""Take a source in, replace it, or remove it: whole, in one transaction, with a line of audit."""

from __future__ import annotations

import hashlib
from datetime import datetime

from survey_app.audit.record import record
from survey_app.earlier.differences import Differences
from survey_app.earlier.errors import SourceChanged, UnknownSource
from survey_app.earlier.model import OWN_AGENCY, Source, encode
from survey_app.earlier.shelf import find_source
from survey_app.shared.database import Login, engine, fetch


async def plan_import(source: Source) -> Differences:
    """Compare a source with what is kept under its key; nothing is written."""
    return Differences(await find_source(source.key), source, await _warnings(source))


async def apply_import(plan: Differences, *, now: datetime) -> None:
    """Carry it out.

    Parameters
    ----------
    plan : Differences
        As shown to the person who runs the import.
    now : datetime
        For the audit log.

    Raises
    ------
    SourceChanged
        If somebody changed the source after the plan was made.
    """
    content = encode(plan.after)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    async with engine(Login.WORKER).transaction():
        await fetch(Login.WORKER, "SELECT pg_advisory_xact_lock(hashtext($1))", plan.after.key)
        if await find_source(plan.after.key) != plan.before:
            raise SourceChanged
        await fetch(Login.WORKER, "DELETE FROM earlier.source WHERE key = $1", plan.after.key)
        await fetch(
            Login.WORKER,
            "INSERT INTO earlier.source (key, audience, content, content_hash, imported_at)"
            " VALUES ($1, $2, $3, $4, $5)",
            plan.after.key,
            plan.after.audience,
            content,
            digest,
            now,
        )
        await record(
            Login.WORKER,
            now=now,
            actor="system",
            action="import earlier results",
            subject=plan.after.key,
            values=len(plan.after.figures),
            content_hash=digest,
        )


async def remove_source(key: str, *, now: datetime) -> None:
    """Remove a source with everything in it.

    Raises
    ------
    UnknownSource
        If there is none.
    """
    async with engine(Login.WORKER).transaction():
        gone = await fetch(
            Login.WORKER, "DELETE FROM earlier.source WHERE key = $1 RETURNING key", key
        )
        if not gone:
            raise UnknownSource(key)
        await record(
            Login.WORKER, now=now, actor="system", action="remove earlier results", subject=key
        )


async def _warnings(source: Source) -> tuple[str, ...]:
    """Name codes of ours that we do not know; nothing is refused, for units come and go."""
    units = {row["code"] for row in await fetch(Login.WORKER, "SELECT code FROM asking.unit")}
    rows = await fetch(
        Login.WORKER,
        "SELECT DISTINCT e.measure FROM publications.estimate e"
        " JOIN publications.publication p ON p.id = e.publication"
        " WHERE (p.population = 'staff') = ($1 = 'staff')",
        source.audience,
    )
    measures = {row["measure"] for row in rows}
    told = [
        f"own unit «{unit.own}» is not in our register, so nobody finds it there"
        for unit in source.units
        if units and unit.own and unit.own not in {*units, OWN_AGENCY}
    ]
    told += [
        f"own measure «{measure.own}» is not in any publication, so it stands beside nothing"
        for measure in source.measures
        if measures and measure.own and measure.own not in measures
    ]
    return tuple(told)
