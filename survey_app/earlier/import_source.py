"""Take a source in, replace it, or remove it: whole, in one transaction, with a line of audit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from survey_app.asking.people.units import named_units
from survey_app.audit.record import COMMAND_LINE, record
from survey_app.earlier.differences import SourceDifferences
from survey_app.earlier.errors import SourceChanged, SourceProblem, UnknownSource, source_problem
from survey_app.earlier.figures import may_be_parts_of_one
from survey_app.earlier.mistakes import SourceMistake
from survey_app.earlier.model import OWN_AGENCY, Source, encode_source
from survey_app.earlier.shelf import find_source_as_of
from survey_app.shared.database import Login, engine, fetch


@dataclass(frozen=True, slots=True)
class SourceHand:
    """Who takes a source in: the name in the audit log, and the logins that it is done as."""

    actor: str
    writes: Login
    reads_units: Login
    reads_shelf: Login


COMMAND: Final = SourceHand(COMMAND_LINE, Login.WORKER, Login.WORKER, Login.WORKER)


def on_a_page(actor: str) -> SourceHand:
    """Return the hand of somebody who is signed in."""
    return SourceHand(actor, Login.WEB, Login.WEB, Login.READER)


async def compare_source(source: Source, hand: SourceHand = COMMAND) -> SourceDifferences:
    """Compare a source with what is kept under its key; nothing is written."""
    before, at = await find_source_as_of(source.key)
    return SourceDifferences(before, source, await _warnings(source, hand), at)


async def take_in_source(
    plan: SourceDifferences, *, now: datetime, hand: SourceHand = COMMAND
) -> None:
    """Carry it out.

    Parameters
    ----------
    plan : SourceDifferences
        As shown to the person who runs the import.
    now : datetime
        For the audit log.
    hand : SourceHand
        Who does it.

    Raises
    ------
    SourceChanged
        If somebody changed the source after the plan was made.
    """
    content = encode_source(plan.after)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    async with engine(hand.writes).transaction():
        await fetch(hand.writes, "SELECT pg_advisory_xact_lock(hashtext($1))", plan.after.key)
        # as the server has it that is written to: readers' may be a copy that lags
        kept = await fetch(
            hand.writes, "SELECT imported_at FROM earlier.source WHERE key = $1", plan.after.key
        )
        if (kept[0]["imported_at"] if kept else None) != plan.before_at:
            raise SourceChanged
        await fetch(hand.writes, "DELETE FROM earlier.source WHERE key = $1", plan.after.key)
        await fetch(
            hand.writes,
            "INSERT INTO earlier.source (key, audience, content, content_hash, imported_at)"
            " VALUES ($1, $2, $3, $4, $5)",
            plan.after.key,
            plan.after.audience,
            content,
            digest,
            now,
        )
        await record(
            hand.writes,
            now=now,
            actor=hand.actor,
            action="import earlier results",
            subject=plan.after.key,
            values=len(plan.after.figures),
            content_hash=digest,
        )


async def remove_source(key: str, *, now: datetime, hand: SourceHand = COMMAND) -> None:
    """Remove a source with everything in it.

    Raises
    ------
    UnknownSource
        If there is none.
    """
    async with engine(hand.writes).transaction():
        gone = await fetch(
            hand.writes, "DELETE FROM earlier.source WHERE key = $1 RETURNING key", key
        )
        if not gone:
            raise UnknownSource(key)
        await record(
            hand.writes, now=now, actor=hand.actor, action="remove earlier results", subject=key
        )


async def _warnings(source: Source, hand: SourceHand) -> tuple[SourceProblem, ...]:
    """Name codes of ours that we do not know; nothing is refused, for units come and go."""
    units = {unit.code for unit in await named_units(hand.reads_units)}
    rows = await fetch(
        hand.reads_shelf,
        "SELECT DISTINCT e.measure FROM publications.estimate e"
        " JOIN publications.publication p ON p.id = e.publication"
        " WHERE (p.population = 'staff') = ($1 = 'staff') AND p.released_at <= clock_timestamp()",
        source.audience,
    )
    measures = {row["measure"] for row in rows}
    told = [
        source_problem("", 0, "", SourceMistake.UNKNOWN_UNIT, own=unit.own)
        for unit in source.units
        if units and unit.own and unit.own not in {*units, OWN_AGENCY}
    ]
    if uncounted := _uncounted(source):
        told.append(source_problem("", 0, "", SourceMistake.NO_COUNT, number=uncounted))
    told += [
        source_problem("", 0, "", SourceMistake.RATE_OF_ONE, measure=code)
        for code in _rates_of_one(source)
    ]
    told += [
        source_problem("", 0, "", SourceMistake.UNKNOWN_MEASURE, own=measure.own)
        for measure in source.measures
        if measures and measure.own and measure.own not in measures
    ]
    return tuple(told)


def _rates_of_one(source: Source) -> list[str]:
    """Name the rates whose values may be parts of 1 that are taken for parts of 100."""
    rates = {one.code: one.statistic == "rate" for one in source.measures}
    values: dict[str, list[float]] = {}
    for one in source.figures:
        if rates[one.measure]:
            values.setdefault(one.measure, []).append(one.value)
    return [code for code, own in values.items() if may_be_parts_of_one(own, source.scale)]


def _uncounted(source: Source) -> int:
    """Count the values of our own units that could be of anybody: no number of answers is given."""
    if (source.kind, source.audience) != ("earlier", "staff"):
        return 0
    whole = {unit.code for unit in source.units if unit.own == OWN_AGENCY}
    whole |= set(source.benchmarks)
    return sum(one.n is None and one.unit not in whole for one in source.figures)
