"""What is decided anew of units on a page: asked here, carried out by the worker."""

from __future__ import annotations

import csv
import io
import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from survey_app.asking.errors import Problem, RegisterProblems
from survey_app.asking.mistakes import Mistake
from survey_app.asking.people.change_links import COLUMNS, ToldLink, change_links, read_links
from survey_app.asking.writing import writing
from survey_app.shared.clock import now
from survey_app.shared.database import Login, fetch

log = logging.getLogger("barometer.people")


@dataclass(frozen=True, slots=True)
class LinkAct:
    """What was asked for last of a unit, while it waits; with its mistakes where it was refused."""

    origin: str
    state: str
    outcome: tuple[Problem, ...]


async def ask_of_unit(
    origin: str, rows: Sequence[ToldLink], *, account: str, actor: str, now: datetime
) -> None:
    """Keep what somebody decided of a unit, as the file of the command says it."""
    file = io.StringIO()
    csv.writer(file).writerows([COLUMNS, *((one.origin, one.target, one.kind) for one in rows)])
    await fetch(
        Login.WEB,
        "INSERT INTO asking.unit_link_act"
        " (id, origin, asked_at, asked_by, actor, content, state, outcome)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'asked', '[]')",
        uuid.uuid4(),
        origin,
        now,
        UUID(account),
        actor,
        file.getvalue(),
    )


async def standing_of_units(login: Login) -> dict[str, LinkAct]:
    """Return, by unit, what was asked for last where it waits or was refused."""
    rows = await fetch(
        login,
        "SELECT DISTINCT ON (origin) origin, state, outcome FROM asking.unit_link_act"
        " ORDER BY origin, asked_at DESC",
    )
    acts = (LinkAct(row["origin"], row["state"], _problems(row["outcome"])) for row in rows)
    return {act.origin: act for act in acts if act.state != "done"}


async def carry_out_links(_context: dict[str, Any]) -> None:
    """Decide anew what was asked for, the oldest first, by the door of the command."""
    while True:
        async with writing() as link:
            row = await link.fetchrow(
                "SELECT id, actor, content FROM asking.unit_link_act WHERE state = 'asked'"
                " ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED"
            )
            if row is None:
                return
            problems: Sequence[Problem] = ()
            try:
                # what is refused half-way leaves nothing behind, and the outcome stays
                async with link.transaction():
                    await change_links(read_links(row["content"]), now=now(), actor=row["actor"])
            except RegisterProblems as found:
                problems = found.problems
            told = [
                (one.column, one.sentence, one.mistake.name if one.mistake else "", one.values)
                for one in problems
            ]
            await link.execute(
                "UPDATE asking.unit_link_act SET state = $2, outcome = $3, content = ''"
                " WHERE id = $1",
                row["id"],
                "refused" if problems else "done",
                json.dumps(told),
            )
        log.info("the register: a decision on a unit is %s", "refused" if problems else "written")


def _problems(outcome: str) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            0, column, sentence, Mistake[name] if name else None,
            tuple((key, value) for key, value in values),
        )
        for column, sentence, name, values in json.loads(outcome)
    )  # fmt: skip
