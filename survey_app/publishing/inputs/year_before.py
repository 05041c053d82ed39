"""The pulses of the year before, for the figures that small units get once a year.

The first wave of a calendar year closes the one before: only then can no pulse be added to it. So
each year is pooled once, over all its pulses, and never over a window that moves. A corrected
publication of that first wave pools the same again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analytics.disclosure.protect import PublishableTable, protect_year
from analytics.disclosure.releases import ReleasedWave
from analytics.disclosure.rules import DisclosureError
from analytics.estimation.yearly import pool_year
from survey_app.publications.formats import read_content
from survey_app.publishing.inputs.stored import knows_weights, read_foreign, read_table, told_before
from survey_app.publishing.inputs.wave_meta import meta_of
from survey_app.shared.database import Link, Row

if TYPE_CHECKING:
    from analytics.disclosure.table import Plan
    from analytics.waves import WaveMeta

HELD = ("open", "closed", "counted", "published")


@dataclass(frozen=True, slots=True)
class Pulse:
    """A pulse of the year before: exact figures, and all versions of what it showed."""

    meta: WaveMeta
    labels: dict[str, Any]
    table: bytes
    contents: tuple[bytes, ...]
    foreign: frozenset[tuple[str, str]] = frozenset()
    """Places whose figures hold answers from elsewhere."""


@dataclass(frozen=True, slots=True)
class YearBefore:
    """All pulses of a calendar year that is over, oldest first."""

    year: int
    pulses: tuple[Pulse, ...]


def pooled_year(before: YearBefore, plan: Plan) -> PublishableTable:
    """Average the year and clear it; the limits are those of the wave that publishes it."""
    waves = [(one.meta, read_table(one.table)) for one in before.pulses]
    told = [
        ReleasedWave(
            meta.key,
            table,
            tuple(
                told_before(f"{meta.key} version {number}", content, table)
                for number, content in enumerate(one.contents, start=1)
            ),
        )
        for one, (meta, table) in zip(before.pulses, waves, strict=True)
    ]
    return protect_year(
        pool_year(waves),
        told,
        rules=plan.rules,
        indices=_indices(before.pulses),
        single=_single(before.pulses),
    )


def refuse_pooled(pooled: frozenset[str], estimates: PublishableTable) -> None:
    """Stop a correction that shows a unit by itself which has a figure for the year.

    Raises
    ------
    DisclosureError
        Taken away from the year's figure, it would tell of the other pulses.
    """
    frame = estimates.frame
    shown = frame[(frame["level"] == "unit") & (frame["status"] == "published")]
    both = sorted(pooled & set(shown["domain"]))
    if both:
        raise DisclosureError(
            f"nothing is published: the unit {both[0]!r} has a figure for the whole year, and this "
            "correction would show a part of it; correct what does not change who is shown"
        )


def _measures(pulses: tuple[Pulse, ...]) -> list[dict[str, Any]]:
    return [one for pulse in pulses for one in read_content(pulse.contents[-1])["measures"]]


def _single(pulses: tuple[Pulse, ...]) -> frozenset[str]:
    return frozenset(one["code"] for one in _measures(pulses) if len(one["items"]) == 1)


def _indices(pulses: tuple[Pulse, ...]) -> dict[str, tuple[str, ...]]:
    measures = _measures(pulses)
    return {
        one["code"]: tuple(one["parts"]) or (one["code"],)
        for one in measures
        if one["kind"] == "index"
    }


async def read_year_before(link: Link, row: Row) -> YearBefore | None:
    """Read the pulses of the year before, if this wave is the first of its year.

    Parameters
    ----------
    link : asyncpg connection
    row : asyncpg record
        The wave: ``population``, ``sequence``, ``closes_on``.

    Returns
    -------
    YearBefore or None
        None also where a pulse of that year is not published, so that its units are not known to
        be hidden, or is of the first days, which kept no weights to audit a year with: a year is
        pooled whole or not at all.
    """
    if row["population"] != "staff":
        return None
    waves = await link.fetch(
        "SELECT w.id, w.key, w.kind, w.invite, w.labels, w.state, w.opens_on, w.closes_on,"
        " c.population"
        " FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.population = $1 AND w.sequence < $2 AND w.state = ANY($3) ORDER BY w.sequence",
        row["population"],
        row["sequence"],
        list(HELD),
    )
    year = waves[-1]["closes_on"].year if waves else row["closes_on"].year
    pulses = [one for one in waves if one["closes_on"].year == year and one["kind"] == "pulse"]
    whole = all(one["state"] == "published" for one in pulses)
    if year >= row["closes_on"].year or not pulses or not whole:
        return None
    found = [await _pulse(link, one) for one in pulses]
    complete = tuple(one for one in found if one is not None)
    return YearBefore(year, complete) if len(complete) == len(pulses) else None


async def _pulse(link: Link, wave: Row) -> Pulse | None:
    table = await link.fetchval(
        "SELECT content FROM counting.wave_table WHERE wave = $1", wave["id"]
    )
    contents = await link.fetch(
        "SELECT content FROM publications.publication WHERE wave = $1 ORDER BY version",
        wave["id"],
    )
    if table is None or not contents or not knows_weights(table):
        return None
    told = tuple(bytes(one["content"]) for one in contents)
    foreign = await read_foreign(link, wave["id"])
    return Pulse(meta_of(wave), json.loads(wave["labels"]), table, told, foreign)


async def read_pooled_units(link: Link, row: Row) -> frozenset[str]:
    """Name the units whose answers in this wave are part of a figure for the year."""
    contents = await link.fetch(
        "SELECT content FROM publications.publication WHERE population = $1 AND sequence > $2"
        " AND convert_from(content, 'UTF8')::jsonb -> 'yearly' -> 0 -> 'waves' @> $3::jsonb",
        row["population"],
        row["sequence"],
        json.dumps([{"key": row["key"]}]),
    )
    return frozenset(
        figure["domain"]
        for one in contents
        for table in read_content(one["content"])["yearly"]
        for figure in table["figures"]
        if figure["status"] == "published"
    )
