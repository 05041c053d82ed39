"""What somebody stands behind: what is left of it when their account is closed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from survey_app.asking.campaigns.acts import CANCELLING, WAITS, Act
from survey_app.shared.database import Login, fetch


@dataclass(frozen=True, slots=True)
class ActBehind:
    """What takes two people and waits, or is approved; the wave's key and its names by language."""

    act: Act
    key: str
    names: Mapping[str, str]


async def acts_behind(login: Login, account: UUID, *, now: datetime) -> list[ActBehind]:
    """Return what an account has asked for or approved, and that still stands: openings first."""
    rows = await fetch(
        login,
        "SELECT a.act, w.key, w.labels FROM asking.wave_act a JOIN asking.wave w ON w.id = a.wave"
        # of a wave that a command opened or cancelled meanwhile nothing is left to do
        " WHERE (a.act = 'open' AND w.state = 'draft'"
        "  OR a.act = 'cancel' AND w.state IN ('draft', 'open')"
        "  OR a.act IN ('publish', 'withhold') AND w.state = 'counted'"
        "  OR a.act IN ('correct', 'retract') AND w.state = 'published')"
        " AND $1 IN (a.asked_by, a.confirmed_by) AND (a.state = 'confirmed' OR"
        " (a.state = 'proposed' AND a.asked_at > CASE a.act WHEN 'cancel'"
        " THEN $3::timestamptz ELSE $2::timestamptz END))"
        " ORDER BY a.act <> 'open', w.opens_on, w.key",
        account,
        now - WAITS,
        now - CANCELLING,
    )
    return [ActBehind(row["act"], row["key"], json.loads(row["labels"])["name"]) for row in rows]
