"""What the worker reads and writes of pilots, in its own transactions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from survey_app.asking.pilots.pilots import SEALED, SEALED_TO, UNCOUNTABLE, UNDER_WAY, PilotState
from survey_app.shared.database import Link, Row


async def take_pilot_to_open(link: Link) -> Row | None:
    """Return the oldest pilot that was asked for, and keep it; None where there is none."""
    return await link.fetchrow(
        "SELECT id, code, form, instrument, version, population, questionnaire, content"
        " FROM asking.pilot WHERE state = 'asked' ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED"
    )


async def note_pilot_opened(link: Link, sealing: Mapping[str, Any], proof: bytes) -> None:
    """Write down what the ballots of a pilot are sealed to, and open it."""
    await link.execute(
        "UPDATE asking.pilot SET state = 'open', minimum_group = $2, public_key = $3,"
        " ballot_size = $4, sealing_proof = $5 WHERE id = $1",
        *(sealing[name] for name in ("id", "minimum_group", "public_key", "ballot_size")),
        proof,
    )


async def due_pilots(link: Link, today: date) -> tuple[UUID, ...]:
    """Return the pilots that are to be counted: ended by somebody, or past their last day.

    Those that could not be counted so far are tried again.
    """
    rows = await link.fetch(
        "SELECT id FROM asking.pilot WHERE state = ANY($2) OR (state = 'open' AND closes_on < $1)"
        " ORDER BY closes_on, id",
        today,
        sorted(UNCOUNTABLE | {PilotState.CLOSING}),
    )
    return tuple(row["id"] for row in rows)


async def pilots_under_way(link: Link) -> frozenset[UUID]:
    """Return the pilots that need a key: those that are being opened, open, or to be counted."""
    rows = await link.fetch("SELECT id FROM asking.pilot WHERE state = ANY($1)", sorted(UNDER_WAY))
    return frozenset(row["id"] for row in rows)


async def take_pilot_to_count(link: Link, pilot: UUID) -> Row | None:
    """Return a pilot with what proves its sealing, and keep it; None where another was first."""
    return await link.fetchrow(
        f"SELECT {SEALED_TO}, sealing_proof, instrument, version, form, content FROM asking.pilot"  # noqa: S608 - our own words
        " WHERE id = $1 AND state = ANY($2) FOR UPDATE",
        pilot,
        sorted(SEALED),
    )


async def note_pilot_uncountable(link: Link, pilot: UUID, state: PilotState) -> bool:
    """Write down why a pilot cannot be counted now; false where that stands there already."""
    row = await link.fetchrow(
        "UPDATE asking.pilot SET state = $2 WHERE id = $1 AND state <> $2 AND state = ANY($3)"
        " RETURNING id",
        pilot,
        state.value,
        sorted(SEALED),
    )
    return row is not None


async def note_pilot_counted(
    link: Link,
    pilot: UUID,
    figures: Mapping[str, Any] | None,
    remarks: Mapping[str, Sequence[str]],
) -> None:
    """Keep what a pilot told; without figures too few answered, and nothing is kept."""
    state = PilotState.TOO_FEW if figures is None else PilotState.COUNTED
    await link.execute(
        "UPDATE asking.pilot SET state = $2, figures = $3, remarks = $4 WHERE id = $1",
        pilot,
        state.value,
        json.dumps(figures or {}),
        json.dumps(remarks if figures else {}, ensure_ascii=False),
    )


async def pilots_that_are_over(link: Link, before: date) -> Sequence[Row]:
    """Return the pilots whose last day was before a day."""
    rows: Sequence[Row] = await link.fetch(
        "SELECT id, instrument, version FROM asking.pilot WHERE closes_on < $1 ORDER BY id", before
    )
    return rows


async def pilots_given_up(link: Link) -> Sequence[Row]:
    """Return the pilots that nobody waits for: given up, or their draft is gone."""
    rows: Sequence[Row] = await link.fetch(
        "SELECT id, instrument, version FROM asking.pilot p WHERE state = 'given_up' OR NOT EXISTS"
        " (SELECT FROM asking.instrument_version v WHERE v.id = p.draft) ORDER BY id"
    )
    return rows


async def delete_pilot(link: Link, pilot: UUID) -> None:
    """Delete a pilot's row, with all that it told."""
    await link.execute("DELETE FROM asking.pilot WHERE id = $1", pilot)
