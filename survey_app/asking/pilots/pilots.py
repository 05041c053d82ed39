"""Pilots as their authors and those who answer see them."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from questionnaires.model import Questionnaire
from survey_app.asking.instruments.versions import WrittenVersion
from survey_app.shared.database import Link, Login, Row, engine, fetch

KEPT_DAYS: Final = 90
"""After its last day: then figures and remarks are deleted, too."""
LONGEST_DAYS: Final = 30
PREFIX: Final = "pilot-"
_SECRET: Final = 16  # bytes: nobody guesses the link
_COLUMNS: Final = (
    "id, instrument, version, form, code, state, actor, asked_at, closes_on, contact,"
    " minimum_group, figures, remarks, content"
)
# the columns of `counting.urn.proof.SEALING` that a pilot has not are those of a wave with an open
# link and without any of what they say
SEALED_TO: Final = (
    "id, code AS key, 'open' AS invite, population, questionnaire, '' AS plan_hash,"
    " minimum_group, public_key, ballot_size, NULL::bytea AS cover_key, NULL::bytea AS key_list,"
    " '' AS key_list_hash, '[]' AS trustees"
)


class PilotState(StrEnum):
    """What a pilot is: asked for, answered, about to be counted, or counted (perhaps too few).

    One that is over and cannot be counted says why (``NO_KEY``, ``CHANGED``). It is counted all the
    same once the key or the row is as it was, until somebody gives it up: then the worker deletes
    it unread.
    """

    ASKED = "asked"
    OPEN = "open"
    CLOSING = "closing"
    NO_KEY = "no_key"
    CHANGED = "changed"
    COUNTED = "counted"
    TOO_FEW = "too_few"
    GIVEN_UP = "given_up"


UNCOUNTABLE: Final = frozenset({PilotState.NO_KEY, PilotState.CHANGED})
SEALED: Final = frozenset({PilotState.OPEN, PilotState.CLOSING}) | UNCOUNTABLE
"""Ballots of these may lie in an urn."""
UNDER_WAY: Final = SEALED | {PilotState.ASKED}


@dataclass(frozen=True, slots=True)
class PilotRow:
    """A pilot as its authors see it; figures and remarks are empty until it is counted."""

    id: UUID
    instrument: str
    version: int
    form: str
    code: str
    state: PilotState
    actor: str
    asked_at: datetime
    closes_on: date
    contact: str
    minimum_group: int | None
    questionnaire: Questionnaire
    """As the draft had it when the pilot was made."""
    figures: Mapping[str, Any]
    remarks: Mapping[str, Sequence[str]]


async def ask_for_pilot(
    login: Login,
    was: WrittenVersion,
    questionnaire: Questionnaire,
    *,
    form: str,
    closes_on: date,
    contact: str,
    account: str,
    actor: str,
    now: datetime,
) -> bool:
    """Ask the worker to open a pilot; false where one of the version is under way already."""
    async with engine(login).transaction():
        # who asks at the same time waits here, and finds this one
        await fetch(
            login, "SELECT 1 FROM asking.instrument_version WHERE id = $1 FOR UPDATE", was.id
        )
        rows = await fetch(
            login,
            "INSERT INTO asking.pilot (id, draft, instrument, version, form, code, state, asked_by,"
            " actor, asked_at, closes_on, contact, population, questionnaire, content,"
            " sealing_proof, figures, remarks) SELECT $1, id, instrument, version, $3, $4, 'asked',"
            " $5, $6, $7, $8, $9, $10, $11, $12, '', '{}', '{}' FROM asking.instrument_version"
            " WHERE id = $2 AND state <> 'released' AND NOT EXISTS (SELECT FROM asking.pilot"
            " WHERE draft = $2 AND state = ANY($13)) RETURNING id",
            uuid.uuid4(),
            was.id,
            form,
            PREFIX + secrets.token_hex(_SECRET),
            UUID(account),
            actor,
            now,
            closes_on,
            contact,
            questionnaire.form.population,
            questionnaire.hash,
            questionnaire.to_json(),
            sorted(UNDER_WAY),
        )
    return bool(rows)


async def ask_to_count(login: Login, pilot: UUID) -> bool:
    """Ask the worker to count a pilot now; false where it is not open."""
    rows = await fetch(
        login,
        "UPDATE asking.pilot SET state = 'closing' WHERE id = $1 AND state = 'open' RETURNING id",
        pilot,
    )
    return bool(rows)


async def give_up_pilot(login: Login, pilot: UUID) -> bool:
    """Leave it to the worker to delete a pilot that cannot be counted; false where it is none."""
    rows = await fetch(
        login,
        "UPDATE asking.pilot SET state = 'given_up' WHERE id = $1 AND state = ANY($2) RETURNING id",
        pilot,
        sorted(UNCOUNTABLE),
    )
    return bool(rows)


async def pilots_of(login: Login, was: WrittenVersion) -> tuple[PilotRow, ...]:
    """Return the pilots of a version, the newest first."""
    rows = await fetch(
        login,
        f"SELECT {_COLUMNS} FROM asking.pilot WHERE draft = $1"  # noqa: S608
        " ORDER BY asked_at DESC, id",
        was.id,
    )
    return tuple(_pilot(row) for row in rows)


async def pilot_by_code(link: Link, code: str) -> Row | None:
    """Return what those who answer a pilot see of it, and its sealing; None: no such."""
    if not code.startswith(PREFIX):
        return None
    return await link.fetchrow(
        f"SELECT {SEALED_TO}, sealing_proof, state, content, closes_on, contact,"  # noqa: S608
        " xmin::text AS version FROM asking.pilot WHERE code = $1 AND public_key IS NOT NULL",
        code,
    )


async def sealed_pilots(link: Link) -> Sequence[Row]:
    """Return what proves the sealing of every pilot that is answered or waits to be counted."""
    return await link.fetch(
        f"SELECT {SEALED_TO}, sealing_proof, state, instrument FROM asking.pilot"  # noqa: S608
        " WHERE state = ANY($1) ORDER BY asked_at, id",
        sorted(SEALED),
    )


def _pilot(row: Row) -> PilotRow:
    plain = {name: value for name, value in row.items() if name != "content"}
    read = {
        "state": PilotState(row["state"]),
        "figures": json.loads(row["figures"]),
        "remarks": json.loads(row["remarks"]),
        "questionnaire": Questionnaire.from_json(row["content"]),
    }
    return PilotRow(**plain | read)
