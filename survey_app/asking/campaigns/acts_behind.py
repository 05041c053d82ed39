"""Openings that somebody stands behind: what is left of them when their account is closed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from survey_app.asking.campaigns.acts import WAITS
from survey_app.shared.database import Login, fetch


@dataclass(frozen=True, slots=True)
class OpeningBehind:
    """An opening that waits, or is approved; the wave's key and its names by language."""

    key: str
    names: Mapping[str, str]


async def openings_behind(login: Login, account: UUID, *, now: datetime) -> list[OpeningBehind]:
    """Return the openings that an account has asked for or approved, and that still stand."""
    rows = await fetch(
        login,
        "SELECT w.key, w.labels FROM asking.wave_act a JOIN asking.wave w ON w.id = a.wave"
        # of a wave that a command opened or cancelled meanwhile nothing is left to open
        " WHERE a.act = 'open' AND w.state = 'draft' AND $1 IN (a.asked_by, a.confirmed_by)"
        " AND (a.state = 'confirmed' OR (a.state = 'proposed' AND a.asked_at > $2))"
        " ORDER BY w.opens_on, w.key",
        account,
        now - WAITS,
    )
    return [OpeningBehind(row["key"], json.loads(row["labels"])["name"]) for row in rows]
