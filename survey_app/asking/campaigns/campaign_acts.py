"""What people write of campaigns on pages: asked here, read and carried out by the worker."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from questionnaires.toml_text import NotTomlError, read_toml_text
from survey_app.asking.errors import Problem
from survey_app.asking.mistakes import Mistake
from survey_app.shared.database import Link, Login, Row, engine, fetch

type Act = Literal["new", "texts"]

_COLUMNS = "id, campaign, act, asked_at, asked_by, actor, content, state, outcome"
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('campaign act/' || $1::text, 0))"


@dataclass(frozen=True, slots=True)
class AskedOfCampaign:
    """One thing that was written of a campaign. ``outcome`` holds why it was refused."""

    id: UUID
    campaign: str
    act: Act
    asked_at: datetime
    asked_by: UUID
    actor: str
    content: str
    state: str
    outcome: tuple[Problem, ...]


async def ask_of_campaign(
    campaign: str, act: Act, content: str, *, account: str, actor: str, now: datetime
) -> None:
    """Keep what somebody wrote, until the worker has read it; sent twice, it is kept once."""
    async with engine(Login.WEB).transaction():
        # of two that are sent in the same moment, the second finds the first
        await fetch(Login.WEB, _ONE_AT_A_TIME, campaign)
        await fetch(
            Login.WEB,
            "INSERT INTO asking.campaign_act"
            " (id, campaign, act, asked_at, asked_by, actor, content, state, outcome)"
            " SELECT $1, $2::varchar, $3::varchar, $4, $5, $6, $7::text, 'asked', '[]'"
            " WHERE NOT EXISTS (SELECT FROM asking.campaign_act WHERE state = 'asked'"
            " AND campaign = $2::varchar AND act = $3::varchar AND content = $7::text)",
            uuid.uuid4(),
            campaign,
            act,
            now,
            UUID(account),
            actor,
            content,
        )


async def take_asked(link: Link) -> AskedOfCampaign | None:
    """Take the oldest that is not carried out, locked until the caller's transaction ends."""
    row = await link.fetchrow(
        f"SELECT {_COLUMNS} FROM asking.campaign_act WHERE state = 'asked'"  # noqa: S608 - a constant
        " ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED"
    )
    return None if row is None else _act(row)


async def note_campaign_act(link: Link, act: UUID, problems: Sequence[Problem] = ()) -> None:
    """Say what came of it, in the caller's transaction."""
    told = [
        (one.column, one.sentence, one.mistake.name if one.mistake else "", dict(one.values))
        for one in problems
    ]
    await link.execute(
        "UPDATE asking.campaign_act SET state = $2, outcome = $3, content = '' WHERE id = $1",
        act,
        "refused" if problems else "done",
        json.dumps(told),
    )


async def standing_of_campaigns(login: Login) -> dict[str, AskedOfCampaign]:
    """Return, by campaign, what was written last where it waits or was refused."""
    rows = await fetch(
        login,
        f"SELECT DISTINCT ON (campaign) {_COLUMNS}"  # noqa: S608 - a constant
        " FROM asking.campaign_act ORDER BY campaign, asked_at DESC",
    )
    acts = (_act(row) for row in rows)
    return {act.campaign: act for act in acts if act.state != "done"}


async def campaign_comes(login: Login, populations: Sequence[str] | None) -> bool:
    """Tell whether a campaign of ``populations`` (None: of any) is written and not read yet."""
    acts = (await standing_of_campaigns(login)).values()
    return any(
        one.act == "new"
        and one.state == "asked"
        and (populations is None or _population_of(one.content) in populations)
        for one in acts
    )


def _population_of(content: str) -> object:
    try:
        return read_toml_text(content).get("population")
    except NotTomlError:  # the worker will say so
        return None


def _act(row: Row) -> AskedOfCampaign:
    outcome = tuple(
        Problem(0, column, sentence, Mistake[name] if name else None, tuple(values.items()))
        for column, sentence, name, values in json.loads(row["outcome"])
    )
    return AskedOfCampaign(**dict(row) | {"outcome": outcome})
